"""
`eduid certify` in a process of its own: its rate beside raw `sqlite3` writing the same rows, and its memory.

    python bench/file_run.py 100000
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

import matching_files
from raw_rows import written_raw
from stopwatch import beside

PUPILS, FEW, ROUNDS = 100_000, 10_000, 3
CHILD = """
import resource, sys
from eduid_cli.main import main
try:
    main(sys.argv[1:])
finally:
    status = open("/proc/self/status").read()
    own = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    helping = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(int(own) + helping, file=sys.stderr)
"""


def files(folder: Path, *, applications: int, students: int) -> tuple[Path, Path]:
    """Write as many applications to a registry of *students*; who is beyond it is in no registry."""
    rng = np.random.default_rng(3)
    held = matching_files.registry(max(applications, students), rng)
    mine, theirs = folder / f"applications-{applications}.csv", folder / f"registry-{students}.csv"
    matching_files.applications(held, rng)[:applications].write_csv(mine)
    held[:students].filter(pl.int_range(pl.len()) % 500 != 0).write_csv(theirs)
    return mine, theirs


def certified(folder: Path, mine: Path, theirs: Path) -> tuple[float, float]:
    """Certify into *folder*; return the seconds from start to end, and the most memory of all processes, in MB."""
    folder.mkdir()
    call = ["certify", mine, "--registry", theirs, "--db", folder / "c.db", "--out", folder / "out"]
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", CHILD, *map(str, call), "--as-of", "2026-10-15"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return time.perf_counter() - began, int(done.stderr.split()[-1]) / 1024


def rows(applications: int = PUPILS) -> Iterator[dict[str, object]]:
    """Yield what a file run takes an application, and the memory of one beside one of four times as many."""
    with tempfile.TemporaryDirectory(prefix="eduid-bench-") as name:
        folder = Path(name)
        mine, theirs = files(folder, applications=applications, students=applications)
        ours, raw = [], []
        for turn in range(ROUNDS):
            ours.append(certified(folder / str(turn), mine, theirs)[0] / applications)
            seconds = written_raw(folder / str(turn) / "c.db", folder / f"raw-{turn}.db", applications)
            raw.append(seconds / applications)
        label = f"certify of {applications:,} on SQLite FULL, beside raw rows"
        yield beside(f"{label} (goal 0.40)", ours, raw)
        _, theirs = files(folder, applications=4 * FEW, students=FEW)
        few, _ = files(folder, applications=FEW, students=FEW)
        most = [
            certified(folder / f"m{path.stem}", path, theirs)[1]
            for path in (few, folder / f"applications-{4 * FEW}.csv")
        ]
        label = "memory of certify, four times as many beside one (flat: 1)"
        yield {"name": label, "ours": most[1], "peer": most[0], "ratio": most[0] / most[1], "unit": "MB"}


if __name__ == "__main__":
    for line in rows(*map(int, sys.argv[1:])):
        print(line)
