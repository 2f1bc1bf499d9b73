"""
Files as frames of text: the rows, faults and headings of `eduid_registry_file`, by column.

Parquet is read in batches; a plain csv (no quotation mark, equally many cells on every line)
is split by Polars; all other files go through the reader of `eduid_registry_file`, cell by cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import polars as pl

from eduid_bulk.byte_columns import SHORT, block_of
from eduid_bulk.cell_errors import cell_errors
from eduid_registry_file.columns import Columns
from eduid_registry_file.faults import FileFault, RowFault
from eduid_registry_file.tables import NUMBERS, FileTable, find_headings, number_fault, read_table
from eduid_registry_file.texts import decoded, delimiter_of

__all__ = ["BATCH_ROWS", "Source"]

BATCH_ROWS: Final = 1 << 18
"""Rows of a file that are held at once."""

_MAYBE_SCIENTIFIC: Final = r"(?s)^[^A-Za-z].*[eE]"
_LONGEST_CELL: Final = 131_072
_HEAD: Final = 5
_BYTES_OF_A_ROW: Final = 150
REPEATING: Final = frozenset(
    {"id_type", "school", "school_code", "grade", "class", "entry_year", "entry_month", "status"}
)
"""Columns that usually have few distinct texts; any number of them can be read."""
_KEPT: Final = 2 << 20
"""The largest number of rows for which batches are kept in memory rather than read again."""

Stretch = tuple[int, tuple[int, ...]]
"""The first row of a section of a file, and the row groups of the section."""
Cells = Callable[[int], Sequence[Any]]


@attrs.define(eq=False)
class Source:
    """A file and its *wanted* columns. `faults` and `unknown` are known after its batches were read."""

    path: Path
    columns: Columns
    wanted: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    _faults: dict[int, RowFault] = attrs.field(factory=dict, repr=False)
    _held: pl.DataFrame | None = attrs.field(default=None, repr=False)
    _kept: dict[Stretch, list[pl.DataFrame]] = attrs.field(factory=dict, repr=False)

    @property
    def faults(self) -> list[RowFault]:
        """Return the rows set aside, in the order of the file."""
        return [self._faults[place] for place in sorted(self._faults)]

    def batches(self, *, rows: int = BATCH_ROWS) -> Iterator[pl.DataFrame]:
        """
        Yield frames with `row` (from 0), `line` and every wanted column as text or as an `Enum`, without nulls.

        Rows set aside are left out; every call yields the same rows.

        Raises:
            FileFault: the file as a whole cannot be read.
        """
        for stretch in self.stretches(rows=rows):
            yield from stretch

    def stretches(self, *, rows: int = BATCH_ROWS) -> list[Iterator[pl.DataFrame]]:
        """
        Return the batches of each section of the file: several threads may read different sections.

        Raises:
            FileFault: the file as a whole cannot be read.
        """
        scan = self._scan() if self._held is None else None
        if scan is not None:
            return [
                iter(self._kept[stretch]) if stretch in self._kept else self._read(*scan, stretch, rows)
                for stretch in _stretches(self.path, _count(scan[0]), rows)
            ]
        if self._held is None:
            self._held = self._whole()
        return [self._held.iter_slices(rows) if len(self._held) else iter((self._held,))]

    def ids(self, *, rows: int = BATCH_ROWS) -> Iterator[pl.DataFrame]:
        """Yield only `row` and `application_id`; for a large file, rows that are set aside are included."""
        scan = self._scan() if self._held is None and not self._kept else None
        if scan is None:
            yield from (frame.select("row", "application_id") for frame in self.batches(rows=rows))
            return
        name = scan[1]["application_id"]
        for begin in range(0, _count(scan[0]), rows):
            part = scan[0].slice(begin, rows).select(application_id=pl.col(name).fill_null("")).collect()
            yield part.with_columns(row=pl.int_range(begin, begin + len(part), dtype=pl.UInt32))

    def size(self) -> int:
        """Return the number of numbered rows, rows set aside included; approximate for a text not yet read."""
        if self._held is not None:
            return sum(row + 1 for row in self._held["row"].tail(1))
        if not self.path.is_file():
            return 0
        scan = self._scan()
        return self.path.stat().st_size // _BYTES_OF_A_ROW if scan is None else _count(scan[0])

    # --- parquet ------------------------------------------------------------------------------------------

    def _scan(self) -> tuple[pl.LazyFrame, dict[str, str]] | None:
        """Return the unread file and the heading of each wanted column; None if cells must be examined."""
        if self.path.suffix.lower() != ".parquet" or not self.path.is_file():
            return None
        try:
            scan = pl.scan_parquet(self.path, parallel="none")  # sections are read side by side
            schema = scan.collect_schema()
        except (pl.exceptions.PolarsError, OSError):
            raise FileFault("FILE_BROKEN", file=self.path.name) from None
        headings = find_headings(self.path.name, [tuple(schema)], self.columns)
        read = {field: name for field, name in zip(headings.fields, schema, strict=True) if field}
        known = {field: name for field, name in read.items() if field in self.wanted}
        if not all(_is_text(schema[name], field) for field, name in known.items()):
            return None
        self.unknown = headings.unknown
        watched = {f: read[f] for f in self.columns.watched if f in read and schema[read[f]] == pl.String}
        return scan, known | watched

    def _read(
        self, scan: pl.LazyFrame, known: dict[str, str], stretch: Stretch, rows: int
    ) -> Iterator[pl.DataFrame]:
        """Yield the batches of a section; those of a small file are kept rather than read again."""
        (begin, groups), kept, schema = stretch, list[pl.DataFrame](), scan.collect_schema()
        small = _count(scan) <= _KEPT
        few = {f: n for f, n in known.items() if groups and f in REPEATING and schema[n] == pl.String}
        columns = [pl.col(n).cast(pl.String).fill_null("").alias(f) for f, n in known.items() if f not in few]
        for count, repeating in self._repeating(few, groups, rows, _count(scan)):
            part = scan.slice(begin, count)
            frame = part.select(columns).collect().hstack(repeating)
            taken = self._taken(_numbered(frame, begin, begin + 2), _cells_of(part))
            kept += [taken] * small
            yield taken
            begin += count
        if small:
            self._kept[stretch] = kept

    def _repeating(
        self, few: dict[str, str], groups: tuple[int, ...], rows: int, count: int
    ) -> Iterable[tuple[int, list[pl.Series]]]:
        """Return the sizes of the batches and their repeating columns; a short file has none."""
        if not groups:
            return [(min(rows, count - begin), []) for begin in range(0, max(count, 1), rows)]
        from eduid_bulk.parquet_dictionary import read_repeating  # noqa: PLC0415 - Arrow is for large files

        return read_repeating(self.path, few, rows=rows, groups=groups)

    # --- text and spreadsheets ------------------------------------------------------------------------------

    def _whole(self) -> pl.DataFrame:
        """Return the rows of a text file, a workbook, or a parquet file with columns other than text."""
        if self.path.suffix.lower() in {".csv", ".txt", ".tsv"} and self.path.is_file():
            frame = self._plain_text()
            if frame is not None:
                return frame
        table = read_table(self.path, self.columns)
        self._faults, self.unknown = dict(enumerate(table.faults)), table.unknown
        return _framed(table, self.wanted)

    def _plain_text(self) -> pl.DataFrame | None:
        """Return the rows of a plain csv, or None for any other file."""
        raw = self.path.read_bytes()
        if not raw or b'"' in raw or b"\0" in raw or raw.count(b"\r") != raw.count(b"\r\n"):
            return None
        text = decoded(self.path)
        delimiter = delimiter_of(text)
        head = list(
            csv.reader(io.StringIO("\n".join(text[:_LONGEST_CELL].split("\n")[:_HEAD])), delimiter=delimiter)
        )
        headings = find_headings(self.path.name, head, self.columns)
        body = text.encode().replace(b"\r\n", b"\n")
        for _ in range(headings.place + 1):
            body = body[body.find(b"\n") + 1 or len(body) :]
        if not _is_even(body, delimiter, len(headings.texts)):
            return None
        names = [field or f"?{place}" for place, field in enumerate(headings.fields)]
        frame = pl.read_csv(
            body, has_header=False, new_columns=names, separator=delimiter, quote_char=None,
            infer_schema=False,
        ).fill_null("")  # fmt: skip
        self.unknown = headings.unknown
        read = {*self.wanted, *self.columns.watched}
        kept = _numbered(frame.select(n for n in names if n in read), 0, headings.place + 2)
        return self._taken(kept, frame.row)

    # --- rows set aside -------------------------------------------------------------------------------------

    def _taken(self, frame: pl.DataFrame, cells: Cells) -> pl.DataFrame:
        """Return *frame* without blank rows and without rows in which a spreadsheet destroyed a cell."""
        numbers = [name for name in frame.columns if name in NUMBERS]
        watched = [name for name in self.columns.watched if name in frame.columns]
        frame = frame.with_columns(pl.lit("").alias(name) for name in self.wanted if name not in frame.columns)
        blocks = {name: block_of(frame[name]) for name in {"id_number", *numbers}}
        suspects = ~blocks["id_number"].begins_printable()
        for name in numbers:
            if blocks[name].holds_letter("e"):
                suspects |= frame[name].str.contains(_MAYBE_SCIENTIFIC).to_numpy()
        dropped = []
        for place in np.flatnonzero(suspects).tolist():
            fault = number_fault((name, frame[name][place]) for name in numbers)
            if _blank(frame[place].select(self.wanted).row(0)) and _blank(cells(place)):
                dropped.append(place)
            elif fault:
                self._faults[frame["row"][place]] = RowFault(self.path.name, frame["line"][place], *fault)
                dropped.append(place)
        for place, field in cell_errors(frame, watched, blocks).items():
            lost = RowFault(self.path.name, frame["line"][place], field, "CELL_ERROR")
            self._faults.setdefault(frame["row"][place], lost)
            dropped.append(place)
        keep = np.ones(len(frame), dtype=bool)
        keep[dropped] = False
        frame = frame.drop(set(watched) - set(self.wanted))
        return frame.filter(keep) if dropped else frame


def _blank(cells: Sequence[Any]) -> bool:
    return not any(str("" if cell is None else cell).strip() for cell in cells)


def _count(scan: pl.LazyFrame) -> int:
    count: int = scan.select(pl.len()).collect().item()
    return count


def _stretches(path: Path, size: int, rows: int) -> Iterator[Stretch]:
    """Yield the sections of a file, each with the fewest row groups of *rows* rows; a short file has one."""
    if size <= SHORT:
        yield 0, ()
        return
    import pyarrow.parquet as pq  # noqa: PLC0415 - Arrow is for large files

    metadata = pq.read_metadata(path)
    begin, count, groups = 0, 0, list[int]()
    for group in range(metadata.num_row_groups):
        groups.append(group)
        count += metadata.row_group(group).num_rows
        if count >= rows:
            yield begin, tuple(groups)
            begin, count, groups = begin + count, 0, []
    if groups:
        yield begin, tuple(groups)


def _cells_of(part: pl.LazyFrame) -> Cells:
    """Return a function that reads a whole row of *part*, unknown columns included."""

    def cells(place: int) -> Sequence[Any]:
        return part.slice(place, 1).collect().row(0)

    return cells


def _numbered(frame: pl.DataFrame, row: int, line: int) -> pl.DataFrame:
    """Return *frame* with the number and the line of each row, from *row* and *line*."""
    count = len(frame)
    return frame.with_columns(
        row=pl.int_range(row, row + count, dtype=pl.UInt32),
        line=pl.int_range(line, line + count, dtype=pl.UInt32),
    )


def _is_text(kind: pl.DataType, field: str) -> bool:
    """Return whether a column holds text, or whole numbers without possible loss of digits."""
    return kind == pl.String or (kind.is_integer() and field not in NUMBERS)


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


def _framed(table: FileTable, wanted: Sequence[str]) -> pl.DataFrame:
    """Return a table that was read cell by cell as a frame."""
    columns = {name: [row.cells.get(name, "") for row in table.rows] for name in wanted}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(wanted, pl.String))
    lines = pl.Series([row.line for row in table.rows], dtype=pl.UInt32)
    return frame.with_columns(row=pl.int_range(len(frame), dtype=pl.UInt32), line=lines)
