"""Cross-checks that do not decide; they are displayed beside the decision."""

from __future__ import annotations

import datetime as dt
from typing import Final

from eduid_core.findings import Finding
from eduid_core.matching.policy import MatchingPolicy
from eduid_core.matching.stages import usual_age
from eduid_core.validation.ages import age_on
from eduid_core.validation.inspection import Inspection, found

__all__ = ["age_remark", "birth_in", "is_impossible_age", "number_findings"]

_RESIDENT: Final = 18
_USUAL: Final = (5, 22)
_UNUSUAL: Final = "AGE_UNUSUAL_FOR_ROLE"
_FIRST_BIRTH: Final = 1900


def number_findings(inspection: Inspection, *, as_of: dt.date, policy: MatchingPolicy) -> tuple[Finding, ...]:
    """Return the findings of the *inspection* of a student's number, with the policy's usual age."""
    if policy.pupil_age == _USUAL or not inspection.valid:
        return inspection.findings
    findings = tuple(one for one in inspection.findings if one.code != _UNUSUAL)
    birth = inspection.facts.get("birth_date")
    youngest, oldest = policy.pupil_age
    if not isinstance(birth, dt.date) or youngest <= age_on(birth, as_of) <= oldest:
        return findings
    return (*findings, found(_UNUSUAL, 6, 14))


def is_impossible_age(inspection: Inspection, *, as_of: dt.date | None, policy: MatchingPolicy) -> bool:
    """Return whether a valid number has the age of no student on *as_of* (None: without a calendar)."""
    birth = inspection.facts.get("birth_date")
    if not isinstance(birth, dt.date):
        return False
    youngest, oldest = policy.possible_age
    return birth.year < _FIRST_BIRTH or (as_of is not None and not youngest <= age_on(birth, as_of) <= oldest)


def birth_in(key: str) -> int:
    """
    Return the birth in a look-up key as yyyymmdd, 0 if the key is no resident number.

    >>> birth_in("320098201503150010"), birth_in("passport_other:E12345678")
    (20150315, 0)
    """
    return int(key[6:14]) if len(key) == _RESIDENT and key[:17].isdigit() else 0


def age_remark(birth: int, grade: int, *, as_of: dt.date, policy: MatchingPolicy) -> tuple[str, ...]:
    """
    Return AGE_GRADE_IMPLAUSIBLE if a *birth* (yyyymmdd, 0 if unknown) is far from usual for *grade*.

    The age is computed for the first day of the current school year; *grade* 0 means no grade.

    >>> age_remark(20000315, 4, as_of=dt.date(2026, 11, 2), policy=MatchingPolicy())
    ('AGE_GRADE_IMPLAUSIBLE',)
    """
    if not grade or not birth:
        return ()
    month, day = policy.cutover
    year = as_of.year if (as_of.month, as_of.day) >= (month, day) else as_of.year - 1
    age = year - birth // 1_0000 - (birth % 1_0000 > month * 100 + day)
    return ("AGE_GRADE_IMPLAUSIBLE",) if abs(age - usual_age(grade)) > policy.grade_age_slack else ()
