"""Narrow columns in memory, or on disk parted by their keys: rows of one key are always in one part."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

__all__ = ["Parts"]


class Parts:
    """*count* parts of what is added; more than one lie in a folder of their own, gone when all is done."""

    def __init__(self, count: int) -> None:
        """Begin with nothing."""
        self._count = count
        self._frames: list[pl.DataFrame] = []
        self._folder = tempfile.TemporaryDirectory(prefix="eduid-") if count > 1 else None
        self._batches = 0
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
        if self._folder is None:
            self._frames.append(frame)
            return
        for (part,), rows in frame.group_by(pl.col("key") % self._count):
            rows.write_ipc(self._path(int(str(part)), self._batches))
        self._batches += 1

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield each part whole, an empty one too."""
        if self._folder is None:
            yield pl.concat(self._frames)
            self._frames = []
            return
        for part in range(self._count):
            paths = [p for n in range(self._batches) if (p := self._path(part, n)).exists()]
            if paths:
                yield pl.concat([pl.read_ipc(path) for path in paths])
            else:
                yield self._empty

    def _path(self, part: int, batch: int) -> Path:
        return Path(self._folder.name if self._folder else "") / f"{part:05}-{batch:05}.arrow"
