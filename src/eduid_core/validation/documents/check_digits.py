"""Check characters: MOD 11-2 of the 18-digit family, 7-3-1 of the machine-readable zone, Hong Kong, Taiwan."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["check_character", "check_fits", "hk_fits", "mrz_digit", "organisation_fits", "tw_fits"]

_CHARACTERS: Final = "0123456789X"
_VALUES: Final = {c: v for v, c in enumerate(_CHARACTERS)}
_MRZ_VALUES: Final = {c: v for v, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_ORGANISATION: Final = {c: v for v, c in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_TW_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # in the order of their values 10 to 35


def check_character(body: str) -> str:
    """
    Return the 18th character for the 17 digits of *body*.

    Standard:
        GB 11643-1999, ISO 7064 MOD 11-2.

    Raises:
        ValueError: *body* is not exactly 17 ASCII digits.

    >>> check_character("32009820150315001")
    '0'
    """
    # int() accepts ４ and 1_1; the standard does not, so the digits are compared one by one first.
    if not re.fullmatch("[0-9]{17}", body):
        raise ValueError("a body has exactly 17 ASCII digits")
    return _CHARACTERS[(1 - 2 * int(body, 13)) % 11]


def check_fits(number: str) -> bool:
    """Return whether the last of the 18 characters matches the 17 ASCII digits before it; X in upper case."""
    # Powers of 13 are powers of 2 mod 11, so reading the digits to base 13 makes the weighted sum in one step.
    return (2 * int(number[:17], 13) + _VALUES[number[17]]) % 11 == 1


def mrz_digit(text: str) -> str:
    """
    Return the check digit of *text*, made of A-Z, 0-9 and `<`.

    Standard:
        ICAO 9303-3, 4.9: weights 7 3 1, modulo 10.

    >>> mrz_digit("520727")
    '3'
    """
    return str(sum(_MRZ_VALUES[c] * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10)


def hk_fits(number: str) -> bool:
    """
    Return whether the check of a Hong Kong identity number (one or two letters, six digits, check) matches.

    >>> hk_fits("G123456A"), hk_fits("G1234563")
    (True, False)
    """
    values = (*[36] * (9 - len(number)), *(_MRZ_VALUES[c] for c in number))  # a blank counts 36
    return sum(w * v for w, v in zip(range(9, 0, -1), values, strict=True)) % 11 == 0


def tw_fits(number: str) -> bool:
    """
    Return whether the check of a Taiwan number matches: a letter, a digit or letter, eight digits.

    >>> tw_fits("A123456789")
    True
    """
    tens, units = divmod(_TW_LETTERS.index(number[0]) + 10, 10)
    second = number[1] if number[1].isdigit() else str((_TW_LETTERS.index(number[1]) + 10) % 10)
    digits = (tens, units, *map(int, second + number[2:]))
    return sum(w * d for w, d in zip((1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), digits, strict=True)) % 10 == 0


def organisation_fits(text: str) -> bool:
    """
    Return whether form and check of *text* match a unified social credit code (统一社会信用代码).

    Standard:
        GB 32100-2015: weights are powers of 3, modulo 31.

    >>> organisation_fits("91110000600037341L"), organisation_fits("911100006000373410")
    (True, False)
    """
    if len(text) != 18 or text[0] != "9" or not set(text) <= _ORGANISATION.keys():  # noqa: PLR2004
        return False
    return (
        sum(pow(3, i, 31) * _ORGANISATION[c] for i, c in enumerate(text[:17])) % 31
        == -_ORGANISATION[text[17]] % 31
    )
