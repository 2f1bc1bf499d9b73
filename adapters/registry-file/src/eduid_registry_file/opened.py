"""A file whose sheets and headings are known: its rows can be walked again and again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

import attrs

from eduid_core.validation.placeholders import is_cell_error
from eduid_registry_file.cells import Cell, may_be_marked, number_fault, text_of, zero_lost
from eduid_registry_file.columns import Columns
from eduid_registry_file.faults import RowFault
from eduid_registry_file.heading_row import Headings
from eduid_registry_file.options import NO_OPTIONS, FileOptions
from eduid_registry_file.rows import RowCounts, skipped_as
from eduid_registry_file.sheets import Lines, ReportedSheet

__all__ = ["OpenedFile", "OpenedSheet", "Place", "Row"]

Place = tuple[int, int]
"""The number of a sheet among those read, and a line in it."""
_NATIONAL: Final = re.compile(r"\s*[A-Za-zＡ-Ｚａ-ｚ].{10,}")
_NO: Final = frozenset({"否", "不是", "0", "N", "NO", "×"})


class Row:
    """One row of data: its sheet, its line, its number among all rows of data, and its cells."""

    __slots__ = ("cells", "line", "number", "sheet")

    def __init__(self, sheet: OpenedSheet, line: int, number: int, cells: Sequence[Cell]) -> None:
        """Take the *cells* of a line of *sheet*."""
        self.sheet, self.line, self.number, self.cells = sheet, line, number, cells

    @property
    def place(self) -> Place:
        """Return the place of the row in its file."""
        return self.sheet.number, self.line

    def texts(self) -> dict[str, str]:
        """Return the cells as texts, by column."""
        return self.sheet.texts(self.cells)

    def text(self, field: str) -> str:
        """Return the text of a column, empty if there is no such column."""
        return self.sheet.text(self.cells, field)


@attrs.frozen(kw_only=True)
class OpenedSheet:
    """A sheet with its headings; `lines` begins its rows anew."""

    file: str
    name: str
    number: int
    headings: Headings
    words: dict[str, str] = attrs.field(factory=dict)
    lines: Lines = attrs.field(repr=False)

    def body(self, skip: Callable[[str], object]) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Yield the rows of data under the headings; pass the kind of every other row to *skip*."""
        for line, cells in islice(self.lines(), self.headings.place + 1, None):
            kind = skipped_as(cells, self.headings)
            if kind:
                skip(kind)
            else:
                yield line, cells

    def texts(self, cells: Sequence[Cell]) -> dict[str, str]:
        """Return *cells* as texts, by column."""
        headings = self.headings
        texts = {
            f: c if c.__class__ is str and c and not may_be_marked(c) else text_of(c)
            for f, c in zip(headings.fields, cells, strict=False)
            if f
        }
        if headings.is_plain and not self.words:
            return texts
        texts |= headings.given
        if headings.other_guardian and self._is_other_guardian(cells):
            texts |= {f: text_of(cells[place]) for f, place in headings.other_guardian[1].items()}
        if headings.national_only and not _NATIONAL.match(texts["student_number"]):
            texts["student_number"] = ""
        if self.words and "status" in texts:
            texts["status"] = self.words.get(texts["status"].strip(), texts["status"])
        return texts

    def _is_other_guardian(self, cells: Sequence[Cell]) -> bool:
        place = self.headings.other_guardian[0] if self.headings.other_guardian else 0
        return str(cells[place]).strip().upper() in _NO

    def text(self, cells: Sequence[Cell], field: str) -> str:
        """Return a text from *cells*, the given one if there is no such column."""
        place = self.headings.places.get(field)
        if place is not None and place < len(cells):
            return text_of(cells[place])
        return self.headings.given.get(field, "")

    def fault_of(self, cells: Sequence[Cell]) -> tuple[str, str] | None:
        """Return (field, code) of the fault that sets this row aside."""
        headings = self.headings
        count, known = len(cells), len(headings.fields)
        if count < headings.width:
            return "", "ROW_INCOMPLETE"
        if count > known and any(str(cell).strip() for cell in cells[known:]):
            return "", "ROW_TOO_LONG"
        if _is_unsuspicious(cells):
            return None
        lost = number_fault((field, cells[place]) for place, field in headings.numbers if place < count)
        return lost or self._error_fault(cells) or self._zero_fault(cells)

    def _error_fault(self, cells: Sequence[Cell]) -> tuple[str, str] | None:
        """Return (field, code) of the first watched column with a spreadsheet error."""
        for place, field in self.headings.watched:
            if place < len(cells) and isinstance(cell := cells[place], str) and is_cell_error(cell):
                return field, "CELL_ERROR"
        return None

    def _zero_fault(self, cells: Sequence[Cell]) -> tuple[str, str] | None:
        place = self.headings.places.get("id_number")
        if place is None or place >= len(cells) or cells[place].__class__ is str:
            return None
        return ("id_number", "ID_ZERO_LOST") if zero_lost(cells[place], self.text(cells, "id_type")) else None


def _is_unsuspicious(cells: Sequence[Cell]) -> bool:
    """Return whether *cells* are texts without a character of an error or an exponent: asked of every row."""
    try:
        whole = "\n".join(cells)  # type: ignore[arg-type]
    except TypeError:
        return False
    return not any(mark in whole for mark in _SUSPICIOUS)


_SUSPICIOUS: Final = ("#", ":", "＃", "：", "E+", "e+")


@attrs.frozen(kw_only=True)
class OpenedFile:
    """A file with rows that can be iterated repeatedly."""

    file: str
    columns: Columns
    options: FileOptions = NO_OPTIONS
    sheets: tuple[OpenedSheet, ...] = attrs.field(repr=False)
    reported: tuple[ReportedSheet, ...] = ()

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the unknown headings of all sheets, each once."""
        return tuple(dict.fromkeys(text for sheet in self.sheets for text in sheet.headings.unknown))

    @property
    def is_plain(self) -> bool:
        """Return whether every row is read as it stands: one sheet, and no value from elsewhere."""
        return len(self.sheets) == 1 and self.sheets[0].headings.is_plain and not self.options.words

    def holds(self, field: str) -> bool:
        """Return whether every sheet has the column *field*, or a given value for it."""
        return all(field in sheet.headings.places or field in sheet.headings.given for sheet in self.sheets)

    def body(self, skip: Callable[[str], object] = lambda _: None) -> Iterator[Row]:
        """Yield the rows of data of all sheets; pass the kind of every other row to *skip*."""
        number = 0
        for sheet in self.sheets:
            for line, cells in sheet.body(skip):
                number += 1
                yield Row(sheet, line, number, cells)

    def taken(self, aside: Callable[[RowFault, Place], object], counts: RowCounts) -> Iterator[Row]:
        """Yield the rows of data that are usable; pass the others to *aside*, and count every row."""
        for row in self.body(lambda kind: counts.skipped.update((kind,))):
            fault = row.sheet.fault_of(row.cells)
            if fault:
                counts.quarantined += 1
                aside(RowFault(self.file, row.line, *fault, sheet=row.sheet.name), row.place)
            else:
                counts.taken += 1
                yield row
