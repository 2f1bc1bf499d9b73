"""Who somebody is: by the grant that bears out the role they act in, in an account in use, and as nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.findings import Refused
from eduid_core.plugins import RegistryAnswer, RegistryQuery
from eduid_core.private import PersonName, Phone, PrivateText
from eduid_core.service import LogIn, Reveal
from eduid_core.testing.doubles import CLASS, NUMBERS, MemoryRegistry, form_of, row_of
from eduid_core.workflow import Actor, Command, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.states import Teacher
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant import states as grant
from eduid_core.workflow.reviewer_grant.states import Position

from .house import ANYONE, HEAD, NOW, UNTIL, House, about, by_system, granted, seated

DEPUTY = Actor(id="deputy", role=Role.TEACHER, assurance=2)
NEWCOMER = Actor(id="newcomer", role=Role.TEACHER, assurance=2)
HIGHER = [Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN]


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    seated(made.service)
    return made


def code(answer: Any) -> str:
    return answer.code if isinstance(answer, Refused) else "done"


# --- a role is borne out by its own grants -------------------------------------------------------------


def claimed(house: House) -> str:
    claim = grant.RoleClaim(teacher_id="newcomer", school_code=CLASS[0], class_name=CLASS[1], evidence="T-17")
    assert house.service.handle(grant_commands.ClaimRole(claim=claim, **about("G-1", NEWCOMER))).ok
    return "G-1"


ANSWERS: dict[str, Callable[[Actor], Command]] = {
    "verify": lambda by: grant_commands.Verify(until=UNTIL, **about("G-1", by)),
    "decline": lambda by: grant_commands.Decline(reason="unknown", **about("G-1", by)),
    "return": lambda by: grant_commands.Return(wanted="a letter", **about("G-1", by)),
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("role", HIGHER)
def test_a_teacher_of_the_school_answers_no_claim_by_calling_themselves_an_administrator(
    house: House, role: Role, answer: str
) -> None:
    """A deputy holds a grant over the whole school, but none that makes an administrator of them."""
    granted(house.service, DEPUTY, HEAD, Position.DEPUTY)
    claimed(house)

    said = house.service.handle(ANSWERS[answer](attrs.evolve(DEPUTY, role=role)))

    assert code(said) == "forbidden"
    assert house.service.state("reviewer_grant", "G-1").status == "claimed"  # type: ignore[union-attr]
    assert house.service.handle(ANSWERS[answer](HEAD)).ok


DECISIONS: dict[str, Callable[[Actor], Command]] = {
    "claim": lambda by: task_commands.ClaimTask(**about("A-1", by)),
    "decide": lambda by: task_commands.CompleteReview(
        outcome="approve", basis="known_in_person", expected_rev=1, **about("A-1", by)
    ),
    "look": lambda by: Reveal(fields=("name",), reason="LOOKED_AT_FOR_REVIEW", **about("A-1", by)),
}


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("role", HIGHER)
def test_a_teacher_of_the_school_decides_nothing_and_sees_nothing_in_a_role_they_do_not_hold(
    house: House, role: Role, decision: str
) -> None:
    granted(house.service, DEPUTY, HEAD, Position.DEPUTY)
    house.handed_in("A-1", house.registered(), form_of(school="南京市云杉小学"))
    if decision == "claim":  # overdue, it waits for whoever covers the class
        by_system(house.service, app.Escalate(**about("A-1", Actor(id="system", role=Role.SYSTEM))))

    said = house.service.handle(DECISIONS[decision](attrs.evolve(DEPUTY, role=role)))

    assert code(said) in {"not_eligible_reviewer", "forbidden"}


# --- an account that is locked -------------------------------------------------------------------------


def locked(house: House) -> Actor:
    """Register a guardian, open a draft, and lock the account by wrong passwords, all within a minute."""
    by = house.registered()
    assert house.service.handle(app.Open(form=form_of(), **about("A-1", by))).ok
    for n in range(10):
        wrong = LogIn(
            username=PrivateText("acct"),
            password=PrivateText("a wrong one"),
            **{**about("acct", ANYONE), "at": _after(n)},
        )
        assert not house.service.handle(wrong).ok
    assert house.service.state("account", "acct").status == "locked"  # type: ignore[union-attr]
    return by


def _after(seconds: int) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


def test_a_guardian_whose_account_is_locked_gives_no_consent(house: House) -> None:
    """Somebody has been guessing the password: that the phone was proved a minute ago is not enough."""
    by = locked(house)
    consent = app.GrantConsent(text="v1", proved_at=NOW, **{**about("A-1", by), "at": _after(30)})

    assert code(house.service.handle(consent)) == "challenge_required"
    state: Any = house.service.state("application", "A-1")
    assert "GuardianConsented" not in [e.name for e in house.service.history("application", "A-1")]
    assert state.status == "draft"


def test_a_guardian_whose_account_is_locked_opens_nothing(house: House) -> None:
    by = locked(house)
    opened = app.Open(form=form_of(NUMBERS[1]), **{**about("A-2", by), "at": _after(30)})

    assert code(house.service.handle(opened)) == "forbidden"


# --- two people are two people -------------------------------------------------------------------------


def test_the_same_key_of_two_people_is_two_keys(house: House) -> None:
    """Clients number their commands from one; what one family gave is no answer to another's."""
    one, two = house.registered("one"), house.registered("two", "15400001235")
    first = app.Open(form=form_of(NUMBERS[0]), **about("A-1", one), key="1")
    second = app.Open(form=form_of(NUMBERS[1]), **about("A-2", two), key="1")

    answers: list[Any] = [house.service.handle(c) for c in (first, second, first, second)]

    assert [a.subject for a in answers] == ["A-1", "A-2", "A-1", "A-2"]
    assert [len(house.service.history("application", key)) for key in ("A-1", "A-2")] == [1, 1]


def test_the_parts_of_who_and_key_are_not_run_together(house: House) -> None:
    """`a` with the key `b1` is not `ab` with the key `1`."""
    one, two = house.registered("a"), house.registered("ab", "15400001235")

    first = house.service.handle(app.Open(form=form_of(NUMBERS[0]), **about("A-1", one), key="b1"))
    second = house.service.handle(app.Open(form=form_of(NUMBERS[1]), **about("A-2", two), key="1"))

    assert (code(first), code(second)) == ("done", "done")


class Classes(MemoryRegistry):
    """A registry that names a homeroom teacher for each pupil, without an id of its own."""

    teachers: dict[str, tuple[str, str]]

    def find(self, query: RegistryQuery, /) -> RegistryAnswer:
        name, phone = self.teachers[query.form.id_number.reveal("test")]
        teacher = Teacher(id="", name=PersonName(name), phone=Phone(phone))
        return attrs.evolve(super().find(query), teacher=teacher)


def assignees(house: House, *teachers: tuple[str, str]) -> list[str]:
    """Let a differing application be handed in for each of *teachers*; return the id of whom the registry names."""
    numbers = NUMBERS[: len(teachers)]
    registry = Classes([row_of(n) for n in numbers])
    registry.teachers = dict(zip(numbers, teachers, strict=True))
    house.service = house.open(registry=registry)
    by = house.registered()
    for place, number in enumerate(numbers):
        house.handed_in(f"A-{place}", by, form_of(number, name="陈小雪"))
    told: list[Any] = [house.service.history("application", f"A-{place}")[-1] for place in range(len(numbers))]
    return [event.invited.id for event in told]


def test_two_teachers_of_one_name_are_two_and_one_who_teaches_two_classes_is_one(house: House) -> None:
    """王老师 there are many; a name and a phone together are one person, of whom neither is shown."""
    first, namesake, again = assignees(
        house, ("王老师", "15400990001"), ("王老师", "15400990002"), ("王老师", "15400990001")
    )

    assert first != namesake
    assert first == again
    assert not {"王", "1540099"} & {part for name in (first, namesake) for part in (name[:1], name[:7])}


def test_two_teachers_who_share_a_phone_are_two(house: House) -> None:
    """The phone of a staff room stands beside several names."""
    first, second = assignees(house, ("王老师", "15400990001"), ("李老师", "15400990001"))

    assert first != second
