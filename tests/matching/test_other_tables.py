"""
Other people's tables of characters: every traditional and simplified pair, and every pair that looks alike, is
explained and never taken for equal.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import confusable_homoglyphs
import pytest
from hanziconv import charmap

from eduid_core.matching import FieldCode
from eduid_core.matching.fields.names import compare_name

EQUAL = {FieldCode.EQUAL, FieldCode.EQUAL_NORMALISED}
IDEOGRAPHS = ((0x2E80, 0x2FDF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


def told(one: str, other: str):
    """Return what is said of two names that differ in this character, which must be the same both ways."""
    there, back = compare_name(f"王{one}", f"王{other}"), compare_name(f"王{other}", f"王{one}")
    assert (there.code in EQUAL) == (back.code in EQUAL)
    return there


def unihan_pairs() -> list[tuple[str, str]]:
    """The pairs of Unihan's traditional and simplified fields, as hanziconv carries them."""
    pairs = zip(charmap.traditional_charmap, charmap.simplified_charmap, strict=True)
    return [(t, s) for t, s in pairs if t != s]


def lookalikes() -> Iterator[tuple[str, str]]:
    """The ideographs that Unicode's security tables (UTS 39) call confusable."""
    path = Path(confusable_homoglyphs.__file__).with_name("confusables.json")
    for one, others in json.loads(path.read_text("utf-8")).items():
        for other in others:
            if all(len(c) == 1 and any(a <= ord(c) <= b for a, b in IDEOGRAPHS) for c in (one, other["c"])):
                yield one, other["c"]


def test_every_traditional_and_simplified_pair_of_unihan_is_a_variant_or_sounds_or_looks_alike():
    """None is equal, none is merely different: whoever reviews is told what the two have to do with each other."""
    codes = Counter(told(t, s).code for t, s in unihan_pairs())

    assert sum(codes.values()) == len(unihan_pairs()) > 2600
    assert set(codes) == {FieldCode.VARIANT, FieldCode.HOMOPHONE, FieldCode.SIMILAR}
    assert codes[FieldCode.VARIANT] / codes.total() > 0.97


def test_of_all_that_looks_alike_only_what_unicode_itself_folds_is_equal():
    """A radical or a compatibility ideograph is its unified ideograph; every other pair is two characters."""
    pairs = list(lookalikes())

    assert len(pairs) > 2000
    for one, other in pairs:
        same = unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)
        assert (told(one, other).code in EQUAL) == same, f"U+{ord(one):04X} U+{ord(other):04X}"


@pytest.mark.full
def test_no_code_point_breaks_the_comparison_of_names():
    for code in range(0x110000):
        char = chr(code)
        assert compare_name(f"王{char}", f"王{char}x").code not in EQUAL or not char.strip()
        compare_name(char, "王小雨")
