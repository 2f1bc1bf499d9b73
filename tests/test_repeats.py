"""What comes twice is always named, and what is not named came once."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from eduid_core.repeats import Repeats


@given(st.lists(st.text(max_size=3)))
def test_whatever_comes_twice_may_repeat(values: list[str]) -> None:
    seen = Repeats()
    for value in values:
        seen.look_at(value)

    counts = Counter(values)
    assert all(seen.may_repeat(value) for value, count in counts.items() if count > 1)
    assert bool(seen) >= any(count > 1 for count in counts.values())


def test_of_many_that_are_all_different_few_are_suspected() -> None:
    seen = Repeats()
    for value in range(100_000):
        seen.look_at(f"A-{value}")

    assert sum(seen.may_repeat(f"A-{value}") for value in range(100_000)) < 500
