"""
The fast path: a plainly written form that agrees exactly with the only active row.

Nine applications in ten are of this kind. The result here is exactly that of the general path (a property test
proves it); every form that is not obviously plain is left to that path.
"""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType
from typing import Final

from eduid_core.findings import Severity
from eduid_core.matching.cross_checks import age_remark, is_impossible_age, number_findings
from eduid_core.matching.keys import ID_TYPES, RESIDENT
from eduid_core.matching.policy import MatchingPolicy
from eduid_core.matching.records import Application, Found, RegistryRow
from eduid_core.matching.stages import number_of
from eduid_core.matching.statuses import STATUSES
from eduid_core.matching.verdict import KEY_FIELDS, FieldCode, FieldResult, Outcome, Verdict
from eduid_core.validation.api import inspect_number
from eduid_core.validation.kinds import HolderRole, Kind
from eduid_core.validation.names.inspect import is_plain_name
from eduid_core.validation.phones.prefixes import PhoneClass, plain_mobile_class
from eduid_core.validation.schooling.parse import CLASSES, GRADES

__all__ = ["PLAIN_CLASSES", "PLAIN_MONTHS", "PLAIN_YEARS", "plain_agreement"]

PLAIN_MONTHS: Final = MappingProxyType({f"{month:02d}": month for month in range(1, 13)})
PLAIN_YEARS: Final = frozenset(map(str, range(1950, 2200)))
PLAIN_CLASSES: Final = frozenset(CLASSES)
"""Class texts that consist of a number only."""

_ALL_EQUAL: Final = tuple(FieldResult(field, FieldCode.EQUAL) for field in KEY_FIELDS)
_CLEAN: Final = Verdict(Outcome.APPROVED, ("CONSISTENT",), _ALL_EQUAL)


def plain_agreement(form: Application, case: Found, *, policy: MatchingPolicy) -> Verdict | None:
    """Return the approval of a plain *form* that agrees exactly, or None: then the general path decides."""
    rows, as_of = case.rows, case.as_of
    if len(rows) != 1 or as_of is None or case.also_applied or not case.available:
        return None
    row = rows[0]
    if not (_same_placement(form, row) and _same_school(form, row, case) and STATUSES.get(row.status) == ""):
        return None
    name = form.name.reveal("matching")
    if name != row.name.reveal("matching") or not is_plain_name(name) or not row.student_number:
        return None
    if row.guardian_phone != form.guardian_phone and row.guardian_phone and policy.guardian_phone_must_agree:
        return None
    remarks = _remarks(form, row, as_of, policy)
    if remarks is None:
        return None
    return Verdict(Outcome.APPROVED, ("CONSISTENT", *remarks), _ALL_EQUAL) if remarks else _CLEAN


def _same_placement(form: Application, row: RegistryRow) -> bool:
    """Return whether grade, class and entry year are plain and agree exactly."""
    grade, class_name, year, month = form.grade, form.class_name, form.entry_year, row.entry_month
    return (
        grade == row.grade
        and grade in GRADES
        and class_name == row.class_name
        and class_name in PLAIN_CLASSES
        and month[:4] == year
        and year in PLAIN_YEARS
        and month[4:] in PLAIN_MONTHS
    )


def _same_school(form: Application, row: RegistryRow, case: Found) -> bool:
    """Return whether the school agrees exactly and, if no code is given, is the only school with its name."""
    schools, code = case.schools, row.school_code
    if schools is None or form.school != row.school or not code:
        return False
    return schools.exact.get(form.school) == code and form.school_code in ("", code)


def _remarks(
    form: Application, row: RegistryRow, as_of: dt.date, policy: MatchingPolicy
) -> tuple[str, ...] | None:
    """Return the doubts and notes to display with an approval, or None if there are graver findings."""
    number = form.id_number.reveal("matching")
    if number != row.id_number.reveal("matching") or len(number) != 18 or not row.id_type:  # noqa: PLR2004
        return None
    if (
        ID_TYPES.get(form.id_type) not in RESIDENT
        or ID_TYPES.get(row.id_type) not in RESIDENT
        or number[17] == "x"
    ):
        return None
    inspection = inspect_number(number, kind=Kind.RESIDENT_ID, as_of=as_of, role=HolderRole.STUDENT)
    phone = _phone_remark(form.guardian_phone.reveal("matching"))
    if inspection.canonical is None or phone is None:
        return None
    if is_impossible_age(inspection, as_of=as_of, policy=policy):
        return None
    age = age_remark(int(number[6:14]), _number(row, policy), as_of=as_of, policy=policy)
    findings = number_findings(inspection, as_of=as_of, policy=policy)
    if not findings:
        return phone + age
    if policy.synthetic == "review" and "SYNTHETIC_NUMBER" in inspection.codes:
        return None
    doubts = [one.code for one in findings if one.severity is Severity.DOUBT]
    if len(doubts) == len(findings):
        return (*doubts, *phone, *age)
    return (*doubts, *phone, *(one.code for one in findings if one.severity is Severity.NOTE), *age)


def _number(row: RegistryRow, policy: MatchingPolicy) -> int:
    return number_of(GRADES[row.grade], system=policy.system_of(row.school_code), policy=policy)


def _phone_remark(phone: str) -> tuple[str, ...] | None:
    """Return the findings of a mobile number of eleven plain digits, or None for any other text."""
    reached = plain_mobile_class(phone)
    if reached is None:
        return None
    return () if reached is PhoneClass.MOBILE else ("PHONE_UNASSIGNED_PREFIX",)
