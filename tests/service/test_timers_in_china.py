"""A deadline in work is one worker's; days and years are China's, and those that were due, not those of firing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.service import ChinaSchoolDays, Service
from eduid_core.service.timers import TimersFired
from eduid_core.testing.doubles import NUMBERS, form_of
from eduid_core.workflow import CHINA, MondayToFriday, Policy
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.policy import LimitPolicy, TimerPolicy
from eduid_store_sql import SqlStore

from .house import NOW, House

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def at(house: House, moment: dt.datetime, **changed: object) -> Service:
    service = house.open(**changed)
    service.clock = lambda: moment
    return service


class Dying:
    """A calendar in whose hands the process ends."""

    version = ChinaSchoolDays().version

    def is_working_day(self, _: dt.date, /) -> bool:
        raise KeyboardInterrupt


def test_a_deadline_in_work_is_given_to_nobody_until_its_lease_is_over(house: House) -> None:
    """A worker that dies gives the deadline back five minutes later; until then no other acts on it."""
    house.handed_in("A", house.registered(), form_of(name="陈小雪"))
    at(house, NOW).fire_timers()
    late = NOW + 8 * DAY
    with pytest.raises(KeyboardInterrupt):
        at(house, late, store=SqlStore(house.url), calendar=Dying()).fire_timers()

    fired = [at(house, late + minutes * MINUTE).fire_timers() for minutes in (0, 4, 5)]

    assert fired == [TimersFired(), TimersFired(), TimersFired(done=1)]


# --- the school's days ---------------------------------------------------------------------------------

BREAK = (dt.date(2026, 7, 6), dt.date(2026, 8, 28))
"""From a Monday to a Friday."""


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (dt.date(2026, 7, 3), True),
        (BREAK[0], False),
        (dt.date(2026, 7, 29), False),
        (BREAK[1], False),
        (dt.date(2026, 8, 31), True),
    ],
    ids=["before", "first", "within", "last", "after"],
)
def test_a_school_break_lasts_from_its_first_day_to_its_last(day: dt.date, *, works: bool) -> None:
    days = ChinaSchoolDays(breaks=[BREAK])

    assert ChinaSchoolDays().is_working_day(day), "but for the break each of them is worked"
    assert days.is_working_day(day) is works


def test_working_days_are_counted_by_the_days_of_china(house: House) -> None:
    """Handed in on a Friday evening in UTC, which is Saturday in China: three working days end on Wednesday."""
    friday = dt.datetime(2026, 11, 6, 17, 0, tzinfo=dt.UTC)
    by = house.registered()
    service = at(house, friday, calendar=MondayToFriday())
    about: dict[str, Any] = {"subject": "A", "by": by, "at": friday}
    assert service.handle(app.Open(form=form_of(name="陈小雪"), **about)).ok
    assert service.handle(app.Submit(consent_text="v1", **about)).ok

    wednesday = dt.datetime(2026, 11, 11, 1, 0, tzinfo=CHINA)
    fired = [
        at(house, m, calendar=MondayToFriday()).fire_timers().done for m in (wednesday - MINUTE, wednesday)
    ]

    assert fired == [0, 1]


# --- the school year -----------------------------------------------------------------------------------


def started(house: House) -> Any:
    (event,) = (e for e in house.service.history("application", "A") if e.name == "ReverificationStarted")
    return event


@pytest.mark.parametrize(
    "fired",
    [
        dt.datetime(2027, 8, 31, 16, 0, tzinfo=dt.UTC),
        dt.datetime(2027, 12, 31, 16, 0, tzinfo=dt.UTC),
        dt.datetime(2028, 3, 1, 8, 0, tzinfo=dt.UTC),
    ],
    ids=["in time", "on New Year's Day in China", "after months of standing still"],
)
def test_a_verification_anew_is_for_the_school_year_it_was_due_in(house: House, fired: dt.datetime) -> None:
    """An approval of November 2026 is due on 1 September 2027, in China, whenever a worker comes to it."""
    house.handed_in("A", house.registered(), form_of(NUMBERS[0]))
    assert at(house, dt.datetime(2027, 8, 31, 15, 59, tzinfo=dt.UTC)).fire_timers().done == 0

    assert at(house, fired).fire_timers().done >= 1

    assert started(house).school_year == 2027


# --- a policy that changed -----------------------------------------------------------------------------


def test_a_new_policy_moves_the_deadlines_of_every_kind_of_stream_there_is(house: House) -> None:
    """More streams than are loaded at once, of two statuses: all of them are set anew, the last as the first."""
    many = LimitPolicy(live_applications=1000, tries_per_account=1000)
    house.service = house.open(policy=Policy(limits=many))
    by = house.registered()
    drafts = [f"A-{n:03}" for n in range(130)]
    house.service.handle_many([app.Open(subject=key, by=by, at=NOW, form=form_of()) for key in drafts])
    house.handed_in("R", by, form_of(guardian_phone="025-12345678"))
    assert house.service.state("application", "R").status == "returned"  # type: ignore[union-attr]
    at(house, NOW).fire_timers()
    short = Policy(timers=attrs.evolve(TimerPolicy(), draft_days=2, returned_days=2))

    assert at(house, NOW + 3 * DAY).fire_timers().done == 0
    assert at(house, NOW + 3 * DAY, policy=short).fire_timers().done == len(drafts) + 1

    assert house.store.streams("application/", "expired") == [f"application/{key}" for key in [*drafts, "R"]]
