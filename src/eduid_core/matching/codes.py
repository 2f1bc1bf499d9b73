"""
The words of a comparison: outcomes, the nine field codes, the six key fields.

Codes are API: never renamed, never reused.
"""

from __future__ import annotations

import enum
from typing import Final, NamedTuple

__all__ = ["KEY_FIELDS", "Compared", "FieldCode", "FieldResult", "Outcome"]


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
