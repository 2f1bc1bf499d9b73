"""Several processes carry one run out, and it ends as with one; whichever of them dies."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from eduid_cli import worker_pool
from eduid_cli.certify import certify
from eduid_cli.demo.sample import make_students, write_applications, write_registry
from eduid_cli.worker import help_with
from eduid_cli.worker_pool import WorkerPool
from eduid_registry_file import FileFault

from .conftest import AS_OF

ROWS = 3000
SAME = ("decisions.csv", "review_queue.csv", "quarantine.csv")
HELPED = """
from eduid_cli import worker_pool
from eduid_cli.main import main
worker_pool._how_many = lambda _: 2
main()
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("helped")
    students = make_students(ROWS, seed=23)
    write_registry(folder / "registry.xlsx", students)
    rows = [list(p.application_row(f"H-{n:04d}")) for n, p in enumerate(students)]
    for n in range(0, ROWS, 50):
        rows[n][1] = "另一人"
    write_applications(folder / "applications.csv", rows)
    return folder


@pytest.fixture(scope="module")
def alone(files: Path) -> Path:
    run(files, files / "alone")
    return files / "alone"


def run(files: Path, work: Path) -> None:
    """Certify in this process."""
    work.mkdir(exist_ok=True)
    code = certify(
        files / "applications.csv", files / "registry.xlsx", db=work / "c.db", out=work / "out",
        as_of=dt.date.fromisoformat(AS_OF), policy=None, strict=False, confirm_vanish=False,
    )  # fmt: skip
    assert code == 0


def came_to(work: Path) -> tuple[list[bytes], list[tuple[object, ...]], list[str]]:
    """Return what a run wrote, how every stream stands, and who was told."""
    with closing(sqlite3.connect(work / "c.db")) as db:
        heads = db.execute(
            "select name, version, status from streams where name like 'application/%' order by name"
        ).fetchall()
        messages = [m for (m,) in db.execute("select message_id from outbox where state = 'sent' order by 1")]
    return [(work / "out" / name).read_bytes() for name in SAME], heads, messages


def test_a_run_with_two_helpers_ends_as_one_without(
    files: Path, alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    left: list[int] = []
    take, finish = WorkerPool.take, WorkerPool.finish

    def counted(self: WorkerPool, first: int, *at: object) -> bool:
        is_taken = take(self, first, *at)  # type: ignore[arg-type]
        taken.extend([first] * is_taken)
        return is_taken

    def finished(self: WorkerPool) -> frozenset[int]:
        undone = finish(self)
        left.extend(undone)
        return undone

    monkeypatch.setattr(worker_pool, "_how_many", lambda _: 2)
    monkeypatch.setattr(WorkerPool, "take", counted)
    monkeypatch.setattr(WorkerPool, "finish", finished)

    run(files, tmp_path)

    assert came_to(tmp_path) == came_to(alone)
    assert len(taken) >= 4, "each was given two groups as soon as the run began"
    assert not left, "and handed in what it was given"


def test_a_helper_that_is_killed_leaves_its_groups_to_the_leader(
    files: Path, alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    take = WorkerPool.take

    def killing(self: WorkerPool, first: int, *at: object) -> bool:
        is_taken = take(self, first, *at)  # type: ignore[arg-type]
        if is_taken and not killed:
            killed.append(self._all[0]._process.pid)
            os.kill(killed[0], signal.SIGKILL)
        return is_taken

    monkeypatch.setattr(worker_pool, "_how_many", lambda _: 1)
    monkeypatch.setattr(WorkerPool, "take", killing)

    run(files, tmp_path)

    assert killed
    assert came_to(tmp_path) == came_to(alone)


def test_a_helper_that_cannot_start_is_not_missed(
    files: Path, alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_pool, "_how_many", lambda _: 1)
    monkeypatch.setattr(worker_pool.sys, "executable", "/bin/false")

    run(files, tmp_path)

    assert came_to(tmp_path) == came_to(alone)


def test_a_helper_that_finds_another_file_hands_nothing_in(
    files: Path,
    alone: Path,
    tmp_path: Path,
) -> None:
    """An approval planned for one form must never be given to another."""
    other = tmp_path / "applications.csv"
    other.write_bytes((files / "applications.csv").read_bytes().replace(b"H-0004", b"H-9999"))
    with closing(sqlite3.connect(alone / "c.db")) as db:
        (run_id,) = db.execute("select key from documents where kind = 'run'").fetchone()
    told = {"run": run_id, "db": str(alone / "c.db"), "key": str(alone / "c.db.key")}
    before = came_to(alone)

    said: list[int] = []

    def lines() -> Iterator[str]:
        return iter([json.dumps(told), "0 2026-11-01T08:00:00+00:00"])

    help_with(files / "applications.csv", lines(), said.append)
    assert said == [0]
    with pytest.raises(FileFault):
        help_with(other, lines(), said.append)
    assert said == [0]

    assert came_to(alone) == before


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_leader_that_is_killed_takes_its_helpers_with_it(
    files: Path, alone: Path, tmp_path: Path, share: float
) -> None:
    grown = (alone / "c.db").stat().st_size * share
    call = [
        "certify", files / "applications.csv", "--registry", files / "registry.xlsx",
        "--db", tmp_path / "c.db", "--out", tmp_path / "out", "--as-of", AS_OF,
    ]  # fmt: skip
    started = subprocess.Popen([sys.executable, "-c", HELPED, *map(str, call)], stdout=subprocess.DEVNULL)
    while started.poll() is None and kept(tmp_path) < grown:
        time.sleep(0.001)
    helping = children_of(started.pid)
    os.kill(started.pid, signal.SIGKILL)
    started.wait()

    ends = time.monotonic() + 30
    while any(is_running(pid) for pid in helping) and time.monotonic() < ends:
        time.sleep(0.01)

    assert len(helping) == 2
    assert not any(is_running(pid) for pid in helping)
    run(files, tmp_path)
    assert came_to(tmp_path) == came_to(alone)


def test_a_short_file_needs_no_help(tmp_path: Path) -> None:
    (tmp_path / "short.csv").write_text("application_id\n")

    assert worker_pool._how_many(tmp_path / "short.csv") == 0
    assert worker_pool._how_many(tmp_path / "missing.csv") == 0


def kept(work: Path) -> int:
    return sum(p.stat().st_size for p in (work / "c.db", work / "c.db-wal") if p.exists())


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
