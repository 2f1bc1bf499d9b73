"""
A column of ID numbers -> the facts that the rules can use: validity, key, class.

All arithmetic uses integers on single digits, exact in 64 bits, without division. Numbers that the rules cannot
distinguish (same verdict on the division, same age, check right or wrong) are in one class, and the scalar
function checks one number of each class.

Standard:
    GB 11643-1999, ISO 7064 MOD 11-2.
"""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from eduid_bulk.byte_columns import block_of, spread
from eduid_bulk.dictionary import distinct
from eduid_bulk.resident_ids import BATCH, ResidentIdFault, judge_laid, laid_out
from eduid_core.matching.engine import IN_FUTURE, NO_DATE, DivisionStatus, NumberFeatures, judge, table

__all__ = ["NO_KEY", "IdFeatures", "key_of", "look_at"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]

NO_KEY: Final = 0
_SIZE: Final = 18
_VERDICTS: Final = tuple(DivisionStatus)


@attrs.frozen(repr=False, eq=False)
class IdFeatures:
    """
    The facts of a column of numbers, cell by cell.

    `valid` is the result of `is_resident_id`; `key` the number as one integer, `NO_KEY` if it is not valid;
    `plain` tells that the number is written as printed (17 digits and a check, capital X); `sign` is its class,
    the same for all plain numbers with the same findings, and `birth` the digits of the birth as a number.
    """

    valid: Bools
    plain: Bools
    key: Ints
    sign: Int32s
    birth: Int32s


def key_of(number: str) -> int:
    """
    Return the integer key of a resident number: different numbers have different keys, below 2**63.

    >>> key_of("320098201503150010")
    352108021653465011
    """
    return int(number[:17]) * 11 + (10 if number[17] in "Xx" else int(number[17]))


def look_at(column: pl.Series, *, as_of: dt.date | None) -> IdFeatures:
    """
    Return the facts of *column*, texts without nulls, on the day *as_of*.

    Without a day no number has findings: `sign` and `birth` are 0.
    """
    rows, places = block_of(column).rows(_SIZE)
    if not len(rows):
        none = np.zeros(len(column), dtype=np.int32)
        return IdFeatures(none > 0, none > 0, none.astype(np.int64), none, none)
    parts = [_look(rows[start : start + BATCH], as_of) for start in range(0, len(rows), BATCH)]
    valid, plain, key, sign, birth = (
        spread(np.concatenate(part), places, len(column)) for part in zip(*parts, strict=True)
    )
    return IdFeatures(valid, plain, key, sign, birth)


def _look(rows: npt.NDArray[np.uint8], as_of: dt.date | None) -> tuple[Bools, Bools, Ints, Int32s, Int32s]:
    """Return the five columns of `IdFeatures` for *rows* of 18 bytes."""
    laid = laid_out(rows)
    code, digits = judge_laid(laid, None), laid.digits
    plain = (code != ResidentIdFault.NOT_DIGITS) & (digits[0] > 0) & (digits[0] < 9) & (laid.last != ord("x"))  # noqa: PLR2004
    valid = code == ResidentIdFault.VALID
    high, low = _value(digits[:9], np.int32), _value(digits[9:], np.int32)
    key = np.where(valid, (high.astype(np.int64) * 100_000_000 + low) * 11 + laid.check, NO_KEY)
    if as_of is None:
        nothing = np.zeros(len(rows), dtype=np.int32)
        return valid, plain, key, nothing, nothing
    year, day = laid.year.astype(np.int32), laid.day.astype(np.int32)
    birth = year * 10_000 + day
    age = _ages(year, day, birth, as_of)
    age[~laid.real] = NO_DATE
    division = _divisions(_value(digits[:6], np.int32), year, plain)
    sign = np.where(plain, _class_of(division=division, age=age, check_fits=laid.fits), 0)
    return valid, plain, key, sign, birth


_RANGES: Final = {"division": range(len(DivisionStatus)), "age": range(NO_DATE, 9_998), "check_fits": range(2)}
"""The values of each feature that a number of 18 plain characters can have."""
if tuple(_RANGES) != NumberFeatures._fields:
    raise AssertionError("the columns of eduid-bulk are not the features that the rules read")


def _class_of(**columns: npt.NDArray[Any]) -> Int32s:
    """Return one number for each combination of the features in *columns*."""
    combined = np.zeros(len(columns["age"]), dtype=np.int32)
    for name in NumberFeatures._fields:
        combined = combined * len(_RANGES[name]) + (columns[name] - _RANGES[name].start)
    return combined


def _value(digits: npt.NDArray[np.uint8], kind: type[np.signedinteger[Any]]) -> npt.NDArray[Any]:
    """Return rows of digits as numbers of *kind*; bytes that are not digits give an arbitrary number."""
    number: npt.NDArray[Any] = digits[0].astype(kind)
    for row in digits[1:]:
        number *= 10
        number += row
    return number


def _ages(year: Int32s, day: Int32s, birth: Int32s, as_of: dt.date) -> Int32s:
    """Return the age in whole years on *as_of*, or `IN_FUTURE` for a birth after it."""
    today = as_of.year * 10_000 + as_of.month * 100 + as_of.day
    age = as_of.year - year - (day > as_of.month * 100 + as_of.day)
    age[birth > today] = IN_FUTURE
    return age


@functools.cache
def _spans() -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16], npt.NDArray[np.int16]]:
    """
    Return tables by division: the first and the last year of birth without a finding, and the verdict.

    An unlisted division has the same verdict in every year, filled in at its first occurrence (-1 until then);
    a listed division is looked up with the year (-2).
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


def _divisions(division: Int32s, year: Int32s, plain: Bools) -> Int32s:
    """
    Return the verdict on each division in its year: 0 without a finding, otherwise a number for the
    verdict.
    """
    first, last, by_division = _spans()
    safe = np.where(plain, division, 0)
    verdict = np.zeros(len(division), dtype=np.int32)
    places = np.flatnonzero(plain & ~((first[safe] <= year) & (year <= last[safe])))
    if not len(places):
        return verdict
    codes = safe[places]
    for code in np.unique(codes[by_division[codes] == _NOT_ASKED]).tolist():
        by_division[code] = _verdict(code * 10_000 + _SOME_YEAR)
    verdict[places] = by_division[codes]
    listed = places[verdict[places] == _BY_YEAR]
    if len(listed):
        pairs, _, back = distinct(safe[listed].astype(np.int64) * 10_000 + year[listed])
        verdict[listed] = np.array([_verdict(int(pair)) for pair in pairs])[back]
    return verdict


@functools.lru_cache(maxsize=1 << 17)
def _verdict(pair: int) -> int:
    """Return the number of the scalar's verdict on a division and a year, ten digits."""
    digits = f"{pair:010}"
    verdict = judge(digits[:6], int(digits[6:]))
    return _VERDICTS.index(verdict)
