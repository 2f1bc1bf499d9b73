"""
Blank cells far from the others in an xlsx workbook: they are taken out, so that cost goes by cells.

A sheet is looked at as bytes in one stream. Only a sheet whose corner is much larger than its number of cells
is written anew, without the cells that hold nothing but blanks.

Standard:
    ECMA-376, part 1, 18.3.1.4 (`c`), 18.3.1.73 (`row`), 18.4.9 (`sst`).
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from eduid_registry_file.faults import FileFault

__all__ = ["without_stray_cells"]

_PIECE: Final = 1 << 20
_OVERLAP: Final = 64
_CELL_START: Final = re.compile(rb"<(?:\w+:)?c[ >/]")
_PLACE: Final = re.compile(rb"\sr=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_CELL: Final = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*?(?:/>|>.*?</(?:\w+:)?row>)", re.DOTALL)
_VALUE: Final = re.compile(rb"<(?:\w+:)?(v|t)\b[^>]*>([^<]*)</")
_ITEM: Final = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_SHARED: Final = "xl/sharedStrings.xml"
_MOST_ROOM: Final = 4_000_000
"""Cells of an area that may be empty without a look at them one by one."""
_LARGEST_AREA: Final = 60_000_000


def without_stray_cells(path: Path) -> bytes | None:
    """
    Return the workbook at *path* without its blank cells, or None if no sheet is much larger than its cells.

    Raises:
        FileFault: a cell that is not blank stands so far out that the sheet cannot be read.
    """
    with zipfile.ZipFile(path) as book:
        names = [
            name for name in book.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")
        ]
        spread = {name for name in names if _is_spread(book, name)}
        return _rewritten(book, spread, path.name) if spread else None


def _is_spread(book: zipfile.ZipFile, name: str) -> bool:
    """Return whether the area of a sheet is much larger than the number of its cells."""
    cells = last_row = last_column = 0
    rest = b""
    with book.open(name) as sheet:
        while piece := sheet.read(_PIECE):
            whole = rest + piece
            cut = max(whole.rfind(b"<"), 0)
            whole, rest = whole[:cut], whole[cut:]
            cells += whole.count(b"<c ") + whole.count(b":c ")
            row, column = _corner(whole)
            last_row, last_column = max(last_row, row), max(last_column, column)
    return last_row * last_column > cells * 8 + _MOST_ROOM


def _corner(piece: bytes) -> tuple[int, int]:
    """Return the last row of *piece*, and the most columns that its cells may have, by their letters."""
    last = piece.rfind(b"<row ")
    found = re.search(rb"\sr=[\"']([0-9]{1,7})", piece[last:]) if last >= 0 else None
    row = int(found[1]) if found else 0
    for pattern, columns in _FAR_COLUMNS:
        if pattern.search(piece):
            return row, columns
    return row, 26


# Each pattern begins with plain bytes, so that the search is fast.
_FAR_COLUMNS: Final = tuple(
    (re.compile(b" r=%b[A-Z]{%d}[0-9]" % (quote, letters)), columns)
    for letters, columns in ((3, 16_384), (2, 702))
    for quote in (b'"', b"'")
)


def _rewritten(book: zipfile.ZipFile, spread: set[str], file: str) -> bytes:
    """Return *book* with the sheets of *spread* written anew."""
    blanks = _blank_strings(book)
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as other:
        for name in book.namelist():
            if name not in spread:
                other.writestr(name, book.read(name))
                continue
            with other.open(name, "w", force_zip64=True) as sheet:
                _write_sheet(book.open(name), sheet, blanks, file)
    return copy.getvalue()


def _blank_strings(book: zipfile.ZipFile) -> frozenset[bytes]:
    """Return the numbers of the shared strings that are blank."""
    if _SHARED not in book.namelist():
        return frozenset()
    items = _ITEM.finditer(book.read(_SHARED))
    return frozenset(b"%d" % number for number, item in enumerate(items) if _is_blank(item[1] or b""))


def _is_blank(content: bytes) -> bool:
    """Return whether the texts of *content* are blank."""
    return not any(
        html.unescape(value[2].decode("utf-8", "ignore")).strip() for value in _VALUE.finditer(content)
    )


def _write_sheet(source: IO[bytes], sheet: IO[bytes], blanks: frozenset[bytes], file: str) -> None:
    """Copy a sheet row by row, without blank cells."""
    rows = columns = 0
    for piece, is_row in _pieces(source):
        if not is_row:
            sheet.write(re.sub(rb"<(?:\w+:)?dimension\b[^>]*/>", b"", piece))
            continue
        if b"<c" not in piece and b":c" not in piece:
            continue  # a row that is only formatted
        kept = _CELL.sub(lambda cell: b"" if _holds_nothing(cell, blanks) else cell[0], piece)
        for letters, row in _PLACE.findall(kept):
            rows, columns = max(rows, int(row)), max(columns, _column(letters))
        if rows * columns > _LARGEST_AREA:
            raise FileFault("CELL_FAR_OUT", file=file, row=rows, columns=columns)
        if _CELL_START.search(kept):
            sheet.write(kept)


def _holds_nothing(cell: re.Match[bytes], blanks: frozenset[bytes]) -> bool:
    """Return whether a cell has neither a value nor a formula, or is a blank text."""
    content = cell[2] or b""
    if b"<f" in content or b":f" in content:
        return False
    if re.search(rb"\st=[\"']s[\"']", cell[1]):
        value = _VALUE.search(content)
        return value is None or value[2].strip() in blanks
    return _is_blank(content)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _pieces(source: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield the rows of a sheet and the text between them, each with whether it is a row."""
    rest = b""
    while piece := source.read(_PIECE):
        rest += piece
        end = 0
        for row in _ROW.finditer(rest):
            if row.start() > end:
                yield rest[end : row.start()], False
            yield row[0], True
            end = row.end()
        rest = rest[end:]
    if rest:
        yield rest, False
