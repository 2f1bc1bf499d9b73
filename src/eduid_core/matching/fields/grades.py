"""The grade: compared as a year of schooling under the school's system, never as a mere word."""

from __future__ import annotations

import datetime as dt

from eduid_core.matching.placement import Placement
from eduid_core.matching.policy import SYSTEMS, MatchingPolicy
from eduid_core.matching.stages import number_of, place_of, stage_entry
from eduid_core.matching.verdict import Compared, FieldCode
from eduid_core.validation.names.inspect import has_lost_glyph
from eduid_core.validation.schooling.parse import Grade

__all__ = ["cohort_entry", "compare_grade", "fits_stage"]

_EQUAL = Compared(FieldCode.EQUAL)


def compare_grade(
    mine: Placement, theirs: Placement, *, system: str, as_of: dt.date | None, policy: MatchingPolicy
) -> Compared:
    """Compare the claimed grade with the registry's."""
    if not theirs.grade_text.strip():
        return Compared(FieldCode.MISSING_REG)
    if mine.grade_text == theirs.grade_text and not has_lost_glyph(theirs.grade_text):
        return _EQUAL
    if mine.grade is None or theirs.grade is None:
        return Compared(FieldCode.UNRESOLVABLE, "GRADE_UNREADABLE")
    if mine.grade == theirs.grade:
        return Compared(FieldCode.EQUAL_NORMALISED, "GRADE_SPELLING")
    if not (mine.grade.index and theirs.grade.index):
        return _cohorts(mine.grade, theirs.grade, system=system, as_of=as_of, policy=policy)
    number, registered = mine.number, theirs.number
    if not number or not registered:
        return Compared(FieldCode.UNRESOLVABLE, "GRADE_UNREADABLE")
    if number == registered:
        return Compared(FieldCode.EQUAL_NORMALISED, "GRADE_SPELLING")
    if number == registered + 1 and _not_rolled(registered, system=system, as_of=as_of, policy=policy):
        return Compared(FieldCode.VARIANT, "GRADE_NOT_ROLLED")
    return Compared(FieldCode.DIFFERENT)


def _not_rolled(registered: int, *, system: str, as_of: dt.date | None, policy: MatchingPolicy) -> bool:
    """Return whether the registry may not have promoted its students yet."""
    if (
        as_of is None
        or place_of(registered, system=system).stage is not place_of(registered + 1, system=system).stage
    ):
        return False
    first, last = policy.roll_window
    return first <= (as_of.month, as_of.day) <= last


def _cohorts(
    mine: Grade, theirs: Grade, *, system: str, as_of: dt.date | None, policy: MatchingPolicy
) -> Compared:
    """Compare two grades, of which at least one is a cohort (2022级, 2025届)."""
    number = number_of(mine if mine.index else theirs, system=system, policy=policy)
    if as_of is None or not number:
        return Compared(FieldCode.UNRESOLVABLE, "GRADE_UNREADABLE")
    entry = stage_entry(number, system=system, day=as_of, policy=policy)
    cohort = theirs if mine.index else mine
    same = cohort_entry(cohort, number, system=system) == entry and fits_stage(cohort, number, system=system)
    return Compared(FieldCode.EQUAL_NORMALISED, "GRADE_COHORT") if same else Compared(FieldCode.DIFFERENT)


def fits_stage(cohort: Grade, number: int, *, system: str) -> bool:
    """
    Return whether the stage that a *cohort* names, if any, is that of the grade *number*.

    >>> fits_stage(Grade(place_of(8, system="six_three").stage, entry_year=2025), 4, system="six_three")
    False
    """
    return cohort.stage is None or not number or place_of(number, system=system).stage is cohort.stage


def cohort_entry(cohort: Grade, number: int, *, system: str) -> int:
    """
    Return the entry year of a *cohort*, for the stage that includes the grade *number*.

    >>> cohort_entry(Grade(grad_year=2027), 4, system="six_three")
    2021
    """
    if cohort.entry_year:
        return cohort.entry_year
    stage = place_of(number, system=system).stage
    years = dict(zip(("primary", "junior", "senior"), SYSTEMS[system], strict=True))[stage.value]
    return cohort.grad_year - years
