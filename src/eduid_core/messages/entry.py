"""One row of the catalogue."""

from __future__ import annotations

from typing import Literal

import attrs

__all__ = ["Entry", "Trait"]

Trait = Literal["spelling", "needs_day", "misshapen", "other_kind", "letter_shown"]
"""
`spelling`: about the spelling only, a note that is never displayed. `needs_day`: needs the inspection's day.
`misshapen`: the text has not the form of the declared kind. `other_kind`: hints at another kind of number.
`letter_shown`: a letter in place of a digit may be drawn, for it is no personal data.
"""


@attrs.frozen
class Entry:
    """
    The text of a code.

    `zh` and `en` are format strings with the parameters of the finding or refusal as fields. `severity` applies
    to findings only; `clause` names the standard, statute or decision behind the code,
    `traits` the ways in which other modules treat it.
    """

    zh: str
    en: str
    severity: Literal["error", "doubt", "note"] | None = None
    clause: str = ""
    traits: tuple[Trait, ...] = ()
