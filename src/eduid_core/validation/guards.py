"""The first look at any object: is it text, is anything in it, and is it short enough to be looked at?"""

from __future__ import annotations

from eduid_core.validation.inspection import Inspection, found
from eduid_core.validation.kinds import Kind
from eduid_core.validation.normalise import BLANKS

__all__ = ["readable"]


def readable(obj: object, kind: Kind | None, *, longest: int) -> str | Inspection:
    """
    Return *obj* as a plain text that is neither blank nor over *longest*; else its inspection as *kind*.

    Of a subclass of str the text itself is taken: it may have its own ideas of len() and of slices.
    """
    if obj is None:
        return Inspection(kind, None, (found("EMPTY", 0, 0),))
    if not issubclass(type(obj), str):  # not isinstance(), which asks the object
        return Inspection(kind, None, (found("NOT_TEXT", 0, 0),))
    text = str.__str__(obj)
    if len(text) > longest:
        return Inspection(kind, None, (found("TOO_LONG_INPUT", 0, len(text)),))
    if not text or (text[0] in BLANKS and all(char in BLANKS for char in text)):
        return Inspection(kind, None, (found("EMPTY", 0, len(text)),))
    return text
