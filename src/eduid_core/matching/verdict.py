"""The answer of a comparison: a value without personal data."""

from __future__ import annotations

from typing import Final

import attrs

from eduid_core.matching.codes import FieldCode, FieldResult, Outcome

__all__ = ["Verdict"]


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
