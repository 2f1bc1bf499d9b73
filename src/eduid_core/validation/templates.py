"""
Templates of numbers: the allowed characters, place by place.

A template describes each place: `9` a digit, `X` a digit or the letter X, `A` a letter, `N` a letter or a
digit. Every misfit is reported character by character; none is ever replaced by a guess.
"""

from __future__ import annotations

import functools
from typing import Final

from eduid_core.findings import Finding
from eduid_core.validation.folding import Typed
from eduid_core.validation.inspection import found

__all__ = ["LOOKALIKES", "MISFIT", "misfits"]

_DIGITS: Final = frozenset("0123456789")
_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ALLOWED: Final = {"9": _DIGITS, "X": _DIGITS | {"X"}, "A": _LETTERS, "N": _DIGITS | _LETTERS}

LOOKALIKES: Final = {"O": "0", "o": "0", "I": "1", "l": "1", "L": "1", "|": "1", "B": "8", "S": "5", "Z": "2"}
"""Letter -> the digit it is often written for; proposed, never applied."""

_LIKE_X: Final = frozenset("ХхΧχ×✕*")
MISFIT: Final = "\0"
"""The mask in a checked text for a character that does not fit; no rule takes it for a digit."""


def misfits(typed: Typed, templates: tuple[str, ...]) -> tuple[str, tuple[Finding, ...]]:
    """
    Mask the misfits in the text; return it and a finding for each misfit, or for the length.

    The template of the same length with the fewest misfits is used. If no template has this length, only
    characters that are not allowed at any place are reported.
    """
    tried = [_blot(typed.text, template) for template in templates if len(template) == len(typed.text)]
    if tried:
        blotted, template = min(tried, key=lambda t: t[0].count(MISFIT))
        return blotted, tuple(_misfit(typed, i, template) for i, char in enumerate(blotted) if char == MISFIT)
    lengths, body, last = _loosely(templates)
    wrong = found("LENGTH", 0, typed.length, expected=lengths, got=len(typed.text))
    if typed.text.isascii() and typed.text.isdigit():
        return "", (wrong,)
    loose = (body * (len(typed.text) - 1) + last)[: len(typed.text)]
    blotted, _ = _blot(typed.text, loose)
    return "", (wrong, *(_misfit(typed, i, loose) for i, char in enumerate(blotted) if char == MISFIT))


@functools.cache
def _loosely(templates: tuple[str, ...]) -> tuple[str, str, str]:
    """Return the lengths of *templates*, the characters allowed anywhere, and those allowed at the end."""
    lengths = "/".join(map(str, sorted({len(t) for t in templates})))
    if any(set(t) & {"A", "N"} for t in templates):
        return lengths, "N", "N"
    return lengths, "9", templates[0][-1]


def _blot(text: str, template: str) -> tuple[str, str]:
    kept = (char if char in _ALLOWED[want] else MISFIT for char, want in zip(text, template, strict=True))
    return "".join(kept), template


def _misfit(typed: Typed, i: int, template: str) -> Finding:
    """Return the finding about character *i* of *typed*, which *template* does not allow there."""
    char, want = typed.text[i], template[i]
    start, end = typed.span(i, i + 1)
    if want == "X" and char in _LIKE_X:
        return found("LOOKALIKE_X", start, end, k=start + 1, hint=" (→X?)")
    if char == "X" and template[-1] == "X":
        return found("X_NOT_AT_END", start, end)
    if want in "9X" and (char in LOOKALIKES or char in _LETTERS):
        hint = f" ({char}→{LOOKALIKES[char]}?)" if char in LOOKALIKES else ""
        return found("LETTER_IN_DIGITS", start, end, k=start + 1, hint=hint)
    if char in _ALLOWED["N"]:
        return found("FORMAT", start, end)
    if char.isdigit():  # true for ², ④ and ٤ as well, which is intended here
        return found("NON_ASCII_DIGIT", start, end, k=start + 1)
    return found("BAD_CHARACTER", start, end, k=start + 1)
