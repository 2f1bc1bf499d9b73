"""
Narrow columns partitioned by key, in memory or on disk: rows with the same key are always in the
same part.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import polars as pl

__all__ = ["Partitions"]


class Partitions:
    """
    The added rows, in *count* parts.

    With *on_disk* they are in a temporary folder, which is deleted at the end, and one part at a time is in
    memory. Several threads may add at once.
    """

    def __init__(self, count: int, *, on_disk: bool = False) -> None:
        """Begin with no rows."""
        self._frames: list[list[pl.DataFrame]] = [[] for _ in range(count)]
        self._folder = tempfile.TemporaryDirectory(prefix="eduid-") if on_disk else None
        self._paths: list[list[Path]] = [[] for _ in range(count)]
        self._numbers = itertools.count()
        self._empty = pl.DataFrame()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, frame: pl.DataFrame) -> None:
        """Add the rows of *frame*, which has a `key`."""
        self._empty = frame.clear()
        count = len(self._frames)
        if count == 1:
            self._keep(0, frame)
            return
        part = (frame["key"].to_numpy() % count).astype(np.uint16)
        frame = frame[np.argsort(part, kind="stable")]
        ends = np.cumsum(np.bincount(part, minlength=count)).tolist()
        for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
            self._keep(number, frame[start:end])

    def _keep(self, number: int, rows: pl.DataFrame) -> None:
        if self._folder is None:
            self._frames[number].append(rows)
            return
        path = Path(self._folder.name) / f"{number:05}-{next(self._numbers):07}.arrow"
        rows.write_ipc(path)
        self._paths[number].append(path)

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield each part, also an empty one, and release it."""
        for number, frames in enumerate(self._frames):
            found = [*frames, *map(pl.read_ipc, self._paths[number])]
            frames.clear()
            yield pl.concat(found) if found else self._empty
