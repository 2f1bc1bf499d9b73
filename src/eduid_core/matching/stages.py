"""
Arithmetic of schooling: grade numbers, stages, school years.

The same word means another year of school under another system: 六年级 is the last of primary school under
六三 and the first of junior school under 五四. The system is an attribute of the school.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

from eduid_core.matching.policy import SYSTEMS, MatchingPolicy
from eduid_core.validation.schooling.parse import Grade, Stage

__all__ = ["Place", "earlier_starts", "number_of", "place_of", "school_year", "stage_entry", "usual_age"]

_SENIOR_ONE: Final = 10
_LAST: Final = 12


class Place(NamedTuple):
    """The place of a grade: the stage, and the year within it from 1."""

    stage: Stage
    year: int


def number_of(grade: Grade, *, system: str, policy: MatchingPolicy) -> int:
    """
    Return the grade as a number 1 to 12, or 0 if there is none (a cohort, 初四 under 六三).

    >>> number_of(Grade(Stage.JUNIOR, 2), system="six_three", policy=MatchingPolicy())
    8
    """
    if not grade.index:
        return 0
    primary, junior, senior = SYSTEMS[system]
    if grade.stage is None:
        return grade.index
    if grade.stage is Stage.PRIMARY:
        return grade.index if grade.index <= primary else 0
    if grade.stage is Stage.SENIOR:
        return _SENIOR_ONE - 1 + grade.index if grade.index <= senior else 0
    number = (policy.junior_one or primary + 1) - 1 + grade.index
    return number if number <= primary + junior else 0


def place_of(number: int, *, system: str) -> Place:
    """
    Return the stage and the year within it of the grade *number*.

    >>> place_of(6, system="six_three").stage.value, place_of(6, system="five_four").stage.value
    ('primary', 'junior')
    """
    primary, junior, _ = SYSTEMS[system]
    if number <= primary:
        return Place(Stage.PRIMARY, number)
    if number <= primary + junior:
        return Place(Stage.JUNIOR, number - primary)
    return Place(Stage.SENIOR, number - primary - junior)


def school_year(day: dt.date, *, policy: MatchingPolicy) -> int:
    """
    Return the calendar year in which the school year of *day* began.

    >>> (
    ...     school_year(dt.date(2026, 8, 31), policy=MatchingPolicy()),
    ...     school_year(dt.date(2026, 9, 1), policy=MatchingPolicy()),
    ... )
    (2025, 2026)
    """
    return day.year if (day.month, day.day) >= policy.cutover else day.year - 1


def stage_entry(number: int, *, system: str, day: dt.date, policy: MatchingPolicy) -> int:
    """Return the year in which a student in grade *number* on *day* began the stage, no grade repeated."""
    return school_year(day, policy=policy) - place_of(number, system=system).year + 1


def earlier_starts(number: int, *, system: str) -> tuple[int, ...]:
    """
    Return the exact numbers of years between the beginning of the present stage and of earlier ones.

    >>> earlier_starts(7, system="six_three"), earlier_starts(11, system="five_four")
    ((6,), (4, 9))
    """
    primary, junior, _ = SYSTEMS[system]
    stage = place_of(number, system=system).stage
    if stage is Stage.PRIMARY:
        return ()
    return (primary,) if stage is Stage.JUNIOR else (junior, primary + junior)


def usual_age(number: int) -> int:
    """Return the usual age, in whole years on the first of September, of students beginning grade *number*."""
    return number + 5
