"""
Reading a csv or a spreadsheet into rows of text, each with its line.

Text files are UTF-8 (with or without BOM) or GB18030, detected strictly; nothing is ever replaced. A heading
row is looked for among the first five rows of each sheet.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import attrs
from python_calamine import CalamineError, CalamineWorkbook

from eduid_core.validation.gb18030 import repair_private_use
from eduid_registry_file.columns import Columns
from eduid_registry_file.faults import FileFault, RowFault

__all__ = [
    "NUMBERS",
    "Headings",
    "Row",
    "Table",
    "decoded",
    "delimiter_of",
    "find_headings",
    "number_fault",
    "read_table",
]

_HEADING_ROWS = 5
_SHEETS = frozenset({".xlsx", ".xls", ".ods", ".xlsm", ".xlsb"})
_TEXTS = frozenset({".csv", ".txt", ".tsv", ""})
NUMBERS = frozenset({"id_number", "student_number", "application_id"})
"""Columns whose digits must not have been a spreadsheet's number."""
_EXACT_DIGITS = 15
"""A spreadsheet number holds this many digits for certain."""

Cell = str | float | bool | dt.date | dt.time | dt.datetime | dt.timedelta


@attrs.frozen
class Row:
    """One row: where it stands and its cells by column, personal data among them: not shown."""

    line: int
    cells: dict[str, str] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Table:
    """A file as read: rows taken, rows set aside, headings nobody knows."""

    file: str
    rows: tuple[Row, ...] = attrs.field(repr=False)
    faults: tuple[RowFault, ...]
    unknown: tuple[str, ...]


def read_table(path: Path, columns: Columns) -> Table:
    """
    Return the rows of *path* under *columns*.

    Raises:
        FileFault: the file as a whole cannot be taken.
    """
    suffix = path.suffix.lower()
    if not path.is_file():
        raise FileFault("FILE_MISSING", file=path.name)
    if path.stat().st_size == 0:
        raise FileFault("FILE_EMPTY", file=path.name)
    if suffix in _SHEETS:
        return _from_workbook(path, columns)
    if suffix in _TEXTS:
        return _under_headings(path.name, list(_text_rows(path)), columns)
    if suffix == ".parquet":
        return _under_headings(path.name, _parquet_rows(path), columns)
    raise FileFault("FILE_KIND", file=path.name)


# --- text files ----------------------------------------------------------------------------------------


def decoded(path: Path) -> str:
    """
    Return the text of a file in UTF-8 or GB18030, detected strictly.

    Raises:
        FileFault: it is neither.
    """
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
    try:
        return repair_private_use(raw.decode("gb18030"))[0]
    except UnicodeDecodeError as error:
        line = max(line, raw.count(b"\n", 0, error.start) + 1)
    raise FileFault("FILE_ENCODING", file=path.name, line=line)


def delimiter_of(text: str) -> str:
    """Return what stands between the cells: a tab where the first line holds one and no comma."""
    first = text[: text.find("\n")]
    return "\t" if "\t" in first and "," not in first else ","


def _text_rows(path: Path) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield (line, cells), the line being the first of the row."""
    text = decoded(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise FileFault("CSV_BROKEN", file=path.name, line=line) from None


# --- spreadsheets --------------------------------------------------------------------------------------


def _from_workbook(path: Path, columns: Columns) -> Table:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = [
            list(enumerate(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1))
            for name in workbook.sheet_names
        ]
    except (CalamineError, OSError, ValueError):
        raise FileFault("FILE_BROKEN", file=path.name) from None
    fault = FileFault("FILE_EMPTY", file=path.name)
    for rows in sheets:
        if not rows:
            continue
        try:
            return _under_headings(path.name, rows, columns)
        except FileFault as missing:
            fault = missing
    raise fault


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
    """Where the heading row stands, its cells, and the column each of them names."""

    place: int
    texts: tuple[str, ...]
    fields: tuple[str | None, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the headings nobody knows."""
        return tuple(_safe(h) for h, f in zip(self.texts, self.fields, strict=True) if f is None and h)


def find_headings(file: str, rows: Sequence[Sequence[Cell]], columns: Columns) -> Headings:
    """
    Return the headings among the first of *rows*.

    Raises:
        FileFault: a column is missing, or stands twice.
    """
    best: list[str] = []
    for place, cells in enumerate(rows[:_HEADING_ROWS]):
        texts = tuple(str(c).strip() for c in cells)
        fields = tuple(columns.field_of(h) for h in texts)
        if set(columns.required) <= set(fields):
            return _each_once(file, Headings(place=place, texts=texts, fields=fields))
        if sum(f is not None for f in fields) >= sum(columns.field_of(h) is not None for h in best):
            best = [h for h in texts if h]
    known = {columns.field_of(h) for h in best}
    missing = [f"{name}（{columns.headings[name][0]}）" for name in columns.required if name not in known]
    raise FileFault(
        "COLUMNS_MISSING", file=file, missing="、".join(missing), found="、".join(_safe(h) for h in best) or "–"
    )


def _each_once(file: str, headings: Headings) -> Headings:
    for field in headings.fields:
        if field is not None and headings.fields.count(field) > 1:
            raise FileFault("COLUMN_TWICE", file=file, column=field)
    return headings


def _under_headings(file: str, rows: Sequence[tuple[int, Sequence[Cell]]], columns: Columns) -> Table:
    headings = find_headings(file, [cells for _, cells in rows[:_HEADING_ROWS]], columns)
    return _body(file, rows[headings.place + 1 :], headings)


def _safe(heading: str) -> str:
    """Return *heading* if it reads like one; a row of data taken for headings must not be shown."""
    digits = sum(c.isdigit() for c in heading)
    return heading[:20] if digits < 6 and len(heading) <= 20 else "…"  # noqa: PLR2004 - shorter than any number


def _body(file: str, rows: Sequence[tuple[int, Sequence[Cell]]], headings: Headings) -> Table:
    texts, fields = headings.texts, headings.fields
    width = len(texts) - next((n for n, h in enumerate(reversed(texts)) if h), len(texts))
    taken: list[Row] = []
    faults: list[RowFault] = []
    for line, cells in rows:
        if not any(str(c).strip() for c in cells):
            continue
        fault = _fault(cells, fields, width)
        if fault:
            faults.append(RowFault(file, line, *fault))
        else:
            taken.append(Row(line, {f: _text(c) for f, c in zip(fields, cells, strict=False) if f}))
    return Table(file=file, rows=tuple(taken), faults=tuple(faults), unknown=headings.unknown)


def _fault(cells: Sequence[Cell], fields: Sequence[str | None], width: int) -> tuple[str, str] | None:
    """Return (field, code) of what sets this row aside."""
    if len(cells) < width:
        return "", "ROW_INCOMPLETE"
    if any(str(c).strip() for c in cells[len(fields) :]):
        return "", "ROW_TOO_LONG"
    return number_fault((f, c) for f, c in zip(fields, cells, strict=False) if f in NUMBERS)


def number_fault(cells: Iterable[tuple[str, Cell]]) -> tuple[str, str] | None:
    """Return (field, code) of the first of *cells* whose number a spreadsheet has destroyed."""
    return next(((field, code) for field, cell in cells if (code := _damaged(cell))), None)


def _damaged(cell: Cell) -> str | None:
    """Return how a number was lost: stored as a floating number, or written with an exponent."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return "ID_NUMERIC_CELL" if abs(cell) >= 10**_EXACT_DIGITS or cell != int(cell) else None
    if isinstance(cell, str) and (("E" in cell) or ("e" in cell)):
        try:
            float(cell)
        except ValueError:
            return None
        return "ID_SCIENTIFIC" if cell.strip()[:1].isdigit() else None
    return None


def _text(cell: Cell) -> str:
    """Return a cell as text: whole numbers without a point, dates as yyyymmdd."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float | int):
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, dt.datetime | dt.date):
        return cell.strftime("%Y%m%d")
    return str(cell)
