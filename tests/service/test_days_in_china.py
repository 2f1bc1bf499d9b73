"""A day begins at midnight in China, which is four in the afternoon in UTC: for budgets, grants, terms and years."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from eduid_core.findings import Refused
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import EnterCode, Register
from eduid_core.testing.doubles import CLASS, NUMBERS, form_of
from eduid_core.workflow import Actor, Policy, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.policy import SmsPolicy
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant import states as grant
from eduid_core.workflow.reviewer_grant.states import Position

from .house import ANYONE, HEAD, NOW, House, about, by_system, granted, seated

MIDNIGHT = dt.datetime(2026, 11, 2, 16, 0, tzinfo=dt.UTC)
"""The third of November begins in China."""
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
TEACHER = Actor(id="teacher", role=Role.TEACHER, assurance=2)
SYSTEM = Actor(id="system", role=Role.SYSTEM)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def at(moment: dt.datetime, subject: str, by: Actor) -> dict[str, Any]:
    return {**about(subject, by), "at": moment}


def code(answer: Any) -> str:
    return answer.code if isinstance(answer, Refused) else "done"


def handed_in(house: House, key: str, by: Actor, moment: dt.datetime, **changed: Any) -> Any:
    assert house.service.handle(app.Open(form=form_of(**changed), **at(moment, key, by))).ok
    house.service.handle(app.Submit(consent_text="v1", **at(moment, key, by)))
    return house.service.state("application", key)


# --- years ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("approved", "due"),
    [
        (dt.datetime(2027, 8, 31, 15, 59, tzinfo=dt.UTC), 2027),
        (dt.datetime(2027, 8, 31, 16, 0, tzinfo=dt.UTC), 2028),
        (dt.datetime(2027, 12, 31, 15, 59, tzinfo=dt.UTC), 2028),
        (dt.datetime(2027, 12, 31, 16, 0, tzinfo=dt.UTC), 2028),
    ],
    ids=["on 31 August", "on 1 September", "on New Year's Eve", "on New Year's Day"],
)
def test_an_approval_waits_for_the_next_first_of_september_in_china(
    house: House, approved: dt.datetime, due: int
) -> None:
    by = house.registered()
    assert handed_in(house, "A", by, approved).status in {"approved", "pending_review"}
    if house.service.state("application", "A").status == "pending_review":  # type: ignore[union-attr]
        seated(house.service)
        decision = task_commands.CompleteReview(
            outcome="approve", basis="known_in_person", expected_rev=1, **at(approved, "A", HEAD)
        )
        assert house.service.handle(decision).ok
    began = dt.datetime(due, 8, 31, 16, 0, tzinfo=dt.UTC)
    service = house.open()

    service.clock = lambda: began - MINUTE
    service.fire_timers()
    assert _reverified(house) == 0
    service.clock = lambda: began
    service.fire_timers()
    assert _reverified(house) == 1


def _reverified(house: House) -> int:
    return [e.name for e in house.service.history("application", "A")].count("ReverificationStarted")


# --- budgets -------------------------------------------------------------------------------------------


def test_the_notices_of_a_day_are_those_of_a_day_in_china(tmp_path: Path) -> None:
    house = House(tmp_path, policy=Policy(sms=SmsPolicy(notices_in_all=1)))
    by = house.registered()
    for place, number in enumerate(NUMBERS):
        assert handed_in(house, f"A-{place}", by, NOW, id_number=number).status == "approved"

    sent = []
    for moment in (MIDNIGHT - HOUR, MIDNIGHT - MINUTE, MIDNIGHT, MIDNIGHT + 9 * HOUR):
        house.service.clock = lambda moment=moment: moment
        sent.append(house.service.send_messages().sent)

    assert sent == [1, 0, 1, 0]


def test_the_guesses_of_a_day_are_those_of_a_day_in_china(house: House) -> None:
    """Twenty guesses at codes of one phone, over however many accounts; nine in the morning brings no new ones."""
    answers = []
    for place in range(7):
        moment = MIDNIGHT + (HOUR if place < 4 else 9 * HOUR)
        names = {
            "username": PrivateText(f"u{place}"),
            "phone": Phone("15400001234"),
            "password": PrivateText("x" * 9),
        }
        assert house.service.handle(Register(role=Role.GUARDIAN, **names, **at(moment, f"u{place}", ANYONE))).ok
        answers += [
            code(house.service.handle(EnterCode(code=OtpCode(f"00000{n}"), **at(moment, f"u{place}", ANYONE))))
            for n in range(4)
        ]

    assert answers[19] in {"challenge_mismatch", "done"}
    assert set(answers[20:]) == {"challenge_locked"}


# --- messages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moments", "times"),
    [((-3 * HOUR, -HOUR), 1), ((-HOUR, HOUR), 2), ((HOUR, 9 * HOUR), 1), ((-HOUR, HOUR, 9 * HOUR), 2)],
)
def test_whoever_is_asked_again_is_told_once_a_day_in_china(
    house: House, moments: tuple[dt.timedelta, ...], times: int
) -> None:
    house.homeroom()
    house.registered("head", "15400004444")
    district = "15400005555"
    house.registered("district", district)
    handed_in(house, "A", house.registered(), NOW, name="陈小雪")
    for moment in (NOW, NOW, *(MIDNIGHT + moment for moment in moments)):
        assert by_system(house.service, app.Escalate(**at(moment, "A", SYSTEM))).ok
    house.service.send_messages()

    told = [m for m in house.sms.sent if m.template == "review_escalated" and m.to == Phone(district)]

    assert len(told) == times


# --- grants --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("moment", "answer"), [(-MINUTE, "done"), (dt.timedelta(0), "grant_inactive")])
def test_a_grant_stands_until_its_last_day_is_over_in_china(
    house: House, moment: dt.timedelta, answer: str
) -> None:
    seated(house.service)
    house.registered("teacher", "15400002222")
    key = granted(house.service, TEACHER, HEAD, Position.HOMEROOM, *CLASS)
    stand_in = Actor(id="deputy", role=Role.TEACHER, assurance=2)
    granted(house.service, stand_in, HEAD, Position.DEPUTY, CLASS[0], "六年级 2班")
    house.registered("deputy", "15400003333")
    last = dt.date(2026, 11, 2)
    assert house.service.handle(grant_commands.DelegateGrant(to="deputy", until=last, **about(key, TEACHER))).ok
    handed_in(house, "A", house.registered(), NOW, name="陈小雪")

    decision = task_commands.CompleteReview(
        outcome="approve", basis="known_in_person", expected_rev=1, **at(MIDNIGHT + moment, "A", stand_in)
    )

    assert code(house.service.handle(decision)) == answer


def test_whoever_stands_in_does_so_until_midnight_in_china(house: House) -> None:
    """The deadline that ends it falls due then, and not at midnight in UTC, eight hours later."""
    seated(house.service)
    key = granted(house.service, TEACHER, HEAD, Position.HOMEROOM, *CLASS)
    granted(
        house.service,
        Actor(id="deputy", role=Role.TEACHER, assurance=2),
        HEAD,
        Position.DEPUTY,
        CLASS[0],
        "六年级 2班",
    )
    assert house.service.handle(
        grant_commands.DelegateGrant(to="deputy", until=dt.date(2026, 11, 2), **about(key, TEACHER))
    ).ok

    ended = []
    for moment in (MIDNIGHT - MINUTE, MIDNIGHT):
        house.service.clock = lambda moment=moment: moment
        house.service.fire_timers()
        ended.append("DelegationEnded" in {e.name for e in house.service.history("reviewer_grant", key)})

    assert ended == [False, True]


@pytest.mark.parametrize(("moment", "holds"), [(-MINUTE, True), (dt.timedelta(0), False)])
def test_whom_to_ask_is_looked_up_by_the_day_it_is_in_china(
    house: House, moment: dt.timedelta, *, holds: bool
) -> None:
    """A form handed in after the last day of the teacher's grant goes to nobody who has only that."""
    seated(house.service)
    house.registered("teacher", "15400002222")
    claim = grant.RoleClaim(
        teacher_id="teacher",
        school_code=CLASS[0],
        class_name=CLASS[1],
        position=Position.HOMEROOM,
        evidence="T-17",
    )
    assert house.service.handle(grant_commands.ClaimRole(claim=claim, **about("G", TEACHER))).ok
    assert house.service.handle(grant_commands.Verify(until=dt.date(2026, 11, 2), **about("G", HEAD))).ok

    handed_in(house, "A", house.registered(), MIDNIGHT + moment, name="陈小雪")

    asked: Any = house.service.state("review_task", "A")
    assert (getattr(asked, "assignee", None) == "teacher") is holds
