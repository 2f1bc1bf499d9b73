"""The first look at any object: is it text, is anything in it, and is it short enough to be looked at?"""

from __future__ import annotations

from eduid_core.validation.folding import BLANKS
from eduid_core.validation.inspection import Inspection, found
from eduid_core.validation.kinds import Kind

__all__ = ["plain_text", "readable"]


def plain_text(obj: object) -> str | None:
    """
    Return *obj* as the text it is, None if it is none; the object itself is asked nothing.

    Of a subclass of str the text itself is taken: it may have its own ideas of len() and of slices.
    """
    return str.__str__(obj) if issubclass(type(obj), str) else None  # isinstance() would ask the object


def readable(obj: object, kind: Kind | None, *, longest: int) -> str | Inspection:
    """Return *obj* as a plain text that is neither blank nor over *longest*; else its inspection as *kind*."""
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
