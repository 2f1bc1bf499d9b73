"""
The rules of the comparison as data: the order of decisions, the approving set, the tiers of the queue.

A `CaseRule` of `LATTICE` is hit when its reason is among the conditions of a case. The first hit decides;
every `returned` comes before any `review`, and agreement comes last. `APPROVING` lists the field codes
that count as agreement, some only under a policy flag. `FIELD_TIERS` grades the remaining codes for a person.

Code, documentation, tests and audit read these tables; any change of them needs a new `RULE_SET.version`.
"""

from __future__ import annotations

import hashlib
from typing import Final

import attrs

from eduid_core.matching.verdict import FieldCode, Outcome

__all__ = [
    "APPROVING",
    "FIELD_RULES",
    "FIELD_TIERS",
    "LATTICE",
    "RULE_SET",
    "Approving",
    "CaseRule",
    "FieldRule",
    "RuleSet",
]

_E, _N, _V = FieldCode.EQUAL, FieldCode.EQUAL_NORMALISED, FieldCode.VARIANT
_RETURNED, _REVIEW = Outcome.RETURNED, Outcome.REVIEW


@attrs.frozen
class CaseRule:
    """A condition of the whole case: its id in explanations, its reason code, its outcome and its urgency."""

    id: str
    reason: str
    outcome: Outcome
    tier: int = 0
    suggestion: str = ""


@attrs.frozen
class FieldRule:
    """A field outside the approving set: the fields it applies to, and their reason."""

    id: str
    fields: tuple[str, ...]
    reason: str
    suggestion: str


@attrs.frozen
class Approving:
    """A field code (for VARIANT: with its note) that counts as agreement, possibly only under a policy flag."""

    field: str
    code: FieldCode
    note: str = ""
    flag: str = ""


LATTICE: Final = (
    CaseRule("R1a", "FIELD_REQUIRED", _RETURNED, suggestion="MEND_FORM"),
    CaseRule("R1b", "PHONE_INVALID", _RETURNED, suggestion="MEND_FORM"),
    CaseRule("R1c", "NAME_INVALID", _RETURNED, suggestion="MEND_FORM"),
    CaseRule("R2", "ID_INVALID", _RETURNED, suggestion="MEND_FORM"),
    CaseRule("R2a", "SOURCE_UNAVAILABLE", _REVIEW, 3, "WAIT_FOR_SOURCE"),
    CaseRule("R2b", "ID_TYPE_UNKNOWN", _REVIEW, 2, "CONFIRM_DOCUMENT"),
    CaseRule("R2c", "ID_NUMBER_ABSENT", _REVIEW, 2, "CONFIRM_DOCUMENT"),
    CaseRule("R2d", "SYNTHETIC_REFUSED", _REVIEW, 3, "CONFIRM_DOCUMENT"),
    CaseRule("R2f", "AGE_IMPOSSIBLE", _REVIEW, 4, "CONFIRM_DOCUMENT"),
    CaseRule("R2e", "NOT_COMPARED", _REVIEW, 4, "REPORT_FAULT"),
    CaseRule("R3", "DUPLICATE_APPLICATION", _REVIEW, 5, "COMPARE_APPLICATIONS"),
    CaseRule("R4", "NOT_FOUND", _REVIEW, 3, "LOOK_FOR_CANDIDATE"),
    CaseRule("R5", "DUPLICATE_REGISTRY", _REVIEW, 3, "MEND_REGISTRY"),
    CaseRule("R6a", "STATUS_TRANSFERRED", _REVIEW, 4, "CONFIRM_ENROLMENT"),
    CaseRule("R6b", "STATUS_GRADUATED", _REVIEW, 4, "CONFIRM_ENROLMENT"),
    CaseRule("R6c", "STATUS_LEFT", _REVIEW, 4, "CONFIRM_ENROLMENT"),
    CaseRule("R6d", "STATUS_SUSPENDED", _REVIEW, 3, "CONFIRM_ENROLMENT"),
    CaseRule("R6e", "STATUS_UNKNOWN", _REVIEW, 3, "CONFIRM_ENROLMENT"),
    CaseRule("R6g", "STATUS_NOT_PRESENT", _REVIEW, 3, "CONFIRM_ENROLMENT"),
    CaseRule("R6h", "STATUS_VISITING", _REVIEW, 2, "CONFIRM_ENROLMENT"),
    CaseRule("R6i", "STATUS_CHANGING", _REVIEW, 2, "CONFIRM_ENROLMENT"),
    CaseRule("R6f", "REGISTRY_INCOMPLETE", _REVIEW, 1, "MEND_REGISTRY"),
    CaseRule("R6j", "GUARDIAN_PHONE_DIFFERS", _REVIEW, 3, "CONFIRM_GUARDIAN"),
)
"""Conditions of the whole case, first hit first. The fields decide if no condition is hit."""

FIELD_RULES: Final = (
    FieldRule("R7", ("id", "name"), "IDENTITY_DIFFERS", "COMPARE_IDENTITY"),
    FieldRule("R8", ("school",), "VISITING_STUDENT", "CONFIRM_SCHOOL"),
    FieldRule("R9", ("grade", "class", "entry_year"), "PLACEMENT_DIFFERS", "TAKE_REGISTRY_VALUE"),
)
"""Fields outside the approving set, first hit first."""

CONSISTENT: Final = CaseRule("R10", "CONSISTENT", Outcome.APPROVED)
"""Every key field is in the approving set."""

APPROVING: Final = (
    *(
        Approving(field, code)
        for field in ("id", "name", "school", "grade", "class", "entry_year")
        for code in (_E, _N)
    ),
    Approving("name", _V, "TS_SAFE", flag="allow_safe_ts"),
    Approving("grade", _V, "GRADE_NOT_ROLLED", flag="allow_grade_not_rolled"),
    Approving("class", FieldCode.MISSING_REG, flag="allow_class_missing"),
    Approving("entry_year", _V, "ENTRY_YEAR_OTHER_STAGE"),
)
"""The approving set: the codes that count as agreement."""

_WORSE: Final = (
    _V, FieldCode.HOMOPHONE, FieldCode.SIMILAR, FieldCode.DIFFERENT,
    FieldCode.MISSING_APP, FieldCode.MISSING_REG, FieldCode.UNRESOLVABLE,
)  # fmt: skip
FIELD_TIERS: Final = {
    "id": dict(zip(_WORSE, (4, 5, 5, 5, 4, 4, 4), strict=True)),
    "name": dict(zip(_WORSE, (2, 3, 3, 5, 3, 3, 2), strict=True)),
    "school": dict.fromkeys(_WORSE, 2),
    "grade": dict.fromkeys(_WORSE, 1),
    "class": dict.fromkeys(_WORSE, 1),
    "entry_year": dict.fromkeys(_WORSE, 1),
}
"""Field -> code outside the approving set -> tier of the queue; the case has the highest of its fields."""

SOUND_TIER: Final = 3
MIXED_TIER: Final = 4
"""A name of `SOUND_TIER` beside another differing field is no longer a typing error: `MIXED_TIER`."""


@attrs.frozen
class RuleSet:
    """The tables under one version; `digest` changes with any row of them."""

    version: str
    lattice: tuple[CaseRule, ...] = LATTICE
    field_rules: tuple[FieldRule, ...] = FIELD_RULES
    approving: tuple[Approving, ...] = APPROVING

    @property
    def digest(self) -> str:
        """Return the first 16 hexadecimal digits of SHA-256 over every row."""
        rows = (*self.lattice, *self.field_rules, *self.approving, *sorted(FIELD_TIERS.items()))
        return hashlib.sha256("\n".join(map(repr, rows)).encode()).hexdigest()[:16]


RULE_SET: Final = RuleSet("4")
