"""The document number: equal, equal in its canonical spelling, or a different document."""

from __future__ import annotations

from eduid_core.matching.distance import osa
from eduid_core.matching.keys import RESIDENT, kind_of, lookup_key, squeeze_number
from eduid_core.matching.records import Application, RegistryRow
from eduid_core.matching.verdict import Compared, FieldCode

__all__ = ["compare_id"]

_EQUAL = Compared(FieldCode.EQUAL)
_UNKNOWN_TYPE = Compared(FieldCode.UNRESOLVABLE, "REG_ID_TYPE_UNKNOWN")
_TYPO = 1


def compare_id(application: Application, row: RegistryRow) -> Compared:
    """
    Compare the two document numbers.

    A row found by its key is EQUAL or EQUAL_NORMALISED, unless the registry's type of document is unknown; any
    weaker result is a candidate selected by a person.
    """
    if not row.id_number or not row.id_type:
        return Compared(FieldCode.MISSING_REG, "" if not row.id_number else "ID_TYPE")
    if not application.id_number:
        return Compared(FieldCode.MISSING_APP)
    claimed, held = application.id_number.reveal("matching"), row.id_number.reveal("matching")
    known = kind_of(row.id_type) is not None
    if known and claimed == held and _same_type(application.id_type, row.id_type, claimed):
        return _EQUAL
    mine, theirs = lookup_key(application.id_type, claimed), lookup_key(row.id_type, held)
    if theirs is None:
        return Compared(FieldCode.MISSING_REG, "REG_ID_BAD")
    if mine == theirs:
        return Compared(FieldCode.EQUAL_NORMALISED, "ID_SPELLING") if known else _UNKNOWN_TYPE
    if not _same_type(application.id_type, row.id_type, held):
        return Compared(FieldCode.DIFFERENT, "ID_TYPE")
    near = osa(squeeze_number(claimed), squeeze_number(held), limit=_TYPO) <= _TYPO
    return Compared(FieldCode.SIMILAR, "ID_TYPO") if near else Compared(FieldCode.DIFFERENT)


def _same_type(claimed: str, held: str, number: str) -> bool:
    """Return whether two type texts name the same series of numbers, for *number*."""
    if claimed == held:
        return True
    mine, theirs = kind_of(claimed, number), kind_of(held, number)
    return mine is not None and (mine is theirs or (mine in RESIDENT and theirs in RESIDENT))
