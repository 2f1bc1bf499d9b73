"""Find values that occur more than once in a very long sequence, without holding the values."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterator
from typing import Final

__all__ = ["Repeats"]

_PLACES: Final = 1 << 26
_NO_PLACE: Final = -1


class Repeats:
    """
    Records for each value that a value with the same hash slot has occurred.

    Two values may share a slot, so the values marked by `suspects` must be counted exactly: about a hundred and
    fifty of a hundred thousand different values are marked. A value that is not marked occurred once.

    >>> seen = Repeats()
    >>> for value in ("a", "b", "a", None):
    ...     seen.look_at(value)
    >>> list(seen.suspects())
    [True, False, True, False]
    """

    def __init__(self) -> None:
        """Begin empty: eight megabytes, and four more bytes per value."""
        self._seen = bytearray(_PLACES // 8)
        self._twice: set[int] = set()
        self._places = array("i")

    def look_at(self, value: Hashable | None) -> None:
        """Record *value*; None is a missing value."""
        if value is None:
            self._places.append(_NO_PLACE)
            return
        place = hash(value) % _PLACES
        self._places.append(place)
        cell, bit = place >> 3, 1 << (place & 7)
        if self._seen[cell] & bit:
            self._twice.add(place)
        else:
            self._seen[cell] |= bit

    def suspects(self) -> Iterator[bool]:
        """Yield for each value, in input order, whether it may occur more than once."""
        return (place in self._twice for place in self._places)

    def __bool__(self) -> bool:
        """Return whether any value may occur more than once."""
        return bool(self._twice)
