"""Who may decide is looked up at the moment of deciding; no caller's word and no old grant is enough."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.findings import Refused
from eduid_core.private import Phone
from eduid_core.service import Service
from eduid_core.testing.doubles import CLASS, form_of
from eduid_core.workflow import Actor, Policy, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.policy import ReviewPolicy
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant import states as grant
from eduid_core.workflow.reviewer_grant.states import Position

from .house import DISTRICT, HEAD, NOW, OPERATOR, UNTIL, House, about, by_system, granted, seated

TEACHER = Actor(id="teacher", role=Role.TEACHER, assurance=2)
DEPUTY = Actor(id="deputy", role=Role.TEACHER, assurance=2)
STRANGER = Actor(id="stranger", role=Role.TEACHER, assurance=2)
SYSTEM = Actor(id="system", role=Role.SYSTEM)


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    seated(made.service)
    return made


@pytest.fixture
def family(house: House) -> Actor:
    return house.registered()


def waiting(house: House, family: Actor, key: str = "A-1") -> Any:
    """Hand in what differs; return the task."""
    house.handed_in(key, family, form_of(school="南京市云杉小学"))
    return house.service.state("review_task", key)


def decide(service: Service, by: Actor, key: str = "A-1") -> Any:
    return service.handle(
        task_commands.CompleteReview(
            outcome="approve", basis="known_in_person", expected_rev=1, **about(key, by)
        )
    )


def code(answer: Any) -> str:
    return answer.code if isinstance(answer, Refused) else "done"


def test_the_teacher_who_holds_the_class_is_asked_before_the_one_the_registry_names(
    house: House, family: Actor
) -> None:
    house.registered("teacher", "15400002222")
    granted(house.service, TEACHER, HEAD, Position.HOMEROOM, *CLASS)

    opened = waiting(house, family)
    house.service.send_messages()

    assert opened.assignee == "teacher"
    wanted = [m.to.reveal("test") for m in house.sms.sent if m.template == "review_wanted"]
    assert wanted == ["15400002222"]
    assert decide(house.service, TEACHER).ok


def test_whom_the_registry_names_is_invited_and_decides_nothing_without_a_seat(
    house: House, family: Actor
) -> None:
    opened = waiting(house, family)
    house.service.send_messages()
    requested: Any = house.service.history("application", "A-1")[-1]
    named = Actor(id=requested.invited.id, role=Role.TEACHER, assurance=2)

    assert opened.status == "unassigned"
    assert [m.to for m in house.sms.sent if m.template == "teacher_invited"] == [Phone("15400990001")]
    assert code(decide(house.service, named)) == "not_eligible_reviewer"


def test_a_role_in_the_session_is_not_enough(house: House, family: Actor) -> None:
    """Whoever says to be an administrator holds a verified grant, of this very school."""
    waiting(house, family)
    pretender = Actor(id="pretender", role=Role.SCHOOL_ADMIN, assurance=2)
    neighbour = Actor(id="neighbour", role=Role.SCHOOL_ADMIN, assurance=2)
    granted(house.service, neighbour, DISTRICT, Position.SCHOOL_ADMIN, "2132098002")

    for who in (pretender, neighbour, STRANGER):
        assert code(decide(house.service, who)) == "not_eligible_reviewer"
        start = task_commands.StartReview(**about("A-1", who))
        assert code(house.service.handle(start)) in {"not_eligible_reviewer", "not_assigned"}
    assert decide(house.service, HEAD).ok


def test_what_a_command_says_of_its_own_giver_is_not_believed(house: House, family: Actor) -> None:
    waiting(house, family)
    said = task_commands.CompleteReview(
        outcome="approve", grant_active=True, eligible=True, expected_rev=1, **about("A-1", STRANGER)
    )

    assert code(house.service.handle(said)) == "not_eligible_reviewer"


def test_a_grant_taken_back_while_the_task_was_open_decides_nothing(house: House, family: Actor) -> None:
    house.registered("teacher", "15400002222")
    key = granted(house.service, TEACHER, HEAD, Position.HOMEROOM, *CLASS)
    waiting(house, family)
    assert house.service.handle(task_commands.StartReview(**about("A-1", TEACHER))).ok
    assert house.service.handle(grant_commands.RevokeGrant(reason="left", **about(key, HEAD))).ok

    assert code(decide(house.service, TEACHER)) == "grant_inactive"
    assert type(house.service.state("application", "A-1")) is status.PendingReview


def test_a_grant_past_its_last_day_decides_nothing(house: House, family: Actor) -> None:
    house.registered("teacher", "15400002222")
    granted(house.service, TEACHER, HEAD, Position.HOMEROOM, *CLASS)
    waiting(house, family)
    command = task_commands.CompleteReview(outcome="approve", expected_rev=1, **about("A-1", TEACHER))

    late = attrs.evolve(command, at=dt.datetime(2027, 9, 1, tzinfo=dt.UTC))
    in_time = attrs.evolve(command, at=dt.datetime(2027, 8, 31, 15, 59, tzinfo=dt.UTC))

    assert code(house.service.handle(late)) == "grant_inactive"
    assert code(house.service.handle(in_time)) == "done"


def test_a_deputy_takes_a_task_only_of_a_class_they_cover(house: House, family: Actor) -> None:
    granted(house.service, DEPUTY, HEAD, Position.DEPUTY)
    waiting(house, family)
    by_system(house.service, app.Escalate(**about("A-1", SYSTEM)))
    stands: Any = house.service.state("review_task", "A-1")
    assert stands.status == "unassigned"  # a deputy without an account cannot be told

    assert (
        code(house.service.handle(task_commands.ClaimTask(**about("A-1", STRANGER)))) == "not_eligible_reviewer"
    )
    assert house.service.handle(task_commands.ClaimTask(**about("A-1", DEPUTY))).ok
    assert decide(house.service, DEPUTY).ok


def test_an_overdue_review_goes_to_the_deputy_who_is_told(house: House, family: Actor) -> None:
    house.registered("deputy", "15400003333")
    granted(house.service, DEPUTY, HEAD, Position.DEPUTY)
    waiting(house, family)

    by_system(house.service, app.Escalate(**about("A-1", SYSTEM)))
    house.service.send_messages()

    stands: Any = house.service.state("review_task", "A-1")
    assert (stands.assignee, stands.brief.level) == ("deputy", 1)
    assert [m.to.reveal("test") for m in house.sms.sent if m.template == "review_escalated"] == ["15400003333"]


def test_above_the_deputy_stands_the_head_and_then_the_district(house: House, family: Actor) -> None:
    house.registered("head", "15400004444")
    house.registered("district", "15400005555")

    asked = [waiting(house, family).assignee]
    for _ in range(4):
        by_system(house.service, app.Escalate(**about("A-1", SYSTEM)))
        stands: Any = house.service.state("review_task", "A-1")
        asked.append(getattr(stands, "assignee", None))

    assert asked == ["head", "head", "head", "district", "district"]


def test_who_stands_in_until_a_date_decides_until_then(house: House, family: Actor) -> None:
    house.registered("deputy", "15400003333")
    key = granted(house.service, TEACHER, HEAD, Position.HOMEROOM, *CLASS)
    delegate = grant_commands.DelegateGrant(to="deputy", until=NOW.date(), **about(key, TEACHER))
    assert code(house.service.handle(delegate)) == "not_eligible_reviewer"
    granted(house.service, DEPUTY, HEAD, Position.DEPUTY, CLASS[0], "六年级 2班")
    assert house.service.handle(delegate).ok

    assert waiting(house, family).assignee == "deputy"
    command = task_commands.CompleteReview(outcome="approve", expected_rev=1, **about("A-1", DEPUTY))
    late = attrs.evolve(command, at=NOW + dt.timedelta(days=1))
    assert code(house.service.handle(late)) == "grant_inactive"
    assert house.service.handle(command).ok


def test_an_administrator_gives_a_task_to_nobody_who_does_not_cover_the_class(
    house: House, family: Actor
) -> None:
    house.homeroom()
    waiting(house, family)
    assign = task_commands.Assign(assignee="stranger", eligible=True, **about("A-1", HEAD))
    hand_on = task_commands.DelegateTask(to="stranger", eligible=True, **about("A-1", HEAD))

    assert code(house.service.handle(assign)) == code(house.service.handle(hand_on)) == "not_eligible_reviewer"
    granted(house.service, DEPUTY, HEAD, Position.DEPUTY)
    assert house.service.handle(attrs.evolve(assign, assignee="deputy")).ok


def test_a_claim_is_answered_from_the_same_school_only(house: House) -> None:
    neighbour = Actor(id="neighbour", role=Role.SCHOOL_ADMIN, assurance=2)
    granted(house.service, neighbour, DISTRICT, Position.SCHOOL_ADMIN, "2132098002")
    claim = grant.RoleClaim(teacher_id="teacher", school_code=CLASS[0], class_name=CLASS[1], evidence="T-17")
    assert house.service.handle(grant_commands.ClaimRole(claim=claim, **about("G-1", TEACHER))).ok

    for command in (
        grant_commands.Verify(until=UNTIL, same_school=True, **about("G-1", neighbour)),
        grant_commands.Decline(reason="unknown", **about("G-1", neighbour)),
        grant_commands.Return(wanted="a letter", **about("G-1", neighbour)),
    ):
        assert code(house.service.handle(command)) == "forbidden"
    assert house.service.handle(grant_commands.Verify(until=UNTIL, **about("G-1", HEAD))).ok
    assert (
        code(house.service.handle(grant_commands.RevokeGrant(reason="left", **about("G-1", neighbour))))
        == "forbidden"
    )
    assert house.service.handle(grant_commands.RevokeGrant(reason="left", **about("G-1", OPERATOR))).ok


def test_under_attested_reviewers_the_caller_vouches(house: House, family: Actor) -> None:
    """A school's own decisions file names its reviewers; nobody else is asked."""
    waiting(house, family)
    service = house.open(policy=Policy(review=ReviewPolicy(reviewers="attested")))

    assert decide(service, Actor(id="from the file", role=Role.SCHOOL_ADMIN, assurance=2)).ok


def test_a_phone_of_an_account_is_told_and_no_other(house: House, family: Actor) -> None:
    """Who holds the class but has no account in use cannot be told: whom the registry names is invited."""
    granted(house.service, TEACHER, HEAD, Position.HOMEROOM, *CLASS)

    opened = waiting(house, family)
    house.service.send_messages()

    assert opened.status == "unassigned"
    told = [(m.template, m.to) for m in house.sms.sent if m.template != "registration_code"]
    assert told == [("teacher_invited", Phone("15400990001"))]
    assert code(decide(house.service, TEACHER)) == "not_assigned"


def test_the_timer_that_escalates_names_the_next_level_too(house: House, family: Actor) -> None:
    house.registered("deputy", "15400003333")
    granted(house.service, DEPUTY, HEAD, Position.DEPUTY)
    waiting(house, family)
    late = house.open()
    late.clock = lambda: NOW + dt.timedelta(days=7)

    late.fire_timers()

    stands: Any = house.service.state("review_task", "A-1")
    assert (stands.assignee, stands.brief.level) == ("deputy", 1)
