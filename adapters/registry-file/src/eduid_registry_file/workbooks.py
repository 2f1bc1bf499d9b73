"""Read the sheets of a workbook: xlsx, xlsm, xlsb, ods and xls, by its content."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from eduid_registry_file.cells import Cell
from eduid_registry_file.error_cells import error_cells
from eduid_registry_file.faults import FileFault
from eduid_registry_file.ods_error_cells import ods_error_cells
from eduid_registry_file.sheets import Merged, Sheet, in_memory
from eduid_registry_file.stray_cells import without_stray_cells
from eduid_registry_file.xls_error_cells import xls_error_cells

__all__ = ["workbook_sheets"]

_WPS: Final = frozenset({".et", ".ett", ".wps"})
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_ERRORS: Final = (
    CalamineError,
    OSError,
    ValueError,
    KeyError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    ET.ParseError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
)
_EMPTY: Final = ("", 0)
"""What calamine gives for an error, or for a formula that was never calculated."""


def workbook_sheets(path: Path, *, is_zip: bool) -> list[Sheet]:
    """
    Return the sheets of the workbook at *path*, in order.

    Raises:
        FileFault: it is broken, has a password, or is of a kind of its own.
    """
    try:
        cleaned = without_stray_cells(path) if is_zip else None
        content = cleaned or path.read_bytes()
        errors = error_cells(path) | ods_error_cells(path) if is_zip else xls_error_cells(content)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [
                _sheet(book.get_sheet_by_name(one.name), errors, hidden=one.visible != SheetVisibleEnum.Visible)
                for one in book.sheets_metadata
                if one.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError:
        raise FileFault("FILE_PASSWORD", file=path.name) from None
    except _ERRORS:
        raise _unreadable(path) from None


def _unreadable(path: Path) -> FileFault:
    """Return the fault of a workbook that cannot be opened."""
    if _ENCRYPTED in path.read_bytes():
        return FileFault("FILE_PASSWORD", file=path.name)
    return FileFault("FILE_WPS" if path.suffix.lower() in _WPS else "FILE_BROKEN", file=path.name)


def _sheet(sheet: CalamineSheet, errors: Mapping[str, Mapping[tuple[int, int], str]], *, hidden: bool) -> Sheet:
    merged, wrong = _merged(sheet), errors.get(sheet.name, {})
    if not (merged or wrong):
        return Sheet(name=sheet.name, lines=partial(_streamed, sheet), hidden=hidden)
    rows: list[tuple[int, list[Cell]]] = list(enumerate(sheet.to_python(skip_empty_area=False), start=1))
    for (row, column), text in wrong.items():
        if row < len(rows) and column < len(rows[row][1]) and rows[row][1][column] in _EMPTY:
            rows[row][1][column] = text
    return Sheet(name=sheet.name, lines=in_memory(rows), hidden=hidden, merged=merged)


def _streamed(sheet: CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the rows of a sheet in which no cell is changed: as texts each time, half the memory of a list."""
    rows = enumerate(sheet.iter_rows(), start=1)
    before = [""] * (sheet.start[1] if sheet.start else 0)
    return ((line, [*before, *cells]) for line, cells in rows) if before else rows


def _merged(sheet: CalamineSheet) -> tuple[Merged, ...]:
    with suppress(CalamineError, ValueError):
        return tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
    return ()
