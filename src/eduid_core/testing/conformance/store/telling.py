"""
How a law says that it does not hold: its sentence, its rule, what was seen and what was wanted.

A bare `assert` says nothing outside of the modules that pytest rewrites, and an adapter's author reads the
failure of a law that is somebody else's code.
"""

from __future__ import annotations

import functools
from typing import Final

from eduid_core.testing.conformance.store.making import Law, Opens

__all__ = ["holds", "named", "same"]

_LONGEST: Final = 2000
"""Characters of a value that are shown: a law may compare a megabyte."""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def same(seen: object, wanted: object, after: object = None) -> None:
    """
    Compare what was *seen* with what is *wanted*; *after* is what was done before.

    Raises:
        AssertionError: they differ; it shows both.

    >>> same([1, 2], [2])
    Traceback (most recent call last):
    AssertionError:
      seen:   [1, 2]
      wanted: [2]
    """
    if seen != wanted:
        before = "" if after is None else f"\n  after:  {_shown(after)}"
        raise AssertionError(f"\n  seen:   {_shown(seen)}\n  wanted: {_shown(wanted)}{before}")


def holds(is_so: object, what: str) -> None:
    """Raise AssertionError, which says *what*, unless it *is so*."""
    if not is_so:
        raise AssertionError(f"\n  not so: {what}")


def named(law: Law) -> Law:
    """Return *law* whose failure names it and says its rule."""

    @functools.wraps(law)
    def telling(opens: Opens) -> None:
        try:
            law(opens)
        except AssertionError as error:
            told = f"{law.__name__.replace('_', ' ')}\n  rule:   {law.__doc__}{error}"
            raise AssertionError(told) from error

    return telling
