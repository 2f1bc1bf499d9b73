"""A family is told again when the time of its form nears its end, and once for each time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from eduid_core.plugins import ReceiptStatus
from eduid_core.service import Erase
from eduid_core.service.batch import FileRun, MemoryRow
from eduid_core.testing.doubles import form_of
from eduid_core.workflow import Actor, Policy, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.policy import TimerPolicy

from .house import NOW, OPERATOR, House, about


class Days:
    """A house whose clock goes on by hours, with its timers fired and its messages sent each hour."""

    def __init__(self, folder: Path, policy: Policy | None = None) -> None:
        self.now = NOW
        self.house = House(folder)
        self.service: Any = self.house.open(clock=lambda: self.now, policy=policy or Policy())
        self.house.service = self.service
        self.told: list[tuple[str, int, int]] = []
        """The template of each reminder, the days it speaks of, and the hours since the beginning."""

    def go_on(self, days: int, workers: int = 1) -> None:
        services = [self.service, *(self.house.open(clock=lambda: self.now) for _ in range(workers - 1))]
        for _ in range(days * 24):
            self.now += dt.timedelta(hours=1)
            for service in services:
                service.fire_timers()
            self.house.sms.sent.clear()
            self.service.send_messages()
            hours = (self.now - NOW) // dt.timedelta(hours=1)
            self.told += [
                (m.template, int(str(dict(m.params)["days"])), hours)
                for m in self.house.sms.sent
                if "ends" in m.template
            ]

    def status(self, key: str) -> str:
        return str(self.service.state("application", key).status)


def draft(house: House, key: str = "A-1", **changed: str) -> None:
    assert house.service.handle(app.Open(form=form_of(**changed), **about(key, house.registered()))).ok


def test_of_a_draft_the_family_is_told_three_times_and_then_it_expires(tmp_path: Path) -> None:
    days = Days(tmp_path)
    draft(days.house)

    days.go_on(31)

    assert days.told == [("draft_ends", left, (30 - left) * 24) for left in (7, 3, 1)]
    assert days.status("A-1") == "expired"


def test_two_workers_tell_once(tmp_path: Path) -> None:
    days = Days(tmp_path)
    draft(days.house)

    days.go_on(31, workers=2)

    assert [left for _, left, _ in days.told] == [7, 3, 1]


def test_a_draft_without_a_phone_is_told_at_the_accounts(tmp_path: Path) -> None:
    days = Days(tmp_path)
    draft(days.house, guardian_phone="")

    days.go_on(24)

    assert [left for _, left, _ in days.told] == [7]


def test_of_a_form_that_a_school_handed_in_the_teacher_is_named(tmp_path: Path) -> None:
    days = Days(tmp_path)
    run = FileRun(
        days.service, registry=days.house.registry, applications="a", snapshot="s1", size_by_school={"x": 3}
    )
    rows = [MemoryRow(2, form_of(application_id="F-1", entry_year=""))]
    run.begin(rows, as_of=NOW.date())
    run.carry_out(rows)
    assert days.status("F-1") == "returned"

    days.go_on(15)

    assert days.told == [("return_ends_by_school", left, (14 - left) * 24) for left in (7, 3, 1)]
    assert days.status("F-1") == "expired"


def test_what_is_handed_in_is_no_longer_told_of(tmp_path: Path) -> None:
    days = Days(tmp_path)
    draft(days.house)
    days.go_on(24)
    family = Actor(id="acct", role=Role.GUARDIAN)
    assert days.service.handle(app.Submit(consent_text="v1", subject="A-1", by=family, at=days.now)).ok
    days.go_on(10)

    assert [left for _, left, _ in days.told] == [7]
    assert days.status("A-1") == "approved"


@pytest.mark.parametrize(("remind", "told"), [((), []), ((40, 2), [2]), ((29,), [29])])
def test_the_policy_says_when(tmp_path: Path, remind: tuple[int, ...], told: list[int]) -> None:
    """A day before the form was begun is none."""
    days = Days(tmp_path, Policy(timers=TimerPolicy(remind_days=remind)))
    draft(days.house)

    days.go_on(30)

    assert [left for _, left, _ in days.told] == told


def test_a_worker_that_was_away_tells_the_last_reminder_alone(tmp_path: Path) -> None:
    days = Days(tmp_path)
    draft(days.house)
    days.now = NOW + dt.timedelta(days=27, hours=5)

    days.go_on(1)

    assert [left for _, left, _ in days.told] == [2], "the days that are really left"


@pytest.mark.parametrize("answer", [ReceiptStatus.ACCEPTED, ReceiptStatus.FAILED])
def test_of_an_erased_application_no_reminder_is_left(tmp_path: Path, answer: ReceiptStatus) -> None:
    """One that waits is not sent, and one that failed is in no list: the phone is gone with the rest."""
    days = Days(tmp_path)
    draft(days.house)
    days.now = NOW + dt.timedelta(days=23, hours=1)
    days.service.fire_timers()
    days.house.sms.sent.clear()
    if answer is ReceiptStatus.FAILED:
        days.house.sms.answer = answer
        assert days.service.send_messages().failed == 1
        days.house.sms.answer = ReceiptStatus.ACCEPTED
    family: dict[str, Any] = {"subject": "A-1", "by": Actor(id="acct", role=Role.GUARDIAN), "at": days.now}
    assert days.service.handle(app.Withdraw(**family)).ok
    assert days.service.handle(Erase(reason="ERASED_ON_REQUEST", **family)).ok

    assert days.service.messages(by=OPERATOR) == ()
    assert days.service.send_messages().sent == 0
    assert days.house.sms.sent == []
