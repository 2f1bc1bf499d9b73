"""Cells as texts: the marks and number formats of spreadsheets, and the numbers that they destroyed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final

from eduid_core.matching.keys import kind_of
from eduid_core.validation.api import inspect_number

__all__ = [
    "NUMBERS",
    "PHONES",
    "Cell",
    "cell_text",
    "is_marked",
    "may_be_marked",
    "number_fault",
    "text_of",
    "unmarked",
    "zero_lost",
]

NUMBERS: Final = frozenset({"id_number", "student_number", "application_id"})
"""Columns with digits that a spreadsheet must not store as a number."""
PHONES: Final = frozenset({"guardian_phone"})
"""Columns with a phone that a spreadsheet may have written with an exponent."""
_EXACT_DIGITS: Final = 15
"""A spreadsheet number holds this many digits exactly."""
_LEAST_EXPONENT: Final = 10
_SCIENTIFIC: Final = re.compile(r"[1-9](?:\.[0-9]+)?[Ee]\+([0-9]{2})")
_POINT_ZERO: Final = re.compile(r"([0-9]{6,})\.0+")
_APOSTROPHES: Final = "'’‘＇`"
_QUOTED: Final = re.compile(r"=\s*[\"“”](.*)[\"“”]", re.DOTALL)
MARKED: Final = f"^[\\t\\r\\n={_APOSTROPHES}]|[\\t\\r\\n]$|^[0-9]{{6,}}\\.0+$"
"""A pattern of every text that `unmarked` may change."""
_MARKED: Final = re.compile(MARKED)

Cell = str | float | bool | dt.date | dt.time | dt.datetime | dt.timedelta


def is_marked(text: str) -> bool:
    """Return whether `unmarked` may change *text*."""
    return _MARKED.search(text) is not None


def unmarked(text: str) -> str:
    r"""
    Return *text* without the marks by which an export keeps a number as text.

    >>> unmarked("'320098"), unmarked('="320098"'), unmarked("320098\t"), unmarked("13800000000.0")
    ('320098', '320098', '320098', '13800000000')
    """
    plain = text.strip("\t\r\n")
    if quoted := _QUOTED.fullmatch(plain):
        plain = quoted[1].replace('""', '"').strip("\t\r\n")
    if plain[:1] in _APOSTROPHES and plain[1:2].isalnum():
        plain = plain[1:]
    whole = _POINT_ZERO.fullmatch(plain)
    return whole[1] if whole else plain


def text_of(cell: Cell) -> str:
    """Return a cell as text: whole numbers without a point, dates as yyyymmdd, no marks of an export."""
    if cell.__class__ is str:
        return unmarked(cell) if cell and may_be_marked(cell) else cell
    return cell_text(cell)


def may_be_marked(text: str) -> bool:
    """Return whether *text*, not empty, begins or ends as a marked text does: asked of every cell."""
    return text[0] in BEGINS or text[-1] in BLANK_ENDS or (text[-1] == "0" and "." in text)


BEGINS: Final = frozenset(f"\t\r\n={_APOSTROPHES}")
"""The first characters of marked texts."""
BLANK_ENDS: Final = frozenset("\t\r\n")


def cell_text(cell: Cell) -> str:
    """Return a cell that is no text as text."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float | int):
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, dt.datetime | dt.date):
        return cell.strftime("%Y%m%d")
    return str(cell)


def number_fault(cells: Iterable[tuple[str, Cell]]) -> tuple[str, str] | None:
    """Return (field, code) of the first of *cells* with a number that a spreadsheet has destroyed."""
    for field, cell in cells:
        if code := _damaged(cell, is_phone=field in PHONES):
            return field, code
    return None


def _damaged(cell: Cell, *, is_phone: bool) -> str | None:
    """Return the way in which a number was lost: stored as a floating number, or written with an exponent."""
    if isinstance(cell, str):
        if ("E" in cell or "e" in cell) and _is_scientific(cell):
            return "PHONE_SCIENTIFIC" if is_phone else "ID_SCIENTIFIC"
        return None
    if is_phone or isinstance(cell, bool) or not isinstance(cell, float | int):
        return None
    return "ID_NUMERIC_CELL" if abs(cell) >= 10**_EXACT_DIGITS or cell != int(cell) else None


def _is_scientific(text: str) -> bool:
    """Return whether *text* is what a spreadsheet writes for a number of eleven and more digits."""
    found = _SCIENTIFIC.fullmatch(unmarked(text).strip())
    return found is not None and int(found[1]) >= _LEAST_EXPONENT


def zero_lost(cell: Cell, id_type: str) -> bool:
    """Return whether the numeric *cell* is a document number only with a leading zero before it."""
    if isinstance(cell, str | bool) or not isinstance(cell, float | int) or (kind := kind_of(id_type)) is None:
        return False
    text = cell_text(cell)
    short, whole = (inspect_number(t, kind=kind, as_of=dt.date.max).valid for t in (text, f"0{text}"))
    return whole and not short
