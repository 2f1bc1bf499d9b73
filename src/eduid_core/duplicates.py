"""Which of very many values come more than once, found without holding them."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterator
from typing import Final

__all__ = ["Repeats"]

_PLACES: Final = 1 << 26
_NO_PLACE: Final = -1


class Repeats:
    """
    Looks at values one by one and remembers of each that a value of its place was there.

    Two values may fall on one place, so what `suspects` names must be counted exactly: of a hundred thousand
    values that are all different some hundred and fifty. What it does not name came once.

    >>> seen = Repeats()
    >>> for value in ("a", "b", "a", None):
    ...     seen.look_at(value)
    >>> list(seen.suspects())
    [True, False, True, False]
    """

    def __init__(self) -> None:
        """Begin with nothing seen: eight megabytes, and four bytes for each value that comes."""
        self._seen = bytearray(_PLACES // 8)
        self._twice: set[int] = set()
        self._places = array("i")

    def look_at(self, value: Hashable | None) -> None:
        """Look at *value*; None stands where there is none."""
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
        """Yield of each value, in the order they came, whether it may have come more than once."""
        return (place in self._twice for place in self._places)

    def __bool__(self) -> bool:
        """Return whether anything may have come more than once."""
        return bool(self._twice)
