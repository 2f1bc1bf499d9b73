"""
Read a csv or a spreadsheet into rows of text, each with its line.

The heading row is searched among the first five rows of each sheet. A text file is read again on each
iteration; a workbook is held in memory.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import attrs
from python_calamine import CalamineError, CalamineWorkbook

from eduid_core.validation.placeholders import is_cell_error
from eduid_registry_file.columns import Columns
from eduid_registry_file.error_cells import error_cells
from eduid_registry_file.faults import FileFault, RowFault
from eduid_registry_file.texts import TextFile

__all__ = [
    "NUMBERS",
    "FileRow",
    "FileTable",
    "Headings",
    "Lines",
    "OpenedFile",
    "find_headings",
    "number_fault",
    "open_table",
    "read_table",
    "text_of",
]

_HEADING_ROWS = 5
_SHEETS = frozenset({".xlsx", ".xls", ".ods", ".xlsm", ".xlsb"})
_ZIPPED = frozenset({".xlsx", ".xlsm"})
_TEXTS = frozenset({".csv", ".txt", ".tsv", ""})
NUMBERS = frozenset({"id_number", "student_number", "application_id"})
"""Columns with digits that a spreadsheet must not store as a number."""
_EXACT_DIGITS = 15
"""A spreadsheet number holds this many digits exactly."""

Cell = str | float | bool | dt.date | dt.time | dt.datetime | dt.timedelta
Lines = Callable[[], Iterator[tuple[int, Sequence[Cell]]]]
"""Begins the rows of a file: (line, cells), the line being the first of the row."""


@attrs.frozen
class FileRow:
    """One row: its place and its cells by column; they hold personal data and are not shown."""

    line: int
    cells: dict[str, str] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class FileTable:
    """A file as read: rows accepted, rows set aside, unknown headings."""

    file: str
    rows: tuple[FileRow, ...] = attrs.field(repr=False)
    faults: tuple[RowFault, ...]
    unknown: tuple[str, ...]


@attrs.frozen(kw_only=True)
class OpenedFile:
    """A file with rows that can be iterated repeatedly; `lines` begins them anew."""

    file: str
    headings: Headings
    lines: Lines = attrs.field(repr=False)

    def taken(self, aside: Callable[[RowFault], object]) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Yield the rows under the headings that are not blank; pass rows set aside to *aside*."""
        for line, cells in self.body():
            fault = _fault(cells, self.headings)
            if fault:
                aside(RowFault(self.file, line, *fault))
            else:
                yield line, cells

    def body(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Yield the rows under the headings that are not blank, including those to be set aside."""
        for line, cells in islice(self.lines(), self.headings.place + 1, None):
            if not _blank(cells):
                yield line, cells

    def texts(self, cells: Sequence[Cell]) -> dict[str, str]:
        """Return *cells* as texts, by column."""
        return {
            f: c if c.__class__ is str else text_of(c)
            for f, c in zip(self.headings.fields, cells, strict=False)
            if f
        }

    def text(self, cells: Sequence[Cell], field: str) -> str:
        """Return a text from *cells*, empty if there is no such column."""
        place = self.headings.places.get(field)
        return text_of(cells[place]) if place is not None and place < len(cells) else ""


def read_table(path: Path, columns: Columns) -> FileTable:
    """
    Return the rows of *path* under *columns*.

    Raises:
        FileFault: the file as a whole cannot be read.
    """
    opened = open_table(path, columns)
    faults: list[RowFault] = []
    rows = tuple(FileRow(line, opened.texts(cells)) for line, cells in opened.taken(faults.append))
    return FileTable(file=opened.file, rows=rows, faults=tuple(faults), unknown=opened.headings.unknown)


def open_table(path: Path, columns: Columns) -> OpenedFile:
    """
    Open *path*: find its headings, but do not read its rows yet.

    Raises:
        FileFault: the file as a whole cannot be read.
    """
    suffix = path.suffix.lower()
    if not path.is_file():
        raise FileFault("FILE_MISSING", file=path.name)
    if path.stat().st_size == 0:
        raise FileFault("FILE_EMPTY", file=path.name)
    if suffix in _SHEETS:
        return _from_workbook(path, columns)
    if suffix in _TEXTS:
        return _under_headings(path.name, TextFile(path).rows, columns)
    if suffix == ".parquet":
        rows = _parquet_rows(path)
        return _under_headings(path.name, partial(iter, rows), columns)
    raise FileFault("FILE_KIND", file=path.name)


# --- spreadsheets --------------------------------------------------------------------------------------


def _from_workbook(path: Path, columns: Columns) -> OpenedFile:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = [
            list(enumerate(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1))
            for name in workbook.sheet_names
        ]
        if columns.watched and path.suffix.lower() in _ZIPPED:
            _fill_in(sheets, error_cells(path))
    except (CalamineError, OSError, ValueError, KeyError, zipfile.BadZipFile):
        raise FileFault("FILE_BROKEN", file=path.name) from None
    fault = FileFault("FILE_EMPTY", file=path.name)
    for rows in sheets:
        if not rows:
            continue
        try:
            return _under_headings(path.name, partial(iter, rows), columns)
        except FileFault as missing:
            fault = missing
    raise fault


def _fill_in(
    sheets: Sequence[list[tuple[int, list[Cell]]]], errors: Sequence[Mapping[tuple[int, int], str]]
) -> None:
    """Write the errors into the cells that were read as empty."""
    for rows, wrong in zip(sheets, errors, strict=False):
        for (row, column), text in wrong.items():
            if row < len(rows) and column < len(rows[row][1]) and rows[row][1][column] == "":
                rows[row][1][column] = text


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


# --- headings ------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Headings:
    """The place of the heading row, its cells, and the column of each."""

    place: int
    texts: tuple[str, ...]
    fields: tuple[str | None, ...]
    places: Mapping[str, int] = attrs.field(init=False)
    """The place of each column, the first one if it occurs twice."""
    numbers: tuple[tuple[int, str], ...] = attrs.field(init=False)
    """Place and name of the columns of `NUMBERS`."""
    watched: tuple[tuple[int, str], ...] = ()
    """Place and name of the columns in which a spreadsheet error sets the row aside."""
    width: int = attrs.field(init=False)
    """The number of cells in a whole row: up to the last heading."""

    @places.default
    def _(self) -> Mapping[str, int]:
        return {field: place for place, field in reversed(list(enumerate(self.fields))) if field}

    @numbers.default
    def _(self) -> tuple[tuple[int, str], ...]:
        return tuple((place, field) for place, field in enumerate(self.fields) if field in NUMBERS)

    @width.default
    def _(self) -> int:
        return max((place for place, heading in enumerate(self.texts, start=1) if heading), default=0)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the unknown headings."""
        return tuple(_safe(h) for h, f in zip(self.texts, self.fields, strict=True) if f is None and h)


def find_headings(file: str, rows: Sequence[Sequence[Cell]], columns: Columns) -> Headings:
    """
    Return the headings among the first of *rows*.

    Raises:
        FileFault: a column is missing, or occurs twice.
    """
    best: list[str] = []
    for place, cells in enumerate(rows[:_HEADING_ROWS]):
        texts = tuple(str(c).strip() for c in cells)
        fields = tuple(columns.field_of(h) for h in texts)
        if set(columns.required) <= set(fields):
            watched = tuple((fields.index(name), name) for name in columns.watched if name in fields)
            return _each_once(file, Headings(place=place, texts=texts, fields=fields, watched=watched))
        if sum(f is not None for f in fields) >= sum(columns.field_of(h) is not None for h in best):
            best = [h for h in texts if h]
    read = [h for h in best if columns.field_of(h)]
    known = {columns.field_of(h) for h in read}
    missing = [f"{name}（{columns.headings[name][0]}）" for name in columns.required if name not in known]
    # An unknown heading may be a row of data, with names and numbers in it: it is counted, never shown.
    found = "、".join(read) or "–"
    others = f" (+{len(best) - len(read)})" if len(best) > len(read) else ""
    raise FileFault("COLUMNS_MISSING", file=file, missing="、".join(missing), found=found + others)


def _each_once(file: str, headings: Headings) -> Headings:
    for field in headings.fields:
        if field is not None and headings.fields.count(field) > 1:
            raise FileFault("COLUMN_TWICE", file=file, column=field)
    return headings


def _under_headings(file: str, lines: Lines, columns: Columns) -> OpenedFile:
    first = [cells for _, cells in islice(lines(), _HEADING_ROWS)]
    return OpenedFile(file=file, headings=find_headings(file, first, columns), lines=lines)


def _safe(heading: str) -> str:
    """Return *heading* if it reads like a heading: it is beside known headings."""
    digits = sum(c.isdigit() for c in heading)
    return heading[:20] if digits < 6 and len(heading) <= 20 else "…"  # noqa: PLR2004 - shorter than any number


def _blank(cells: Sequence[Cell]) -> bool:
    for cell in cells:  # noqa: SIM110 - most rows are told by their first cell, and it is asked of every row
        if str(cell).strip():
            return False
    return True


def _fault(cells: Sequence[Cell], headings: Headings) -> tuple[str, str] | None:
    """Return (field, code) of the fault that sets this row aside."""
    count, known = len(cells), len(headings.fields)
    if count < headings.width:
        return "", "ROW_INCOMPLETE"
    if count > known and not _blank(cells[known:]):
        return "", "ROW_TOO_LONG"
    lost = number_fault((field, cells[place]) for place, field in headings.numbers if place < count)
    return lost or _error_fault(cells, headings)


def _error_fault(cells: Sequence[Cell], headings: Headings) -> tuple[str, str] | None:
    """Return (field, code) of the first watched column with a spreadsheet error."""
    for place, field in headings.watched:
        if place < len(cells) and isinstance(cell := cells[place], str) and is_cell_error(cell):
            return field, "CELL_ERROR"
    return None


def number_fault(cells: Iterable[tuple[str, Cell]]) -> tuple[str, str] | None:
    """Return (field, code) of the first of *cells* with a number that a spreadsheet has destroyed."""
    for field, cell in cells:
        if code := _damaged(cell):
            return field, code
    return None


def _damaged(cell: Cell) -> str | None:
    """Return the way in which a number was lost: stored as a floating number, or written with an exponent."""
    if isinstance(cell, str):
        return "ID_SCIENTIFIC" if ("E" in cell or "e" in cell) and _is_scientific(cell) else None
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return "ID_NUMERIC_CELL" if abs(cell) >= 10**_EXACT_DIGITS or cell != int(cell) else None
    return None


def _is_scientific(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.strip()[:1].isdigit()


def text_of(cell: Cell) -> str:
    """Return a cell as text: whole numbers without a point, dates as yyyymmdd."""
    if cell.__class__ is str:
        return cell
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float | int):
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, dt.datetime | dt.date):
        return cell.strftime("%Y%m%d")
    return str(cell)
