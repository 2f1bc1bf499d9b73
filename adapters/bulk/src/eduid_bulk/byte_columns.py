"""A Polars column of text as one block of bytes: read a byte position of all cells without a call per cell."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["SHORT", "SMALL", "Block", "block_of", "spread"]

_PIECE: Final = 1 << 16
"""Bytes that are processed together: they and the derived arrays stay in the processor cache."""
SHORT: Final = 20_000
"""Cells up to which a column, or rows up to which a file, is read without Arrow: its import takes 0.1 s."""
SMALL: Final = np.uint8(0x20)
"""The bit in which a lower-case letter differs from its capital."""

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


@attrs.frozen(repr=False, eq=False)
class Block:
    """All `cells` joined as bytes, and the `ends` that delimit each cell."""

    cells: Bytes
    ends: npt.NDArray[np.int64]

    def rows(self, size: int) -> tuple[Bytes, Places | None]:
        """Return the cells of *size* bytes as rows, and their places; None for all of them."""
        lengths = self.ends[1:] - self.ends[:-1]
        if (lengths == size).all():
            first = self.ends[0]
            return self.cells[first : first + size * len(lengths)].reshape(-1, size), None
        places = np.flatnonzero(lengths == size)
        if not len(places):
            return np.empty((0, size), dtype=np.uint8), places
        return np.lib.stride_tricks.sliding_window_view(self.cells, size)[self.ends[:-1][places]], places

    def begins_printable(self, *, but: Collection[str] = ()) -> Bools:
        """Return which cells begin with a printing ASCII character, none of *but*; a blank text does not."""
        if not len(self.cells):
            return np.zeros(len(self.ends) - 1, dtype=bool)
        first = self.cells[np.minimum(self.ends[:-1], len(self.cells) - 1)]
        counts = np.array([" " < chr(byte) < "\x7f" and chr(byte) not in but for byte in range(256)])
        begun: Bools = counts.take(first) & (self.ends[1:] > self.ends[:-1])
        return begun

    def holds_letter(self, letter: str) -> bool:
        """Return whether a lower-case ASCII *letter*, or its capital, occurs anywhere in the column."""
        return self.holds_byte(letter.encode() + letter.upper().encode())

    def holds_byte(self, wanted: bytes) -> bool:
        """Return whether one of the *wanted* bytes occurs anywhere in the column."""
        return any(each in piece for piece in self._pieces() for each in wanted)

    def consists_of(self, characters: str) -> bool:
        """Return whether the column consists of these ASCII *characters* only."""
        known = characters.encode()
        return not any(piece.translate(None, known) for piece in self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        """Yield all cells as bytes, in pieces."""
        part = self.cells[self.ends[0] : self.ends[-1]]
        for start in range(0, len(part), _PIECE):
            yield part[start : start + _PIECE].tobytes()


def block_of(column: pl.Series) -> Block:
    """Return the block of *column*, texts without nulls."""
    if len(column) <= SHORT:
        return _block_of_few(column)
    text: Any = column.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, ends, block = text.buffers()
    offsets = np.frombuffer(ends, dtype=np.int64)[text.offset : text.offset + len(text) + 1]
    return Block(np.empty(0, np.uint8) if block is None else np.frombuffer(block, dtype=np.uint8), offsets)


def _block_of_few(column: pl.Series) -> Block:
    """Return the block of a short *column*, made from its texts one by one."""
    cells = [text.encode() for text in column.to_list()]
    ends = np.zeros(len(cells) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, cells), np.int64, len(cells)), out=ends[1:])
    return Block(np.frombuffer(b"".join(cells), dtype=np.uint8), ends)


def spread(part: npt.NDArray[Any], places: Places | None, count: int) -> npt.NDArray[Any]:
    """Return a column of *count* cells with *part* at *places*, and zero at all other places."""
    if places is None:
        return part
    whole = np.zeros(count, dtype=part.dtype)
    whole[places] = part
    return whole
