"""Find the errors of a spreadsheet (`#N/A`) in columns of text: one scan of the bytes, then the scalar rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import polars as pl

from eduid_bulk.byte_columns import block_of
from eduid_core.matching.engine import is_cell_error

__all__ = ["cell_errors"]

_MARKS: Final = ("#", "＃", ":", "：")
"""Every error holds one of these characters."""
_PATTERN: Final = "[{}]".format("".join(_MARKS))


def cell_errors(frame: pl.DataFrame, columns: Iterable[str]) -> dict[int, str]:
    """Return the places of the rows with an error, and the first of *columns* that holds it."""
    found: dict[int, str] = {}
    for name in columns:
        for place in _places(frame[name]):
            found.setdefault(place, name)
    return found


def _places(column: pl.Series) -> list[int]:
    if isinstance(column.dtype, pl.Enum):
        wrong = np.array([is_cell_error(text) for text in column.dtype.categories])
        return np.flatnonzero(wrong.take(column.to_physical().to_numpy())).tolist() if wrong.any() else []
    if not block_of(column).holds_any(_MARKS):
        return []
    suspects = np.flatnonzero(column.str.contains(_PATTERN).to_numpy()).tolist()
    return [place for place in suspects if is_cell_error(column[place])]
