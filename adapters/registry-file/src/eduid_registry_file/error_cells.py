"""
Error cells of an xlsx workbook (`#N/A`, formulas never calculated), which calamine gives as empty.

Standard:
    ECMA-376, part 1, 18.3.1.4: a cell of the type `e` holds an error.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["error_cells"]

NOT_CALCULATED: Final = "#CALC!"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_CELL: Final = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f\b")
_VALUE: Final = re.compile(rb"<(?:\w+:)?v>([^<]+)</")
_PLACE: Final = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_MARKS: Final = (b'"e"', b"'e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")
"""The bytes of a formula or of an error, with and without a namespace."""
_PIECE: Final = 1 << 20
_OVERLAP: Final = 8


def error_cells(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """
    Return for each sheet with errors, by its name, the errors by (row, column), both from 0.

    Raises:
        KeyError: a part of the workbook is missing.
        zipfile.BadZipFile: the file is damaged.
    """
    with zipfile.ZipFile(path) as book:
        if _RELATIONS not in book.namelist():
            return {}
        parts = _sheets(book)
        return {title: dict(_errors(book, part)) for title, part in parts.items() if _may_err(book, part)}


def _attribute(tag: bytes, name: bytes) -> bytes:
    found = re.search(rb"\s(?:\w+:)?" + name + rb"\s*=\s*[\"']([^\"']*)[\"']", tag)
    return found[1] if found else b""


def _sheets(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the name of each sheet -> its member."""
    relations = _RELATION.findall(book.read(_RELATIONS))
    targets = {_attribute(one, b"Id"): _attribute(one, b"Target").decode() for one in relations}
    parts: dict[str, str] = {}
    for sheet in _SHEET.findall(book.read("xl/workbook.xml")):
        found = re.search(rb"\s\w+:id\s*=\s*[\"']([^\"']*)[\"']", sheet)
        target = targets[found[1]] if found else ""
        if "worksheets/" in target:
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            parts[html.unescape(_attribute(sheet, b"name").decode())] = part
    return parts


def _may_err(book: zipfile.ZipFile, name: str) -> bool:
    """Return whether the sheet holds a formula or an error at all, without holding it in memory."""
    rest = b""
    with book.open(name) as sheet:
        while piece := sheet.read(_PIECE):
            whole = rest + piece
            if any(mark in whole for mark in _MARKS):
                return True
            rest = piece[-_OVERLAP:]
    return False


def _errors(book: zipfile.ZipFile, name: str) -> Iterator[tuple[tuple[int, int], str]]:
    for cell in _CELL.finditer(book.read(name)):
        kind, value = _attribute(b" " + cell[1], b"t"), _VALUE.search(cell[2])
        place = _PLACE.fullmatch(_attribute(b" " + cell[1], b"r"))
        if place is None:
            continue
        if kind == b"e":
            yield _numbered(place), value[1].decode() if value else NOT_CALCULATED
        elif value is None and kind != b"str" and _FORMULA.search(cell[2]):
            yield _numbered(place), NOT_CALCULATED


def _numbered(place: re.Match[bytes]) -> tuple[int, int]:
    column = 0
    for letter in place[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(place[2]) - 1, column - 1
