"""Which of very many values come more than once, found in memory that does not grow with them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

__all__ = ["Repeats"]

_PLACES: Final = 1 << 26


class Repeats:
    """
    Looks at values one by one and remembers of each that a value of its place was there.

    Two values may fall on one place, so what `may_repeat` names must be counted exactly: of a hundred thousand
    values that are all different some seventy. What it does not name came once.

    >>> seen = Repeats()
    >>> for value in ("a", "b", "a"):
    ...     seen.look_at(value)
    >>> seen.may_repeat("a"), seen.may_repeat("b")
    (True, False)
    """

    def __init__(self) -> None:
        """Begin with nothing seen: eight megabytes, however many come."""
        self._seen = bytearray(_PLACES // 8)
        self._twice: set[int] = set()

    def look_at(self, value: Hashable) -> None:
        """Look at *value*."""
        place = hash(value) % _PLACES
        cell, bit = place >> 3, 1 << (place & 7)
        if self._seen[cell] & bit:
            self._twice.add(place)
        else:
            self._seen[cell] |= bit

    def may_repeat(self, value: Hashable) -> bool:
        """Return whether *value* may have come more than once."""
        return hash(value) % _PLACES in self._twice

    def __bool__(self) -> bool:
        """Return whether anything may have come more than once."""
        return bool(self._twice)
