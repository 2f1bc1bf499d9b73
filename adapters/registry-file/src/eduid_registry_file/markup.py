"""Read the tables of a web page, and a workbook in XML Spreadsheet 2003; both often bear the name .xls."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from eduid_registry_file.cells import Cell
from eduid_registry_file.faults import FileFault
from eduid_registry_file.sheets import Merged, Sheet, in_memory
from eduid_registry_file.texts import decoded

__all__ = ["html_sheets", "xml_sheets"]

_WIDEST: Final = 1000
_DECLARED: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_SPACE: Final = re.compile(r"[ \t\r\n]+")
_SS: Final = "{urn:schemas-microsoft-com:office:spreadsheet}"


class _Grid:
    """Rows of cells that are filled from left to right, with the places that merged cells cover."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self.merged: list[Merged] = []
        self._covered: dict[int, int] = {}

    def begin_row(self) -> None:
        """Begin a row; covered columns are one row shorter."""
        self._covered = {column: left - 1 for column, left in self._covered.items() if left > 1}
        self.rows.append([])

    def add(self, cell: Cell, *, down: int = 1, across: int = 1) -> None:
        """Add a cell that covers *down* rows and *across* columns."""
        if not self.rows:
            self.rows.append([])
        row = self.rows[-1]
        while len(row) in self._covered:
            row.append("")
        place, across = len(row), max(1, min(across, _WIDEST))
        row.extend((cell, *[""] * (across - 1)))
        if down > 1:
            self._covered |= dict.fromkeys(range(place, place + across), down)
        if down > 1 or across > 1:
            top = len(self.rows) - 1
            self.merged.append((top, place, top + down - 1, place + across - 1))

    def sheet(self, name: str, *, hidden: bool = False) -> Sheet:
        """Return the rows, all equally long, as a sheet."""
        width = max(map(len, self.rows), default=0)
        rows = [(line, [*cells, *[""] * (width - len(cells))]) for line, cells in enumerate(self.rows, start=1)]
        return Sheet(name=name, lines=in_memory(rows), hidden=hidden, merged=tuple(self.merged))


class _Tables(HTMLParser):
    """Collects the tables of a page; a table inside a cell is part of the cell's text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Grid] = []
        self._depth = 0
        self._text: list[str] | None = None
        self._spans = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(_Grid())
        elif self._depth == 1 and tag == "tr":
            self._end_cell()
            self.tables[-1].begin_row()
        elif self._depth == 1 and tag in {"td", "th"}:
            self._end_cell()
            spans = dict(attrs)
            self._spans, self._text = (_span(spans.get("rowspan")), _span(spans.get("colspan"))), []
        elif tag == "br" and self._text is not None:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a cell or a table."""
        if tag in {"td", "th", "tr"} and self._depth == 1:
            self._end_cell()
        elif tag == "table" and self._depth:
            self._end_cell()
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        """Add *data* to the open cell."""
        if self._text is not None:
            self._text.append(data)

    def _end_cell(self) -> None:
        if self._text is not None and self._depth == 1:
            down, across = self._spans
            self.tables[-1].add(_SPACE.sub(" ", "".join(self._text)).strip(" "), down=down, across=across)
            self._text = None


def _span(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 1  # noqa: PLR2004


def html_sheets(path: Path) -> list[Sheet]:
    """
    Return each table of the page at *path* as a sheet.

    Raises:
        FileFault: it is in no known encoding.
    """
    page = _Tables()
    page.feed(decoded(path))
    page.close()
    named = len(page.tables) > 1
    return [grid.sheet(f"table {n}" if named else "") for n, grid in enumerate(page.tables, start=1)]


# --- XML Spreadsheet 2003 ---------------------------------------------------------------------------------


def xml_sheets(path: Path) -> list[Sheet]:
    """
    Return the sheets of the workbook at *path*.

    Raises:
        FileFault: it is broken, or declares entities.
    """
    text = _DECLARED.sub("", decoded(path), count=1)  # expat knows few encodings
    if "<!ENTITY" in text:
        raise FileFault("FILE_BROKEN", file=path.name)
    try:
        return list(_worksheets(io.BytesIO(text.encode()), path.name))
    except (ET.ParseError, expat.ExpatError, ValueError, UnicodeError):
        raise FileFault("FILE_BROKEN", file=path.name) from None


def _worksheets(text: io.BytesIO, file: str) -> Iterator[Sheet]:
    grid = _Grid()
    for event, element in ET.iterparse(text, events=("start", "end")):  # noqa: S314 - no entity is declared
        if event == "start" and element.tag == f"{_SS}Worksheet":
            grid = _Grid()
        elif event == "end" and element.tag == f"{_SS}Row":
            _add_row(grid, element, file)
            element.clear()
        elif event == "end" and element.tag == f"{_SS}Worksheet":
            visible = element.findtext(f"{_EXCEL}WorksheetOptions/{_EXCEL}Visible", "SheetVisible")
            yield grid.sheet(element.get(f"{_SS}Name", ""), hidden=visible != "SheetVisible")


_EXCEL: Final = "{urn:schemas-microsoft-com:office:excel}"
_MOST_ROWS: Final = 1 << 20


def _add_row(grid: _Grid, row: ET.Element, file: str) -> None:
    """Add a row; `Index` tells the place of a row or a cell that follows a gap."""
    index = int(row.get(f"{_SS}Index", len(grid.rows) + 1))
    if index > _MOST_ROWS:
        raise FileFault("FILE_TOO_LARGE", file=file)
    filled = row.findall(f"{_SS}Cell")
    if not any(cell.find(f"{_SS}Data") is not None for cell in filled):
        return
    while len(grid.rows) < index - 1:
        grid.begin_row()
    grid.begin_row()
    for cell in filled:
        place = int(cell.get(f"{_SS}Index", 0))
        while len(grid.rows[-1]) < min(place, _WIDEST) - 1:
            grid.add("")
        across, down = int(cell.get(f"{_SS}MergeAcross", 0)) + 1, int(cell.get(f"{_SS}MergeDown", 0)) + 1
        grid.add(_value(cell.find(f"{_SS}Data"), formula=cell.get(f"{_SS}Formula")), down=down, across=across)


def _value(data: ET.Element | None, *, formula: str | None) -> Cell:
    if data is None:
        return "#CALC!" if formula else ""
    text = "".join(data.itertext())
    if data.get(f"{_SS}Type") == "Number":
        return float(text)
    return text[:10].replace("-", "") if data.get(f"{_SS}Type") == "DateTime" else text
