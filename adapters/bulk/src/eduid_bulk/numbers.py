"""
A column of ID numbers -> what the rules can see of each: is it possible, its key, its class.

Everything is integer arithmetic on single digits, exact in 64 bits; nothing is ever divided. Numbers that the
rules cannot tell apart (same verdict on the division, same age, check right or wrong) are of one class, and
the scalar is asked about one of each class.

Standard:
    GB 11643-1999, ISO 7064 MOD 11-2.
"""

from __future__ import annotations

import datetime as dt
import functools
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from eduid_bulk.resident_ids import BATCH, Code, judge_rows, real_date, tables, weighted
from eduid_bulk.texts import distinct
from eduid_core.validation.divisions import Verdict, judge, table

__all__ = ["NO_KEY", "Numbers", "key_of", "look_at", "rows_of_bytes"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

NO_KEY: Final = 0
_SIZE: Final = 18
_AGES: Final = 1 << 14
_FUTURE: Final = 10_000
_IMPOSSIBLE: Final = 10_001
_VERDICTS: Final = tuple(Verdict)


@attrs.frozen(repr=False, eq=False)
class Numbers:
    """
    What is seen of a column of numbers, cell by cell.

    `valid` is the answer of `is_resident_id`; `key` the number as one integer, `NO_KEY` where it is not valid;
    `plain` says that the number stands as printed (17 digits and a check, capital X); `sign` is its class, the
    same for all plain numbers of which the same is to be said, and `birth` the digits of the birth as a number.
    """

    valid: Bools
    plain: Bools
    key: Ints
    sign: Ints
    birth: Ints


def key_of(number: str) -> int:
    """
    Return the integer key of a resident number: unlike numbers have unlike keys, below 2**63.

    >>> key_of("320098201503150010")
    352108021653465011
    """
    return int(number[:17]) * 11 + (10 if number[17] in "Xx" else int(number[17]))


def look_at(column: pl.Series, *, as_of: dt.date) -> Numbers:
    """Return what is seen of *column*, texts without nulls, on the day *as_of*."""
    rows, places = rows_of_bytes(column, _SIZE)
    parts = [_look(rows[start : start + BATCH], as_of) for start in range(0, len(rows), BATCH)]
    if not parts:
        none = np.zeros(len(column), dtype=np.int64)
        return Numbers(none > 0, none > 0, none, none, none)
    columns = [np.concatenate(part) for part in zip(*parts, strict=True)]
    if places is not None:
        columns = [_spread(part, places, len(column)) for part in columns]
    valid, plain, key, sign, birth = columns
    return Numbers(valid.astype(bool), plain.astype(bool), key, sign, birth)


def rows_of_bytes(column: pl.Series, size: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.intp] | None]:
    """Return the texts of *column* that are *size* bytes long as rows, and their places; None for all of them."""
    text = column.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, ends, block = text.buffers()
    count = len(text)
    if not count or block is None:
        return np.empty((0, size), dtype=np.uint8), np.empty(0, dtype=np.intp)
    offsets = np.frombuffer(ends, dtype=np.int64)[text.offset : text.offset + count + 1]
    whole = np.frombuffer(block, dtype=np.uint8)
    lengths = offsets[1:] - offsets[:-1]
    if (lengths == size).all():
        return whole[offsets[0] : offsets[0] + size * count].reshape(count, size), None
    places = np.flatnonzero(lengths == size)
    if not len(places):
        return np.empty((0, size), dtype=np.uint8), places
    return np.lib.stride_tricks.sliding_window_view(whole, size)[offsets[places]], places


def _spread(part: Ints, places: npt.NDArray[np.intp], count: int) -> Ints:
    whole = np.zeros(count, dtype=part.dtype)
    whole[places] = part
    return whole


def _look(rows: npt.NDArray[np.uint8], as_of: dt.date) -> tuple[Bools, Bools, Ints, Ints, Ints]:
    """Return the five columns of `Numbers` for *rows* of 18 bytes."""
    code = judge_rows(rows, None)
    places = np.ascontiguousarray(rows.T)
    digits = (places[:17] - np.uint8(ord("0"))).astype(np.int64)
    last = tables().characters[places[17]].astype(np.int64)
    first = digits[0]
    plain = (code != Code.NOT_DIGITS) & (first > 0) & (first < 9) & (places[17] != ord("x"))  # noqa: PLR2004
    body = _value(digits)
    valid = code == Code.VALID
    birth = _value(digits[6:14])
    check = tables().checks[weighted(places[:17] - np.uint8(ord("0")))] == last
    age = _ages(digits, birth, as_of)
    verdict = _divisions(_value(digits[:6]), _value(digits[6:10]), plain)
    sign = (verdict * _AGES + age) * 2 + check
    return valid, plain, np.where(valid, body * 11 + last, NO_KEY), np.where(plain, sign, 0), birth


def _value(digits: Ints) -> Ints:
    """Return rows of digits as numbers."""
    number = digits[0].copy()
    for row in digits[1:]:
        number *= 10
        number += row
    return number


def _ages(digits: Ints, birth: Ints, as_of: dt.date) -> Ints:
    """Return the age in whole years on *as_of*, or a class of its own for a birth to come or no date at all."""
    today = as_of.year * 10_000 + as_of.month * 100 + as_of.day
    year, day = _value(digits[6:10]), _value(digits[10:14])
    age = as_of.year - year - (day > as_of.month * 100 + as_of.day)
    age[birth > today] = _FUTURE
    in_table = (year < _FUTURE) & (day < _FUTURE)
    real = real_date(np.where(in_table, year, 0), np.where(in_table, day, 0))
    age[~real] = _IMPOSSIBLE
    return age


@functools.cache
def _spans() -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16], npt.NDArray[np.int16]]:
    """
    Return tables by division: the first and the last year of birth that call for no finding, and the verdict.

    A division on no list has one verdict in every year, filled in when it first comes (-1 till then); one that
    is listed is asked with the year (-2).
    """
    first, last = np.full(1_000_000, 32_767, dtype=np.int16), np.full(1_000_000, -1, dtype=np.int16)
    verdict = np.full(1_000_000, _NOT_ASKED, dtype=np.int16)
    verdict[[int(code) for code in table().terms]] = _BY_YEAR
    for code, span in table().plain.items():
        first[int(code)], last[int(code)] = span
    return first, last, verdict


_NOT_ASKED: Final = -1
_BY_YEAR: Final = -2
_SOME_YEAR: Final = 2000


def _divisions(division: Ints, year: Ints, plain: Bools) -> Ints:
    """Return the verdict on each division in its year: 0 where nothing is to be said, else a number of it."""
    first, last, by_division = _spans()
    safe = np.where(plain, division, 0)
    verdict = np.zeros(len(division), dtype=np.int64)
    places = np.flatnonzero(plain & ~((first[safe] <= year) & (year <= last[safe])))
    if not len(places):
        return verdict
    codes = safe[places]
    for code in np.unique(codes[by_division[codes] == _NOT_ASKED]).tolist():
        by_division[code] = _verdict(code * 10_000 + _SOME_YEAR)
    verdict[places] = by_division[codes]
    listed = places[verdict[places] == _BY_YEAR]
    pairs, _, back = distinct(safe[listed] * 10_000 + year[listed])
    verdict[listed] = np.array([_verdict(int(pair)) for pair in pairs], dtype=np.int64)[back]
    return verdict


@functools.lru_cache(maxsize=1 << 17)
def _verdict(pair: int) -> int:
    """Return the number of the scalar's verdict on a division and a year, ten digits."""
    digits = f"{pair:010}"
    verdict = judge(digits[:6], int(digits[6:]))
    return 0 if verdict is Verdict.IN_FORCE_AT_BIRTH else 1 + _VERDICTS.index(verdict)
