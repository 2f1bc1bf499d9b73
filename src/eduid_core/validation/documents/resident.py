"""
Resident identity numbers (公民身份号码): 18 digits, the permits of the same form, and the old 15.

Six digits of division, eight of birth, three of sequence (odd for men), one check character.

Standard:
    GB 11643-1999; for permits 港澳台居民居住证申领发放办法 (2018) art. 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from eduid_core.findings import Finding
from eduid_core.validation.ages import date_of, is_date
from eduid_core.validation.context import Context
from eduid_core.validation.divisions import lookup
from eduid_core.validation.divisions.lookup import PERMITS, PROVINCES
from eduid_core.validation.documents.birth_and_division import (
    form_findings,
    number_findings,
    sex_of,
    unremarkable,
)
from eduid_core.validation.documents.check_digits import check_character, check_fits
from eduid_core.validation.documents.features import features_of
from eduid_core.validation.documents.spec import DocumentSpec
from eduid_core.validation.inspection import found
from eduid_core.validation.kinds import HolderRole, Kind
from eduid_core.validation.templates import MISFIT

_CHECKS: Final = (
    "1",
    "Xx",
    "8",
    "6",
    "4",
    "2",
    "0",
    "9",
    "7",
    "5",
    "3",
)  # by the body, read to base 13, mod 11
_MAINLAND: Final = PROVINCES - {"81", "82", "83"}


def is_resident_id(obj: object, *, as_of: dt.date | None = None) -> bool:
    """
    Return whether *obj* is the text of a resident identity number or residence permit, exactly as printed.

    The text is not folded: 18 characters, 17 ASCII digits and a check character (X or x for ten), a known
    province and a county (or exactly 810000, 820000, 830000), a date that exists and, if *as_of* is
    given, is not after it. Any object is accepted; no exception is raised.

    Standard:
        GB 11643-1999, ISO 7064 MOD 11-2.

    >>> is_resident_id("320098201503150010"), is_resident_id(320098201503150010), is_resident_id(None)
    (True, False, False)
    """
    if type(obj) is not str:
        if not issubclass(type(obj), str):
            return False
        obj = str.__str__(obj)  # a subclass may redefine len() and slices
    body = obj[:17]
    # isdigit() takes ² and ٣, and so does int(); isascii() comes first.
    if len(obj) != 18 or not obj.isascii() or not body.isdigit():  # noqa: PLR2004
        return False
    if obj[:2] in _MAINLAND:
        if obj[4:6] == "00":
            return False
    elif obj[:6] not in PERMITS:
        return False
    if obj[17] not in _CHECKS[int(body, 13) % 11] or not is_date(obj[6:14]):
        return False
    return as_of is None or int(obj[6:14]) <= as_of.year * 10_000 + as_of.month * 100 + as_of.day


_NOTHING: Final[tuple[Finding, ...]] = ()


def look(text: str, setting: Context) -> tuple[Finding, ...]:
    """
    Return the findings about the 18 characters *text*, upper case; masked characters are skipped.

    All independent rules are reported; the check character is judged only if the number has no masked
    character.
    """
    if setting.plain and MISFIT not in text and unremarkable(text, setting.today):
        return _NOTHING if check_fits(text) else _WRONG_CHECK
    features = features_of(text, today=setting.today, divisions=setting.divisions)
    findings = number_findings(features, setting, text)
    if MISFIT in text or (setting.birth_date is None and setting.sex is None):
        return findings
    others = form_findings(text[6:14], sex_of(text[16]), setting, birth_at=6, sex_at=16)
    return tuple(sorted((*findings, *others), key=_start))


_WRONG_CHECK: Final = (found("CHECKSUM", 17, 18),)


def _start(finding: Finding) -> int:
    return finding.at[0]


def look_permit(text: str, setting: Context) -> tuple[Finding, ...]:
    """Return the findings about *text*, declared to be a residence permit."""
    findings = look(text, setting)
    if MISFIT in text[:6] or text[:6] in PERMITS:
        return findings
    others = tuple(f for f in findings if f.at[0] >= 6)  # noqa: PLR2004 - the division is told about once
    return (found("PERMIT_DIVISION", 0, 6), *others)


def look_15(text: str, setting: Context) -> tuple[Finding, ...]:
    """Return the findings about the old 15 digits: all births are in 19xx, and there is no check character."""
    notes = [found("LEGACY_15", 0, 15)]
    if setting.role is HolderRole.STUDENT:
        notes.append(found("LEGACY_ID_FOR_MINOR", 0, 15))
    if MISFIT not in text and text[12:] in ("996", "997", "998", "999"):
        notes.append(found("CENTENARIAN_SEQUENCE", 12, 15))
    modern = f"{text[:6]}19{text[6:]}{MISFIT}" if MISFIT in text else upgrade(text)
    findings = look(modern, setting)
    return (*notes, *(_found_in_15(f) for f in findings))


def _found_in_15(finding: Finding) -> Finding:
    """Move *finding*, made in the upgraded number, to its place in the 15 digits: `19` was inserted at 6."""
    start, end = (at if at <= 6 else max(at - 2, 6) for at in finding.at)  # noqa: PLR2004
    return found(finding.code, start, end, finding.severity)


def upgrade(old: str) -> str:
    """
    Return the 18-character form of an old 15-digit number.

    >>> upgrade("320098850607123")
    '320098198506071233'
    """
    body = f"{old[:6]}19{old[6:]}"
    return body + check_character(body)


def facts_of(number: str, setting: Context) -> Mapping[str, object]:
    """Return the facts of a valid 18-character number: birth, sex, and the division with its names."""
    code, year, source = number[:6], int(number[6:10]), setting.divisions
    facts: dict[str, object] = {
        "birth_date": date_of(number[6:14]),
        "sex": sex_of(number[16]),
        "division": code,
        "division_name": lookup.full_name(code, lookup.LATEST, source),
        "division_name_at_birth": lookup.full_name(code, year, source),
        "division_verdict": lookup.judge(code, year, source),
    }
    if code in PERMITS:
        facts["origin"] = PERMITS[code]
    return facts


_PLACES_18: Final = ("9" * 17 + "X",)
SYNTHETIC_DIVISION: Final = "(?!46)[1-7][0-9]00(?!00)[0-9]{2}"
_NOT_YET: Final = "(?:21[5-9]|2[2-9][0-9]|[3-9][0-9]{2})[0-9]{5}"  # born in 2150 or later
SYNTHETIC: Final = f"(?:{SYNTHETIC_DIVISION}[0-9]{{8}}|[1-8][0-9]{{5}}{_NOT_YET})[0-9]{{3}}[0-9X]"
"""No list of divisions has ever had `PP00NN` outside Hainan."""

RESIDENT_ID: Final = DocumentSpec(
    kind=Kind.RESIDENT_ID,
    templates=_PLACES_18,
    look=look,
    facts_of=facts_of,
    synthetic=SYNTHETIC,
    shown=(2, 2),
    texts=("", "居民身份证", "身份证", "1", "户口簿", "户口薄", "户口本", "B"),
)
RESIDENCE_PERMIT: Final = DocumentSpec(
    kind=Kind.RESIDENCE_PERMIT,
    templates=_PLACES_18,
    look=look_permit,
    facts_of=facts_of,
    synthetic=f"8[123]0000{_NOT_YET}[0-9]{{3}}[0-9X]",
    shown=(2, 2),
    texts=("港澳台居民居住证", "港澳居民居住证", "台湾居民居住证", "C"),
)
RESIDENT_ID_15: Final = DocumentSpec(
    kind=Kind.RESIDENT_ID_15,
    templates=("9" * 15,),
    look=look_15,
    canonical=upgrade,
    facts_of=facts_of,
    checked=False,
    synthetic=f"{SYNTHETIC_DIVISION}[0-9]{{9}}",
    shown=(2, 2),
)
