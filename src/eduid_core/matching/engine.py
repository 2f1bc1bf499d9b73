"""
The parts of the rules that an engine for whole columns is built from, in one place.

An engine decides as `match` does, a column at a time. It reads numbers through `NumberFeatures`, compares texts
with the comparators of the fields, and examines one form of each class with `examine`; it restates no rule.
"""

from __future__ import annotations

from eduid_core.matching.cross_checks import age_remark
from eduid_core.matching.fast_path import PLAIN_CLASSES, PLAIN_MONTHS, PLAIN_YEARS
from eduid_core.matching.fields.classes import compare_class
from eduid_core.matching.fields.entry_years import compare_entry
from eduid_core.matching.fields.grades import compare_grade
from eduid_core.matching.fields.names import compare_name
from eduid_core.matching.fields.phones import mobile_digits
from eduid_core.matching.fields.schools import compare_school
from eduid_core.matching.form_check import examine
from eduid_core.matching.keys import ID_TYPES, RESIDENT
from eduid_core.matching.placement import Placement, read_placement
from eduid_core.matching.statuses import status_reason
from eduid_core.validation.ages import is_date
from eduid_core.validation.context import yyyymmdd
from eduid_core.validation.divisions.lookup import PERMITS, PROVINCES, DivisionStatus, judge, table
from eduid_core.validation.documents.features import IN_FUTURE, NO_DATE, NumberFeatures
from eduid_core.validation.names.tables import DOT, PLAIN_HAN
from eduid_core.validation.phones.prefixes import PhoneClass, plan_row
from eduid_core.validation.placeholders import FIRST_CHARACTERS, blanked, is_cell_error
from eduid_core.validation.schooling.parse import GRADES

__all__ = [
    "DOT",
    "FIRST_CHARACTERS",
    "GRADES",
    "ID_TYPES",
    "IN_FUTURE",
    "NO_DATE",
    "PERMITS",
    "PLAIN_CLASSES",
    "PLAIN_HAN",
    "PLAIN_MONTHS",
    "PLAIN_YEARS",
    "PROVINCES",
    "RESIDENT",
    "DivisionStatus",
    "NumberFeatures",
    "PhoneClass",
    "Placement",
    "age_remark",
    "blanked",
    "compare_class",
    "compare_entry",
    "compare_grade",
    "compare_name",
    "compare_school",
    "examine",
    "is_cell_error",
    "is_date",
    "judge",
    "mobile_digits",
    "plan_row",
    "read_placement",
    "status_reason",
    "table",
    "yyyymmdd",
]
