"""The short run of the fuzz target; the long one is by hand (RESULTS.md)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "fuzz_validation", Path(__file__).with_name("fuzz_validation.py")
)
fuzz = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(fuzz)


@pytest.mark.parametrize("count", [40_000, pytest.param(2_000_000, marks=pytest.mark.full)])
def test_no_entrance_raises(count):
    """Numbers of all kinds, damaged, folded and spliced; hostile text; no text at all."""
    assert fuzz.run(count, seed=20261123) == count


def test_a_broken_entrance_would_be_noticed(monkeypatch):
    """The target can fail: an entrance that raises on a single digit ends the run."""

    def broken(_source, thing):
        assert not str(thing).startswith("3200")

    monkeypatch.setattr(fuzz, "CALLS", [broken])
    with pytest.raises(AssertionError):
        fuzz.run(10_000, seed=1)
