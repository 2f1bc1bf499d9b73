"""Distinct values: by a table where they are close together, by sorting elsewhere, and always the same."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from eduid_bulk.dictionary import distinct

NARROW = st.integers(-5, 40) | st.integers(2**62, 2**62 + 9)
WIDE = NARROW | st.integers(-(2**62), 2**62)


@given(values=arrays.arrays(np.int64, st.integers(0, 60), elements=NARROW | WIDE))
def test_each_value_is_known_once_by_its_first_place(values):
    known, first, back = distinct(values)

    assert known.tolist() == sorted(set(values.tolist()))
    assert first.tolist() == [values.tolist().index(value) for value in known.tolist()]
    assert known[back].tolist() == values.tolist()


@given(values=arrays.arrays(np.int32, st.integers(1, 60), elements=st.integers(7, 12)))
def test_values_that_are_close_together_keep_their_kind(values):
    known, first, back = distinct(values)

    assert known.dtype == values.dtype
    assert known[back].tolist() == values.tolist()
    assert values[first].tolist() == known.tolist()
