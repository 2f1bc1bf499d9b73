"""What comes twice is always named, and what is not named came once."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from eduid_core.duplicates import Repeats


@given(st.lists(st.none() | st.text(max_size=3)))
def test_whatever_comes_twice_may_repeat(values: list[str | None]) -> None:
    seen = Repeats()
    for value in values:
        seen.look_at(value)

    counts = Counter(value for value in values if value is not None)
    suspects = list(seen.suspects())
    assert len(suspects) == len(values)
    assert all(suspect for value, suspect in zip(values, suspects, strict=True) if counts[value] > 1)
    assert not any(suspect for value, suspect in zip(values, suspects, strict=True) if value is None)
    assert bool(seen) >= any(count > 1 for count in counts.values())


def test_of_many_that_are_all_different_few_are_suspected() -> None:
    seen = Repeats()
    for value in range(100_000):
        seen.look_at(f"A-{value}")

    assert sum(seen.suspects()) < 500
