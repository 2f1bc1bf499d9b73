"""Processes that commit to a store are killed: every answered commit is there, and none is half there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eduid_audit.store_twins import KILL_TWINS

PROGRAM = """
import json, sys
import attrs
from eduid_audit.store_twins import KILL_TWINS
from eduid_core.testing.conformance.store.process_kills import kill_commits
from eduid_store_sql import SqlStore
url, kills, seed, twin = sys.argv[1:]
breaks = KILL_TWINS.get(twin, lambda store: store)
killed = kill_commits(lambda: breaks(SqlStore(url)), kills=int(kills), seed=int(seed))
print(json.dumps(attrs.asdict(killed)))
"""
"""A process without threads: its children are forked."""


def killed(folder: Path, kills: int, *, seed: int = 1, twin: str = "") -> dict[str, Any]:
    """Kill in a process of its own; return the figures."""
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM, f"sqlite:///{folder}/kills.db", str(kills), str(seed), twin],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr[-2000:]
    figures: dict[str, Any] = json.loads(said.stdout)
    print(f"\n{figures}")
    return figures


def test_twenty_kills_on_sqlite_leave_every_commit_whole(tmp_path: Path) -> None:
    figures = killed(tmp_path, 20)

    assert figures["wrong"] == []
    assert figures["kills"] >= 20
    assert figures["inside"] >= 5, "the kills fell between the commits"
    assert figures["commits"] >= 20


@pytest.mark.parametrize("twin", KILL_TWINS)
def test_kills_find_a_store_that(twin: str, tmp_path: Path) -> None:
    """A test that finds nothing here would find nothing anywhere."""
    assert killed(tmp_path, 200, twin=twin)["wrong"]


@pytest.mark.full
def test_three_hundred_kills_on_sqlite(tmp_path: Path) -> None:
    assert killed(tmp_path, 300, seed=2)["wrong"] == []
