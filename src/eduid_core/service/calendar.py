"""
Working days in mainland China, combined with the holidays of a school.

National holidays, and the weekend days worked in exchange for them, come from the `holidays` package. Winter
and summer holidays are set by the district and are given as ranges. Service levels do not run while a school is
on holiday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

__all__ = ["ChinaSchoolDays"]

Range = tuple[dt.date, dt.date]


class ChinaSchoolDays:
    """
    A `Calendar` of national working days outside the school's *breaks*; a break is a first and a last day.

    >>> days = ChinaSchoolDays(breaks=[(dt.date(2026, 7, 4), dt.date(2026, 8, 31))])
    >>> days.is_working_day(dt.date(2026, 10, 1)), days.is_working_day(dt.date(2026, 10, 10))
    (False, True)
    >>> days.is_working_day(dt.date(2026, 7, 6))
    False
    """

    def __init__(self, *, breaks: Iterable[Range] = ()) -> None:
        """Take the school's own *breaks*, both ends inclusive."""
        import holidays  # noqa: PLC0415 - loaded by who wants a calendar only

        self._national = holidays.country_holidays("CN")
        self._breaks = tuple(breaks)

    def is_working_day(self, day: dt.date, /) -> bool:
        """Return whether *day* counts toward a service level."""
        if any(first <= day <= last for first, last in self._breaks):
            return False
        return bool(self._national.is_working_day(day))
