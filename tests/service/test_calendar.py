"""The working days of China: day by day as another package has them; past the last decree they are an estimate."""

from __future__ import annotations

import datetime as dt
import importlib
from pathlib import Path
from typing import Any

import pytest

from eduid_core.findings import CallerError
from eduid_core.service import ChinaSchoolDays, read_decree
from eduid_core.testing.doubles import form_of

from .house import House

DECREE = """
year = 2027
source = "国办发明电〔2026〕0号"
off = [2027-01-01, 2027-02-08]
worked = [2027-01-03, 2027-02-20]
"""
DISPUTED = {dt.date(2005, 12, 31)}
"""The one day in which the two packages differ."""


def test_every_day_since_2004_is_as_another_package_has_it() -> None:
    chinese_calendar: Any = importlib.import_module("chinese_calendar")
    days, first = ChinaSchoolDays(), dt.date(2004, 1, 1)
    compared = [first + dt.timedelta(n) for n in range((dt.date(2027, 1, 1) - first).days)]

    differ = {day for day in compared if days.is_working_day(day) != chinese_calendar.is_workday(day)}

    assert len(compared) == 8401
    assert differ == DISPUTED


def test_the_horizon_is_the_end_of_the_last_year_decreed() -> None:
    assert ChinaSchoolDays().horizon >= dt.date(2026, 12, 31)
    assert ChinaSchoolDays(decrees=[read_decree(DECREE)]).horizon >= dt.date(2027, 12, 31)
    later = DECREE.replace("2027", "2031").replace("01-03", "01-04").replace("02-20", "02-22")
    assert ChinaSchoolDays(decrees=[read_decree(later)]).horizon == ChinaSchoolDays().horizon, (
        "a gap is no decree"
    )


def test_a_decree_of_the_operators_counts_without_a_release() -> None:
    before, after = ChinaSchoolDays(), ChinaSchoolDays(decrees=[read_decree(DECREE)])

    assert after.is_working_day(dt.date(2027, 1, 3))
    assert not after.is_working_day(dt.date(2027, 2, 8))
    assert after.is_working_day(dt.date(2026, 10, 10)) is before.is_working_day(dt.date(2026, 10, 10)) is True
    assert before.version != after.version


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("year = 2027", "year = 2028"),
        ("year = 2027", 'year = "2027"'),
        ("2027-01-03", "2027-01-04"),
        ("2027-01-03", "2027-01-01"),
        ("2027-01-01", '"2027-01-01"'),
        ("source", "origin"),
        ("off = [", "off = "),
        ("year = 2027", "year = 2027\nmore = 1"),
    ],
)
def test_a_decree_that_cannot_be_right_is_refused(was: str, now: str) -> None:
    with pytest.raises(CallerError):
        read_decree(DECREE.replace(was, now))


def test_a_deadline_past_the_horizon_says_that_it_is_provisional(tmp_path: Path) -> None:
    house = House(tmp_path)
    teacher = house.homeroom()
    house.handed_in("A-1", house.registered(), form_of(name="陈小雪"))
    horizon = ChinaSchoolDays().horizon
    soon: Any = house.service.find("A-1", by=teacher)
    assert not soon.next_step.provisional

    late = house.open(calendar=ChinaSchoolDays(breaks=[(dt.date(2026, 11, 1), horizon)]))
    case: Any = late.find("A-1", by=teacher)

    assert case.next_step.until.year > horizon.year
    assert case.next_step.provisional
    told: Any = late.explain("A-1", by=teacher)
    assert "暂定" in told[-1].zh


def test_deadlines_are_computed_again_when_a_decree_comes(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.homeroom()
    house.handed_in("A-1", house.registered(), form_of(name="陈小雪"))
    house.service.fire_timers()
    before = house.store.documents("timers")

    house.open(calendar=ChinaSchoolDays(decrees=[read_decree(DECREE)])).fire_timers()

    assert house.store.documents("timers") != before
