"""
Foreign permanent resident cards (外国人永久居留身份证): the 18 digits of 2023 and the old 15 characters.

18: `9`, province of the first application, ISO 3166-1 numeric nationality at first issue, birth, sequence,
MOD 11-2. 15: alpha-3 nationality, prefecture, yymmdd, sequence, ICAO check. Province and nationality are
those of the first issue and are never compared with the current ones.

Standard:
    GA 2102-2023 as cited by others; ICAO 9303-3 for the old card's check and nationalities.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from eduid_core.findings import Finding
from eduid_core.validation.ages import date_of, is_date
from eduid_core.validation.context import Context
from eduid_core.validation.divisions import lookup
from eduid_core.validation.documents.birth_and_division import birth_findings, form_findings, sex_of
from eduid_core.validation.documents.check_digits import check_fits, mrz_digit
from eduid_core.validation.documents.nationalities import ALPHA_3, NUMERIC
from eduid_core.validation.documents.spec import DocumentSpec
from eduid_core.validation.inspection import found
from eduid_core.validation.kinds import Kind
from eduid_core.validation.templates import MISFIT

__all__ = ["FOREIGN_PERMANENT_RESIDENT", "FOREIGN_PERMANENT_RESIDENT_15"]

_PROVINCES: Final = lookup.PROVINCES - {"71", "81", "82", "83"}


def _look(text: str, setting: Context) -> tuple[Finding, ...]:
    findings: tuple[Finding, ...] = ()
    if text[0] not in ("9", MISFIT):
        findings += (found("FORMAT", 0, 1),)
    if MISFIT not in text[1:3] and text[1:3] not in _PROVINCES:
        findings += (found("PROVINCE_UNKNOWN", 1, 3),)
    if MISFIT not in text[3:6] and text[3:6] not in NUMERIC:
        findings += (found("SYNTHETIC_NUMBER" if text[3:6] >= "900" else "NATIONALITY_UNKNOWN", 3, 6),)
    if MISFIT not in text[6:14]:
        findings += birth_findings(text[6:14], setting, at=6)
    if MISFIT in text:
        return findings
    findings += form_findings(text[6:14], sex_of(text[16]), setting, birth_at=6, sex_at=16)
    return findings if check_fits(text) else (*findings, found("CHECKSUM", 17, 18))


def _facts_of(text: str, setting: Context) -> Mapping[str, object]:
    return {
        "birth_date": date_of(text[6:14]),
        "sex": sex_of(text[16]),
        "sex_provenance": "second-hand",  # implemented by a peer library; the specification's text was not read
        "province_of_first_issue": lookup.full_name(f"{text[1:3]}0000", lookup.LATEST, setting.divisions),
        "nationality_at_first_issue": NUMERIC.get(text[3:6], text[3:6]),
    }


def _look_15(text: str, setting: Context) -> tuple[Finding, ...]:
    findings: tuple[Finding, ...] = (found("CENTURY_GUESSED", 7, 9),)
    if MISFIT not in text[:3] and text[:3] not in ALPHA_3:
        findings += (found("SYNTHETIC_NUMBER" if "QMA" <= text[:3] <= "QZZ" else "NATIONALITY_UNKNOWN", 0, 3),)
    if MISFIT not in text[3:7]:
        findings += _prefecture_findings(f"{text[3:7]}00", setting)
    if MISFIT not in text[7:13]:
        birth = _full_birth(text[7:13], setting.as_of)
        two_digits = ((max(f.at[0] - 1, 7), f) for f in birth_findings(birth, setting, at=6))
        findings += tuple(found(f.code, start, f.at[1] - 1) for start, f in two_digits)
    if MISFIT in text:
        return findings
    return findings if mrz_digit(text[:14]) == text[14] else (*findings, found("CHECKSUM", 14, 15))


def _prefecture_findings(code: str, setting: Context) -> tuple[Finding, ...]:
    if code[:2] not in _PROVINCES:
        return (found("PROVINCE_UNKNOWN", 3, 5),)
    return () if lookup.history(code, setting.divisions) else (found("DIVISION_UNKNOWN", 3, 7),)


def _full_birth(digits: str, as_of: dt.date) -> str:
    """Return yymmdd with the latest century that gives a date not after *as_of*, else with this one."""
    centuries = (as_of.year // 100, as_of.year // 100 - 1)
    births = [f"{century:02}{digits}" for century in centuries]
    past = (b for b in births if is_date(b) and date_of(b) <= as_of)
    return next(past, births[0])


def _facts_of_15(text: str, setting: Context) -> Mapping[str, object]:
    return {
        "birth_date": date_of(_full_birth(text[7:13], setting.as_of)),
        "sex": sex_of(text[13]),
        "sex_provenance": "second-hand",
        "prefecture_of_first_issue": lookup.full_name(f"{text[3:7]}00", lookup.LATEST, setting.divisions),
        "nationality_at_first_issue": text[:3],
    }


FOREIGN_PERMANENT_RESIDENT: Final = DocumentSpec(
    kind=Kind.FOREIGN_PERMANENT_RESIDENT,
    templates=("9" * 17 + "X",),
    look=_look,
    facts_of=_facts_of,
    synthetic="9[0-9]{2}9[0-9]{13}[0-9X]",  # nationality 9xx is user-assigned
    shown=(2, 2),
    texts=("外国人永久居留身份证", "外国人永久居留证", "境外永久居住证", "9"),
)
FOREIGN_PERMANENT_RESIDENT_15: Final = DocumentSpec(
    kind=Kind.FOREIGN_PERMANENT_RESIDENT_15,
    templates=("AAA" + "9" * 12,),
    look=_look_15,
    facts_of=_facts_of_15,
    synthetic="Q[M-Z][A-Z][0-9]{12}",
    shown=(2, 2),
    key_of=Kind.FOREIGN_PERMANENT_RESIDENT,
)
