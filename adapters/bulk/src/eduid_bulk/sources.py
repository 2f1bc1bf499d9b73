"""
Files as frames of text: the rows, faults and headings of `eduid_registry_file`, by column.

Parquet is read in batches; a plain csv (no quotation mark, equally many cells on every line)
is split by Polars; all other files go through the reader of `eduid_registry_file`, cell by cell.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import polars as pl

from eduid_bulk.byte_columns import SHORT, block_of
from eduid_bulk.cell_errors import cell_errors
from eduid_bulk.marks import without_marks
from eduid_bulk.plain_csv import plain_csv
from eduid_bulk.records import shown
from eduid_registry_file.applications import read_applications
from eduid_registry_file.cells import NUMBERS, PHONES, number_fault
from eduid_registry_file.columns import REGISTRY, Columns
from eduid_registry_file.faults import FileFault, RowFault
from eduid_registry_file.heading_row import Headings, find_headings
from eduid_registry_file.headings import folded
from eduid_registry_file.kinds import FileKind, kind_of_file
from eduid_registry_file.options import NO_OPTIONS, FileOptions
from eduid_registry_file.register_rows import read_register
from eduid_registry_file.rows import NUMBER_BEGINS, SHORTEST, folded_cell, is_filled, names_total, skipped_as
from eduid_registry_file.trust import RegistryTrust

__all__ = ["BATCH_ROWS", "Source"]

BATCH_ROWS: Final = 1 << 18
"""Rows of a file that are held at once."""

_MAYBE_SCIENTIFIC: Final = r"(?s)^[^A-Za-z].*[eE]"
_NO_NUMBER: Final = frozenset(string.printable) - NUMBER_BEGINS
"""Characters with which no plain document number begins."""
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
    options: FileOptions = NO_OPTIONS
    unknown: tuple[str, ...] = ()
    is_examined: bool = False
    """Whether the file was read row by row: then its ids are examined too."""
    trust: RegistryTrust | None = None
    """The counts of a registry that was read row by row."""
    _faults: dict[int, RowFault] = attrs.field(factory=dict, repr=False)
    _held: pl.DataFrame | None = attrs.field(default=None, repr=False)
    _kept: dict[Stretch, list[pl.DataFrame]] = attrs.field(factory=dict, repr=False)

    @property
    def faults(self) -> list[RowFault]:
        """Return the rows set aside, in the order of the file."""
        return [self._faults[place] for place in sorted(self._faults)]

    def of_columns(self, *wanted: str) -> Source:
        """Return a source over the same file with other *wanted* columns."""
        return Source(self.path, self.columns, wanted, self.options)

    def set_aside(self, row: int, line: int, field: str, code: str) -> None:
        """Record that a row is set aside."""
        self._faults[row] = RowFault(self.path.name, line, field, code)

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

    def holds(self, field: str) -> bool:
        """Return whether the file has the wanted column *field*, and a text in it if it is in memory."""
        if self._held is not None:
            return bool((self._held[field] != "").any())
        scan = self._scan()
        return scan is not None and field in scan[1]

    def size(self) -> int:
        """Return the number of numbered rows, rows set aside included; approximate for a text not yet read."""
        if self._held is not None:
            return sum(row + 1 for row in self._held["row"].tail(1))
        if not self.path.is_file():
            return 0
        scan = self._scan()
        return self.path.stat().st_size // _BYTES_OF_A_ROW if scan is None else _count(scan[0])

    # --- parquet ------------------------------------------------------------------------------------------

    def _scan(self) -> tuple[pl.LazyFrame, dict[str, str], Headings] | None:
        """
        Return the unread file, the heading of each wanted column, and all headings.

        None if cells must be examined.
        """
        if not self.path.is_file() or kind_of_file(self.path) is not FileKind.PARQUET:
            return None
        try:
            scan = pl.scan_parquet(self.path, parallel="none")  # sections are read side by side
            schema = scan.collect_schema()
        except (pl.exceptions.PolarsError, OSError):
            raise FileFault("FILE_BROKEN", file=self.path.name) from None
        headings = find_headings(self.path.name, [tuple(schema)], self.columns, self.options)
        if not self._is_plain(headings):
            return None
        read = {field: name for field, name in zip(headings.fields, schema, strict=True) if field}
        known = {field: name for field, name in read.items() if field in self.wanted}
        if not all(_is_text(schema[name], field) for field, name in known.items()):
            return None
        self.unknown = headings.unknown
        watched = {f: read[f] for f in self.columns.watched if f in read and schema[read[f]] == pl.String}
        return scan, known | watched, headings

    def _is_plain(self, headings: Headings) -> bool:
        """Return whether every cell is read as it stands, and no column is filled in from others."""
        held = headings.places.keys()
        return headings.is_plain and not self.options.words and held >= self.columns.filled_in

    def _read(
        self, scan: pl.LazyFrame, known: dict[str, str], headings: Headings, stretch: Stretch, rows: int
    ) -> Iterator[pl.DataFrame]:
        """Yield the batches of a section; those of a small file are kept rather than read again."""
        (begin, groups), kept, schema = stretch, list[pl.DataFrame](), scan.collect_schema()
        small = _count(scan) <= _KEPT
        few = {f: n for f, n in known.items() if groups and f in REPEATING and schema[n] == pl.String}
        columns = [pl.col(n).cast(pl.String).fill_null("").alias(f) for f, n in known.items() if f not in few]
        for count, repeating in self._repeating(few, groups, rows, _count(scan)):
            part = scan.slice(begin, count)
            frame = part.select(columns).collect().hstack(repeating)
            frame = without_marks(_numbered(frame, begin, begin + 2), self.wanted)
            taken = self._taken(frame, _cells_of(part), headings)
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
        """Return the rows of any file that is not read by its columns."""
        if kind_of_file(self.path) is FileKind.TEXT:
            frame = self._plain_text()
            if frame is not None:
                return frame
        self.is_examined = True
        read = self._register() if self.columns is REGISTRY else self._forms()
        return pl.DataFrame(
            read, schema=dict.fromkeys(self.wanted, pl.String) | {"line": pl.UInt32}
        ).with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32))

    def _forms(self) -> dict[str, list[Any]]:
        """Return the columns of an applications file that was read row by row."""
        file = read_applications(self.path, self.options)
        self._faults, self.unknown = dict(enumerate(file.faults)), file.unknown
        columns: dict[str, list[Any]] = {name: [] for name in (*self.wanted, "line")}
        for line, texts in file.rows.texts():
            columns["line"].append(line)
            for name in self.wanted:
                columns[name].append(texts.get(name, ""))
        return columns

    def _register(self) -> dict[str, list[Any]]:
        """Return the columns of a registry file that was read row by row."""
        read = read_register(self.path, self.options)
        self._faults, self.unknown, self.trust = dict(enumerate(read.faults)), read.unknown, read.trust
        return {name: list(map(shown(name), read.rows)) for name in self.wanted} | {
            "line": [line for _, line in read.places]
        }

    def _plain_text(self) -> pl.DataFrame | None:
        """Return the rows of a plain csv, or None for any other file."""
        found = plain_csv(self.path, self.columns, self.options, self._is_plain)
        if found is None:
            return None
        frame, headings = found
        self.unknown = headings.unknown
        read = {*self.wanted, *self.columns.watched}
        kept = _numbered(frame.select(n for n in frame.columns if n in read), 0, headings.place + 2)
        return self._taken(without_marks(kept, NUMBERS | PHONES), frame.row, headings)

    # --- rows set aside -------------------------------------------------------------------------------------

    def _taken(self, frame: pl.DataFrame, cells: Cells, headings: Headings) -> pl.DataFrame:
        """Return *frame* without rows that are nobody and rows in which a spreadsheet destroyed a cell."""
        numbers = [name for name in frame.columns if name in self.columns.digits]
        watched = [name for name in self.columns.watched if name in frame.columns]
        frame = frame.with_columns(pl.lit("").alias(name) for name in self.wanted if name not in frame.columns)
        blocks = {name: block_of(frame[name]) for name in {"id_number", *numbers}}
        suspects = ~blocks["id_number"].begins_printable(but=_NO_NUMBER)
        suspects |= (frame["id_number"].str.len_chars() < SHORTEST).to_numpy()
        for name in numbers:
            if blocks[name].holds_letter("e"):
                suspects |= frame[name].str.contains(_MAYBE_SCIENTIFIC).to_numpy()
        dropped = self._nobody_or_lost(frame, np.flatnonzero(suspects).tolist(), numbers, cells, headings)
        for place, field in cell_errors(frame, watched, blocks).items():
            lost = RowFault(self.path.name, frame["line"][place], field, "CELL_ERROR")
            if place not in dropped:
                self._faults.setdefault(frame["row"][place], lost)
            dropped.add(place)
        keep = np.ones(len(frame), dtype=bool)
        keep[list(dropped)] = False
        frame = frame.drop(set(watched) - set(self.wanted))
        return frame.filter(keep) if dropped else frame

    def _nobody_or_lost(
        self,
        frame: pl.DataFrame,
        places: Sequence[int],
        numbers: Sequence[str],
        cells: Cells,
        headings: Headings,
    ) -> set[int]:
        """Return those of *places* that are nobody, or hold a number that was destroyed: these are faults."""
        dropped, words = set(), {text for row in headings.rows for text in row if text}
        for place, row in zip(places, frame[places].iter_rows(named=True), strict=True):
            if self._may_be_nobody(row, words) and skipped_as(_texts(cells(place)), headings):
                dropped.add(place)
            elif fault := number_fault((name, row[name]) for name in numbers):
                self._faults[row["row"]] = RowFault(self.path.name, row["line"], *fault)
                dropped.add(place)
        return dropped

    def _may_be_nobody(self, row: Mapping[str, Any], words: AbstractSet[str]) -> bool:
        """Return whether the whole row must be looked at: few cells, a total, or a heading of *words*."""
        held = {field: folded_cell(row[field]) for field in self.wanted}
        return not is_filled(held) or names_total(held) or any(folded(text) in words for text in held.values())


def _texts(cells: Sequence[Any]) -> list[str]:
    return ["" if cell is None else str(cell) for cell in cells]


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
