"""What is told as done is on the disk; what was removed is on it no more; what always loses is told as lost."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from eduid_core.plugins import (
    Append,
    Claim,
    Commit,
    Committed,
    Conflict,
    Document,
    OutboxRow,
    Read,
    Record,
    Settlement,
)
from eduid_core.testing.conformance.store import MemoryStore
from eduid_core.testing.conformance.store.making import terms
from eduid_store_sql import SqlStore
from eduid_store_sql.row_values import are_apart

FULL = 2
"""`PRAGMA synchronous`: every commit waits for the disk (sqlite.org/pragma.html#pragma_synchronous)."""


def grown(name: str, *, expected: int = 0, **more: Any) -> Commit:
    append = Append(stream=name, expected=expected, records=(Record("Opened", b"{}"),), status="draft")
    return Commit(appends=(append,), **more)


# --- settings of a connection --------------------------------------------------------------------------


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[sqlite3.Connection]]:
    """Return the connections that are made from now on, by a library whose own settings are all the others."""
    made: list[sqlite3.Connection] = []
    connect = sqlite3.dbapi2.connect

    def otherwise(*args: Any, **how: Any) -> sqlite3.Connection:
        connection = connect(*args, **how)
        for setting in ("secure_delete = OFF", "synchronous = OFF", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {setting}").fetchall()
        made.append(connection)
        return connection

    monkeypatch.setattr(sqlite3.dbapi2, "connect", otherwise)
    yield made
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("setting", "value"),
    [("synchronous", FULL), ("secure_delete", 1), ("foreign_keys", 1), ("journal_mode", "wal")],
)
def test_every_connection_is_durable_and_forgets_for_good_whatever_the_library_was_built_with(
    tmp_path: Path, connections: list[sqlite3.Connection], setting: str, value: object
) -> None:
    """Debian's SQLite overwrites what is removed by itself, another's does not; neither syncs more than it is told."""
    store = SqlStore(f"sqlite:///{tmp_path / 's.db'}")
    assert store.commit([grown("a/1")]) == [Committed()]

    alive = []
    for connection in connections:
        try:
            alive.append(connection.execute(f"PRAGMA {setting}").fetchone()[0])
        except sqlite3.ProgrammingError:
            continue  # it is closed again

    assert alive
    assert set(alive) == {value}
    store.close()


def test_what_was_removed_is_overwritten_in_the_file_and_in_its_journal(
    tmp_path: Path, connections: list[sqlite3.Connection]
) -> None:
    """A key that was taken out is not found by whoever copies the disk."""
    store, secret = SqlStore(f"sqlite:///{tmp_path / 's.db'}"), b"wrapped-key-of-nobody-" * 9
    store.put([Document("data_key", "p", secret), Document("data_key", "q", b"another")])
    assert any(secret in path.read_bytes() for path in tmp_path.iterdir())

    store.put([Document("data_key", "p", b"")])

    assert connections
    assert not [path.name for path in tmp_path.iterdir() if secret in path.read_bytes()]
    store.close()


# --- who loses -----------------------------------------------------------------------------------------


@pytest.fixture
def losing(tmp_path: Path) -> Iterator[SqlStore]:
    """Return a store in which whatever begins a stream `lost/…` meets a constraint, each time anew."""
    store = SqlStore(f"sqlite:///{tmp_path / 's.db'}")
    with closing(sqlite3.connect(tmp_path / "s.db")) as db, db:
        db.execute(
            "CREATE TRIGGER another_was_quicker BEFORE INSERT ON streams WHEN new.name LIKE 'lost/%'"
            " BEGIN SELECT RAISE(ABORT, 'UNIQUE'); END"
        )
    yield store
    store.close()


def test_a_commit_that_loses_every_race_is_told_as_a_conflict_and_leaves_nothing(losing: SqlStore) -> None:
    lost = grown(
        "lost/1", documents=(Document("k", "n", b"x"),), outbox=(OutboxRow(message_id="m", body=b"x"),)
    )

    assert losing.commit([lost]) == [Conflict("version", "lost/1")]

    assert losing.load(["lost/1"])[0].version == 0
    assert losing.documents("k") == {}
    assert losing.lease("s", 9, terms()) == []


def test_of_a_group_only_what_loses_every_race_is_told_as_lost(losing: SqlStore) -> None:
    group = [grown("a/1"), grown("lost/1"), grown("a/2"), grown("lost/2")]

    outcomes = losing.commit(group)

    assert outcomes == [Committed(), Conflict("version", "lost/1"), Committed(), Conflict("version", "lost/2")]
    assert [s.version for s in losing.load(["a/1", "lost/1", "a/2", "lost/2"])] == [1, 0, 1, 0]


# --- what may be written unjudged ----------------------------------------------------------------------

OTHER = grown("b/1")
MEETS = {
    "drops": grown("a/1", drops=("m",)),
    "stream": grown("b/1", expected=1),
    "claim": grown("a/1", takes=(Claim("person", "d", "a/1"),), reads=()),
    "reads what the other touches": grown("a/1", reads=(Read("b/1", 0),)),
}


@pytest.mark.parametrize("why", ["drops", "stream", "reads what the other touches"])
def test_a_group_in_which_something_meets_or_a_message_is_dropped_is_judged(why: str) -> None:
    """Whoever erases drops messages that another commit of the group may post: their order counts."""
    assert not are_apart([MEETS[why], OTHER])
    assert not are_apart([OTHER, MEETS[why]])


def test_one_commit_that_drops_a_message_is_judged_by_itself() -> None:
    assert not are_apart([MEETS["drops"]])
    assert are_apart([OTHER])


def test_a_group_in_which_two_take_one_claim_is_judged() -> None:
    taken = grown("c/1", takes=(Claim("person", "d", "c/1"),))

    assert not are_apart([MEETS["claim"], taken])
    assert are_apart([MEETS["claim"], OTHER])


# --- drops among posts and receipts --------------------------------------------------------------------

POST, DROP = Commit(outbox=(OutboxRow(message_id="m", body=b"x"),)), Commit(drops=("m",))
SENT, AGAIN, FAILED = (
    Commit(settled=(Settlement(message_id="m", fence=1, state=state),))
    for state in ("sent", "waiting", "failed")
)
BOTH = Commit(outbox=POST.outbox, drops=DROP.drops)


@pytest.mark.parametrize("stands", ["", "waiting", "leased"])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_group_with_drops_ends_as_one_by_one_it_does(stands: str, size: int) -> None:
    """Whatever is posted, dropped and answered for, in whatever order: the model does it one by one."""
    for group in itertools.product((POST, DROP, SENT, AGAIN, FAILED, BOTH), repeat=size):
        ends = []
        for store in (SqlStore("sqlite://"), MemoryStore()):
            if stands:
                store.commit([POST])
            if stands == "leased":
                store.lease("a", 9, terms())
            outcomes = list(store.commit(group))
            left = [m.message_id for m in (*store.unanswered(), *store.failed(9))]
            ends.append((outcomes, left, [m.message_id for m in store.lease("b", 9, terms())]))
            store.close()
        assert ends[0] == ends[1], (stands, group)
