"""
Whole processes of the command beside `python -c "import polars"`, and a large file beside a script by hand.

Turns about, the median of nine: a process is what a person waits for, imports and all.

    python bench/bench_processes.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import matching_files
from stopwatch import row

NUMBER = "320098201503150010"
FEW, MANY = 1_000, 300_000
TURNS, LONG_TURNS = 9, 5
EDUID = (sys.executable, "-m", "eduid_cli")
POLARS = (sys.executable, "-c", "import polars")
BY_HAND = (sys.executable, str(Path(__file__).with_name("by_hand.py")))


def seconds(command: Sequence[object]) -> float:
    began = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, capture_output=True)  # noqa: S603
    return time.perf_counter() - began


def turns_about(*commands: Sequence[object], turns: int) -> list[float]:
    """Return the median seconds of each of *commands*, run in turns after one run that is not counted."""
    taken: list[list[float]] = [[] for _ in commands]
    for turn in range(turns + 1):
        for place, command in enumerate(commands):
            took = seconds(command)
            if turn:
                taken[place].append(took)
    return [statistics.median(each) for each in taken]


def reconciling(folder: Path, size: int) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """Return our command and the script by hand over the same two files of *size* rows."""
    mine, theirs = matching_files.write(folder, size)
    ours = (*EDUID, "reconcile", mine, theirs, "--out", folder / "out", "--as-of", "2026-11-02")
    return ours, (*BY_HAND, mine, theirs, folder / "by_hand.csv")


def rows() -> list[dict[str, object]]:
    """Return the seconds of our processes beside those of their peers."""
    found = []
    with tempfile.TemporaryDirectory(prefix="eduid-bench-") as name:
        few, many = Path(name) / "few", Path(name) / "many"
        few.mkdir(), many.mkdir()
        small, _ = reconciling(few, FEW)
        ours = ((*EDUID, "--version"), (*EDUID, "inspect", NUMBER), small)
        *each, polars_s = turns_about(*ours, POLARS, turns=TURNS)
        names = ("eduid --version", "eduid inspect NUMBER", f"eduid reconcile of {FEW:,} rows")
        for what, took in zip(names, each, strict=True):
            found.append(row(f"process: {what}, import polars", took, polars_s, unit="ms", scale=1e3))
        large_s, hand_s = turns_about(*reconciling(many, MANY), turns=LONG_TURNS)
        found.append(
            row(f"process: reconcile of {MANY:,} rows, Polars by hand", large_s, hand_s, unit="s", scale=1)
        )
    return found


if __name__ == "__main__":
    for each in rows():
        print(
            f"{each['name']:<62} {each['ours']:>8.2f} {each['peer']:>8.2f} {each['unit']} x{each['ratio']:.2f}"
        )
