"""
Permissions: every command, every actor, own and foreign subjects. Who stands in which relation is written here by
hand; the table says which relation a command needs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core import commands
from eduid_core.findings import CallerError, Refused
from eduid_core.private import Phone, PrivateText
from eduid_core.service import Service
from eduid_core.service.drivers import run
from eduid_core.service.handlers.permissions import PERMISSIONS, Relation
from eduid_core.service.handlers.relations import refusal
from eduid_core.service.reading.access import READS
from eduid_core.testing.doubles import CLASS, NUMBERS, form_of
from eduid_core.workflow import TABLES, Actor, Command, Role
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.card import ActiveCard, Suspend
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant.states import Position, RoleClaim

from .house import ANYONE, DISTRICT, HEAD, NOW, OPERATOR, UNTIL, House, about, granted, seated
from .specimens import specimen

R = Relation
OTHER_SCHOOL = "2132098002"


def staff(id_: str, role: Role) -> Actor:
    return Actor(id=id_, role=role, assurance=2)


ACTORS = {
    "owner": Actor(id="acct", role=Role.GUARDIAN),
    "owner as student": Actor(id="acct", role=Role.STUDENT),
    "owner as school": staff("acct", Role.SCHOOL_ADMIN),
    "another guardian": Actor(id="other", role=Role.GUARDIAN),
    "linked guardian": Actor(id="linked", role=Role.GUARDIAN),
    "linked guardian as student": Actor(id="linked", role=Role.STUDENT),
    "guardian who may look": Actor(id="looks", role=Role.GUARDIAN),
    "guardian who asks": Actor(id="asks", role=Role.GUARDIAN),
    "student": Actor(id="student", role=Role.STUDENT),
    "a guardian who left": Actor(id="closed", role=Role.GUARDIAN),
    "a guardian never registered": Actor(id="ghost", role=Role.GUARDIAN),
    "a student never registered": Actor(id="ghost", role=Role.STUDENT),
    "stranger": ANYONE,
    "homeroom teacher": staff("teacher", Role.TEACHER),
    "teacher as school": staff("teacher", Role.SCHOOL_ADMIN),
    "teacher as district": staff("teacher", Role.DISTRICT_ADMIN),
    "teacher of another class": staff("beside", Role.TEACHER),
    "deputy": staff("deputy", Role.TEACHER),
    "delegate of the head": staff("deputy", Role.SCHOOL_ADMIN),
    "head": HEAD,
    "head as district": staff("head", Role.DISTRICT_ADMIN),
    "head of another school": staff("elsewhere", Role.SCHOOL_ADMIN),
    "former head": staff("former", Role.SCHOOL_ADMIN),
    "district": DISTRICT,
    "teacher without a seat": staff("ghost", Role.TEACHER),
    "head without a seat": staff("ghost", Role.SCHOOL_ADMIN),
    "district without a seat": staff("ghost", Role.DISTRICT_ADMIN),
    "operator": OPERATOR,
    "importer": staff("importer", Role.IMPORTER),
    "system": staff("system", Role.SYSTEM),
}
OVER_THE_SCHOOL = {"head", "district", "delegate of the head"}
HOLD: dict[Relation, set[str]] = {
    R.ANYONE: set(ACTORS),
    R.TICKET: set(),
    R.REGISTERED: {
        "owner",
        "another guardian",
        "linked guardian",
        "guardian who may look",
        "guardian who asks",
        "student",
    },
    R.OWN_ACCOUNT: {"owner"},
    R.OWN_APPLICATION: {"owner"},
    R.LINKED_GUARDIAN: {"owner", "linked guardian"},
    R.LINKED_READER: {"owner", "linked guardian"},
    R.LINKED_CHILD: {"student"},
    R.OWN_CLAIM: {"homeroom teacher", "teacher as school", "teacher as district"},
    R.OWN_GRANT: {"homeroom teacher"},
    R.SEAT: {*OVER_THE_SCHOOL, "homeroom teacher", "deputy"},
    R.SEAT_OVER_ACCOUNT: OVER_THE_SCHOOL,
    R.SEAT_OVER_SCHOOL: OVER_THE_SCHOOL | {"teacher as school", "teacher as district"},
    R.REVIEWER: {*OVER_THE_SCHOOL, "homeroom teacher", "deputy"},
    R.VERIFIER: OVER_THE_SCHOOL,
    R.FILE_RUN: set(),
    R.CAPABILITY: {"operator", "importer"},
}
"""Relation -> the actors that stand in it to the subjects below."""

CONTENT: dict[type[Command], dict[str, Any]] = {
    commands.Erase: {"reason": "ERASED_ON_REQUEST"},
    commands.Reveal: {"fields": ("name",), "reason": "LOOKED_AT_FOR_REVIEW"},
    commands.ClaimRole: {"claim": RoleClaim(teacher_id="teacher", school_code=CLASS[0], evidence="T")},
    commands.Verify: {"until": UNTIL},
    commands.RevokeApplication: {"seconded_by": ""},
}
ABOUT_TASKS = {*TABLES["review_task"].commands, commands.Reveal}
ABOUT_CLAIMS = {commands.Verify, commands.Decline, commands.Return}
ABOUT_ACCOUNTS = {
    *TABLES["account"].commands,
    commands.Register,
    commands.EnterCode,
    commands.ResendCode,
    commands.LogIn,
    commands.Recover,
    commands.EndSession,
    commands.EnrolFactor,
    commands.ConfirmFactor,
    commands.ResetFactor,
    commands.ConfirmLink,
}
OUTSIDE = {
    "forbidden",
    "not_eligible_reviewer",
    "username_unusable",
    "second_approval_required",
    "ticket_wrong",
}


def subject_of(kind: type[Command]) -> str:
    if kind in ABOUT_TASKS:
        return "A-2"
    if kind in ABOUT_ACCOUNTS:
        return "acct"
    if kind in ABOUT_CLAIMS:
        return "G-claimed"
    return f"G-teacher-homeroom-{CLASS[1]}" if kind in TABLES["reviewer_grant"].commands else "A-1"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A school with its people: one approved child, one under review, one from a file run."""
    house = House(tmp_path_factory.mktemp("school"))
    service = seated(house.service)
    granted(service, ACTORS["homeroom teacher"], HEAD, Position.HOMEROOM, *CLASS)
    granted(service, ACTORS["teacher of another class"], HEAD, Position.HOMEROOM, CLASS[0], "六年级 2班")
    granted(service, ACTORS["deputy"], HEAD, Position.DEPUTY)
    granted(service, ACTORS["head of another school"], DISTRICT, Position.SCHOOL_ADMIN, OTHER_SCHOOL)
    left = granted(service, ACTORS["former head"], DISTRICT, Position.SCHOOL_ADMIN)
    assert service.handle(grant_commands.RevokeGrant(reason="left", **about(left, DISTRICT))).ok
    head_seat = "G-head-school_admin-"
    delegate = grant_commands.DelegateGrant(to="deputy", until=UNTIL, **about(head_seat, HEAD))
    assert service.handle(delegate).ok
    claim = RoleClaim(teacher_id="new", school_code=CLASS[0], class_name="六年级 3班", evidence="T")
    assert service.handle(
        grant_commands.ClaimRole(claim=claim, **about("G-claimed", staff("new", Role.TEACHER)))
    ).ok
    owner, other = house.registered("acct"), house.registered("other", "15400005678")
    closing = house.registered("closed", "15400009876")
    assert service.handle(account_commands.CloseAccount(**about("closed", closing))).ok
    assert house.handed_in("A-1", owner, form_of()).status == "approved"
    house.handed_in("A-2", other, form_of(NUMBERS[1], school="南京市云杉小学"))
    importer = ACTORS["importer"]
    assert service.handle(app.Open(form=form_of(NUMBERS[2]), **about("F-1", importer))).ok
    house.registered("student", "15400004444", Role.STUDENT)
    asking = (("acct", 0, "student"), ("linked", 1, "A-1"), ("looks", 2, "student"), ("asks", 3, "A-1"))
    for who, phone, child in asking:
        guardian = owner if who == "acct" else house.registered(who, f"1540000111{phone}")
        assert service.handle(account_commands.LinkChild(child=child, **about(who, guardian))).ok
        service.send_messages()
        code = house.sms.last_code()
        confirm = commands.ConfirmLink(child=PrivateText(child), code=code, **about(who, guardian))
        assert who == "asks" or service.handle(confirm).ok
    links: Any = house.service.state("account", "acct")
    CONTENT[commands.EndLink] = {"link": links.standing.links[0].id}
    return house


def stored(house: House) -> bytes:
    """Return the bytes of the database and its journal; the index of the journal changes when it is read."""
    return b"".join(p.read_bytes() for p in sorted(house.store_files()) if not p.name.endswith("-shm"))


def command_of(kind: type[Command], by: Actor) -> Command:
    return attrs.evolve(
        specimen(kind),
        subject=subject_of(kind),
        by=by,
        at=NOW,
        expected_rev=None,
        key="",
        **CONTENT.get(kind, {}),
    )


def held(kind: type[Command], name: str) -> bool:
    """Return whether the actor stands in the relation that *kind* needs in their role."""
    relation = PERMISSIONS[kind].get(ACTORS[name].role)
    return relation is not None and name in HOLD[relation]


@pytest.mark.parametrize("kind", PERMISSIONS, ids=lambda kind: kind.__name__)
def test_a_command_is_for_those_in_its_relation_and_leaves_no_trace_for_all_others(
    house: House, kind: type[Command]
) -> None:
    """Command x actor: 0 differences; a refusal leaves every byte of the store as it was."""
    before, differences = stored(house), []
    for name, by in ACTORS.items():
        command = command_of(kind, by)
        if held(kind, name):
            refused = run(refusal(command, house.service.policy), house.service.executor.perform)
            if refused is not None:
                differences.append((name, refused.code))
        else:
            answer = house.service.handle(command)
            if answer.ok or answer.code not in OUTSIDE:
                differences.append((name, "ok" if answer.ok else answer.code))

    assert differences == []
    assert stored(house) == before


def test_every_relation_is_held_by_somebody_here_and_needed_by_a_command_or_a_read() -> None:
    needed = {relation for entry in (*PERMISSIONS.values(), *READS.values()) for relation in entry.values()}

    assert needed == set(Relation) == set(HOLD)


@pytest.mark.parametrize("kind", PERMISSIONS, ids=lambda kind: kind.__name__)
def test_the_table_and_the_rules_name_the_same_roles(kind: type[Command]) -> None:
    """A role that the rules admit has a relation, and the other way round."""
    for table in TABLES.values():
        if kind in table.roles:
            assert set(PERMISSIONS[kind]) == set(table.roles[kind]) - {Role.SYSTEM}


def test_no_command_of_the_system_is_taken_from_a_caller(house: House) -> None:
    """Matches, timers and facts of the service, given by anybody, whatever they call themselves."""
    inner = {kind for table in TABLES.values() for kind in table.commands} - PERMISSIONS.keys()
    for kind in inner:
        fields = {f.name: None for f in attrs.fields(kind) if f.init}
        for by in ACTORS.values():
            command = kind(**(fields | {"subject": "A-1", "by": by, "at": NOW, "key": ""}))
            assert house.service.handle(command) == Refused("forbidden")


@pytest.mark.parametrize("name", ["operator", "importer", "acting"])
def test_a_process_without_the_capability_gives_out_no_actor_of_a_program(house: House, name: str) -> None:
    portal = house.open(Service, capabilities={"operator", "importer", "acting"} - {name})
    with pytest.raises(CallerError, match=f"built without the capability {name}"):
        getattr(portal, name)(*{"acting": ("acct", Role.GUARDIAN)}.get(name, ()))


def test_no_actor_of_the_programs_own_making_is_taken(house: House) -> None:
    """Nor is one that another service has given out, in the same process and over the same store."""
    portal, other = house.open(Service), house.open(Service)
    for kind in PERMISSIONS:
        for by in (*ACTORS.values(), other.operator(), other.anonymous()):
            with pytest.raises(CallerError, match="an actor given out by this service is wanted"):
                portal.handle(command_of(kind, by))


@pytest.mark.parametrize("capabilities", [{"oprator"}, {"system"}, "operator", [""], {"operator", "teacher"}])
def test_a_capability_that_does_not_exist_is_the_callers_mistake(house: House, capabilities: Any) -> None:
    """A slip must not leave a worker without its role unnoticed, nor give a portal another one."""
    with pytest.raises(CallerError, match="capabilities are a set of acting, importer, operator"):
        house.open(capabilities=capabilities)


def test_an_importer_writes_into_what_a_file_run_opened_only(house: House) -> None:
    importer = ACTORS["importer"]
    mine = app.Save(form=form_of(NUMBERS[2], name="陈小雪"), **about("F-1", importer))
    theirs = app.Amend(form=form_of(NUMBERS[1], name="陈小雪"), **about("A-2", importer))

    assert house.service.handle(mine).ok
    assert house.service.handle(theirs) == Refused("forbidden")


def test_a_seat_at_the_first_assurance_level_does_nothing_of_a_seat(house: House) -> None:
    """A password alone, or a code by SMS, does not suffice."""
    for kind, entry in PERMISSIONS.items():
        if entry.get(Role.SCHOOL_ADMIN) in {R.SEAT, R.SEAT_OVER_ACCOUNT}:
            command = command_of(kind, attrs.evolve(HEAD, assurance=1))
            assert house.service.handle(command) == Refused("assurance_too_low", {"need": 2}), kind


def test_fraud_is_seconded_by_a_seat_over_the_case_not_by_a_name(house: House) -> None:
    for second in ("ghost", "acct", "elsewhere", "former", "beside"):
        revoke = app.RevokeApplication(code="FRAUD", seconded_by=second, **about("A-1", HEAD))
        assert house.service.handle(revoke) == Refused("second_approval_required"), second
    granted_by_two = app.RevokeApplication(code="FRAUD", seconded_by="district", **about("A-1", HEAD))
    assert run(refusal(granted_by_two, house.service.policy), house.service.executor.perform) is None


def test_the_head_of_the_school_does_what_nobody_else_may(house: House) -> None:
    """The same command that 20 actors were refused above is carried out for the seat over the school."""
    assert house.service.handle(Suspend(reason="lost", **about("A-1", HEAD))).ok
    assert not isinstance(house.service.state("card", "A-1"), ActiveCard)


def test_no_account_is_taken_over_by_an_appeal_that_nobody_may_decide(tmp_path: Path) -> None:
    """Anybody may open an appeal; a phone is changed by a seat over the school of that family only."""
    house = House(tmp_path)
    seated(house.service)
    house.handed_in("A-1", house.registered(), form_of())
    assert house.service.handle(account_commands.OpenAppeal(**about("acct", ANYONE))).ok
    for role in (Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN):
        by = about("acct", staff("rogue", role))
        resolve = account_commands.ResolveAppeal(granted=True, phone=Phone("15400009999"), **by)
        assert house.service.handle(resolve) == Refused("forbidden")
    assert house.service.handle(account_commands.ResolveAppeal(granted=False, **about("acct", HEAD))).ok
