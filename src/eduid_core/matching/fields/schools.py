"""The school: both sides are resolved to a code, and the codes are compared."""

from __future__ import annotations

import datetime as dt

from eduid_core.matching.distance import osa
from eduid_core.matching.records import Application, RegistryRow
from eduid_core.matching.schools import STAGE_WORDS, Resolved, SchoolIndex, school_code_form, school_form
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
    name must lead to this school only. A name that is only a stage word (小学) is no name.
    """
    if not row.school_code or not row.school:
        return Compared(FieldCode.MISSING_REG)
    if not application.school:
        return Compared(FieldCode.MISSING_APP)
    form = school_form(application.school)
    official = form if application.school == row.school else school_form(row.school)
    if has_lost_glyph(form) or has_lost_glyph(official):
        return Compared(FieldCode.UNRESOLVABLE, "UNRESOLVABLE_GLYPH")
    if form in STAGE_WORDS or official in STAGE_WORDS:
        return Compared(FieldCode.UNRESOLVABLE, "SCHOOL_STAGE_ONLY")
    held = school_code_form(row.school_code)
    if not application.school_code:
        resolved = schools.resolve_form(form, as_of)
        return _by_name(form, official, resolved, held, same=application.school == row.school)
    if school_code_form(application.school_code) != held:
        return Compared(FieldCode.DIFFERENT, "SCHOOL_CODE")
    if application.school == row.school:
        same = application.school_code == row.school_code
        return _EQUAL if same else Compared(FieldCode.EQUAL_NORMALISED, "SCHOOL_SPELLING")
    if form == official:
        return Compared(FieldCode.EQUAL_NORMALISED, "SCHOOL_SPELLING")
    codes, note = schools.resolve_form(form, as_of)
    if held in codes:
        return Compared(FieldCode.EQUAL_NORMALISED, note)
    return Compared(FieldCode.DIFFERENT, "SCHOOL_NAME_BESIDE_CODE")


def _by_name(form: str, official: str, resolved: Resolved, held: str, *, same: bool) -> Compared:
    """Compare a school without a code by its folded name *form* and the codes it leads to."""
    codes, note = resolved
    if len(codes) > 1:
        return Compared(FieldCode.UNRESOLVABLE, "SCHOOL_AMBIGUOUS")
    if held in codes:
        return _EQUAL if same else Compared(FieldCode.EQUAL_NORMALISED, note)
    if codes:
        return Compared(FieldCode.DIFFERENT, "SCHOOL_OTHER")
    if osa(form, official, limit=_NEAR) <= _NEAR or form in official or official in form:
        return Compared(FieldCode.SIMILAR, "SCHOOL_NEAR")
    return Compared(FieldCode.DIFFERENT, "SCHOOL_UNKNOWN")
