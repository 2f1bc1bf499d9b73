"""
Checks of the form alone: missing fields, impossible numbers, doubtful values.

This module never reads the registry. Every reason for `returned` is therefore a fact that the applicant can
know already: the answer is no oracle.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final, NamedTuple

from eduid_core.findings import Finding, Severity
from eduid_core.matching.cross_checks import is_impossible_age, number_findings
from eduid_core.matching.keys import RESIDENT, kind_of, lookup_key
from eduid_core.matching.policy import MatchingPolicy
from eduid_core.matching.records import Application
from eduid_core.messages import codes_with
from eduid_core.validation.api import inspect_number
from eduid_core.validation.kinds import HolderRole, Kind
from eduid_core.validation.names.inspect import inspect_name
from eduid_core.validation.phones.inspect import inspect_phone

__all__ = ["SPELLING_EDITS", "Form", "examine"]

SPELLING_EDITS: Final = codes_with("spelling")
"""Findings about spelling only: kept as notes, never displayed."""

_NEED_DAY: Final = codes_with("needs_day")
_LATIN_KINDS: Final = frozenset(set(Kind) - RESIDENT)
_NO_DAY: Final = dt.date.max


class Form(NamedTuple):
    """The result of checking a form alone; codes only, beside the look-up key."""

    conditions: tuple[str, ...]
    """Reason codes of the decision table that already apply."""
    blanks: tuple[str, ...]
    """Key fields that are blank."""
    remarks: tuple[str, ...]
    """Codes to display: errors, doubts and notes about number, name and phone."""
    edits: tuple[str, ...]
    key: str | None


def examine(application: Application, *, as_of: dt.date | None, policy: MatchingPolicy) -> Form:
    """Check *application* alone on the day *as_of* (None: without a calendar)."""
    conditions: list[str] = []
    blanks = _blanks(application)
    findings: list[Finding] = []
    number = application.id_number.reveal("matching")
    kind = kind_of(application.id_type, number)
    if "id" in blanks and (kind is None or kind is Kind.OTHER_DOCUMENT):
        blanks = tuple(field for field in blanks if field != "id")
        conditions.append("ID_NUMBER_ABSENT")
    elif "id" not in blanks and kind is not None:
        conditions += _number(number, kind, as_of, policy, findings)
    key = lookup_key(application.id_type, number)
    if key is None and number and "ID_INVALID" not in conditions:  # a number of signs only: ()
        conditions.append("ID_NUMBER_ABSENT")
    if kind is None:
        conditions.append("ID_TYPE_UNKNOWN")
    if "name" not in blanks:
        inspection = inspect_name(application.name.reveal("matching"), latin=kind in _LATIN_KINDS)
        findings += inspection.findings
        if not inspection.valid:
            conditions.append("NAME_INVALID")
    if application.guardian_phone or policy.guardian_phone_required:
        conditions += _phone(application, findings)
    if blanks:
        conditions.append("FIELD_REQUIRED")
    if not findings:
        return Form(tuple(conditions), blanks, (), (), key)
    return Form(tuple(conditions), blanks, *_sorted(findings), key)


def _sorted(findings: Iterable[Finding]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes to display, worst first, and the codes about spelling only."""
    ordered = dict.fromkeys([found.code for found in sorted(findings, key=_rank)])
    named = tuple(code for code in ordered if code not in SPELLING_EDITS)
    return named, tuple(code for code in ordered if code in SPELLING_EDITS)


def _rank(found: Finding) -> int:
    return found.severity.rank


def _blanks(application: Application) -> tuple[str, ...]:
    """Return the key fields that are empty or blank."""
    values = (
        ("id", application.id_number.reveal("matching")),
        ("name", application.name.reveal("matching")),
        ("school", application.school),
        ("grade", application.grade),
        ("class", application.class_name),
        ("entry_year", application.entry_year),
    )
    return tuple(field for field, text in values if not text)


def _number(
    number: str, kind: Kind, as_of: dt.date | None, policy: MatchingPolicy, findings: list[Finding]
) -> Iterable[str]:
    """Yield the conditions of the claimed number, and add its findings to *findings*."""
    # The number itself distinguishes a residence permit from a resident ID; the selected type does not matter.
    kind = Kind.RESIDENT_ID if kind in RESIDENT else kind
    inspection = inspect_number(number, kind=kind, as_of=as_of or _NO_DAY, role=HolderRole.STUDENT)
    if as_of:
        findings += number_findings(inspection, as_of=as_of, policy=policy)
    else:
        findings += [one for one in inspection.findings if one.code not in _NEED_DAY]
    if not inspection.valid:
        yield "ID_INVALID"
        return
    if policy.synthetic == "review" and "SYNTHETIC_NUMBER" in inspection.codes:
        yield "SYNTHETIC_REFUSED"
    if is_impossible_age(inspection, as_of=as_of, policy=policy):
        yield "AGE_IMPOSSIBLE"


def _phone(application: Application, findings: list[Finding]) -> Iterable[str]:
    """Yield the condition of the guardian's phone, and add its findings to *findings*."""
    inspection = inspect_phone(application.guardian_phone.reveal("matching"), kind=Kind.MOBILE)
    right = inspection.valid and inspection.kind is Kind.MOBILE
    findings += (f for f in inspection.findings if f.severity is Severity.DOUBT or not right)
    if not right:
        yield "PHONE_INVALID"
