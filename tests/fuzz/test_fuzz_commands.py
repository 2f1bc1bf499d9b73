"""The short run of the fuzz of commands; the long one is by hand (`make soak`, RESULTS.md)."""

from __future__ import annotations

import importlib.util
import secrets
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("fuzz_commands", Path(__file__).with_name("fuzz_commands.py"))
fuzz = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(fuzz)


def test_every_command_is_answered_and_every_stream_is_read_back():
    """Two thousand commands with junk in their fields, on deployments with families and staff."""
    assert fuzz.run(2000, seed=20261129) == 2000
    assert fuzz.SEEN["accepted"] > 10
    assert {"caller error", "forbidden", "text_too_long", "text_unusable", "invalid_transition"} <= set(
        fuzz.SEEN
    )


@pytest.mark.full
def test_a_hundredth_of_the_soak_with_a_fresh_seed(capsys):
    seed = secrets.randbelow(2**32)
    with capsys.disabled():
        print(
            f"\nfuzz of commands: seed {seed}; to repeat: tests/fuzz/fuzz_commands.py --count 20000 --seed {seed}"
        )

    assert fuzz.run(20_000, seed) == 20_000


def test_a_service_that_lets_an_error_out_would_be_noticed(monkeypatch):
    """The target can fail: an exception of any other kind ends the run."""
    monkeypatch.setattr(fuzz.TrustingService, "handle", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        fuzz.run(10, seed=1)


def test_a_stream_that_cannot_be_read_would_be_noticed(monkeypatch):
    monkeypatch.setattr(fuzz.TrustingService, "history", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        fuzz.run(1000, seed=1)
