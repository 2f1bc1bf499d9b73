"""
Validation: text -> value and findings, for every kind of number on a Chinese student's form.

`inspect_*` accepts any object and returns all findings; `parse_*` returns a value or raises. This package reads
no clock, file or network; the day is `as_of`. Importing it loads no table: divisions and `phonenumbers` are
read on first use.
"""

from __future__ import annotations

from eduid_core.findings import Finding, InvalidInput, Severity
from eduid_core.validation.ages import AgeRule, age_on
from eduid_core.validation.api import detect, inspect_number, parse_phone, parse_resident_id
from eduid_core.validation.detection import Confidence, KindCandidate
from eduid_core.validation.divisions.lookup import (
    DivisionAsked,
    DivisionSource,
    DivisionStatus,
    Term,
    data_version,
)
from eduid_core.validation.documents.check_digits import check_character
from eduid_core.validation.documents.resident import is_resident_id
from eduid_core.validation.documents.student_number import compare_with_id, compare_with_school
from eduid_core.validation.inspection import Facts, Inspection
from eduid_core.validation.kinds import HolderRole, Kind, Sex
from eduid_core.validation.masks import draw, log_form, screen_form
from eduid_core.validation.phones.inspect import classify_phone, inspect_phone
from eduid_core.validation.phones.parse import area_of
from eduid_core.validation.phones.prefixes import PhoneAsked, PhoneClass, PlanRow, PlanSource
from eduid_core.validation.repairs import Hint, Repairs, Slip, suggest_repairs
from eduid_core.validation.values import PhoneNumber, ResidentId

__all__ = [
    "AgeRule",
    "Confidence",
    "DivisionAsked",
    "DivisionSource",
    "DivisionStatus",
    "Facts",
    "Finding",
    "Hint",
    "HolderRole",
    "Inspection",
    "InvalidInput",
    "Kind",
    "KindCandidate",
    "PhoneAsked",
    "PhoneClass",
    "PhoneNumber",
    "PlanRow",
    "PlanSource",
    "Repairs",
    "ResidentId",
    "Severity",
    "Sex",
    "Slip",
    "Term",
    "age_on",
    "area_of",
    "check_character",
    "classify_phone",
    "compare_with_id",
    "compare_with_school",
    "data_version",
    "detect",
    "draw",
    "inspect_number",
    "inspect_phone",
    "is_resident_id",
    "log_form",
    "parse_phone",
    "parse_resident_id",
    "screen_form",
    "suggest_repairs",
]
