"""
Open a file of any kind: its sheets, their headings, and the rows under them.

Every visible sheet with the headings is read, in order. A text file is read again on each iteration; a workbook
is held in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

import attrs

from eduid_registry_file.cells import Cell
from eduid_registry_file.columns import Columns
from eduid_registry_file.faults import FileFault, RowFault
from eduid_registry_file.heading_row import (
    HEADING_ROWS,
    Headings,
    best_headings,
    find_headings,
    line_to_add,
    missing_columns,
)
from eduid_registry_file.headings import folded
from eduid_registry_file.kinds import FileKind, kind_of_file
from eduid_registry_file.opened import OpenedFile, OpenedSheet
from eduid_registry_file.options import NO_OPTIONS, FileOptions
from eduid_registry_file.rows import RowCounts
from eduid_registry_file.sheets import ReportedSheet, Sheet, Why, in_memory, reason_to_skip
from eduid_registry_file.texts import TextFile, big5_fault

__all__ = ["FileRow", "FileTable", "open_table", "read_table", "sheets_of"]

_FILLED: Final = frozenset({"school", "school_code", "grade", "class"})
"""Columns in which a cell merged over several rows stands for all of them."""
_ROSTER: Final = frozenset({"name", "id_number"})


@attrs.frozen
class FileRow:
    """One row: its place and its cells by column; they hold personal data and are not shown."""

    line: int
    cells: dict[str, str] = attrs.field(repr=False)
    sheet: str = ""


@attrs.frozen(kw_only=True)
class FileTable:
    """A file as read: rows accepted, rows set aside, unknown headings."""

    file: str
    rows: tuple[FileRow, ...] = attrs.field(repr=False)
    faults: tuple[RowFault, ...]
    unknown: tuple[str, ...]


def read_table(path: Path, columns: Columns) -> FileTable:
    """
    Return the rows of *path* under *columns*.

    Raises:
        FileFault: the file as a whole cannot be read.
    """
    opened = open_table(path, columns)
    faults: list[RowFault] = []
    rows = opened.taken(lambda fault, _: faults.append(fault), RowCounts())
    return FileTable(
        file=opened.file,
        rows=tuple(FileRow(row.line, row.texts(), row.sheet.name) for row in rows),
        faults=tuple(faults),
        unknown=opened.unknown,
    )


def open_table(path: Path, columns: Columns, options: FileOptions = NO_OPTIONS) -> OpenedFile:
    """
    Open *path*: find its sheets and their headings, but do not read its rows yet.

    Raises:
        FileFault: the file as a whole cannot be read.
    """
    kind = kind_of_file(path)
    try:
        return _opened(path.name, sheets_of(path, kind, columns, options), columns, options)
    except FileFault as fault:
        may_be_big5 = fault.code == "COLUMNS_MISSING" and kind in {FileKind.TEXT, FileKind.HTML}
        raise (big5_fault(path) if may_be_big5 else None) or fault from None


def _knows(columns: Columns, options: FileOptions, heading: str) -> bool:
    return folded(heading) in columns.known(options)


def sheets_of(path: Path, kind: FileKind, columns: Columns, options: FileOptions = NO_OPTIONS) -> list[Sheet]:
    """
    Return the sheets of the file at *path*.

    Raises:
        FileFault: the file as a whole cannot be read.
    """
    if kind is FileKind.TEXT:
        return [Sheet(lines=TextFile(path, partial(_knows, columns, options)).rows)]
    if kind is FileKind.PARQUET:
        return [Sheet(lines=in_memory(_parquet_rows(path)))]
    from eduid_registry_file import markup, workbooks  # noqa: PLC0415 - loaded for the files that need them

    if kind is FileKind.HTML:
        return markup.html_sheets(path)
    if kind is FileKind.XML_2003:
        return markup.xml_sheets(path)
    return workbooks.workbook_sheets(path, is_zip=kind is FileKind.WORKBOOK)


# --- choosing sheets -----------------------------------------------------------------------------------


def _opened(file: str, sheets: Sequence[Sheet], columns: Columns, options: FileOptions) -> OpenedFile:
    names = [sheet.name for sheet in sheets]
    if absent := [name for name in options.sheets if name not in names]:
        raise FileFault("SHEET_MISSING", file=file, sheet="、".join(absent), sheets=_listed(names))
    whys = [reason_to_skip(sheet, options.sheets) for sheet in sheets]
    read, reported = _read(file, sheets, whys, columns, options)
    if not read and "template" in whys:  # a sheet named so is read where no other is left
        whys = ["" if why == "template" else why for why in whys]
        read, reported = _read(file, sheets, whys, columns, options)
    if not read:
        raise _nothing_to_read(file, sheets, whys, columns, options)
    return OpenedFile(file=file, columns=columns, options=options, sheets=read, reported=reported)


def _read(
    file: str, sheets: Sequence[Sheet], whys: Sequence[Why], columns: Columns, options: FileOptions
) -> tuple[tuple[OpenedSheet, ...], tuple[ReportedSheet, ...]]:
    """Return the sheets to read, and the report of all."""
    read: list[OpenedSheet] = []
    reported: list[ReportedSheet] = []
    partial_ones: list[tuple[str, list[str]]] = []
    for sheet, reason in zip(sheets, whys, strict=True):
        why, first = reason, _first(sheet)
        if not why and not any(str(cell).strip() for row in first for cell in row):
            why = "empty"
        headings = None if why else best_headings(file, first, columns, options)
        missing = missing_columns(headings, columns) if headings else []
        if not why and (headings is None or missing):
            why = "no_headings"
            if headings and headings.places.keys() >= _ROSTER and len(headings.places) > len(_ROSTER) + 1:
                partial_ones.append((sheet.name, missing))
        if headings and not why:
            read.append(_opened_sheet(file, sheet, len(read), headings, options))
        rows = _size(sheet) if sheet.name else 0
        reported.append(ReportedSheet(file=file, name=sheet.name, rows=rows, read=not why, why=why))
    if read and partial_ones:
        raise _half_headed(file, partial_ones[0], columns)
    return tuple(read), tuple(reported)


def _first(sheet: Sheet) -> list[Sequence[Cell]]:
    return [cells for _, cells in islice(sheet.lines(), HEADING_ROWS + 1)]


def _size(sheet: Sheet) -> int:
    return sum(1 for _, cells in sheet.lines() if any(str(cell).strip() for cell in cells))


def _opened_sheet(
    file: str, sheet: Sheet, number: int, headings: Headings, options: FileOptions
) -> OpenedSheet:
    _fill_down(sheet, headings)
    words = dict(options.words)
    return OpenedSheet(
        file=file, name=sheet.name, number=number, headings=headings, words=words, lines=sheet.lines
    )


def _fill_down(sheet: Sheet, headings: Headings) -> None:
    """Write the value of a cell that is merged over several rows into each of them, in some columns."""
    spans = {
        (top, column, bottom)
        for top, column, bottom, _ in sheet.merged
        if bottom > top > headings.place
        and column < len(headings.fields)
        and headings.fields[column] in _FILLED
    }
    if not spans:
        return
    rows = [cells for _, cells in sheet.lines()]
    for top, column, bottom in spans:
        for cells in rows[top + 1 : bottom + 1]:
            if isinstance(cells, list) and column < len(cells) and not str(cells[column]).strip():
                cells[column] = rows[top][column]


def _nothing_to_read(
    file: str, sheets: Sequence[Sheet], whys: Sequence[Why], columns: Columns, options: FileOptions
) -> FileFault:
    """Return the fault of a file of which no sheet can be read."""
    candidates = [_first(sheet) for sheet, why in zip(sheets, whys, strict=True) if not why]
    filled = [first for first in candidates if any(str(cell).strip() for row in first for cell in row)]
    if filled:
        return _closest_fault(file, filled, columns, options)
    if any(why in {"hidden", "example"} for why in whys):
        skipped = [s.name for s, why in zip(sheets, whys, strict=True) if why in {"hidden", "example"}]
        return FileFault("SHEETS_NOT_READ", file=file, sheets=_listed(skipped), side=columns.side)
    return FileFault("FILE_EMPTY", file=file)


def _closest_fault(
    file: str, candidates: Sequence[Sequence[Sequence[Cell]]], columns: Columns, options: FileOptions
) -> FileFault:
    """Return the fault of the sheet that lacks the fewest columns."""
    faults: list[tuple[int, FileFault]] = []
    for first in candidates:
        try:
            find_headings(file, first, columns, options)
        except FileFault as fault:
            found = best_headings(file, first, columns, options) if fault.code == "COLUMNS_MISSING" else None
            faults.append((-len(found.places) if found else 0, fault))
    return min(faults, key=lambda pair: pair[0])[1]


def _half_headed(file: str, sheet: tuple[str, list[str]], columns: Columns) -> FileFault:
    name, missing = sheet
    return FileFault(
        "SHEET_LACKS_COLUMNS",
        file=file,
        sheet=name,
        missing="、".join(f"{field}（{columns.title(field)}）" for field in missing),
        line=line_to_add(missing, columns),
        side=columns.side,
    )


def _listed(names: Sequence[str]) -> str:
    return "、".join(names) or "–"


# --- parquet -------------------------------------------------------------------------------------------


def _parquet_rows(path: Path) -> list[tuple[int, Sequence[Cell]]]:
    """Return the rows under their headings, an empty cell for a null; lines are counted as in a csv."""
    try:
        import polars as pl  # noqa: PLC0415 - the one kind of file that needs it
    except ImportError:
        raise FileFault("PARQUET_READER", file=path.name) from None
    try:
        frame = pl.read_parquet(path)
        numbers = pl.selectors.float()
        frame = frame.with_columns(pl.when(numbers.is_finite()).then(numbers).name.keep())
    except (pl.exceptions.PolarsError, OSError):
        raise FileFault("FILE_BROKEN", file=path.name) from None
    rows = ((line, tuple("" if c is None else c for c in cells)) for line, cells in enumerate(frame.rows(), 2))
    return [(1, tuple(frame.columns)), *rows]
