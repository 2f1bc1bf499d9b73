"""What the store port promises, on a real SQLite file."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from eduid_core.findings import AdapterError
from eduid_core.plugins import (
    Append,
    Claim,
    Commit,
    Committed,
    Conflict,
    Document,
    OutboxRow,
    Receipt,
    Received,
    Record,
    SavedAnswer,
)
from eduid_store_sql import SqlStore

EVENT = Record("Opened", b"sealed")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = SqlStore(f"sqlite:///{tmp_path / 'x.db'}")
    yield opened
    opened.close()
    opened.close()


def append(stream: str, expected: int, *records: Record, status: str = "draft") -> Append:
    return Append(stream=stream, expected=expected, records=records or (EVENT,), status=status)


def commit(*appends: Append, **rest: object) -> Commit:
    return Commit(appends=appends, **rest)  # type: ignore[arg-type]


def posted(*names: str) -> Commit:
    return commit(outbox=tuple(OutboxRow(message_id=name, body=b"x") for name in names))


def ids(messages: object) -> list[str]:
    return [m.message_id for m in messages]  # type: ignore[attr-defined]


def test_what_was_committed_is_read_back_in_order(store: SqlStore) -> None:
    first, second = Record("A", b"1"), Record("B", "乙".encode())

    assert store.commit([commit(append("s", 0, first)), commit(append("s", 1, second))]) == [
        Committed(),
        Committed(),
    ]

    (found, nothing) = store.load(["s", "nobody"])
    assert (found.version, found.records) == (2, (first, second))
    assert (nothing.version, nothing.records) == (0, ())


def test_a_lost_update_is_refused_and_nothing_of_its_commit_stands(store: SqlStore) -> None:
    store.commit([commit(append("s", 0))])
    late = commit(
        append("other", 0),
        append("s", 0),
        takes=(Claim("person", "d", "me"),),
        outbox=(OutboxRow(message_id="m", body=b"x"),),
        documents=(Document("k", "n", b"x"),),
        answer=SavedAnswer(key="k", digest="d", body=b"x"),
    )

    assert store.commit([late]) == [Conflict("version", "s")]

    assert [s.version for s in store.load(["s", "other"])] == [1, 0]
    assert (store.holders("person", ["d"]), store.documents("k")) == ({}, {})
    assert (store.answers(["k"]), store.lease("x", 9)) == ([None], [])


def test_in_a_group_only_what_conflicts_fails(store: SqlStore) -> None:
    group = [
        commit(append("a", 0), takes=(Claim("person", "d", "a"),)),
        commit(append("b", 0), takes=(Claim("person", "d", "b"),)),
        commit(append("c", 0)),
        commit(append("c", 0)),
    ]

    outcomes = [Committed(), Conflict("claim", "person"), Committed(), Conflict("version", "c")]
    assert store.commit(group) == outcomes
    assert [s.version for s in store.load(["a", "b", "c"])] == [1, 0, 1]


def test_a_claim_has_one_owner_and_a_mark_many(store: SqlStore) -> None:
    mine, yours = Claim("person", "d", "me"), Claim("person", "d", "you")
    marks = (Claim("live", "d", "me", unique=False), Claim("live", "d", "you", unique=False))

    assert store.commit([commit(takes=(mine, *marks))]) == [Committed()]
    assert store.commit([commit(takes=(mine,))]) == [Committed()]
    assert store.commit([commit(takes=(yours,))]) == [Conflict("claim", "person")]
    assert store.holders("live", ["d", "e"]) == {"d": ("me", "you")}
    assert store.commit([commit(frees=(mine,)), commit(takes=(yours,))]) == [Committed(), Committed()]
    assert store.holders("person", ["d"]) == {"d": ("you",)}


def test_nobody_frees_what_another_holds(store: SqlStore) -> None:
    store.commit([commit(takes=(Claim("person", "d", "me"),))])

    store.commit([commit(frees=(Claim("person", "d", "you"),))])

    assert store.holders("person", ["d"]) == {"d": ("me",)}


def test_an_answer_stands_once(store: SqlStore) -> None:
    answer = SavedAnswer(key="k", digest="d", body=b"first")
    again = SavedAnswer(key="k", digest="e", body=b"second")

    assert store.commit([commit(answer=answer), commit(answer=again)]) == [Committed(), Conflict("key")]
    assert store.answers(["k", "none"]) == [answer, None]


def test_a_message_is_posted_once_for_ever(store: SqlStore) -> None:
    store.commit([posted("m"), posted("m")])
    assert ids(store.lease("out", 9)) == ["m"]
    store.settle([Receipt(message_id="m", received=Received.SENT)])

    store.commit([posted("m")])

    assert (store.lease("out", 9), store.unanswered()) == ([], [])


def test_a_lease_is_durable_and_taken_by_one(store: SqlStore, tmp_path: Path) -> None:
    store.commit([posted("m0", "m1", "m2", "m3", "m4")])
    other = SqlStore(f"sqlite:///{tmp_path / 'x.db'}")

    mine, theirs = store.lease("a", 3), other.lease("b", 9)

    assert (ids(mine), ids(theirs)) == (["m0", "m1", "m2"], ["m3", "m4"])
    assert ids(other.unanswered("a")) == ["m0", "m1", "m2"]
    other.close()


def test_what_becomes_of_a_lease(store: SqlStore) -> None:
    store.commit([posted("m0", "m1", "m2")])
    store.lease("a", 9)

    store.settle([Receipt(message_id=f"m{n}", received=r) for n, r in enumerate(Received)])

    assert ids(store.unanswered()) == ["m2"]
    assert ids(store.lease("a", 9)) == ["m1"]


def test_documents_are_replaced_and_removed(store: SqlStore) -> None:
    store.put([Document("k", "b", b"1"), Document("k", "a", b"2"), Document("j", "a", b"3")])
    store.put([Document("k", "b", b"4"), Document("j", "a", b"")])

    assert list(store.documents("k").items()) == [("a", b"2"), ("b", b"4")]
    assert store.documents("k", ["b", "none"]) == {"b": b"4"}
    assert store.documents("j") == {}


def test_streams_are_found_by_status(store: SqlStore) -> None:
    store.commit(
        [
            commit(append("application/b", 0), append("application/a", 0), append("application%", 0)),
            commit(append("application/b", 1, status="approved"), append("card/a", 0)),
        ]
    )

    assert store.streams("application/", "draft") == ["application/a"]
    assert store.streams("application/", "approved") == ["application/b"]


def test_districts_share_a_database_and_nothing_in_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    one, two = SqlStore(url, district="3201"), SqlStore(url, district="3202")
    row = (OutboxRow(message_id="m", body=b"x"),)
    take = commit(append("s", 0), takes=(Claim("person", "d", "me"),), outbox=row)

    assert [one.commit([take]), two.commit([take])] == [[Committed()], [Committed()]]
    assert (ids(one.lease("a", 9)), ids(two.lease("a", 9))) == (["m"], ["m"])


def test_a_database_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    SqlStore(f"sqlite:///{tmp_path / 'x.db'}").close()
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    with pytest.raises(AdapterError, match="schema_version"):
        SqlStore(f"sqlite:///{tmp_path / 'x.db'}")


@pytest.mark.parametrize("count", [1, 499, 500, 501, 1300])
def test_long_lists_are_read_in_pieces(count: int) -> None:
    store = SqlStore("sqlite://")
    names = [f"s{n}" for n in range(count)]
    store.commit([commit(*(append(name, 0) for name in names))])

    assert [s.version for s in store.load(names)] == [1] * count


def _contend(url: str, name: str, count: int, won: multiprocessing.Queue[tuple[str, int]]) -> None:
    store = SqlStore(url)
    for n in range(count):
        take = Commit(appends=(append(f"s{n}", 0),), takes=(Claim("person", f"d{n}", name),))
        if store.commit([take]) == [Committed()]:
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
