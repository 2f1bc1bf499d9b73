"""Take the marks of an export (`'320…`, `="320…"`, `138….0`) off columns of text."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import polars as pl

from eduid_bulk.byte_columns import block_of
from eduid_registry_file.cells import MARKED, is_marked, unmarked

__all__ = ["without_marks"]

_BYTES: Final = b"'=`.\t\r\n\xe2\xef"
"""Every marked text holds one of these bytes, or the first byte of its mark: a scan for them takes no time."""


def without_marks(frame: pl.DataFrame, columns: Collection[str]) -> pl.DataFrame:
    """Return *frame* with the marks taken off those of *columns* that it has."""
    marked = {name: _marked(frame[name]) for name in frame.columns if name in columns}
    changed = [column.rename(name) for name, column in marked.items() if column is not None]
    return frame.with_columns(changed) if changed else frame


def _marked(column: pl.Series) -> pl.Series | None:
    """Return *column* without marks, or None if it has none."""
    if isinstance(column.dtype, pl.Enum):
        if not any(map(is_marked, column.dtype.categories)):
            return None
        column = column.cast(pl.String)
    elif not block_of(column).holds_byte(_BYTES):
        return None
    places = np.flatnonzero(column.str.contains(MARKED).to_numpy()).tolist()
    if not places:
        return None
    return column.scatter(places, [unmarked(column[place]) for place in places])
