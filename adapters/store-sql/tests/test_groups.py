"""A group is written at once where nothing in it meets; what comes of it is what one by one comes of it."""

from __future__ import annotations

from pathlib import Path

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
    SavedAnswer,
)
from eduid_core.testing.conformance.store import MemoryStore
from eduid_core.testing.conformance.store.making import terms
from eduid_store_sql import SqlStore


def grown(name: str, *, expected: int = 0, **more: object) -> Commit:
    """Return a commit of one event to the stream *name*."""
    append = Append(stream=name, expected=expected, records=(Record("Opened", b"{}"),), status="draft")
    return Commit(appends=(append,), **more)  # type: ignore[arg-type]


def taking(name: str, digest: str, **more: object) -> Commit:
    return grown(name, takes=(Claim("person", digest, name, unique=True),), **more)


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return SqlStore(f"sqlite:///{tmp_path / 's.db'}")


@pytest.mark.parametrize(
    "commit",
    [
        grown("a/1", reads=(Read("a/1", 4),)),
        grown("a/1", expected=1, reads=(Read("a/1", 0),)),
        grown("a/2", reads=(Read("a/1", 0), Read("a/1", 1))),
        Commit(reads=(Read("a/1", 0), Read("a/1", 1))),
    ],
    ids=["begun and read at 4", "at 1 and read at 0", "read at 0 and at 1", "only read, at 0 and at 1"],
)
@pytest.mark.parametrize("beside", [(), (grown("a/3"),)], ids=["alone", "in a group"])
def test_a_commit_that_requires_two_versions_of_a_stream_conflicts(
    store: SqlStore, commit: Commit, beside: tuple[Commit, ...]
) -> None:
    """One of the two versions is wrong, whichever stands: as the model store answers."""
    for standing in (False, True):
        if standing:
            store.commit([grown("a/1")])
        before, model = store.load(["a/1", "a/2"]), MemoryStore()
        model.commit([grown("a/1")] * standing)

        outcome, *_ = store.commit([commit, *beside])

        assert isinstance(outcome, Conflict)
        assert outcome == model.commit([commit])[0]
        assert store.load(["a/1", "a/2"]) == before


def test_a_group_that_meets_what_stands_is_told_apart(store: SqlStore) -> None:
    """Claim, answer, version: each refused for itself, and the rest of the group stands."""
    answer = SavedAnswer(key="k", digest="d", body=b"{}")
    store.commit([taking("a/1", "x", answer=answer)])

    outcomes = store.commit(
        [
            taking("a/2", "x"),
            taking("a/3", "y"),
            grown("a/1"),
            grown("a/4", answer=answer),
            grown("a/1", expected=1),
        ]
    )

    assert outcomes == [
        Conflict("claim", "person"),
        Committed(),
        Conflict("version", "a/1"),
        Conflict("key"),
        Committed(),
    ]
    assert [s.version for s in store.load(["a/1", "a/2", "a/3", "a/4"])] == [2, 0, 1, 0]


def test_a_commit_decided_on_what_the_next_only_brings_is_refused(store: SqlStore) -> None:
    assert store.commit([grown("a/1", expected=1), grown("a/1")]) == [Conflict("version", "a/1"), Committed()]


def test_what_a_beginning_commit_brings_may_stand_already(store: SqlStore) -> None:
    """A document, a message, a claim of one's own: written anew, posted once, kept."""
    post = OutboxRow(message_id="M" * 26, body=b"1")
    store.put([Document("data_key", "p", b"old")])
    store.commit([taking("a/0", "x", outbox=(post,))])

    born = grown(
        "a/1", outbox=(post,), documents=(Document("data_key", "p", b"new"),),
        takes=(Claim("live_person", "z", "a/1", unique=False),),
    )  # fmt: skip
    assert store.commit([born, grown("a/2")]) == [Committed(), Committed()]

    assert store.documents("data_key") == {"p": b"new"}
    assert len(store.lease("s", 10, terms())) == 1
    assert store.holders("live_person", ["z"]) == {"z": ("a/1",)}
