"""
Read repeating columns of a parquet file (grades, classes, schools and the like) as numbers.

Such a column is stored in the file as a short dictionary and a number for each row, and is returned in that
form: a Polars `Enum` of the batch. A million texts with twelve distinct values need no hashing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["read_repeating"]

_FEW: Final = 1 << 16
"""The dictionary size above which a column is read as plain text."""


def read_repeating(
    path: Path, names: Mapping[str, str], *, rows: int, groups: Sequence[int] | None = None
) -> Iterator[tuple[int, list[pl.Series]]]:
    """
    Yield, batch by batch, the number of rows and the columns: *names* maps field to heading.

    A batch has *rows* rows or a few more, up to the end of a row group; all *groups* are read unless some are
    named. A file without rows gives one batch. Nulls become blank.
    """
    headings = list(names.values())
    file = pq.ParquetFile(path, read_dictionary=headings)
    wanted = range(file.num_row_groups) if groups is None else groups
    waiting: list[pa.RecordBatch] = []
    for batch in file.iter_batches(rows, row_groups=wanted, columns=headings, use_threads=False):
        waiting.append(batch)
        if sum(map(len, waiting)) >= rows:
            yield _columns(waiting, names)
            waiting = []
    if waiting or not file.metadata.num_rows:
        yield _columns(waiting, names)


def _columns(batches: Sequence[pa.RecordBatch], names: Mapping[str, str]) -> tuple[int, list[pl.Series]]:
    columns = [_column([batch[name] for batch in batches]).alias(field) for field, name in names.items()]
    return sum(map(len, batches)), columns


def _column(chunks: Sequence[Any]) -> pl.Series:
    """Join *chunks*, each with its own dictionary, into one column."""
    if any(len(chunk.dictionary) > _FEW for chunk in chunks):
        texts = pa.chunked_array([chunk.dictionary_decode().cast(pa.large_string()) for chunk in chunks])
        return pl.Series(pl.from_arrow(texts)).fill_null("")
    known: dict[str, int] = {}
    codes = [_codes(chunk, known) for chunk in chunks] or [np.empty(0, dtype=np.int32)]
    numbered = codes[0] if len(codes) == 1 else np.concatenate(codes)
    narrow = numbered.astype(np.min_scalar_type(len(known)))
    return pl.Series(narrow).cat.to(pl.Enum(list(known)))


def _codes(chunk: Any, known: dict[str, int]) -> npt.NDArray[np.integer[Any]]:  # noqa: ANN401 - an Arrow array
    """Return the number of each text of *chunk*, and add new texts to *known*."""
    texts = [known.setdefault(text or "", len(known)) for text in chunk.dictionary.to_pylist()]
    numbers = chunk.indices
    if chunk.null_count:
        numbers = numbers.fill_null(len(texts))
        texts.append(known.setdefault("", len(known)))
    codes = _integers(numbers)
    return codes if texts == list(range(len(texts))) else np.array(texts, dtype=np.uint32)[codes]


def _integers(numbers: Any) -> npt.NDArray[np.int32]:  # noqa: ANN401 - an Arrow array
    """Return the 32-bit *numbers*, none of them null, as they lie: `to_numpy` of Arrow would load pandas."""
    if not len(numbers):
        return np.empty(0, dtype=np.int32)
    start = numbers.offset * np.dtype(np.int32).itemsize
    return np.frombuffer(numbers.buffers()[1], dtype=np.int32, count=len(numbers), offset=start)
