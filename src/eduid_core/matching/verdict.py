"""The verdict: the result of a comparison, a value without personal data."""

from __future__ import annotations

import enum
from typing import Final, NamedTuple

import attrs

__all__ = ["KEY_FIELDS", "Compared", "FieldCode", "FieldResult", "Outcome", "Verdict"]


class Outcome(enum.StrEnum):
    """The system's result: every field agrees, a person decides, or the applicant must correct the form."""

    APPROVED = "approved"
    REVIEW = "review"
    RETURNED = "returned"


class FieldCode(enum.StrEnum):
    """The result of comparing a field of the form with the registry's."""

    EQUAL = "EQUAL"
    EQUAL_NORMALISED = "EQUAL_NORMALISED"
    VARIANT = "VARIANT"
    HOMOPHONE = "HOMOPHONE"
    SIMILAR = "SIMILAR"
    DIFFERENT = "DIFFERENT"
    MISSING_APP = "MISSING_APP"
    MISSING_REG = "MISSING_REG"
    UNRESOLVABLE = "UNRESOLVABLE"


KEY_FIELDS: Final = ("id", "name", "school", "grade", "class", "entry_year")
"""The six fields that must all agree, in display order."""


class Compared(NamedTuple):
    """The answer of a comparator: the code, and the note that names the rule or the edit behind it."""

    code: FieldCode
    note: str = ""


class FieldResult(NamedTuple):
    """The result for one key field in a verdict."""

    field: str
    code: FieldCode
    note: str = ""


@attrs.frozen
class Verdict:
    """
    The decision about an application with its reasons; it holds codes only.

    `reasons` starts with the deciding code, followed by other facts for the reviewer: further conditions, the
    notes of differing fields, doubts about the number or the name. `fields` has one result per compared key
    field. `notes` names every recorded edit. `tier` orders the queue of reviews (5 first, 0 outside it),
    `suggestion` is the first step.
    """

    outcome: Outcome
    reasons: tuple[str, ...]
    fields: tuple[FieldResult, ...] = ()
    notes: tuple[str, ...] = ()
    tier: int = 0
    suggestion: str = ""

    @property
    def differing(self) -> tuple[FieldResult, ...]:
        """Return the fields with a code other than EQUAL, as written to `decisions.csv`."""
        return tuple(result for result in self.fields if result.code is not _EQUAL)


_EQUAL: Final = FieldCode.EQUAL
