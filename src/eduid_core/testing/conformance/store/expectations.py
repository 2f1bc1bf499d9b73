"""
Comparisons of the laws, and the text of a failed law: its name, its rule, the actual and the expected value.

They raise with a text of their own, for pytest explains a bare `assert` in test modules only, and an adapter's
author reads the failure of a law in a package that is not theirs.
"""

from __future__ import annotations

import functools
from typing import Final

from eduid_core.testing.conformance.store.making import Law, Opens

__all__ = ["equal", "expect", "reporting"]

_LONGEST: Final = 2000
"""Characters of a value that are shown: a law may compare a megabyte."""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def equal(actual: object, expected: object, after: object = None) -> None:
    """
    Compare two values; the text shows both, and *after*, the calls made before.

    Raises:
        AssertionError: the values differ.

    >>> equal([1, 2], [2])
    Traceback (most recent call last):
    AssertionError:
      actual:   [1, 2]
      expected: [2]
    """
    if actual != expected:
        before = "" if after is None else f"\n  after:    {_shown(after)}"
        raise AssertionError(f"\n  actual:   {_shown(actual)}\n  expected: {_shown(expected)}{before}")


def expect(condition: object, rule: str) -> None:
    """
    Check a condition.

    Raises:
        AssertionError: *condition* is false; the text is *rule*.
    """
    if not condition:
        raise AssertionError(f"\n  does not hold: {rule}")


def reporting(law: Law) -> Law:
    """Return *law* with its name and its rule in the text of a failure."""

    @functools.wraps(law)
    def checked(opens: Opens) -> None:
        try:
            law(opens)
        except AssertionError as error:
            text = f"{law.__name__.replace('_', ' ')}\n  rule:     {law.__doc__}{error}"
            raise AssertionError(text) from error

    return checked
