"""The school: both sides are resolved to a code, and the codes are compared."""

from __future__ import annotations

import datetime as dt

from eduid_core.matching.distance import osa
from eduid_core.matching.records import Application, RegistryRow
from eduid_core.matching.schools import SchoolIndex, school_code_form, school_form
from eduid_core.matching.verdict import Compared, FieldCode
from eduid_core.validation.names.inspect import has_lost_glyph

__all__ = ["compare_school"]

_EQUAL = Compared(FieldCode.EQUAL)
_NEAR = 2


def compare_school(
    application: Application, row: RegistryRow, schools: SchoolIndex, as_of: dt.date | None
) -> Compared:
    """
    Compare the claimed school with the registry's.

    A given code must agree, and the name beside it must still be a spelling of that school. Without a code, the
    name must lead to this school only.
    """
    if not row.school_code or not row.school:
        return Compared(FieldCode.MISSING_REG)
    if not application.school:
        return Compared(FieldCode.MISSING_APP)
    if has_lost_glyph(school_form(application.school)) or has_lost_glyph(school_form(row.school)):
        return Compared(FieldCode.UNRESOLVABLE, "UNRESOLVABLE_GLYPH")
    held = school_code_form(row.school_code)
    if not application.school_code:
        return _by_name(application.school, row, held, schools, as_of)
    if school_code_form(application.school_code) != held:
        return Compared(FieldCode.DIFFERENT, "SCHOOL_CODE")
    return _beside_code(application, row, held, schools, as_of)


def _beside_code(
    application: Application, row: RegistryRow, held: str, schools: SchoolIndex, as_of: dt.date | None
) -> Compared:
    if application.school == row.school:
        same = application.school_code == row.school_code
        return _EQUAL if same else Compared(FieldCode.EQUAL_NORMALISED, "SCHOOL_SPELLING")
    if school_form(application.school) == school_form(row.school):
        return Compared(FieldCode.EQUAL_NORMALISED, "SCHOOL_SPELLING")
    if note := schools.is_spelling(application.school, held, as_of=as_of):
        return Compared(FieldCode.EQUAL_NORMALISED, note)
    return Compared(FieldCode.DIFFERENT, "SCHOOL_NAME_BESIDE_CODE")


def _by_name(text: str, row: RegistryRow, held: str, schools: SchoolIndex, as_of: dt.date | None) -> Compared:
    codes, note = schools.resolve(text, as_of=as_of)
    if len(codes) > 1:
        return Compared(FieldCode.UNRESOLVABLE, "SCHOOL_AMBIGUOUS")
    if held in codes:
        return _EQUAL if text == row.school else Compared(FieldCode.EQUAL_NORMALISED, note)
    if codes:
        return Compared(FieldCode.DIFFERENT, "SCHOOL_OTHER")
    form, official = school_form(text), school_form(row.school)
    if osa(form, official, limit=_NEAR) <= _NEAR or form in official or official in form:
        return Compared(FieldCode.SIMILAR, "SCHOOL_NEAR")
    return Compared(FieldCode.DIFFERENT, "SCHOOL_UNKNOWN")
