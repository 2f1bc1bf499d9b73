"""
Masked forms of a number: for logs, for its owner on a screen, and drawn with marked mistakes.

No form shows more on a repeated request, and none shows five consecutive digits of a person's number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from eduid_core.findings import Finding
from eduid_core.messages import codes_with
from eduid_core.private import mask_ends
from eduid_core.validation.documents.catalogue import SPECS
from eduid_core.validation.inspection import Inspection
from eduid_core.validation.kinds import Kind

__all__ = ["draw", "log_form", "screen_form"]

_OTHERS: Final = (1, 2)
_HIDDEN: Final = 4
_DRAWN: Final = 64
_SHOWN: Final = codes_with("letter_shown")


def log_form(text: str, kind: Kind | None) -> str:
    """
    Return the form for logs: kind and length.

    >>> log_form("320098201503150010", Kind.RESIDENT_ID)
    '<resident_id:18>'
    """
    return f"<{kind or 'unknown'}:{len(text)}>"


def screen_form(text: str, kind: Kind | None) -> str:
    """
    Return the form for the owner and the teacher; a school code identifies no person and is shown in full.

    At least four characters stay hidden, even in a short text.

    >>> screen_form("G320098201503150010", Kind.STUDENT_NUMBER), screen_form("15400001234", Kind.MOBILE)
    ('G32**************10', '154****1234')
    """
    if kind is Kind.SCHOOL_CODE:
        return text
    for head, tail in (SPECS[kind].shown if kind else _OTHERS, _OTHERS):
        if len(text) >= head + tail + _HIDDEN:
            return mask_ends(text, head=head, tail=tail)
    return "*" * len(text)


def draw(text: str, inspection: Inspection) -> tuple[str, str]:
    """
    Return *text* masked, and a second line with a caret under every place with an error or doubt.

    Findings about the whole text have no caret. A letter in place of a digit is shown, because it reveals no
    personal data; an unprintable character never is. Only the first 64 characters of a long text are drawn.

    >>> from eduid_core.validation import inspect_phone
    >>> print(*draw("154O0001234", inspect_phone("154O0001234")), sep=chr(10))
    154O***1234
       ^
    """
    drawn, whole = text[:_DRAWN], (0, len(text))
    shown = _places(f for f in inspection.findings if f.code in _SHOWN)
    marked = _places(f for f in inspection.findings if f.severity.rank < 2 and f.at != whole)  # noqa: PLR2004
    masked = screen_form(drawn, inspection.kind)
    line, carets = [], []
    for i, (char, star) in enumerate(zip(drawn, masked, strict=True)):
        visible = char if i in shown or not char.isalnum() else star
        visible = visible if visible.isprintable() else "\N{REPLACEMENT CHARACTER}"
        line.append(visible)
        columns = 2 if unicodedata.east_asian_width(visible) in "WF" else 1
        carets.append(("^" if i in marked else " ") * columns)
    return "".join(line), "".join(carets).rstrip()


def _places(findings: Iterable[Finding]) -> frozenset[int]:
    return frozenset(i for f in findings for i in range(f.at[0], min(f.at[1], _DRAWN)))
