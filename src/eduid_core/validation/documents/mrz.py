"""
The machine-readable zone of a passport: two lines of 44, five check digits.

Standard:
    ICAO 9303-4 (TD3), 9303-3 4.9 for the check digits.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from typing import Final

from eduid_core.findings import Finding
from eduid_core.private import IdNumber, PersonName
from eduid_core.validation.ages import date_of, is_date
from eduid_core.validation.context import Context
from eduid_core.validation.documents.check_digits import mrz_digit
from eduid_core.validation.documents.nationalities import ALPHA_3
from eduid_core.validation.documents.spec import DocumentSpec
from eduid_core.validation.folding import BLANKS, fold
from eduid_core.validation.inspection import Inspection, conclude, found, ordered
from eduid_core.validation.kinds import Kind, Sex

__all__ = ["LONGEST", "PASSPORT_MRZ_TD3", "inspect_mrz"]

LONGEST: Final = 128
"""The most code points of a zone that are read: two lines of 44 and the blanks between."""

_SIZE: Final = 88
_CHECKED: Final = ((44, 53, 53), (57, 63, 63), (65, 71, 71), (72, 86, 86))  # field from, to, its check digit


def inspect_mrz(text: str, setting: Context) -> Inspection:
    """Inspect the zone *text*, its two lines joined."""
    typed = fold(text, separators=BLANKS)
    places = [typed.span(m.start(), m.end()) for m in re.finditer("[^A-Z0-9<]", typed.text)]
    findings = [*typed.edits, *(found("BAD_CHARACTER", start, end, k=start + 1) for start, end in places)]
    if len(typed.text) != _SIZE:
        findings.append(found("LENGTH", 0, typed.length, expected=str(_SIZE), got=len(typed.text)))
    elif not places:
        findings += typed.place(_look(typed.text, setting))
    return conclude(
        Kind.PASSPORT_MRZ_TD3,
        typed.text,
        ordered(findings),
        facts_of=functools.partial(_facts_of, setting=setting),
    )


def _look(text: str, setting: Context) -> list[Finding]:
    findings = [
        found("MRZ_CHECK", at, at + 1) for start, end, at in _CHECKED if not _fits(text[start:end], text[at])
    ]
    if mrz_digit(text[44:54] + text[57:64] + text[65:87]) != text[87]:
        findings.append(found("MRZ_CHECK", 87, 88))
    if text[0] != "P":
        findings.append(found("FORMAT", 0, 1))
    if text[54:57].rstrip("<") not in ALPHA_3:
        findings.append(found("NATIONALITY_UNKNOWN", 54, 57))
    if _birth(text, setting) is None and "<" not in text[57:63]:  # < marks an unknown part of the date
        findings.append(found("BIRTH_DATE_IMPOSSIBLE", 57, 63))
    expiry = f"20{text[65:71]}"
    if not (expiry.isdigit() and is_date(expiry)):
        findings.append(found("FORMAT", 65, 71))
    elif date_of(expiry) < setting.as_of:
        findings.append(found("DOCUMENT_EXPIRED", 65, 71))
    return findings


def _fits(field: str, digit: str) -> bool:
    """Return whether *digit* is the check digit of *field*; for an empty field it may be `<`."""
    return mrz_digit(field) == digit or (digit == "<" and not field.strip("<"))


def _birth(text: str, setting: Context) -> dt.date | None:
    """Return the date of birth in the later of the two centuries that is not after the inspection's day."""
    dates = (f"{century}{text[57:63]}" for century in ("20", "19"))
    past = (date_of(d) for d in dates if d.isdigit() and is_date(d))
    return next((d for d in past if d <= setting.as_of), None)


def _facts_of(text: str, /, setting: Context) -> Mapping[str, object]:
    surname, _, given = text[5:44].partition("<<")
    return {
        "document_number": IdNumber(text[44:53].rstrip("<")),
        "name": PersonName(" ".join(f"{surname}<{given}".replace("<", " ").split())),
        "nationality": text[54:57].rstrip("<"),
        "birth_date": _birth(text, setting),
        "sex": {"M": Sex.MALE, "F": Sex.FEMALE}.get(text[64]),
        "expires": date_of(f"20{text[65:71]}"),
    }


PASSPORT_MRZ_TD3: Final = DocumentSpec(
    kind=Kind.PASSPORT_MRZ_TD3,
    inspect=inspect_mrz,
    longest=LONGEST,
    synthetic="P.UTO.*",  # Utopia, the country in ICAO's specimens
    shown=(2, 0),
)
