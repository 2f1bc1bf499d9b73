"""One row of the catalogue."""

from __future__ import annotations

from typing import Literal

import attrs

__all__ = ["Entry"]


@attrs.frozen
class Entry:
    """
    The text of a code.

    `zh` and `en` are format strings with the parameters of the finding or refusal as fields. `severity` applies
    to findings only; `clause` names the standard, statute or decision behind the code.
    """

    zh: str
    en: str
    severity: Literal["error", "doubt", "note"] | None = None
    clause: str = ""
