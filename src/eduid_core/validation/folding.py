"""
Fold a typed text, and keep the original positions.

Only four changes are made: blanks and invisible marks at the ends, the width of letters and digits,
separators inside, and the case of letters. Each change is a recorded edit. A letter is never turned into a
digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from eduid_core.findings import Finding, Span
from eduid_core.validation.inspection import Inspection, found
from eduid_core.validation.kinds import Kind

__all__ = ["BLANKS", "DASHES", "Typed", "fold", "plain_text", "readable"]


def plain_text(obj: object) -> str | None:
    """
    Return *obj* as a plain text, or None if it is not a text; no method of the object is called.

    For a subclass of str the underlying text is used: the subclass may redefine len() and slices.
    """
    return str.__str__(obj) if issubclass(type(obj), str) else None  # isinstance() would call the object


def readable(obj: object, kind: Kind | None, *, longest: int) -> str | Inspection:
    """Return *obj* as a plain text, neither blank nor over *longest*, or its inspection as *kind*."""
    if obj is None:
        return Inspection(kind, None, (found("EMPTY", 0, 0),))
    text = plain_text(obj)
    if text is None:
        return Inspection(kind, None, (found("NOT_TEXT", 0, 0),))
    if len(text) > longest:
        return Inspection(kind, None, (found("TOO_LONG_INPUT", 0, len(text)),))
    if not text or (text[0] in BLANKS and all(char in BLANKS for char in text)):
        return Inspection(kind, None, (found("EMPTY", 0, len(text)),))
    return text


_INVISIBLE: Final = frozenset(
    map(chr, (0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)))
)
BLANKS: Final = _INVISIBLE | frozenset(c for c in map(chr, range(0x3001)) if c.isspace())
"""White space of any script, zero-width and bidirectional marks."""

DASHES: Final = frozenset("-‐‑‒–—―−－")
"""Hyphens and dashes as written by people and word processors."""

_SEPARATORS: Final = BLANKS | DASHES
_WIDTH: Final = {
    chr(wide): chr(wide - 0xFEE0)
    for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_BRACKETS: Final = {"（": "(", "）": ")"}
_LOWER: Final = {c: c.upper() for c in "abcdefghijklmnopqrstuvwxyz"}  # str.upper() turns ß into SS


@attrs.frozen(repr=False)
class Typed:
    """
    A folded text with the original positions.

    `index[i]` is the place in the original of `text[i]`; `length` is the original's length in code points.
    """

    text: str
    index: Sequence[int]
    length: int
    edits: tuple[Finding, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """Return the original span of `text[start:end]`; the whole original for an empty range."""
        if start >= end or end > len(self.index):
            return (0, self.length)
        return (self.index[start], self.index[end - 1] + 1)

    def place(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield *findings* about the folded text with their spans in the original."""
        for each in findings:
            yield attrs.evolve(each, at=self.span(*each.at))

    def without(self, places: frozenset[int]) -> Typed:
        """Return this text without the characters at *places*, which are not part of the canonical form."""
        kept = [i for i in range(len(self.text)) if i not in places]
        return attrs.evolve(self, text="".join(self.text[i] for i in kept), index=[self.index[i] for i in kept])


def fold(raw: str, *, separators: frozenset[str] = _SEPARATORS) -> Typed:
    """
    Return *raw* with width, case and *separators* folded, every edit recorded.

    >>> fold(" ａ1-2 ").text
    'A12'
    >>> [(f.code, f.at) for f in fold("1-2x").edits]
    [('SEPARATORS_REMOVED', (1, 2)), ('CASE_FOLDED', (3, 4))]
    """
    if raw.isascii() and raw.isalnum() and raw == raw.upper():
        return Typed(raw, range(len(raw)), len(raw))
    first, last = _inner(raw)
    edits: list[tuple[str, int, int]] = []
    text, index = [], []
    for i in range(first, last):
        char = _fold_character(raw[i], i, separators, edits)
        if char:
            text.append(char)
            index.append(i)
    trimmed = [("OUTER_TRIMMED", a, b) for a, b in ((0, first), (last, len(raw))) if a < b]
    ordered_edits = sorted(_runs(edits) + trimmed, key=lambda e: e[1])
    return Typed("".join(text), index, len(raw), tuple(found(c, a, b) for c, a, b in ordered_edits))


def _inner(raw: str) -> Span:
    """Return the span of *raw* without blanks at its ends; for a blank text, the empty span at its end."""
    first, last = 0, len(raw)
    while first < last and raw[first] in BLANKS:
        first += 1
    while last > first and raw[last - 1] in BLANKS:
        last -= 1
    return first, last


def _fold_character(char: str, at: int, separators: frozenset[str], edits: list[tuple[str, int, int]]) -> str:
    if char in separators:
        edits.append(("SEPARATORS_REMOVED", at, at + 1))
        return ""
    for code, table in (("WIDTH_FOLDED", _WIDTH), ("BRACKETS_FOLDED", _BRACKETS), ("CASE_FOLDED", _LOWER)):
        if (folded := table.get(char)) is not None:
            edits.append((code, at, at + 1))
            char = folded
    return char


def _runs(edits: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Return *edits* with neighbours of the same code joined into one span."""
    joined: list[tuple[str, int, int]] = []
    for code, start, end in sorted(edits):
        if joined and joined[-1][0] == code and joined[-1][2] == start:
            joined[-1] = (code, joined[-1][1], end)
        else:
            joined.append((code, start, end))
    return joined
