"""
Error cells of an ods workbook, which calamine gives as empty or as zero.

Standard:
    OpenDocument 1.3, part 3, 9.1.4 (`table:table-cell`) and 19.385; `calcext:value-type` is LibreOffice's own.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from eduid_registry_file.error_cells import NOT_CALCULATED

__all__ = ["ods_error_cells"]

_CONTENT: Final = "content.xml"
_MAY_ERR: Final = re.compile(rb"value-type=[\"']error[\"']|:formula=")
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_MOST: Final = 1 << 20


def ods_error_cells(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """
    Return for each sheet with errors, by its name, the errors by (row, column), both from 0.

    Raises:
        xml.etree.ElementTree.ParseError: the file is damaged.
        zipfile.BadZipFile: likewise.
    """
    with zipfile.ZipFile(path) as book:
        if _CONTENT not in book.namelist():
            return {}
        content = book.read(_CONTENT)
    if not _MAY_ERR.search(content) or b"<!ENTITY" in content:
        return {}
    tables = ET.fromstring(content).iter(f"{_TABLE}table")  # noqa: S314 - no entity is declared
    found = {table.get(f"{_TABLE}name", ""): dict(_errors(table)) for table in tables}
    return {name: errors for name, errors in found.items() if errors}


def _errors(table: ET.Element) -> Iterator[tuple[tuple[int, int], str]]:
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        column = 0
        for cell in line:
            if text := _error(cell):
                yield (row, column), text
            column += _repeated(cell, "columns")
        row += _repeated(line, "rows")


def _repeated(element: ET.Element, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return min(int(text), _MOST) if text.isascii() and text.isdigit() else 1


def _error(cell: ET.Element) -> str:
    """Return the error of *cell*, empty for a cell with a value of its own."""
    kinds = [value for name, value in cell.attrib.items() if name.endswith("}value-type")]
    if "error" in kinds:
        return "".join("".join(text.itertext()) for text in cell.iter(f"{_TEXT}p")) or NOT_CALCULATED
    has_formula = cell.get(f"{_TABLE}formula") is not None
    return NOT_CALCULATED if has_formula and cell.get(f"{_OFFICE}value-type") is None else ""
