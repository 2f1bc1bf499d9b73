"""The short run of the fuzz of files; the long one is by hand (`make soak`, RESULTS.md)."""

from __future__ import annotations

import importlib.util
import secrets
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("fuzz_files", Path(__file__).with_name("fuzz_files.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
fuzz = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(fuzz)

COUNT = 200


def test_noise_on_the_files_of_a_school_ends_in_decisions_or_in_one_fault(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Fresh files each time; the seed is printed."""
    seed = secrets.randbelow(2**32)
    with capsys.disabled():
        print(
            f"\nfuzz of files: seed {seed}; to repeat: tests/fuzz/fuzz_files.py --count {COUNT} --seed {seed}"
        )

    assert fuzz.run(COUNT, seed) == COUNT


def test_most_files_are_read_and_many_faults_are_met() -> None:
    fuzz.SEEN.clear()
    fuzz.run(100, seed=1)

    assert fuzz.SEEN["decided"] > 50
    assert fuzz.SEEN["approved"] > 100
    assert fuzz.SEEN["review"] > 100
    assert len(fuzz.SEEN) > 6


def test_a_false_approval_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The target can fail: an outcome that is always `approved` ends the run."""
    monkeypatch.setattr(fuzz.csv, "DictReader", _all_approved)
    with pytest.raises(AssertionError, match="approved"):
        fuzz.run(50, seed=1)


def _all_approved(file: object) -> list[dict[str, str]]:
    rows = [line.split(",") for line in file][1:]  # type: ignore[attr-defined]
    return [{"application_id": row[0], "outcome": "approved"} for row in rows]
