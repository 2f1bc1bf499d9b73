"""One durable command on SQLite beside the same rows written with raw `sqlite3`, on one disk, turn about."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from eduid_core.matching import Application
from eduid_core.plugins import MasterKey
from eduid_core.service import Service
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.application import commands as app
from eduid_store_sql import SqlStore
from stopwatch import best_of, row

NOW = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
IMPORTER = Actor(id="i", role=Role.IMPORTER)
FORM = Application(name="陈小雨", id_number="320098201503150010", school="南京市海英小学", grade="四年级",
                   class_name="一班", entry_year="2023", guardian_phone="15400001234")  # fmt: skip
COMMANDS = 150


class Key:
    def master_key(self) -> MasterKey:
        return MasterKey(id="bench", secret=b"b" * 32)


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


def _raw(folder: Path, sample: Path):
    """Return a way to write what one command wrote, row for row, in one commit each."""
    with sqlite3.connect(sample) as source:
        kinds = {
            table: source.execute(f"select * from {table} order by rowid desc limit 1").fetchone()
            for table in ("streams", "events", "documents", "answers")
        }
        schema = [s for (s,) in source.execute("select sql from sqlite_master where sql is not null")]
    source.close()
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


def rows() -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service = Service(store=SqlStore(f"sqlite:///{folder / 'ours.db'}"), keys=Key())
        numbers = itertools.count()

        def ours() -> int:
            for _ in range(COMMANDS):
                number = f"B-{next(numbers):08d}"
                command = app.Open(subject=number, by=IMPORTER, at=NOW, key=number, form=FORM)
                assert service.handle(command).ok
            return COMMANDS

        ours()
        mine, raw = best_of(ours, _raw(folder, folder / "ours.db"), rounds=5)
        print(f"{'':4}fdatasync of 4 KiB, p50: {fdatasync_p50_ms(folder):.3f} ms")
        return [row("a durable command on SQLite FULL, beside raw sqlite3", mine, raw, unit="ms", scale=1e3)]
