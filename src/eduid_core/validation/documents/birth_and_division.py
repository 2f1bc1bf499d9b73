"""Rules shared by several families: the division, the birth, and the other fields of the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_core.findings import Finding, Severity
from eduid_core.validation.ages import date_of, is_date
from eduid_core.validation.context import Context
from eduid_core.validation.divisions import lookup
from eduid_core.validation.divisions.lookup import DivisionStatus
from eduid_core.validation.documents.features import (
    IN_FUTURE,
    NO_DATE,
    NumberFeatures,
    age_of,
    division_status,
)
from eduid_core.validation.inspection import found
from eduid_core.validation.kinds import HolderRole, Sex

_CODES: Final[Mapping[DivisionStatus, str]] = {
    DivisionStatus.CREATED_AFTER_BIRTH: "DIVISION_CREATED_AFTER_BIRTH",
    DivisionStatus.ABOLISHED_BEFORE_BIRTH: "DIVISION_ABOLISHED_BEFORE_BIRTH",
    DivisionStatus.LEGACY_SUMMARY_CODE: "DIVISION_LEGACY_SUMMARY",
    DivisionStatus.OBSERVED_EXCEPTION: "DIVISION_OBSERVED_EXCEPTION",
    DivisionStatus.PREFECTURE_OR_PROVINCE_CODE: "DIVISION_PREFECTURE_LEVEL",
    DivisionStatus.UNKNOWN_IN_KNOWN_PROVINCE: "DIVISION_UNKNOWN",
    DivisionStatus.STATISTICS_ONLY_CODE: "DIVISION_STATISTICS_ONLY",
    DivisionStatus.NOT_ISSUED: "DIVISION_NOT_ISSUED",
    DivisionStatus.SYNTHETIC: "SYNTHETIC_NUMBER",
    DivisionStatus.PERMIT_MALFORMED: "PERMIT_DIVISION",
    DivisionStatus.PROVINCE_UNKNOWN: "PROVINCE_UNKNOWN",
}
_STRICT: Final = frozenset(
    {
        DivisionStatus.CREATED_AFTER_BIRTH,
        DivisionStatus.ABOLISHED_BEFORE_BIRTH,
        DivisionStatus.UNKNOWN_IN_KNOWN_PROVINCE,
        DivisionStatus.STATISTICS_ONLY_CODE,
        DivisionStatus.NOT_ISSUED,
    }
)
_TOO_OLD: Final = 121


def unremarkable(text: str, today: int) -> bool:
    """
    Return whether division and birth of the 18 plain characters *text* have no finding, as in most numbers.

    A shortcut for `division_rule` and `birth_rule`, for a number alone on the day *today*.
    """
    span, born = lookup.table().plain.get(text[:6]), int(text[6:14])
    if span is None or not span[0] <= born // 10_000 <= span[1]:
        return False
    return 0 <= today - born < _TOO_OLD * 1_0000 and is_date(text[6:14])


def number_findings(features: NumberFeatures, setting: Context, text: str) -> tuple[Finding, ...]:
    """
    Return the findings of the rules about *features*, in order; *text* gives only their places.

    The rules read the features and the context, never the characters.
    """
    coded = (
        division_rule(features.division, setting),
        birth_rule(features.age, setting),
        ("CHECKSUM", None) if features.check_fits is False else None,
    )
    return tuple(found(one[0], *_place(one[0], text), one[1]) for one in coded if one is not None)


Coded = tuple[str, Severity | None]
"""A finding's code, and its severity where the context changes it."""


def division_rule(status: DivisionStatus | None, setting: Context) -> Coded | None:
    """Return the finding about a division of this *status*, if there is one."""
    if status is None or status is DivisionStatus.IN_FORCE_AT_BIRTH:
        return None
    return _CODES[status], Severity.ERROR if setting.strict and status in _STRICT else None


def birth_rule(age: int | None, setting: Context) -> Coded | None:
    """Return the finding about a birth at this *age* in whole years, if there is one."""
    if age is None:
        return None
    if age == NO_DATE:
        return "BIRTH_DATE_IMPOSSIBLE", None
    if age == IN_FUTURE:
        return "BIRTH_IN_FUTURE", None
    if age >= _TOO_OLD:
        return "AGE_IMPLAUSIBLE", None
    if setting.role is HolderRole.STUDENT and not setting.pupil_age[0] <= age <= setting.pupil_age[1]:
        return "AGE_UNUSUAL_FOR_ROLE", None
    return None


_BIRTH: Final = frozenset({"BIRTH_IN_FUTURE", "AGE_IMPLAUSIBLE", "AGE_UNUSUAL_FOR_ROLE"})


def _place(code: str, text: str) -> tuple[int, int]:
    """Return where the finding *code* stands in the 18 characters *text*."""
    if code == "BIRTH_DATE_IMPOSSIBLE":
        start, end = _wrong_part(text[6:14])
        return 6 + start, 6 + end
    if code in _BIRTH:
        return 6, 14
    if code == "CHECKSUM":
        return 17, 18
    return 0, 2 if code == "PROVINCE_UNKNOWN" else 6


def division_findings(code: str, year: int, setting: Context, *, at: int = 0) -> tuple[Finding, ...]:
    """Return the findings about the six digits *code*, written at *at*, for a birth in *year*."""
    coded = division_rule(division_status(code, year, setting.divisions), setting)
    if coded is None:
        return ()
    start, end = _place(coded[0], code)
    return (found(coded[0], at + start, at + end, coded[1]),)


def birth_findings(digits: str, setting: Context, *, at: int) -> tuple[Finding, ...]:
    """Return the findings about the eight digits of birth written at *at*."""
    coded = birth_rule(age_of(digits, today=setting.today), setting)
    if coded is None:
        return ()
    start, end = _wrong_part(digits) if coded[0] == "BIRTH_DATE_IMPOSSIBLE" else (0, 8)
    return (found(coded[0], at + start, at + end),)


def _wrong_part(digits: str) -> tuple[int, int]:
    """Return the span of the impossible part in yyyymmdd: the year, the month or the day."""
    if digits[:4] == "0000":
        return 0, 4
    return (6, 8) if "01" <= digits[4:6] <= "12" else (4, 6)


def form_findings(birth: str, sex: Sex, setting: Context, *, birth_at: int, sex_at: int) -> tuple[Finding, ...]:
    """Return where the number's *birth* (yyyymmdd) and *sex* differ from the other fields of the form."""
    findings = []
    if setting.birth_date is not None and is_date(birth) and date_of(birth) != setting.birth_date:
        findings.append(found("BIRTH_DIFFERS_FROM_FORM", birth_at, birth_at + 8))
    if setting.sex is not None and sex is not setting.sex:
        findings.append(found("SEX_DIFFERS_FROM_FORM", sex_at, sex_at + 1))
    return tuple(findings)


def sex_of(digit: str) -> Sex:
    """
    Return the sex encoded in the last digit of the sequence.

    Standard:
        GB 11643-1999: odd for men, even for women.
    """
    return Sex.MALE if int(digit) % 2 else Sex.FEMALE
