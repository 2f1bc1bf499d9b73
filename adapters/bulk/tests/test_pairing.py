"""Every form finds the registry rows under its key, however often keys stand and whatever their hashes are."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_bulk import join
from eduid_bulk.id_features import NO_KEY
from eduid_bulk.join import Pairs

KEYS = st.lists(st.integers(0, 9), max_size=12)


def _paired(forms: list[int], held: list[int]) -> Pairs:
    mine, theirs = (pl.DataFrame({"key": np.array(keys, dtype=np.int64)}) for keys in (forms, held))
    return Pairs.of(mine, theirs)


def _is_right(forms: list[int], held: list[int]) -> bool:
    """Return whether what is found is what counting one by one finds."""
    pairs = _paired(forms, held)
    counts = [0 if key == NO_KEY else min(held.count(key), 2) for key in forms]
    places = [int(at) for at in pairs.places]
    twins = [at for at, key in enumerate(forms) if key != NO_KEY and forms.count(key) > 1]
    return (
        pairs.count.tolist() == counts
        and all(held[at] == key for at, key, count in zip(places, forms, counts, strict=True) if count == 1)
        and (not held or all(at < len(held) for at in places))
        and sorted(pairs.twins.tolist()) == twins
    )


@given(KEYS, KEYS)
def test_pairs_are_what_counting_finds(forms: list[int], held: list[int]) -> None:
    assert _is_right(forms, held)


@given(KEYS, KEYS)
def test_unlike_keys_with_one_hash_are_told_apart(forms: list[int], held: list[int]) -> None:
    """By this multiplier all small keys have the same hash."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(join, "_MULTIPLIER", np.uint64(1))
        assert _is_right(forms, held)
