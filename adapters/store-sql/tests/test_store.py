"""Processes that share a SQLite file, and a database that is in memory only."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from eduid_core.plugins import Append, Claim, Commit, Committed, Document, Record
from eduid_store_sql import SqlStore


def _contend(url: str, name: str, count: int, won: multiprocessing.Queue[tuple[str, int]]) -> None:
    store = SqlStore(url)
    for n in range(count):
        event = Append(stream=f"s{n}", expected=0, records=(Record("Opened", b"sealed"),))
        if store.commit([Commit(appends=(event,), takes=(Claim("person", f"d{n}", name),))]) == [Committed()]:
            won.put((name, n))
    store.close()


def test_of_many_processes_exactly_one_wins_each_contest(tmp_path: Path) -> None:
    url, contests, racers = f"sqlite:///{tmp_path / 'x.db'}", 40, 4
    SqlStore(url).close()
    context = multiprocessing.get_context("fork")
    won: multiprocessing.Queue[tuple[str, int]] = context.Queue()
    processes = [context.Process(target=_contend, args=(url, f"p{n}", contests, won)) for n in range(racers)]
    for process in processes:
        process.start()
    results = [won.get(timeout=60) for _ in range(contests)]
    for process in processes:
        process.join(60)

    assert sorted(n for _, n in results) == list(range(contests))
    assert won.empty()
    owners = SqlStore(url).holders("person", [f"d{n}" for n in range(contests)])
    assert {n: owners[f"d{n}"] for n in range(contests)} == {n: (name,) for name, n in results}


def test_a_read_that_fails_takes_no_database_in_memory_along() -> None:
    store = SqlStore("sqlite://")
    store.put([Document("k", "n", b"x")])

    with pytest.raises(UnicodeEncodeError):
        store.load(["\ud800"])

    assert store.documents("k") == {"n": b"x"}
