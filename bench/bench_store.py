"""
Durable commands beside raw `sqlite3`, alone and in groups, beside `eventsourcing`, and on PostgreSQL by four; a
file run beside raw rows, and its memory.

    python bench/bench_store.py 100000
"""

from __future__ import annotations

import itertools
import os
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import attrs

import file_run
import workers
from commands import FORM, IMPORTER, opening, service_on
from eduid_core.private import Private
from eduid_core.service import Service
from eduid_core.service.drivers import run_together
from eduid_core.service.handlers import dispatch
from eduid_core.workflow import Policy
from stopwatch import beside

COMMANDS, GROUP, ROUNDS = 50, 200, 25


def fdatasync_p50_ms(folder: Path) -> float:
    times = []
    with (folder / "sync").open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times)


# --- ways to write ---------------------------------------------------------------------------------------


def _raw(folder: Path, sample: Path) -> Callable[[], int]:
    """Return a way to write what one command wrote, row for row, in one commit each."""
    with closing(sqlite3.connect(sample)) as source:
        kinds = {
            table: source.execute(f"select * from {table} order by rowid desc limit 1").fetchone()
            for table in ("streams", "events", "documents", "answers")
        }
        schema = [s for (s,) in source.execute("select sql from sqlite_master where sql is not null")]
    raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
    for statement in schema:
        raw.execute(statement)
    raw.execute("pragma journal_mode=WAL")
    raw.execute("pragma synchronous=FULL")
    numbers = itertools.count()

    def way() -> int:
        for _ in range(COMMANDS):
            name = f"application/R-{next(numbers):08d}"
            raw.execute("begin immediate")
            for table, values in kinds.items():
                cells = [name if k == (2 if table == "documents" else 1) else v for k, v in enumerate(values)]
                raw.execute(f"insert into {table} values ({','.join('?' * len(cells))})", cells)
            raw.execute("commit")
        return COMMANDS

    return way


def _single(service: Service) -> Callable[[], int]:
    def way() -> int:
        for _ in range(COMMANDS):
            assert service.handle(opening(service.importer())).ok
        return COMMANDS

    return way


def _grouped(service: Service) -> Callable[[], int]:
    def way() -> int:
        policy = Policy()
        group = [dispatch.handle(opening(IMPORTER), policy=policy) for _ in range(GROUP)]
        assert all(answer.ok for answer in run_together(group, service.executor.perform_many))
        return GROUP

    return way


def _eventsourcing(folder: Path) -> Callable[[], int]:
    """Return a way to open applications with that package, one save a command, on a file with FULL."""
    from eventsourcing.application import Application as EventSourced
    from eventsourcing.domain import Aggregate, event

    class Opened(Aggregate):
        @event("Opened")
        def __init__(self, number: str, form: dict[str, str]) -> None:
            self.number, self.form = number, form

    values = attrs.asdict(FORM, recurse=False).items()
    form = {name: v.reveal("bench") if isinstance(v, Private) else v for name, v in values}
    house = EventSourced(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "peer.db")}
    )

    def way() -> int:
        for _ in range(COMMANDS):
            house.save(Opened(number=str(uuid.uuid4()), form=form))
        return COMMANDS

    return way


def _turn_about(*ways: Callable[[], int]) -> list[list[float]]:
    """Return the seconds of each round: a virtual disk changes its speed tenfold within a minute."""
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for way, taken in zip(ways, times, strict=True):
            began = time.perf_counter()
            done = way()
            taken.append((time.perf_counter() - began) / done)
    return times


def rows(applications: int = file_run.PUPILS) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service = service_on(f"sqlite:///{folder / 'ours.db'}")
        single, grouped = _single(service), _grouped(service)
        single()
        raw, peer = _raw(folder, folder / "ours.db"), _eventsourcing(folder)
        p50 = fdatasync_p50_ms(folder)
        alone, together, bare, other = _turn_about(single, grouped, raw, peer)
        print(f"{'':4}fdatasync of 4 KiB, p50: {p50:.3f} ms before, {fdatasync_p50_ms(folder):.3f} ms after")
        goal = 3 if p50 < 1 else 8
        return [
            beside("a durable command on SQLite FULL, beside raw (goal 0.45)", alone, bare),
            beside(f"a group of {GROUP}, beside single (goal {goal})", together, alone),
            beside("a group, beside eventsourcing (goal 2.5)", together, other),
            *workers.rows(),
            *file_run.rows(applications),
        ]


if __name__ == "__main__":
    for line in rows(*map(int, sys.argv[1:])):
        print(line)
