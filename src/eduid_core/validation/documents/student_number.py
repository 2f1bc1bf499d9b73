"""
Student registry numbers (学籍号): a type letter and 18 characters.

`G` holds the student's resident ID. `J` is for students without a usable one: the *school's* division, birth,
sequence, check (assumed MOD 11-2, so its failure is a doubt only). `L` is temporary: division, birth and
four random digits, without a check. J and L resemble an ID but are none: sex and home are never derived
from them.

Standard:
    教育部学籍号编码规则, as cited by others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from eduid_core.findings import Finding, Severity
from eduid_core.validation.ages import date_of
from eduid_core.validation.context import Context
from eduid_core.validation.documents import resident
from eduid_core.validation.documents.birth_and_division import birth_findings, division_findings
from eduid_core.validation.documents.check_digits import check_fits
from eduid_core.validation.documents.spec import DocumentSpec
from eduid_core.validation.folding import Typed
from eduid_core.validation.inspection import found
from eduid_core.validation.kinds import Kind
from eduid_core.validation.templates import MISFIT

__all__ = ["STUDENT_NUMBER", "compare_with_id", "compare_with_school"]

_TYPES: Final = "GJL"


def _look(text: str, setting: Context) -> tuple[Finding, ...]:
    letter, body = text[0], text[1:]
    if letter == "G":
        shifted = (attrs.evolve(f, at=(f.at[0] + 1, f.at[1] + 1)) for f in resident.look(body, setting))
        return tuple(shifted)
    findings = _look_at_fields(body, setting)
    if letter not in (*_TYPES, MISFIT):
        return (found("STUDENT_ID_TYPE", 0, 1), *findings)
    if letter == "L":
        ends_with_x = (
            (found("X_NOT_AT_END", 18, 19),) if body[17] == "X" else ()
        )  # four random digits, no check
        return (found("STUDENT_ID_TEMPORARY", 0, 1), *findings, *ends_with_x)
    if letter == "J" and MISFIT not in body and not check_fits(body):
        return (*findings, found("STUDENT_ID_J_CHECK", 18, 19))
    return findings


def _look_at_fields(body: str, setting: Context) -> tuple[Finding, ...]:
    """Return the findings about the school's division and the birth of a J or L number."""
    findings: tuple[Finding, ...] = ()
    if MISFIT not in body[:10]:
        # The division is the school's current one: its state at the time of birth does not matter.
        findings += tuple(_of_school(f) for f in division_findings(body[:6], setting.as_of.year, setting, at=1))
    return findings if MISFIT in body[6:14] else findings + birth_findings(body[6:14], setting, at=7)


def _of_school(finding: Finding) -> Finding:
    """Lower *finding* about a prefecture to a doubt: some schools are directly under the city."""
    if finding.code == "DIVISION_PREFECTURE_LEVEL":
        return attrs.evolve(finding, severity=Severity.DOUBT)
    return finding


def _facts_of(text: str, setting: Context) -> Mapping[str, object]:
    if text[0] == "G":
        return {"number_type": "G", **resident.facts_of(text[1:], setting)}
    return {"number_type": text[0], "school_division": text[1:7], "birth_date_hint": date_of(text[7:15])}


def _double_prefix(typed: Typed) -> tuple[Finding, ...]:
    if len(typed.text) == 20 and set(typed.text[:2]) <= set(_TYPES):  # noqa: PLR2004
        return (found("STUDENT_ID_DOUBLE_PREFIX", *typed.span(0, 2)),)
    return ()


def compare_with_id(student_number: str, id_number: str) -> tuple[Finding, ...]:
    """
    Return a note if a G number holds an ID other than *id_number*; both canonical.

    The ID of a person can change while the student number stays the same, so this is never an error.

    >>> [f.code for f in compare_with_id("G320098201503150010", "320098201503150029")]
    ['STUDENT_ID_G_DIFFERS']
    """
    if student_number[:1] == "G" and student_number[1:] != id_number:
        return (found("STUDENT_ID_G_DIFFERS", 0, len(student_number)),)
    return ()


def compare_with_school(student_number: str, school_code: str) -> tuple[Finding, ...]:
    """
    Return a doubt if a J or L number and *school_code* name different provinces; both canonical.

    >>> [f.code for f in compare_with_school("L320098201503150010", "2133000001")]
    ['SCHOOL_PROVINCE_MISMATCH']
    """
    if student_number[:1] in ("J", "L") and student_number[1:3] != school_code[2:4]:
        return (found("SCHOOL_PROVINCE_MISMATCH", 1, 3),)
    return ()


STUDENT_NUMBER: Final = DocumentSpec(
    kind=Kind.STUDENT_NUMBER,
    templates=("A" + "9" * 17 + "X",),
    look=_look,
    facts_of=_facts_of,
    refuse=_double_prefix,
    synthetic=f"G{resident.SYNTHETIC}|[JL]{resident.SYNTHETIC_DIVISION}[0-9]{{11}}[0-9X]",
    shown=(3, 2),  # the type letter, then as the number behind it
    is_document=False,
)
