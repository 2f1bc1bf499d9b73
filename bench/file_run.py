"""
`eduid certify` in a process of its own: its rate beside raw `sqlite3` writing the same rows, and its memory.

    python bench/bench_store.py 100000
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import matching_files
from stopwatch import row

GROUP, PUPILS, FEW = 200, 20_000, 5_000
CHILD = """
import sys
from eduid_cli.main import main
try:
    main(sys.argv[1:])
finally:
    status = open("/proc/self/status").read()
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")), file=sys.stderr)
"""


def files(folder: Path, *, applications: int, pupils: int) -> tuple[Path, Path]:
    """Write as many applications to a registry of *pupils*; who is beyond it is in no registry."""
    rng = np.random.default_rng(3)
    held = matching_files.registry(max(applications, pupils), rng)
    mine, theirs = folder / f"applications-{applications}.csv", folder / f"registry-{pupils}.csv"
    matching_files.applications(held, rng)[:applications].write_csv(mine)
    held[:pupils].filter(pl.int_range(pl.len()) % 500 != 0).write_csv(theirs)
    return mine, theirs


def certified(folder: Path, mine: Path, theirs: Path) -> tuple[float, float]:
    """Certify into *folder*; return the seconds from start to end, and the most memory there was, in MB."""
    folder.mkdir()
    call = ["certify", mine, "--registry", theirs, "--db", folder / "c.db", "--out", folder / "out"]
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", CHILD, *map(str, call), "--as-of", "2026-10-15"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return time.perf_counter() - began, int(done.stderr.split()[-1]) / 1024


def written_raw(sample: Path, target: Path, applications: int) -> float:
    """Write every row that *sample* holds to *target*, in as many commits as groups; return the seconds."""
    with closing(sqlite3.connect(sample)) as source:
        masters = source.execute("select type, name, sql from sqlite_master where name not like 'sqlite_%'")
        made = masters.fetchall()
        names = [name for kind, name, _ in made if kind == "table"]
        rows = {name: source.execute(f"select * from {name}").fetchall() for name in names}
    groups = -(-applications // GROUP)
    with closing(sqlite3.connect(target, isolation_level=None)) as raw:
        for _, _, statement in made:
            raw.execute(statement)
        raw.execute("pragma journal_mode=WAL")
        raw.execute("pragma synchronous=FULL")
        began = time.perf_counter()
        for number in range(groups):
            raw.execute("begin immediate")
            for name, all_rows in rows.items():
                _insert(
                    raw,
                    name,
                    all_rows[len(all_rows) * number // groups : len(all_rows) * (number + 1) // groups],
                )
            raw.execute("commit")
        return time.perf_counter() - began


def _insert(raw: sqlite3.Connection, name: str, rows: list[Any]) -> None:
    if rows:
        raw.executemany(f"insert into {name} values ({','.join('?' * len(rows[0]))})", rows)


def rows(applications: int = PUPILS) -> Iterator[dict[str, object]]:
    """Yield what a file run takes an application, and the memory of one beside one of four times as many."""
    with tempfile.TemporaryDirectory(prefix="eduid-bench-") as name:
        folder = Path(name)
        mine, theirs = files(folder, applications=applications, pupils=applications)
        ours, raw = [], []
        for turn in range(3):
            ours.append(certified(folder / str(turn), mine, theirs)[0] / applications)
            raw.append(
                written_raw(folder / str(turn) / "c.db", folder / f"raw-{turn}.db", applications) / applications
            )
        label = f"certify of {applications:,} on SQLite FULL, beside raw rows"
        yield row(f"{label} (goal 0.40)", min(ours), min(raw), unit="ms", scale=1e3)
        _, theirs = files(folder, applications=4 * FEW, pupils=FEW)
        few, _ = files(folder, applications=FEW, pupils=FEW)
        most = [
            certified(folder / f"m{path.stem}", path, theirs)[1]
            for path in (few, folder / f"applications-{4 * FEW}.csv")
        ]
        label = "memory of certify, four times as many beside one (flat: 1)"
        yield {"name": label, "ours": most[1], "peer": most[0], "ratio": most[0] / most[1], "unit": "MB"}


if __name__ == "__main__":
    for line in rows(*map(int, sys.argv[1:])):
        print(line)
