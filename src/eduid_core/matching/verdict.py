"""The answer of a comparison: a value without personal data."""

from __future__ import annotations

import enum
from typing import Final, NamedTuple

import attrs

__all__ = ["KEY_FIELDS", "Compared", "FieldCode", "FieldResult", "Outcome", "Verdict"]


class Outcome(enum.StrEnum):
    """What the machine says: everything agrees, a person decides, or the applicant must mend the form."""

    APPROVED = "approved"
    REVIEW = "review"
    RETURNED = "returned"


class FieldCode(enum.StrEnum):
    """How one field of the form stands to the registry's."""

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
"""The six fields that must all agree, in the order they are told."""


class Compared(NamedTuple):
    """A comparator's answer: the code, and the note that names the rule or the edit behind it."""

    code: FieldCode
    note: str = ""


class FieldResult(NamedTuple):
    """One key field of a verdict."""

    field: str
    code: FieldCode
    note: str = ""


@attrs.frozen
class Verdict:
    """
    What was decided about one application, and why; it holds codes only.

    `reasons` starts with the code that decided and goes on with what else a person should know: further
    conditions, the notes of differing fields, doubts about the number or the name. `fields` has one result
    per key field that was compared. `notes` names every recorded edit. `tier` orders the queue of reviews
    (5 first, 0 outside it), `suggestion` is what to do first.
    """

    outcome: Outcome
    reasons: tuple[str, ...]
    fields: tuple[FieldResult, ...] = ()
    notes: tuple[str, ...] = ()
    tier: int = 0
    suggestion: str = ""

    @property
    def differing(self) -> tuple[FieldResult, ...]:
        """Return the fields that are not simply EQUAL: what `decisions.csv` writes."""
        return tuple(result for result in self.fields if result.code is not _EQUAL)


_EQUAL: Final = FieldCode.EQUAL
