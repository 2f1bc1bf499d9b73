"""
Convert columns of any library to the texts of the right length, as rows of bytes with their places.

All cells are joined by line feeds into one text, so that a million cells need a handful of calls: the positions
of the line feeds give every length at once. Characters outside ASCII become `?`, one for one, which no rule
takes for a digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

__all__ = ["ByteMatrix", "cells_of", "texts_of"]

_LINE_FEED: Final = 10


@attrs.frozen(repr=False, eq=False)
class ByteMatrix:
    """
    The texts of the right length as `rows` (n, size) of bytes, and `places`, the numbers of their cells.

    `places` is None if every cell has the right length. `empty` is true for each empty cell, and
    `no_text` for each cell that is not a text; None if there is no such cell.
    """

    rows: npt.NDArray[np.uint8]
    places: npt.NDArray[np.intp] | None
    empty: npt.NDArray[np.bool_] | None = None
    no_text: npt.NDArray[np.bool_] | None = None


def texts_of(cells: Sequence[Any], *, size: int) -> ByteMatrix:
    """Return the *cells* that are texts of *size* characters."""
    try:
        block = "\n".join(cells)
    except TypeError:
        return _mixed(cells, size)
    return _divided(cells, block, size)


def cells_of(column: Sequence[Any] | Any) -> Sequence[Any]:  # noqa: ANN401 - a column of any library
    """Return *column* as Python objects: None for a null, str for a text."""
    if isinstance(column, list | tuple):
        return column
    for name in ("to_list", "to_pylist", "tolist"):  # Polars and pandas; Arrow; NumPy
        listed = getattr(column, name, None)
        if listed is not None:
            return list(listed())
    return list(column)


def _mixed(cells: Sequence[Any], size: int) -> ByteMatrix:
    """Return the texts of *cells*, of which some are not texts."""
    texts = [c if type(c) is str else "" if not issubclass(type(c), str) else str.__str__(c) for c in cells]
    divided = _divided(texts, "\n".join(texts), size)
    no_text = np.fromiter((c is not None and not issubclass(type(c), str) for c in cells), bool, len(cells))
    return attrs.evolve(divided, no_text=no_text)


def _divided(cells: Sequence[str], block: str, size: int) -> ByteMatrix:
    """Return the texts of *block*, the *cells* joined by line feeds."""
    count = len(cells)
    if block.count("\n") != max(count - 1, 0):
        return _divided(fed := [str.replace(c, "\n", "?") for c in cells], "\n".join(fed), size)
    text = np.frombuffer((block + "\n" * bool(count)).encode("ascii", "replace"), dtype=np.uint8)
    if len(text) == (size + 1) * count:
        table = text.reshape(count, size + 1)
        if (table[:, size] == _LINE_FEED).all():
            return ByteMatrix(table[:, :size], None)
    ends = np.flatnonzero(text == _LINE_FEED)
    starts = np.concatenate(([0], ends[:-1] + 1)) if count else ends
    places = np.flatnonzero(ends - starts == size)
    return ByteMatrix(_windows(text, starts[places], size), places, empty=ends == starts)


def _windows(text: npt.NDArray[np.uint8], starts: npt.NDArray[np.intp], size: int) -> npt.NDArray[np.uint8]:
    """Return the *size* bytes of *text* from each of *starts*."""
    if not len(starts):
        return np.empty((0, size), dtype=np.uint8)
    return np.lib.stride_tricks.sliding_window_view(text, size)[starts]
