"""Dates of birth and ages in years, by the three rules in use."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Final

from eduid_core.findings import CallerError

__all__ = ["AgeRule", "age_on", "date_of", "is_date"]

_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS: Final = frozenset(f"{m:02}{d:02}" for m, last in enumerate(_LENGTHS, 1) for d in range(1, last + 1))


class AgeRule(enum.StrEnum):
    """
    The day on which a person's age increases.

    `anniversary`: the birthday, as in everyday life. `next_day`: the day after it, as the law
    counts full years (周岁). `calendar_year`: 1 January, as school years and quotas count. In a common year a
    person born on 29 February has the birthday on 1 March.
    """

    ANNIVERSARY = "anniversary"
    NEXT_DAY = "next_day"
    CALENDAR_YEAR = "calendar_year"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def is_date(digits: str) -> bool:
    """
    Return whether the eight ASCII digits yyyymmdd are a date of the Gregorian calendar.

    >>> is_date("20240229"), is_date("20230229"), is_date("00000101")
    (True, False, False)
    """
    if digits[4:] in _DAYS:
        return digits[:4] != "0000"
    return digits[4:] == "0229" and _is_leap(int(digits[:4])) and digits[:4] != "0000"


def date_of(digits: str) -> dt.date:
    """Return the date of eight digits yyyymmdd for which `is_date` is true."""
    return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))


def age_on(birth: dt.date, day: dt.date, *, rule: AgeRule | str = AgeRule.ANNIVERSARY) -> int:
    """
    Return the age in years on *day* of a person born on *birth*.

    Standard:
        民法典 art. 1259 and 最高法 on 周岁 for `next_day`.

    Raises:
        CallerError: *day* is before *birth*, or there is no such rule.

    >>> [age_on(dt.date(2015, 3, 15), dt.date(2026, 3, 15), rule=r) for r in AgeRule]
    [11, 10, 11]
    """
    if day < birth:
        raise CallerError("the day lies before the birth")
    try:
        rule = AgeRule(rule)
    except ValueError:
        raise CallerError("no such rule of age") from None
    years = day.year - birth.year
    if rule is AgeRule.CALENDAR_YEAR:
        return years
    # No common year has a 29 February: the comparison itself puts that birthday on 1 March.
    held = (day.month, day.day) > (birth.month, birth.day)
    if rule is AgeRule.ANNIVERSARY:
        held = (day.month, day.day) >= (birth.month, birth.day)
    return years if held else max(years - 1, 0)
