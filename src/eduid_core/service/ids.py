"""Ids of accounts and applications: random, short enough to be read out, with a check character."""

from __future__ import annotations

from typing import Final

from stdnum.iso7064 import mod_37_2

__all__ = ["ID_BYTES", "id_of", "is_id"]

ID_BYTES: Final = 8
"""The random bytes that an id takes."""
_SYMBOLS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals without I, L, O and U, which are read as others or spell words."""
_LENGTH: Final = 12


def id_of(drawn: bytes) -> str:
    """
    Return the id made of *drawn* random bytes: twelve symbols and a check character.

    One wrong character, or two neighbours in the wrong order, never make another id. The check character `*` is
    not used: the next number is taken instead.

    Standard:
        ISO/IEC 7064, MOD 37-2.

    >>> id_of(bytes(range(8)))
    '7G1A02C028006'
    """
    number = int.from_bytes(drawn, "big")
    while True:
        body = "".join(_SYMBOLS[number >> 5 * place & 31] for place in range(_LENGTH))
        check = str(mod_37_2.calc_check_digit(body))
        if check != "*":
            return body + check
        number += 1


def is_id(text: str) -> bool:
    """Return whether *text* can be an id that `id_of` has made."""
    shaped = len(text) == _LENGTH + 1 and set(text[:-1]) <= set(_SYMBOLS) and text[-1] != "*"
    return shaped and bool(mod_37_2.is_valid(text))
