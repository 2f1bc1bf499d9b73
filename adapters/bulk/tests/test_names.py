"""What lets the kernel ask about one character instead of two names."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_bulk.comparators import one_unlike
from eduid_core.matching import han
from eduid_core.matching.fields.names import compare_name
from eduid_core.validation.names.tables import DOT

TABLES = han._tables()
KIN = sorted({*TABLES.simplified.items(), *((a, b) for a, others in TABLES.variants.items() for b in others)})
CHARACTERS = st.sampled_from("陈张王小晓雨宇昇升峯峰甯宁乾干吕女") | st.sampled_from([a for a, _ in KIN])
PAIRS = st.sampled_from(KIN) | st.tuples(CHARACTERS, CHARACTERS)
PARTS = st.text(CHARACTERS, max_size=4)


def dotted(draw_text: str, dot: int) -> str:
    """Return the text with a dot somewhere within."""
    return draw_text[:dot] + DOT + draw_text[dot:] if 0 < dot < len(draw_text) else draw_text


@settings(max_examples=400)
@given(pair=PAIRS, here=st.tuples(PARTS, PARTS), there=st.tuples(PARTS, PARTS), dot=st.integers(0, 9))
def test_plain_names_unlike_in_one_character_are_told_apart_by_it_alone(pair, here, there, dot):
    """Whatever stands around the two characters, and however long the names are."""
    (mine, theirs), (head, tail), (other_head, other_tail) = pair, here, there
    here = dotted(head, dot) + mine + tail, dotted(head, dot) + theirs + tail
    there = other_head + mine + dotted(other_tail, dot), other_head + theirs + dotted(other_tail, dot)
    if mine == theirs or min(map(len, (*here, *there))) < 2:
        return

    assert one_unlike(*here) in (pair, None)
    if one_unlike(*here) == one_unlike(*there) == pair:
        assert compare_name(*here) == compare_name(*there)
