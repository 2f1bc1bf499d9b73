r"""
Repair private-use characters (私用区) that an old GB 18030 decoder leaves in a text.

GB 18030-2022 moved 18 two-byte positions to standard code points and gave six more a standard ideograph;
Python's codec, and every database filled by an older codec, still hold them as private-use characters.
Databases of the GBK age hold all of U+E815 to U+E864: 80 positions that represent, in order, the
bytes FE50 to FEA0. Both are repaired here, by table; the remaining private-use characters cannot be guessed.

Standard:
    GB 18030-2022, the changed mappings; the six ideographs as in the IRG and WHATWG tables.

>>> repair_private_use("\ue863小雨")
('䶮小雨', (0,))
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

__all__ = ["LEGACY", "MOVED", "REPAIR", "decode_gb18030", "is_private_use", "repair_private_use"]

MOVED: Final = MappingProxyType(
    {
        # ideographs of the FE row, U+9FB4 to U+9FBB
        0xE81E: 0x9FB4,
        0xE826: 0x9FB5,
        0xE82B: 0x9FB6,
        0xE82C: 0x9FB7,
        0xE832: 0x9FB8,
        0xE843: 0x9FB9,
        0xE854: 0x9FBA,
        0xE864: 0x9FBB,
        # vertical punctuation of the A6 row
        0xE78D: 0xFE10,
        0xE78E: 0xFE12,
        0xE78F: 0xFE11,
        0xE790: 0xFE13,
        0xE791: 0xFE14,
        0xE792: 0xFE15,
        0xE793: 0xFE16,
        0xE794: 0xFE17,
        0xE795: 0xFE18,
        0xE796: 0xFE19,
        # m with acute, moved by the edition of 2005
        0xE7C7: 0x1E3F,
        # # duplicates that have an ideograph of their own in Extension B
        0xE816: 0x20087,
        0xE817: 0x20089,
        0xE818: 0x200CC,
        0xE831: 0x215D7,
        0xE83B: 0x2298F,
        0xE855: 0x241FE,
    }
)
"""Private-use code point of the old mapping -> standard code point."""


def _legacy() -> dict[int, int]:
    """Return the 80 positions of the GBK age, read from the codec's own FE row."""
    trails = (*range(0x50, 0x7F), *range(0x80, 0xA1))
    table = {}
    for step, trail in enumerate(trails):
        stands_for = ord(bytes((0xFE, trail)).decode("gb18030"))
        table[0xE815 + step] = MOVED.get(stands_for, stands_for)
    return table


LEGACY: Final = MappingProxyType(_legacy())
"""U+E815 to U+E864 -> the character of the same bytes."""

REPAIR: Final = MappingProxyType({**LEGACY, **MOVED})
"""Every private-use code point that can be repaired -> its standard code point."""

_REPAIRABLE: Final = re.compile("[" + "".join(map(chr, sorted(REPAIR))) + "]")
_PRIVATE_USE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")


def repair_private_use(text: str) -> tuple[str, tuple[int, ...]]:
    """
    Replace every repairable character of *text*; return the text and the changed positions.

    Each repair replaces one code point by one, so positions are the same before and after.

    >>> repair_private_use("陈小雨")
    ('陈小雨', ())
    """
    if not _REPAIRABLE.search(text):
        return text, ()
    return text.translate(REPAIR), tuple(found.start() for found in _REPAIRABLE.finditer(text))


def decode_gb18030(raw: bytes) -> str:
    r"""
    Decode *raw* strictly by GB 18030-2022.

    >>> decode_gb18030(b"\xfe\x59")
    '龴'

    Raises:
        UnicodeDecodeError: *raw* is not GB 18030; no byte is replaced by a question mark.
    """
    return repair_private_use(raw.decode("gb18030"))[0]


def is_private_use(text: str) -> bool:
    """
    Return whether *text* holds a private-use character, repairable or not.

    >>> is_private_use("\ue000"), is_private_use("陈")
    (True, False)
    """
    return _PRIVATE_USE.search(text) is not None
