"""
Hints where a mistyped resident number may be corrected: places and counts, never a digit.

A number one slip away from the typed one may belong to another living person. The applicant therefore sees only
places; whole numbers are given to a reviewer on request, to compare with the registry's record. Only this form
is used, and the number is never corrected automatically.
"""

from __future__ import annotations

import datetime as dt
import enum
import itertools
from collections.abc import Iterator
from typing import Final

import attrs

from eduid_core.findings import Severity, Span
from eduid_core.private import IdNumber
from eduid_core.validation.ages import is_date
from eduid_core.validation.context import Context, setting_of, yyyymmdd
from eduid_core.validation.documents import resident
from eduid_core.validation.documents.birth_and_division import sex_of
from eduid_core.validation.documents.resident import is_resident_id
from eduid_core.validation.folding import Typed, fold, readable
from eduid_core.validation.inspection import Inspection
from eduid_core.validation.kinds import HolderRole, Sex
from eduid_core.validation.templates import MISFIT, misfits

__all__ = ["Hint", "Repairs", "Slip", "suggest_repairs"]

_KEYPAD: Final = ("147", "258", "369", "123", "456", "789", "08")
_NEIGHBOURS: Final = {frozenset(pair) for row in _KEYPAD for pair in itertools.pairwise(row)}
_ALIKE: Final = {frozenset(pair) for pair in ("17", "06", "38", "56")}
_SIZE: Final = 18


class Slip(enum.StrEnum):
    """The possible slip at a place."""

    SUBSTITUTION = "substitution"
    SWAP = "swap"
    LETTER = "letter"
    MISSING = "missing"
    EXTRA = "extra"


@attrs.frozen
class Hint:
    """A place in the typed text, the possible slip there, and the number of corrected numbers."""

    slip: Slip
    at: Span
    count: int


@attrs.frozen(repr=False)
class Repairs:
    """
    The hints, likeliest first, and the number of corrected numbers.

    `candidates` are these numbers, likeliest first; they are for a reviewer only.
    """

    hints: tuple[Hint, ...] = ()
    count: int = 0
    candidates: tuple[IdNumber, ...] = ()

    def __repr__(self) -> str:
        return f"<Repairs {self.count} at {len(self.hints)} places>"


_NONE: Final = Repairs()


@attrs.frozen(order=True, repr=False)
class _Correction:
    """A number one slip away, ordered by likelihood, then by place."""

    score: int
    start: int
    end: int
    slip: Slip
    number: str


def suggest_repairs(
    text: object,
    *,
    as_of: dt.date,
    birth_date: dt.date | None = None,
    sex: Sex | None = None,
    province: str | None = None,
    role: HolderRole | str | None = None,
    reviewer: bool = False,
) -> Repairs:
    """
    Return the places where one substitution or one swap of neighbours may correct the resident number *text*.

    *birth_date*, *sex* and *province* (two digits) are other fields of the same form; numbers that agree with
    them come first. The result is empty for a number without errors, and for a text that is not a resident
    number.

    >>> swapped = "320098201503105010"
    >>> found = suggest_repairs(swapped, as_of=dt.date(2026, 9, 1), birth_date=dt.date(2015, 3, 15))
    >>> found.hints[0], found.candidates
    (Hint(slip=<Slip.SWAP: 'swap'>, at=(13, 15), count=1), ())
    """
    plain = readable(text, None, longest=64)
    if isinstance(plain, Inspection):
        return _NONE
    typed, setting = fold(plain), setting_of(as_of, role)
    masked, _ = misfits(typed, resident.RESIDENT_ID.templates)
    if MISFIT in masked:
        swapped = f"{typed.text[:16]}{typed.text[17:15:-1]}"  # an X that was swapped with its neighbour
        if is_resident_id(swapped, as_of=as_of):
            return _repairs(typed, [_Correction(0, 16, 18, Slip.SWAP, swapped)], reviewer=reviewer)
        return _letters(typed, masked)
    if len(typed.text) in (_SIZE - 1, _SIZE + 1):
        return _wrong_length(typed)
    if not masked or all(f.severity is not Severity.ERROR for f in resident.look(masked, setting)):
        return _NONE
    fields = _FormFields(birth_date=birth_date, sex=sex, province=province)
    corrections = sorted(fields.ranked(c) for c in _corrections(masked, setting))
    return _repairs(typed, corrections, reviewer=reviewer)


@attrs.frozen(kw_only=True, repr=False)
class _FormFields:
    """The other fields of the form beside the number."""

    birth_date: dt.date | None
    sex: Sex | None
    province: str | None

    def ranked(self, correction: _Correction) -> _Correction:
        """Return *correction* with a better rank for each field of the form that it agrees with."""
        number = correction.number
        agreeing = (
            self.birth_date is not None and int(number[6:14]) == yyyymmdd(self.birth_date),
            self.sex is not None and sex_of(number[16]) is self.sex,
            self.province is not None and number[:2] == self.province,
        )
        return attrs.evolve(
            correction, score=correction.score - sum(w * a for w, a in zip((8, 4, 4), agreeing, strict=True))
        )


def _corrections(number: str, setting: Context) -> Iterator[_Correction]:
    """Yield the numbers one slip away without any error or doubt that *number* does not have."""
    known = {f.code for f in resident.look(number, setting) if f.severity is not Severity.ERROR}
    for correction in _one_slip_away(number):
        if is_resident_id(correction.number, as_of=setting.as_of):
            findings = resident.look(correction.number, setting)
            if all(f.severity is Severity.NOTE or f.code in known for f in findings):
                yield correction


def _one_slip_away(number: str) -> Iterator[_Correction]:
    for i, char in enumerate(number):
        for other in "0123456789" if i < _SIZE - 1 else "0123456789X":
            if other != char:
                yield _Correction(
                    _score(char, other), i, i + 1, Slip.SUBSTITUTION, number[:i] + other + number[i + 1 :]
                )
    for i in range(_SIZE - 1):
        if number[i] != number[i + 1]:
            swapped = number[:i] + number[i + 1] + number[i] + number[i + 2 :]
            yield _Correction(0, i, i + 2, Slip.SWAP, swapped)


def _score(char: str, other: str) -> int:
    """Return 1 for neighbours on a keypad and digits that look alike, 2 for any other substitution."""
    pair = frozenset((char, other))
    return 1 if pair in _NEIGHBOURS or pair in _ALIKE else 2


def _repairs(typed: Typed, corrections: list[_Correction], *, reviewer: bool) -> Repairs:
    places: dict[tuple[Slip, Span], int] = {}
    for each in corrections:
        key = (each.slip, typed.span(each.start, each.end))
        places[key] = places.get(key, 0) + 1
    hints = tuple(Hint(slip, at, count) for (slip, at), count in places.items())
    numbers = tuple(IdNumber(n) for n in dict.fromkeys(c.number for c in corrections)) if reviewer else ()
    return Repairs(hints, len(corrections), numbers)


def _letters(typed: Typed, masked: str) -> Repairs:
    """Return the places of characters that are not digits: the person corrects them, not the library."""
    wrong = [i for i, char in enumerate(masked) if char == MISFIT]
    return Repairs(tuple(Hint(Slip.LETTER, typed.span(i, i + 1), 1) for i in wrong), len(wrong))


def _wrong_length(typed: Typed) -> Repairs:
    """Return the half with a missing or extra digit, if the date of birth determines it."""
    text, shift = typed.text, len(typed.text) - _SIZE
    if not text[:-1].isdigit():
        return _NONE
    in_tail, in_head = is_date(text[6:14]), is_date(text[6 + shift : 14 + shift])
    if in_tail == in_head:
        return _NONE
    at = typed.span(14, len(text)) if in_tail else typed.span(0, 6 + shift)
    return Repairs((Hint(Slip.MISSING if shift < 0 else Slip.EXTRA, at, 1),), 1)
