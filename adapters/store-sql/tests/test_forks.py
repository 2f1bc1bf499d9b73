"""A store that a fork carries over: each process has connections of its own, and nobody reads another's rows."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any

import pytest

from eduid_core.plugins import Append, Commit, Committed, OutboxRow, Record
from eduid_core.testing.conformance.store.making import terms
from eduid_store_sql import SqlStore

FORK = multiprocessing.get_context("fork")
ROUNDS = 60
CHILDREN = 4

on_postgresql = pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.full)])


def commit(store: SqlStore, name: str, version: int = 0) -> None:
    append = Append(stream=name, expected=version, records=(Record("T", name.encode()),))
    assert store.commit([Commit(appends=(append,))]) == [Committed()]


def processes(work: Callable[..., None], *args: Any) -> list[Any]:
    """Fork *CHILDREN* processes that do *work*."""
    started = [FORK.Process(target=work, args=(*args, f"s{n}")) for n in range(CHILDREN)]
    for process in started:
        process.start()
    return started


def _commit_when_told(store: SqlStore, told: Any, name: str) -> None:
    assert told.wait(30)
    commit(store, name)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_a_forked_process_commits_stands_though_the_parent_has_closed_its_store(
    url: str,
) -> None:
    """SQLite's locks are the process's that opened: on its parent's connection a child has none."""
    store, told = SqlStore(url), FORK.Event()
    commit(store, "before")

    children = processes(_commit_when_told, store, told)
    store.close()
    told.set()
    for child in children:
        child.join(30)

    assert [child.exitcode for child in children] == [0] * CHILDREN
    again = SqlStore(url)
    assert again.streams("", None) == ["before", *(f"s{n}" for n in range(CHILDREN))]
    again.close()


def _grow(store: SqlStore, name: str) -> None:
    for version in range(ROUNDS):
        commit(store, name, version)
        (mine,) = store.load([name])
        assert [r.body for r in mine.records] == [name.encode()] * (version + 1)


@on_postgresql
def test_processes_forked_from_one_store_read_and_write_each_their_own(
    opens: Callable[[str], SqlStore],
) -> None:
    store = opens("")
    commit(store, "parent")

    children = processes(_grow, store)
    _grow(store, "mine")
    for child in children:
        child.join(120)

    assert [child.exitcode for child in children] == [0] * CHILDREN
    assert [s.version for s in store.load([f"s{n}" for n in range(CHILDREN)])] == [ROUNDS] * CHILDREN


def _hear(store: SqlStore, listening: Any, _: str) -> None:
    listening.release()
    assert store.wait(20, terms())


@on_postgresql
def test_each_process_listens_for_itself(opens: Callable[[str], SqlStore]) -> None:
    store, listening = opens(""), FORK.Semaphore(0)
    assert not store.wait(0.01, terms())

    children = processes(_hear, store, listening)
    for _ in children:
        assert listening.acquire(timeout=30)
    store.commit([Commit(outbox=(OutboxRow(message_id="m", body=b"b"),))])
    for child in children:
        child.join(30)

    assert [child.exitcode for child in children] == [0] * CHILDREN
    assert store.wait(5, terms())
