"""
The features of a resident number: everything that a rule may read of its 18 characters.

A rule never sees the characters, only this tuple and the context of the inspection. Two numbers with equal
features therefore have equal findings, and an engine that works on whole columns may inspect one number of each
class. A rule that needs more adds a field here; engines compare their columns with `NumberFeatures._fields`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from eduid_core.validation.ages import is_date
from eduid_core.validation.divisions import lookup
from eduid_core.validation.divisions.lookup import DivisionSource, DivisionStatus
from eduid_core.validation.documents.check_digits import check_fits
from eduid_core.validation.templates import MISFIT

__all__ = ["IN_FUTURE", "NO_DATE", "NumberFeatures", "age_of", "division_status", "features_of"]

NO_DATE: Final = -2
"""The age of a birth that is no date of the calendar."""
IN_FUTURE: Final = -1
"""The age of a birth after the day of the inspection."""


class NumberFeatures(NamedTuple):
    """
    What the rules may read; None where the characters are masked.

    `division` is the status of the division in the year of birth, `age` the whole years lived (or `NO_DATE`,
    `IN_FUTURE`), `check_fits` whether the check character is right.
    """

    division: DivisionStatus | None
    age: int | None
    check_fits: bool | None


def features_of(text: str, *, today: int, divisions: DivisionSource | None = None) -> NumberFeatures:
    """
    Return the features of the 18 upper-case characters *text* on the day *today* (yyyymmdd).

    >>> features_of("320098201503150010", today=20261102)
    NumberFeatures(division=<DivisionStatus.SYNTHETIC: 'synthetic'>, age=11, check_fits=True)
    """
    if MISFIT not in text:
        return NumberFeatures(
            division_status(text[:6], int(text[6:10]), divisions),
            age_of(text[6:14], today=today),
            check_fits(text),
        )
    return NumberFeatures(
        None if MISFIT in text[:10] else division_status(text[:6], int(text[6:10]), divisions),
        None if MISFIT in text[6:14] else age_of(text[6:14], today=today),
        None,
    )


def division_status(code: str, year: int, source: DivisionSource | None) -> DivisionStatus:
    """Return the status of the six digits *code* for a birth in *year*; most are found without the history."""
    plain = lookup.table().plain.get(code) if source is None else None
    if plain is not None and plain[0] <= year <= plain[1]:
        return DivisionStatus.IN_FORCE_AT_BIRTH
    return lookup.judge(code, year, source)


def age_of(birth: str, *, today: int) -> int:
    """
    Return the whole years from the eight digits *birth* to *today* (yyyymmdd), `NO_DATE` or `IN_FUTURE`.

    >>> (
    ...     age_of("20150315", today=20260314),
    ...     age_of("20150231", today=20260314),
    ...     age_of("20270101", today=20260314),
    ... )
    (10, -2, -1)
    """
    if not is_date(birth):
        return NO_DATE
    lived = today - int(birth)  # the difference of two yyyymmdd holds the age in its ten thousands
    return lived // 1_0000 if lived >= 0 else IN_FUTURE
