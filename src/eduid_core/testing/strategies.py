"""
Every Hypothesis strategy we ship: numbers, people, registries, journeys. Plural names, keyword options,
synthetic only.

>>> from hypothesis import find
>>> from eduid_core.validation import is_resident_id
>>> is_resident_id(find(resident_ids(), lambda n: True))
True
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from eduid_core.testing import fakes
from eduid_core.testing.journeys import journeys
from eduid_core.testing.people import applications, person_names, registries
from eduid_core.validation import Kind, Sex
from eduid_core.validation.divisions.lookup import PERMITS, PROVINCES, table
from eduid_core.validation.documents.check_digits import check_character

__all__ = [
    "applications",
    "damaged",
    "hostile_texts",
    "journeys",
    "numbers",
    "objects",
    "person_names",
    "phones",
    "registries",
    "resident_ids",
    "retyped",
    "school_codes",
    "student_numbers",
]

_SEEDS: Final = st.integers(0, 2**32 - 1)
_PROVINCES: Final = tuple(sorted(PROVINCES - {"46", "71", "81", "82", "83"}))
_WIDE: Final = str.maketrans({chr(c): chr(c + 0xFEE0) for c in (*range(0x30, 0x3A), *range(0x41, 0x5B))})


@st.composite
def resident_ids(
    draw: st.DrawFn,
    *,
    provinces: Sequence[str] = _PROVINCES,
    min_birth: dt.date = dt.date(2004, 1, 1),
    max_birth: dt.date = dt.date(2020, 12, 31),
    sexes: Sequence[Sex] = tuple(Sex),
    real_divisions: bool = False,
    permits: bool = False,
) -> str:
    """
    Generate valid 18-character numbers under `PP00NN`.

    With *real_divisions* or *permits* the holders are born 150 years after the dates given, so that nobody
    has the number: inspect those with an `as_of` beyond.
    """
    birth = draw(st.dates(min_birth, max_birth))
    digits = f"{birth:%Y%m%d}"
    if permits:
        code = draw(st.sampled_from(sorted(PERMITS)))
    elif real_divisions:
        code = draw(st.sampled_from(sorted(table().plain)))
    else:
        code = f"{draw(st.sampled_from(provinces))}00{draw(st.integers(1, 99)):02}"
    if permits or real_divisions:
        digits = f"{birth.year + 150}{digits[4:] if digits[4:] != '0229' else '0228'}"
    last = {Sex.MALE: "13579", Sex.FEMALE: "02468"}[draw(st.sampled_from(sexes))]
    body = f"{code}{digits}{draw(st.integers(0, 99)):02}{draw(st.sampled_from(last))}"
    return body + check_character(body)


def phones(*, kinds: Sequence[Kind] = (Kind.MOBILE,)) -> st.SearchStrategy[str]:
    """Generate mobiles under the unassigned 154, and landlines of a block kept for tests if asked for."""
    return numbers(kinds=kinds)


def student_numbers(*, letters: str = "GJL") -> st.SearchStrategy[str]:
    """Generate student registry numbers of the types *letters*."""
    return st.builds(
        lambda s, letter: fakes.fake_student_number(s, letter=letter), _SEEDS, st.sampled_from(letters)
    )


def school_codes(*, categories: Sequence[str] = ("21", "31", "34")) -> st.SearchStrategy[str]:
    """Generate school codes of province 19, which does not exist."""
    return st.builds(lambda s, c: fakes.fake_school_code(s, category=c), _SEEDS, st.sampled_from(categories))


def numbers(*, kinds: Sequence[Kind] = tuple(Kind)) -> st.SearchStrategy[str]:
    """Generate synthetic numbers of *kinds*, in canonical spelling."""
    return st.builds(fakes.fake, st.sampled_from(kinds), _SEEDS)


def damaged(
    clean: st.SearchStrategy[str], *, how: Sequence[str] = ("substitution", "swap", "letter", "truncation")
) -> st.SearchStrategy[str]:
    """Generate what *clean* does with one mistake each."""
    return st.builds(fakes.damage, clean, _SEEDS, st.sampled_from(how))


@st.composite
def retyped(draw: st.DrawFn, clean: st.SearchStrategy[str]) -> str:
    """Generate what *clean* does as people type it: blanks, hyphens, width, case; the same number."""
    text = draw(clean)
    if draw(st.booleans()):
        text = text.lower()
    if draw(st.booleans()):
        text = text.upper().translate(_WIDE)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(" \u3000-–\u200b\u00a0")) + text[at:]
    return text


def hostile_texts() -> st.SearchStrategy[str]:
    """Generate texts meant to break a validator: any code point, lone surrogates, look-alikes, great length."""
    alphabet = st.characters(min_codepoint=0, max_codepoint=0x10FFFF)
    odd = st.sampled_from("0123456789Xx×ХхOolI|１２²٣①〇一ß\ufb01\u0130\x00\ud800\udfff\u200b\u202e-+()（） \n")
    return st.one_of(
        st.text(alphabet, max_size=140),
        st.text(odd, max_size=40),
        st.builds(lambda c, n: c * n, odd, st.integers(1, 5000)),
        damaged(numbers()),
        retyped(numbers()),
    )


def objects() -> st.SearchStrategy[object]:
    """Generate objects of any type, texts among them."""
    return st.one_of(
        hostile_texts(),
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.binary(max_size=40),
        st.lists(st.integers(), max_size=3),
        st.dates(),
    )
