"""No review without an owner: given to whoever is seated, at once, and again whenever a seat changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.findings import Refused
from eduid_core.private import Phone, PrivateText
from eduid_core.service import Reveal
from eduid_core.testing.doubles import CLASS, NUMBERS, form_of
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.states import ReturnItem
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant.states import Position, RoleClaim

from .house import DISTRICT, HEAD, NOW, OPERATOR, UNTIL, House, about, granted, seated

TEACHER = Actor(id="teacher", role=Role.TEACHER, assurance=2)
DEPUTY = Actor(id="deputy", role=Role.TEACHER, assurance=2)
ANOTHER = Actor(id="another", role=Role.TEACHER, assurance=2)
DIFFERS = {"name": "陈小雪"}
OTHER_NAME = "赵铁柱"
"""A name that two persons decide about."""
HEAD_PHONE, DEPUTY_PHONE = "15400004444", "15400003333"


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    seated(made.service)
    return made


def waiting(
    house: House, key: str = "A-1", number: str = NUMBERS[0], by: str = "acct", name: str = DIFFERS["name"]
) -> None:
    family = house.registered(by, f"1540001{len(by):04d}")
    house.handed_in(key, family, form_of(number, name=name))


def has(house: House, key: str = "A-1") -> str:
    """Return the person whose queue the application stands in, or a blank."""
    state: Any = house.service.state("review_task", key)
    who = str(getattr(state, "assignee", ""))
    assert (key in house.service.queue(who)) is bool(who)
    return who


def told(house: House, template: str = "review_wanted") -> list[str]:
    house.service.send_messages()
    return [m.to.reveal("test") for m in house.sms.sent if m.template == template]


def decides(house: House, by: Actor, **how: Any) -> Any:
    return house.service.handle(
        task_commands.CompleteReview(**{"expected_rev": 1, "outcome": "approve", **how}, **about("A-1", by))
    )


# --- a seat that comes later ---------------------------------------------------------------------------


def test_the_teacher_who_registers_because_of_the_message_finds_the_case(house: House) -> None:
    waiting(house)
    assert (has(house), told(house, "teacher_invited")) == ("", ["15400990001"])

    house.homeroom()

    assert (has(house), told(house)) == ("teacher", ["15400990001"])
    assert decides(house, TEACHER).ok


def test_a_case_that_the_head_had_for_want_of_a_teacher_goes_to_the_teacher(house: House) -> None:
    house.registered("head", HEAD_PHONE)
    waiting(house)
    assert (has(house), told(house)) == ("head", [HEAD_PHONE])

    house.homeroom()

    assert has(house) == "teacher"


def test_what_a_colleague_of_the_class_has_in_hand_stays_with_them(house: House) -> None:
    house.registered("deputy", DEPUTY_PHONE, Role.TEACHER)
    granted(house.service, DEPUTY, HEAD, Position.DEPUTY, *CLASS)
    waiting(house)
    assert has(house) == "deputy"

    house.homeroom()

    assert has(house) == "deputy"


def test_a_case_of_another_class_stays_where_it_is(house: House) -> None:
    house.registered("head", HEAD_PHONE)
    waiting(house)
    house.registered("another", "15400006666", Role.TEACHER)

    granted(house.service, ANOTHER, HEAD, Position.HOMEROOM, CLASS[0], "六年级 2班")

    assert has(house) == "head"


def test_the_district_has_what_no_school_can_take_and_gives_it_up(house: House) -> None:
    house.registered("district", "15400005555")
    waiting(house)
    assert has(house) == "district"

    house.homeroom()

    assert has(house) == "teacher"


def test_a_case_of_the_district_goes_to_the_head_who_comes_later(house: House) -> None:
    house.registered("district", "15400005555")
    waiting(house)
    assert has(house) == "district"

    house.registered("vice", HEAD_PHONE)
    vice = Actor(id="vice", role=Role.SCHOOL_ADMIN, assurance=2)
    granted(house.service, vice, DISTRICT, Position.SCHOOL_ADMIN)

    assert has(house) == "vice"


def test_nobody_seated_at_all_is_found_by_the_next_round(tmp_path: Path) -> None:
    """An account that becomes usable is no change of a seat: the round that looks at every review finds it."""
    house = House(tmp_path)
    waiting(house)
    seated(house.service)
    assert has(house) == ""

    house.registered("head", HEAD_PHONE)
    house.service.resume()

    assert has(house) == "head"


# --- a seat that goes ----------------------------------------------------------------------------------


def revoked(house: House, key: str) -> None:
    assert house.service.handle(grant_commands.RevokeGrant(reason="left", **about(key, HEAD))).ok


def test_a_seat_taken_back_leaves_no_case_behind(house: House) -> None:
    house.registered("head", HEAD_PHONE)
    house.homeroom()
    waiting(house)
    assert has(house) == "teacher"

    revoked(house, f"G-teacher-homeroom-{CLASS[1]}")

    assert (has(house), told(house)) == ("head", ["15400990001", HEAD_PHONE])


def test_a_seat_past_its_last_day_leaves_no_case_behind(house: House) -> None:
    house.registered("head", HEAD_PHONE)
    house.homeroom()
    waiting(house)
    ended = house.open()
    ended.clock = lambda: dt.datetime(2027, 8, 31, 17, tzinfo=dt.UTC)
    key = f"G-teacher-homeroom-{CLASS[1]}"

    ended.fire_timers()

    assert house.service.state("reviewer_grant", key).status == "ended"  # type: ignore[union-attr]
    assert has(house) != "teacher"


def test_a_closed_account_leaves_no_case_behind(house: House) -> None:
    house.registered("head", HEAD_PHONE)
    house.homeroom()
    waiting(house)

    assert house.service.handle(account_commands.CloseAccount(**about("teacher", TEACHER))).ok

    assert has(house) == "head"
    state = house.service.state("reviewer_grant", f"G-teacher-homeroom-{CLASS[1]}")
    assert state.status == "ended"  # type: ignore[union-attr]


def test_a_delegate_is_given_the_cases_and_gives_them_back(house: House) -> None:
    house.homeroom()
    waiting(house, "A-1")
    house.registered("deputy", DEPUTY_PHONE, Role.TEACHER)
    granted(house.service, DEPUTY, HEAD, Position.DEPUTY, CLASS[0], "六年级 2班")
    key = f"G-teacher-homeroom-{CLASS[1]}"
    until = NOW.date() + dt.timedelta(days=7)
    delegate = grant_commands.DelegateGrant(to="deputy", until=until, **about(key, TEACHER))
    assert house.service.handle(delegate).ok

    waiting(house, "A-2", NUMBERS[1], "other")
    assert (has(house, "A-1"), has(house, "A-2")) == ("teacher", "deputy")
    assert house.service.handle(grant_commands.EndDelegation(**about(key, TEACHER))).ok

    assert has(house, "A-2") == "teacher"


def test_a_delegate_whose_account_is_closed_leaves_no_case_behind(house: House) -> None:
    house.homeroom()
    house.registered("deputy", DEPUTY_PHONE, Role.TEACHER)
    granted(house.service, DEPUTY, HEAD, Position.DEPUTY, CLASS[0], "六年级 2班")
    key = f"G-teacher-homeroom-{CLASS[1]}"
    until = NOW.date() + dt.timedelta(days=7)
    delegate = grant_commands.DelegateGrant(to="deputy", until=until, **about(key, TEACHER))
    assert house.service.handle(delegate).ok
    waiting(house)
    assert has(house) == "deputy"

    assert house.service.handle(account_commands.CloseAccount(**about("deputy", DEPUTY))).ok

    assert has(house) == "teacher"


def test_an_interrupted_process_gives_the_cases_in_its_next_round(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.registered("head", HEAD_PHONE)
    waiting(house)
    with monkeypatch.context() as broken:
        broken.setattr("eduid_core.service.handlers.dispatch.give_tasks", lambda *_: iter(()))
        house.homeroom()
    assert has(house) == "head"

    house.service.resume()

    assert has(house) == "teacher"


def test_a_new_head_of_a_large_school_waits_for_no_more_than_the_limit(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eduid_core.service.handlers.ownership.MOST", 2)
    for n, number in enumerate(NUMBERS):
        waiting(house, f"A-{n}", number, "x" * (n + 1))
    house.homeroom()
    given = [has(house, f"A-{n}") for n in range(3)]
    assert sorted(given) == ["", "teacher", "teacher"]

    house.service.resume()

    assert [has(house, f"A-{n}") for n in range(3)] == ["teacher"] * 3


# --- who is asked --------------------------------------------------------------------------------------


def test_an_appeal_waits_for_a_deputy_or_the_head_and_never_for_who_refused(house: House) -> None:
    house.registered("head", HEAD_PHONE)
    house.homeroom()
    waiting(house)
    assert decides(house, TEACHER, outcome="reject", code="NOT_MY_STUDENT").ok

    family = Actor(id="acct", role=Role.GUARDIAN)
    assert house.service.handle(
        app.Appeal(statement=PrivateText("please look again"), **about("A-1", family))
    ).ok

    assert (has(house), told(house)) == ("head", ["15400990001", HEAD_PHONE])


def test_the_head_who_refused_is_not_asked_about_the_appeal(house: House) -> None:
    house.registered("head", HEAD_PHONE)
    house.registered("district", "15400005555")
    waiting(house)
    assert decides(house, HEAD, outcome="reject", code="NOT_MY_STUDENT").ok

    family = Actor(id="acct", role=Role.GUARDIAN)
    assert house.service.handle(
        app.Appeal(statement=PrivateText("please look again"), **about("A-1", family))
    ).ok

    assert has(house) == "district"


def test_a_decision_by_two_waits_in_the_queue_of_the_second(house: House) -> None:
    house.registered("head", HEAD_PHONE)
    house.homeroom()
    waiting(house, name=OTHER_NAME)
    assert decides(house, TEACHER).ok
    assert (has(house), house.service.queue("teacher")) == ("head", ())
    assert told(house) == ["15400990001", HEAD_PHONE]

    second = task_commands.SecondReview(agrees=False, expected_rev=1, **about("A-1", HEAD))
    assert house.service.handle(second).ok
    assert has(house) == "teacher"


def test_a_second_who_comes_later_finds_the_case_with_the_first_decision(house: House) -> None:
    house.homeroom()
    waiting(house, name=OTHER_NAME)
    assert decides(house, TEACHER).ok
    assert has(house) == ""

    house.registered("head", HEAD_PHONE)
    house.service.resume()

    assert has(house) == "head"
    second = task_commands.SecondReview(agrees=True, expected_rev=1, **about("A-1", HEAD))
    assert house.service.handle(second).ok
    assert house.service.state("application", "A-1").status == "approved"  # type: ignore[union-attr]


def test_the_second_is_another_person_whoever_names_them(house: House) -> None:
    house.homeroom()
    waiting(house, name=OTHER_NAME)
    assert decides(house, TEACHER).ok

    answer = house.service.handle(task_commands.Assign(assignee="teacher", **about("A-1", HEAD)))

    assert answer == Refused("second_approval_required")


def test_an_overdue_second_decision_keeps_the_first(house: House) -> None:
    house.registered("head", HEAD_PHONE)
    house.registered("district", "15400005555")
    house.homeroom()
    waiting(house, name=OTHER_NAME)
    assert decides(house, TEACHER).ok
    late = house.open()
    late.clock = lambda: NOW + dt.timedelta(days=30)

    late.fire_timers()

    stands: Any = house.service.state("review_task", "A-1")
    assert (stands.status, stands.first_by) == ("awaiting_second", "teacher")
    assert has(house) in {"head", "district"}


def test_an_administrator_who_is_assigned_a_case_is_told(house: House) -> None:
    house.homeroom()
    waiting(house)
    house.registered("deputy", DEPUTY_PHONE, Role.TEACHER)
    granted(house.service, DEPUTY, HEAD, Position.DEPUTY)

    assert house.service.handle(task_commands.Assign(assignee="deputy", **about("A-1", HEAD))).ok
    assert told(house) == ["15400990001", DEPUTY_PHONE]
    forged = task_commands.Assign(assignee="deputy", phone=Phone("15400007777"), **about("A-1", HEAD))
    house.service.clock = lambda: NOW + dt.timedelta(days=1)
    assert house.service.handle(attrs.evolve(forged, at=NOW + dt.timedelta(days=1))).ok
    assert told(house)[2:] == [DEPUTY_PHONE]


# --- messages ------------------------------------------------------------------------------------------


def test_ten_forms_and_three_edits_are_one_message_to_the_teacher_in_an_hour(house: House) -> None:
    house.homeroom()
    family = house.registered()
    for n in range(3):
        house.handed_in(f"A-{n}", family, form_of(NUMBERS[n], **DIFFERS))
    for rev in (1, 2, 3):
        amended = app.Amend(form=form_of(entry_year=str(2018 + rev)), expected_rev=rev, **about("A-0", family))
        assert house.service.handle(amended).ok
    assert told(house) == ["15400990001"]

    later = NOW + dt.timedelta(hours=1)
    house.service.clock = lambda: later
    returned = ReturnItem("name", "NAME_AS_IN_HOUSEHOLD_REGISTER")
    given = task_commands.CompleteReview(
        outcome="return", items=(returned,), expected_rev=1, **{**about("A-1", TEACHER), "at": later}
    )
    assert house.service.handle(given).ok
    mended = app.Resubmit(form=form_of(NUMBERS[1], entry_year="2020"), **{**about("A-1", family), "at": later})
    assert house.service.handle(mended).ok
    assert told(house) == ["15400990001"] * 2


def test_the_operator_is_no_reviewer(house: House) -> None:
    waiting(house)

    assert isinstance(
        house.service.handle(task_commands.Assign(assignee="head", **about("A-1", OPERATOR))), Refused
    )
    assert house.service.handle(task_commands.Assign(assignee="head", **about("A-1", DISTRICT))).ok


# --- classes are the registry's --------------------------------------------------------------------------


def claimed(house: House, class_name: str, position: Position = Position.HOMEROOM, key: str = "G-1") -> Any:
    claim = RoleClaim(
        teacher_id="teacher", school_code=CLASS[0], class_name=class_name, position=position, evidence="T-17"
    )
    return house.service.handle(grant_commands.ClaimRole(claim=claim, **about(key, TEACHER)))


@pytest.mark.parametrize(
    "spelled", ["六年级 1班", "六（1）班", "601", "六年级一班", "６年级（１）班", "小学六年级1班"]
)
def test_every_spelling_of_a_class_is_the_registrys_class(house: House, spelled: str) -> None:
    house.registered("teacher", "15400990001", Role.TEACHER)
    waiting(house)
    assert claimed(house, spelled).ok
    assert house.service.handle(grant_commands.Verify(until=UNTIL, **about("G-1", HEAD))).ok

    assert house.service.state("reviewer_grant", "G-1").claim.class_name == CLASS[1]  # type: ignore[union-attr]
    assert has(house) == "teacher"


@pytest.mark.parametrize("wrong", ["六年级 9班", "花儿班", "", "1班", "九年级 1班"])
def test_a_class_that_the_registry_does_not_have_is_nobodys(house: House, wrong: str) -> None:
    house.registered("teacher", "15400990001", Role.TEACHER)

    assert claimed(house, wrong) == Refused("class_unknown")


def test_two_spellings_are_no_two_homeroom_teachers(house: House) -> None:
    house.homeroom()
    house.registered("another", "15400006666", Role.TEACHER)
    claim = RoleClaim(teacher_id="another", school_code=CLASS[0], class_name="六（1）班", evidence="T-18")
    assert house.service.handle(grant_commands.ClaimRole(claim=claim, **about("G-2", ANOTHER))).ok

    assert house.service.handle(grant_commands.Verify(until=UNTIL, **about("G-2", HEAD))) == Refused(
        "homeroom_taken"
    )


def test_a_registry_that_does_not_answer_leaves_the_class_to_whoever_verifies(house: House) -> None:
    house.registered("teacher", "15400990001", Role.TEACHER)
    house.registry.fails = RuntimeError("down")

    assert claimed(house, "六（1）班").ok
    assert house.service.state("reviewer_grant", "G-1").claim.class_name == CLASS[1]  # type: ignore[union-attr]


def test_a_visiting_students_claimed_class_decides(house: House) -> None:
    """The child sits in another class than their row says: the teacher who sees them every day is asked."""
    house.registered("another", "15400006666", Role.TEACHER)
    granted(house.service, ANOTHER, HEAD, Position.HOMEROOM, CLASS[0], "六年级 2班")
    family = house.registered()

    house.handed_in("A-1", family, form_of(class_name="2班"))

    assert has(house) == "another"


@pytest.mark.parametrize("odd", ["花儿班", "九年级 77班", "???"])
def test_an_unreadable_or_unknown_class_goes_to_the_class_of_the_row_or_to_the_head(
    house: House, odd: str
) -> None:
    house.registered("head", HEAD_PHONE)
    family = house.registered()
    stranger = "320098201503150045"  # nobody the registry knows
    house.handed_in("A-1", family, form_of(class_name=odd))
    house.handed_in("A-2", family, form_of(stranger, class_name=odd))
    briefs: list[Any] = [house.service.state("review_task", key) for key in ("A-1", "A-2")]

    assert [b.brief.class_ref for b in briefs] == [CLASS, (CLASS[0], "")]
    assert (has(house, "A-1"), has(house, "A-2")) == ("head", "head")
    assert told(house) == [HEAD_PHONE]
    seen = Reveal(fields=("name",), reason="LOOKED_AT_FOR_REVIEW", **about("A-2", HEAD))
    assert house.service.handle(seen).ok


def test_the_head_acts_on_a_student_whom_the_machine_approved(house: House) -> None:
    family = house.registered()
    assert house.handed_in("A-1", family, form_of()).status == "approved"

    assert house.service.handle(app.RevokeApplication(code="ISSUED_IN_ERROR", **about("A-1", HEAD))).ok


def test_a_registry_that_does_not_answer_again_leaves_the_case_with_its_class(house: House) -> None:
    teacher = house.homeroom()
    waiting(house)
    returned = ReturnItem("name", "NAME_AS_IN_HOUSEHOLD_REGISTER")
    assert decides(house, teacher, outcome="return", items=(returned,)).ok
    house.registered("district", "15400005555")
    house.registry.fails = RuntimeError("down")

    family = Actor(id="acct", role=Role.GUARDIAN)
    assert house.service.handle(app.Resubmit(form=form_of(), **about("A-1", family))).ok

    assert has(house) == "teacher"
