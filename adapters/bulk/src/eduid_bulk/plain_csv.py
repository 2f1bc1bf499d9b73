"""Read a plain csv by its columns: no quotation mark, no mark of an export, lines of equally many cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from eduid_registry_file.columns import Columns
from eduid_registry_file.faults import FileFault
from eduid_registry_file.heading_row import HEADING_ROWS, Headings, find_headings
from eduid_registry_file.headings import folded
from eduid_registry_file.options import FileOptions
from eduid_registry_file.texts import decoded, delimiter_of

__all__ = ["plain_csv"]

_LONGEST_CELL: Final = 131_072
_NOT_PLAIN: Final = (b'"', b"\0", b"'", b"=", b"`", *("’".encode(), "‘".encode(), "＇".encode()))
"""Bytes of a text file that is read row by row: quotation, UTF-16, marks of an export."""


def plain_csv(
    path: Path, columns: Columns, options: FileOptions, is_plain: Callable[[Headings], bool]
) -> tuple[pl.DataFrame, Headings] | None:
    """
    Return the rows under the headings of a plain csv, every column as text, and the headings.

    None for any other file, for headings that are not *is_plain*, and for a file with a fault, which the reader
    of rows names.
    """
    raw = path.read_bytes()
    if any(mark in raw for mark in _NOT_PLAIN) or raw.count(b"\r") != raw.count(b"\r\n"):
        return None
    text = decoded(path)
    head = text[:_LONGEST_CELL]
    delimiter = delimiter_of(head, partial(_knows, columns, options))
    if delimiter != "\t" and b"\t" in raw:
        return None
    headings = _headings(path.name, head, delimiter, columns, options)
    if headings is None or not is_plain(headings):
        return None
    body = text.encode().replace(b"\r\n", b"\n")
    for _ in range(headings.place + 1):
        body = body[body.find(b"\n") + 1 or len(body) :]
    if not _is_even(body, delimiter, len(headings.texts)):
        return None
    names = [field or f"?{place}" for place, field in enumerate(headings.fields)]
    frame = pl.read_csv(
        body, has_header=False, new_columns=names, separator=delimiter, quote_char=None, infer_schema=False
    )
    return frame.fill_null(""), headings


def _knows(columns: Columns, options: FileOptions, heading: str) -> bool:
    return folded(heading) in columns.known(options)


def _headings(file: str, head: str, delimiter: str, columns: Columns, options: FileOptions) -> Headings | None:
    lines = "\n".join(head.split("\n")[: HEADING_ROWS + 1])
    try:
        rows = list(csv.reader(io.StringIO(lines), delimiter=delimiter))
        return find_headings(file, rows, columns, options)
    except (FileFault, csv.Error):
        return None


def _is_even(body: bytes, delimiter: str, width: int) -> bool:
    """Return whether every line of *body* has *width* cells and none is too long for a csv reader."""
    if not body:
        return False
    block = np.frombuffer(body if body.endswith(b"\n") else body + b"\n", dtype=np.uint8)
    ends = np.flatnonzero(block == ord("\n"))
    marks = np.flatnonzero(block == ord(delimiter))
    lengths = np.diff(ends, prepend=-1)
    cells = np.diff(np.searchsorted(marks, ends), prepend=0) + 1
    return bool((cells == width).all() and lengths.min() > 1 and lengths.max() < _LONGEST_CELL)
