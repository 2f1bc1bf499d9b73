"""
Working days in mainland China, combined with the holidays of a school.

Every autumn the State Council decrees the holidays of the next year, and the weekend days that are worked in
exchange. Those decreed so far come from the `holidays` package; an operator adds a later decree as a file,
without a release. Past the last decree a working day is an estimate: `horizon` tells where it begins. Winter
and summer holidays are set by the district and are given as ranges; service levels do not run while a school is
on holiday.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

import attrs

from eduid_core.findings import CallerError

__all__ = ["ChinaSchoolDays", "Decree", "read_decree"]

Range = tuple[dt.date, dt.date]
_DECREED: Final = 2026
"""A year whose decree the `holidays` package has; whether it has later ones is looked up."""
_KEYS: Final = frozenset({"year", "source", "off", "worked"})
_FRIDAY: Final = 5


@attrs.frozen(kw_only=True)
class Decree:
    """The holidays of a year: the days off, the weekend days worked in exchange, the decree that says so."""

    year: int
    off: frozenset[dt.date]
    worked: frozenset[dt.date]
    source: str


def read_decree(text: str) -> Decree:
    """
    Return the decree in a TOML *text* with `year`, `source`, and the days `off` and `worked` as dates.

    >>> decree = read_decree('''
    ... year = 2027
    ... source = "国办发明电〔2026〕0号"
    ... off = [2027-01-01]
    ... worked = [2027-01-03]
    ... ''')
    >>> decree.year, sorted(decree.worked)
    (2027, [datetime.date(2027, 1, 3)])

    Raises:
        CallerError: the text is no TOML, or a value is missing, unknown, of another year, or no weekend day.
    """
    try:
        told: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise CallerError("a decree is a TOML file with year, source, off and worked") from None
    if told.keys() != _KEYS or type(told["year"]) is not int or type(told["source"]) is not str:
        raise CallerError("a decree has year, source, off and worked, and nothing else")
    off, worked = (_days(told[name], name, told["year"]) for name in ("off", "worked"))
    if off & worked or any(day.isoweekday() <= _FRIDAY for day in worked):
        raise CallerError("worked: weekend days that are not off are wanted")
    return Decree(year=told["year"], off=off, worked=worked, source=told["source"])


def _days(value: object, name: str, year: int) -> frozenset[dt.date]:
    if not isinstance(value, list) or not all(type(day) is dt.date and day.year == year for day in value):
        raise CallerError(f"{name}: dates of {year} are wanted, as 2027-01-01")
    return frozenset(value)


class ChinaSchoolDays:
    """
    A `Calendar` of national working days outside the school's *breaks*; a break is a first and a last day.

    *decrees* are those that came since this release; one for a year replaces what is known of it.

    >>> days = ChinaSchoolDays(breaks=[(dt.date(2026, 7, 4), dt.date(2026, 8, 31))])
    >>> days.is_working_day(dt.date(2026, 10, 1)), days.is_working_day(dt.date(2026, 10, 10))
    (False, True)
    >>> days.is_working_day(dt.date(2026, 7, 6))
    False
    """

    def __init__(self, *, breaks: Iterable[Range] = (), decrees: Iterable[Decree] = ()) -> None:
        """Take the school's own *breaks*, both ends inclusive, and later *decrees*."""
        import holidays  # noqa: PLC0415 - loaded by who wants a calendar only

        self._national = holidays.country_holidays("CN")
        self._breaks = tuple(breaks)
        self._decrees = {decree.year: decree for decree in decrees}

    @cached_property
    def horizon(self) -> dt.date:
        """Return the last day whose decree is known: a working day after it is provisional."""
        year = _DECREED
        while year + 1 in self._decrees or self._is_decreed(year + 1):
            year += 1
        return dt.date(year, 12, 31)

    def _is_decreed(self, year: int) -> bool:
        """Return whether the package has the decree of *year*: there was none without a worked weekend day."""
        first, days = dt.date(year, 1, 1), range(366)
        weekends = (day for n in days if (day := first + dt.timedelta(n)).isoweekday() > _FRIDAY)
        return any(self._national.is_working_day(day) for day in weekends)

    @property
    def version(self) -> str:
        """Return what tells this calendar from another: deadlines are computed again when it changes."""
        known = [(d.year, sorted(d.off), sorted(d.worked)) for _, d in sorted(self._decrees.items())]
        return sha256(repr((self.horizon, self._breaks, known)).encode()).hexdigest()[:16]

    def is_working_day(self, day: dt.date, /) -> bool:
        """Return whether *day* counts toward a service level."""
        if any(first <= day <= last for first, last in self._breaks):
            return False
        decree = self._decrees.get(day.year)
        if decree is None:
            return bool(self._national.is_working_day(day))
        return day in decree.worked or (day.isoweekday() <= _FRIDAY and day not in decree.off)
