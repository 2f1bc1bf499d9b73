"""Rules shared by several families: the division, the birth, and the other fields of the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_core.findings import Finding, Severity
from eduid_core.validation.ages import date_of, is_date
from eduid_core.validation.context import Context
from eduid_core.validation.divisions import lookup
from eduid_core.validation.divisions.lookup import DivisionStatus
from eduid_core.validation.inspection import found
from eduid_core.validation.kinds import HolderRole, Sex

__all__ = ["birth_findings", "division_findings", "form_findings", "sex_of", "unremarkable"]

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
_TOO_OLD: Final = 121_0000


def unremarkable(text: str, today: int) -> bool:
    """
    Return whether division and birth of the 18 plain characters *text* have no finding, as in most numbers.

    A shortcut for `division_findings` and `birth_findings`, for a number alone on the day *today*.
    """
    span, born = lookup.table().plain.get(text[:6]), int(text[6:14])
    if span is None or not span[0] <= born // 10_000 <= span[1]:
        return False
    return 0 <= today - born < _TOO_OLD and is_date(text[6:14])


def division_findings(code: str, year: int, setting: Context, *, at: int = 0) -> tuple[Finding, ...]:
    """Return the findings about the six digits *code*, written at *at*, for a birth in *year*."""
    plain = lookup.table().plain.get(code) if setting.divisions is None else None
    if plain is not None and plain[0] <= year <= plain[1]:
        return ()
    verdict = lookup.judge(code, year, setting.divisions)
    if verdict is DivisionStatus.IN_FORCE_AT_BIRTH:
        return ()
    end = at + (2 if verdict is DivisionStatus.PROVINCE_UNKNOWN else 6)
    severity = Severity.ERROR if setting.strict and verdict in _STRICT else None
    return (found(_CODES[verdict], at, end, severity),)


def birth_findings(digits: str, setting: Context, *, at: int) -> tuple[Finding, ...]:
    """Return the findings about the eight digits of birth written at *at*."""
    if not is_date(digits):
        start, end = _wrong_part(digits)
        return (found("BIRTH_DATE_IMPOSSIBLE", at + start, at + end),)
    lived = setting.today - int(digits)  # the difference of two yyyymmdd holds the age in its ten thousands
    if lived < 0:
        return (found("BIRTH_IN_FUTURE", at, at + 8),)
    if lived >= _TOO_OLD:
        return (found("AGE_IMPLAUSIBLE", at, at + 8),)
    if (
        setting.role is HolderRole.STUDENT
        and not setting.pupil_age[0] <= lived // 10_000 <= setting.pupil_age[1]
    ):
        return (found("AGE_UNUSUAL_FOR_ROLE", at, at + 8),)
    return ()


def _wrong_part(digits: str) -> tuple[int, int]:
    """Return the span of the impossible part in yyyymmdd: the year, the month or the day."""
    if digits[:4] == "0000":
        return 0, 4
    return (6, 8) if "01" <= digits[4:6] <= "12" else (4, 6)


def form_findings(birth: str, sex: Sex, setting: Context, *, birth_at: int, sex_at: int) -> tuple[Finding, ...]:
    """
    Return the differences between the number's *birth* (yyyymmdd) and *sex* and the other fields of
    the form.
    """
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
