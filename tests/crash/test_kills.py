"""`kill -9` of real processes on real databases: what was left is taken up, and ends as if nothing had been."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).with_name("killing.py")


def killed(url: str, kills: int, folder: Path, *twin: str, seed: int = 1) -> dict[str, Any]:
    """Let the warm parent kill; return what it printed."""
    said = subprocess.run(
        [sys.executable, str(PROGRAM), url, str(kills), str(seed), str(folder), *twin],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr[-2000:]
    figures: dict[str, Any] = json.loads(said.stdout)
    print(f"\n{figures}")
    return figures


def sqlite(folder: Path) -> str:
    return f"sqlite:///{folder}/{{n}}.db"


def test_twenty_kills_on_sqlite_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    figures = killed(sqlite(tmp_path), 20, tmp_path)

    assert figures["wrong"] == []
    assert figures["kills"] >= 20
    assert figures["inside"] >= 10, "the kills fell between the steps"


@pytest.mark.parametrize("twin", ["takes up nothing when it starts", "marks a message as sent before it is"])
def test_kills_find_a_house_that(twin: str, tmp_path: Path) -> None:
    """A judge of real kills that finds nothing here would find nothing anywhere."""
    assert killed(sqlite(tmp_path), 600, tmp_path, twin)["wrong"]


@pytest.mark.full
def test_two_hundred_kills_on_sqlite(tmp_path: Path) -> None:
    figures = killed(sqlite(tmp_path), 200, tmp_path, seed=2)

    assert figures["wrong"] == []
    assert figures["kills"] >= 200


@pytest.mark.full
def test_a_hundred_kills_on_postgresql(tmp_path: Path, postgresql: str) -> None:
    figures = killed(postgresql, 100, tmp_path, seed=3)

    assert figures["wrong"] == []
    assert figures["kills"] >= 100
