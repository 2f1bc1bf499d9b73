r"""
Tables of the characters in Chinese names, and of the foldings of irregular spellings.

The ranges are defined here: `str.isalpha`, `\w` and `unicodedata.category` know only the Unicode version of the
running Python and would reject Extension H and I, and 〇.

Standard:
    GB 18030-2022 for the repertoire; 民委发〔2016〕33号 for the dot U+00B7.
"""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import Final

from eduid_core.validation.names.gb18030 import REPAIR

__all__ = ["BEYOND", "DOT", "FOLD", "HAN", "LATIN", "LOST", "NATIONAL", "PLAIN_HAN", "SPACES"]

DOT: Final = "\u00b7"

_UNIFIED: Final = "\ufa0e\ufa0f\ufa11\ufa13\ufa14\ufa1f\ufa21\ufa23\ufa24\ufa27\ufa28\ufa29"
BEYOND: Final = "\U0002ebf0-\U0002ee5f\U00030000-\U0003347f"
"""Extensions G, H, I and J, which GB 18030-2022 does not hold yet: a regular-expression class body."""

HAN: Final = (
    "\u3007\u3400-\u4dbf\u4e00-\u9fff" + _UNIFIED + "\U00020000-\U0002a6df\U0002a700-\U0002ebef" + BEYOND
)
"""Every character of a Chinese name: a regular-expression class body."""

PLAIN_HAN: Final = "\u4e00-\u9fa5"
"""The characters that no folding changes: the fast path."""

LATIN: Final = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f\u1e00-\u1eff"
"""Latin letters of a foreign student's name: a regular-expression class body."""

NATIONAL: Final = (
    "\u0f00\u0f0b\u0f0c\u0f18\u0f19\u0f35\u0f37\u0f39\u0f40-\u0f6c\u0f71-\u0f84\u0f86-\u0fbc\u0fc6"  # Tibetan
    "\u180a\u1820-\u1878\u1880-\u18aa"  # Mongolian, Todo, Sibe, Manchu
    "\u0620-\u063f\u0641-\u065f\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff"  # Uyghur, Kazakh, Kirghiz
    "\ufb50-\ufbb1\ufbd3-\ufd3d\ufe70-\ufefc"  # the same letters as a page was set
    "\ua000-\ua48c\ua4d0-\ua4fd\U00016f00-\U00016f9f"  # Yi, Lisu, Miao
    "\u1950-\u1974\u1980-\u19c9\u1a20-\u1a7c"  # Tai Le, New Tai Lue, Tai Tham
    "\u1100-\u119d\u119f-\u11ff\u3131-\u318c\uac00-\ud7a3"  # Korean
)
"""Letters and signs of the other scripts of GB 18030-2022, digits apart: a regular-expression class body."""

LOST: Final = (
    "?*\ufffd\u3013\u303e\u25a1\u2ff0-\u2fff\u2e80-\u2fdf"
    "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
)
"""Signs of a lossy conversion, parts of characters, private use: a regular-expression class body."""

SPACES: Final = "\t\n\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""Characters that count as a space: a regular-expression class body."""

_DOTS: Final = (
    "\u2022\u30fb\uff65\uff0e\u2027\u22c5\u2219\u0387\u25cf\u25e6\u2024\u16eb\u2e31\u1427\ufe52\u318d\u119e"
    "\uff61\u3002"
)
_INVISIBLE: Final = (
    0x00AD, 0x034F, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065),
    *range(0x2066, 0x2070), 0xFEFF,
)  # fmt: skip
_SELECTORS: Final = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x180E))
_APOSTROPHES: Final = {0x2018: "'", 0x2019: "'", 0x02BC: "'", 0x2010: "-", 0x2011: "-"}


def _radicals() -> dict[int, tuple[str, str]]:
    """Return the radicals that represent a single character each, read from their compatibility mapping."""
    signs = (*range(0x2F00, 0x2FD6), 0x2E9F, 0x2EF3)
    return {sign: (unicodedata.normalize("NFKC", chr(sign)), "RADICAL_FOLDED") for sign in signs}


def _fold() -> dict[int, tuple[str, str]]:
    """Return every code point that folding replaces, with its replacement and note."""
    table = {code: (chr(code - 0xFEE0), "WIDTH_FOLDED") for code in range(0xFF01, 0xFF5F)}
    table |= _radicals()
    table |= {code: (chr(right), "PUA_RESOLVED") for code, right in REPAIR.items()}
    table |= dict.fromkeys(_INVISIBLE, ("", "INVISIBLE_REMOVED"))
    table |= dict.fromkeys(_SELECTORS, ("", "VARIATION_SELECTOR_DROPPED"))
    table |= {code: (plain, "PUNCTUATION_FOLDED") for code, plain in _APOSTROPHES.items()}
    table |= {ord(dot): (DOT, "DOT_NORMALISED") for dot in _DOTS}
    return table


FOLD: Final = MappingProxyType(_fold())
"""Code point -> (replacement, note code). A full-width apostrophe becomes plain by its width alone."""
