"""
Validate resident identity numbers by column.

The cells with 18 characters are joined in one block of bytes and checked place by place: digits, province,
county, check character, date. The rules are those of `eduid_core.validation.is_resident_id`, and the tables
are made from its own; a property test proves that both agree on every input.

Standard:
    GB 11643-1999, ISO 7064 MOD 11-2.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from eduid_bulk.input_columns import cells_of, texts_of
from eduid_core.matching.engine import PERMITS, PROVINCES, is_date, yyyymmdd

__all__ = [
    "BATCH",
    "CheckedColumn",
    "DigitMatrix",
    "ResidentIdFault",
    "judge_laid",
    "laid_out",
    "validate_resident_ids",
]

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

_SIZE: Final = 18
BATCH: Final = 1 << 15  # cells judged together: all arrays for them fit in the cache of one core
_X: Final = 10
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class ResidentIdFault(enum.IntEnum):
    """The reason why a cell is not a resident number: the first rule it breaks, in this order; 0 for none."""

    VALID = 0
    EMPTY = 1
    NOT_TEXT = 2
    LENGTH = 3
    NOT_DIGITS = 4
    PROVINCE_UNKNOWN = 5
    DIVISION_PREFECTURE_LEVEL = 6
    PERMIT_DIVISION = 7
    CHECKSUM = 8
    BIRTH_DATE_IMPOSSIBLE = 9
    BIRTH_IN_FUTURE = 10


@attrs.frozen(repr=False, eq=False)
class CheckedColumn:
    """The result for a column: `valid` and `code` (a `ResidentIdFault`), one for each cell, in its order."""

    valid: Bools
    code: Bytes

    def __len__(self) -> int:
        return len(self.valid)

    def __repr__(self) -> str:
        return f"<Checked {int(self.valid.sum())} of {len(self)} valid>"


def validate_resident_ids(column: Sequence[Any] | Any, *, as_of: dt.date | None = None) -> CheckedColumn:  # noqa: ANN401 - a column of any library
    """
    Return for every cell of *column* whether it is a resident number or permit, and the reason if not.

    *column* is a list or tuple, a NumPy array of texts, or a Polars or Arrow column; nulls are `EMPTY`, cells
    of another type `NOT_TEXT`. With *as_of* a birth after that day is refused.

    >>> checked = validate_resident_ids(["320098201503150010", "320098201503150011", None, 5])
    >>> [ResidentIdFault(c).name for c in checked.code]
    ['VALID', 'CHECKSUM', 'EMPTY', 'NOT_TEXT']
    """
    cells = cells_of(column)
    code = np.empty(len(cells), dtype=np.uint8)
    for start in range(0, len(cells), BATCH):
        code[start : start + BATCH] = _check(cells[start : start + BATCH], as_of)
    return CheckedColumn(code == ResidentIdFault.VALID, code)


def _check(cells: Sequence[Any], as_of: dt.date | None) -> Bytes:
    """Return the code of each of *cells*."""
    texts = texts_of(cells, size=_SIZE)
    judged = judge_laid(laid_out(texts.rows), as_of)
    if texts.places is None or texts.empty is None:
        return judged
    code = np.where(texts.empty, np.uint8(ResidentIdFault.EMPTY), np.uint8(ResidentIdFault.LENGTH))
    code[texts.places] = judged
    if texts.no_text is not None:
        code[texts.no_text] = ResidentIdFault.NOT_TEXT
    return code


@attrs.frozen(repr=False, eq=False)
class DigitMatrix:
    """
    Texts of 18 bytes by place: 17 rows of `digits`, above 9 for other characters, and the `last` characters.

    `check` is the value of the last character, 255 if it has none; `fits` tells whether it is the right one,
    `year` and `day` are the birth, `real` tells whether the date exists. Bytes that are not digits give an
    arbitrary number.
    """

    digits: Bytes
    last: Bytes
    check: Bytes
    fits: Bools
    year: npt.NDArray[np.uint16]
    day: npt.NDArray[np.uint16]
    real: Bools


def laid_out(rows: Bytes) -> DigitMatrix:
    """Return *rows*, (n, 18) bytes, by place."""
    places = np.ascontiguousarray(rows.T)
    digits = places[:17] - np.uint8(ord("0"))
    check = tables().characters[places[17]]
    year, day = _number(digits[6:10]), _number(digits[10:14])
    fits = tables().checks[_weighted(digits)] == check
    return DigitMatrix(digits, places[17], check, fits, year, day, _real_date(year, day))


def judge_laid(laid: DigitMatrix, as_of: dt.date | None) -> Bytes:
    """Return the code of each text; the first rule overrides the others."""
    code = np.zeros(len(laid.last), dtype=np.uint8)
    if as_of is not None:
        code[laid.year.astype(np.int32) * 10_000 + laid.day > yyyymmdd(as_of)] = ResidentIdFault.BIRTH_IN_FUTURE
    code[~laid.real] = ResidentIdFault.BIRTH_DATE_IMPOSSIBLE
    code[~laid.fits] = ResidentIdFault.CHECKSUM
    _judge_divisions(laid.digits, code)
    code[(laid.digits > 9).any(axis=0) | (laid.check > _X)] = ResidentIdFault.NOT_DIGITS  # noqa: PLR2004
    return code


def _number(digits: Bytes) -> npt.NDArray[np.uint16]:
    """Return four rows of digits as numbers; characters that are not digits give an arbitrary number."""
    thousands, hundreds, tens, ones = digits.astype(np.uint16)
    number: npt.NDArray[np.uint16] = thousands * 1000 + hundreds * 100 + tens * 10 + ones
    return number


def _weighted(digits: Bytes) -> npt.NDArray[np.uint16]:
    """Return the weighted sums of 17 rows of digits; two products together fit into a byte."""
    total: npt.NDArray[np.uint16] = digits[16] * np.uint16(_WEIGHTS[16])
    for i in range(0, 16, 2):
        total += digits[i] * np.uint8(_WEIGHTS[i]) + digits[i + 1] * np.uint8(_WEIGHTS[i + 1])
    return total


def _real_date(year: npt.NDArray[np.uint16], day: npt.NDArray[np.uint16]) -> Bools:
    """Return whether *year* and *day*, a month and day of four digits, are a date."""
    known = tables()
    common, leap = known.common_days[day], known.leap_days[day]
    return (common & known.years[year]) | (leap & known.leap_years[year])


def _judge_divisions(digits: Bytes, code: Bytes) -> None:
    """Write into *code* the rules that the first six of *digits* break."""
    province = tables().provinces[digits[0] * np.uint8(10) + digits[1]]
    no_county = (digits[4] | digits[5]) == 0
    code[(province == _PERMIT) & ~(no_county & ((digits[2] | digits[3]) == 0))] = (
        ResidentIdFault.PERMIT_DIVISION
    )
    code[(province == _MAINLAND) & no_county] = ResidentIdFault.DIVISION_PREFECTURE_LEVEL
    code[province == 0] = ResidentIdFault.PROVINCE_UNKNOWN


_MAINLAND: Final = 1
_PERMIT: Final = 2


@attrs.frozen(kw_only=True, repr=False, eq=False)
class _Tables:
    """The rules of the scalar function as tables, each longer than any number that four bytes can give."""

    characters: Bytes
    checks: Bytes
    provinces: Bytes
    years: Bools
    leap_years: Bools
    common_days: Bools
    leap_days: Bools


@functools.cache
def tables() -> _Tables:
    """Return the tables, computed once with the scalar functions."""
    characters = np.full(256, 255, dtype=np.uint8)
    for value, character in enumerate("0123456789X"):
        characters[[ord(character), ord(character.lower())]] = value
    provinces = np.zeros(256, dtype=np.uint8)
    provinces[[int(p) for p in PROVINCES]] = _MAINLAND
    provinces[[int(p[:2]) for p in PERMITS]] = _PERMIT
    return _Tables(
        characters=characters,
        checks=np.array([(12 - total) % 11 for total in range(4096)], dtype=np.uint8),
        provinces=provinces,
        years=_flags(range(1, 10_000)),
        leap_years=_flags(y for y in range(1, 10_000) if is_date(f"{y:04}0229")),
        common_days=_flags(d for d in range(10_000) if is_date(f"2023{d:04}")),
        leap_days=_flags([229]),
    )


def _flags(true_at: Iterable[int]) -> Bools:
    flags = np.zeros(1 << 16, dtype=bool)
    flags[list(true_at)] = True
    return flags
