"""Find the errors of a spreadsheet (`#N/A`) in columns of text: one scan of the bytes, then the scalar rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import polars as pl

from eduid_bulk.byte_columns import Block, block_of
from eduid_core.matching.engine import is_cell_error

__all__ = ["cell_errors"]

_PATTERN: Final = "[#:＃：]"
"""Every error holds one of these characters."""
_BYTES: Final = b"#:\xef"
"""Their first bytes in UTF-8: a scan for single bytes takes no time."""


def cell_errors(frame: pl.DataFrame, columns: Iterable[str], blocks: Mapping[str, Block]) -> dict[int, str]:
    """
    Return the places of the rows with an error, and the first of *columns* that holds it.

    *blocks* are those of the columns that were laid out already.
    """
    found: dict[int, str] = {}
    for name in columns:
        for place in _places(frame[name], blocks.get(name)):
            found.setdefault(place, name)
    return found


def _places(column: pl.Series, block: Block | None) -> list[int]:
    if isinstance(column.dtype, pl.Enum):
        wrong = np.array([is_cell_error(text) for text in column.dtype.categories], dtype=bool)
        return np.flatnonzero(wrong.take(column.to_physical().to_numpy())).tolist() if wrong.any() else []
    if not (block or block_of(column)).holds_byte(_BYTES):
        return []
    suspects = np.flatnonzero(column.str.contains(_PATTERN).to_numpy()).tolist()
    return [place for place in suspects if is_cell_error(column[place])]
