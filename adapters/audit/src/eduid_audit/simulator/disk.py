"""
The disk shared by all processes: the model of a store with a journal, so that a commit can be torn and undone.

Each process reaches it through its own `StoreClient`, on which calls fail, answers are lost, and processes die.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, cast

import attrs

from eduid_audit.simulator.faults import FaultSchedule, SimulatedCrash, StoreDown
from eduid_core.plugins import (
    Append,
    Commit,
    Committed,
    Conflict,
    Document,
    Due,
    IndexQuery,
    IndexRow,
    LeasedMessage,
    LeaseTerms,
    QueueRow,
    Record,
    SavedAnswer,
    StoredRow,
    StoredTable,
    Stream,
)
from eduid_core.testing.conformance.store.memory import Head, Memory, MemoryStore, Posted

__all__ = ["StoreClient", "TearingStore", "WriteJournal"]

_NONE: Any = object()


class WriteJournal:
    """The previous values of the places that a commit changes."""

    def __init__(self, memory: Memory, commit: Commit) -> None:
        self._memory = memory
        self._heads = [(a.stream, memory.streams.get(a.stream)) for a in commit.appends]
        self._was = [(h, len(h.records), attrs.astuple(h, recurse=False)[1:]) for _, h in self._heads if h]
        claims = [(c.kind, c.digest) for c in (*commit.takes, *commit.frees) if c.unique]
        budgets = [(d.kind, d.digest, d.window) for d in commit.debits]
        documents = [(d.kind, d.key) for d in commit.documents]
        keys = [commit.answer.key] if commit.answer else []
        held: list[tuple[dict[Any, Any], list[Any]]] = [
            (memory.claims, claims),
            (memory.budgets, budgets),
            (memory.documents, documents),
            (memory.queue, [q.task for q in commit.queue]),
            (memory.index, [row.key for row in commit.index]),
            (memory.outbox, [m.message_id for m in commit.outbox]),
            (memory.answers, keys),
        ]
        self._held = [(place, key, place.get(key, _NONE)) for place, all_keys in held for key in all_keys]
        ended = [i for i in (*(r.message_id for r in commit.settled), *commit.drops) if i in memory.outbox]
        self._held += [(memory.outbox, i, attrs.evolve(memory.outbox[i])) for i in ended]
        marks = [(c.kind, c.digest, c.owner) for c in (*commit.takes, *commit.frees) if not c.unique]
        self._marks = [(mark, mark in memory.marks) for mark in marks]

    def undo(self) -> None:
        """Restore all previous values."""
        for name, head in self._heads:
            if head is None:
                self._memory.streams.pop(name, None)
        for head, length, (status, due, base, snapshot) in self._was:
            del head.records[length:]
            head.status, head.due, head.base, head.snapshot = status, due, base, snapshot
        for place, key, value in reversed(self._held):
            if value is _NONE:
                place.pop(key, None)
            else:
                place[key] = value
        for mark, was in self._marks:
            (self._memory.marks.add if was else self._memory.marks.discard)(mark)


class TearingStore(MemoryStore):
    """A store over memory with in-place commits that can be torn in the middle."""

    def __init__(self, memory: Memory | None = None) -> None:
        """Open *memory*, or a new one."""
        super().__init__(memory)
        self.tear: int | None = None
        """The number of writes of the next commit after which the power fails."""
        self.landed = 0
        """The number of successful commits."""

    def commit_one(self, commit: Commit) -> Committed | Conflict:
        """Apply *commit* in place; a torn commit is undone from the journal."""
        journal = WriteJournal(self.memory, commit)
        conflict = self.conflict(self.memory, commit)
        if conflict is not None:
            journal.undo()
            return conflict
        left, self.tear = self.tear, None
        for number, write in enumerate(self.writes(commit)):
            if number == left:
                self.recover(journal)
                raise StoreDown
            write()
        self.landed += 1
        return Committed()

    def recover(self, journal: WriteJournal) -> None:
        """Undo a torn commit."""
        journal.undo()

    def writes(self, commit: Commit) -> list[Callable[[], object]]:
        """Return the writes of *commit*, one per place."""
        m = self.memory
        return [
            *(lambda a=a: self._append(a) for a in commit.appends),
            *(lambda t=t: self._take(t) for t in commit.takes),
            *(lambda q=q: self._queue_up(q) for q in commit.queue),
            *(lambda i=i: m.index.update({i.key: attrs.evolve(i, is_new=False)}) for i in commit.index),
            *(lambda r=r: m.outbox.setdefault(r.message_id, Posted(r.body, r.kind)) for r in commit.outbox),
            *(lambda r=r: self.end(m, r) for r in commit.settled),
            *([lambda: self.drop(m, commit.drops)] if commit.drops else []),
            *(lambda d=d: self.write(m, [d]) for d in commit.documents),
            *([lambda: self._keep(commit.answer)] if commit.answer else []),
        ]

    def _append(self, append: Append) -> None:
        self.append(self.memory.streams.setdefault(append.stream, Head()), append)

    def _take(self, take: Any) -> None:
        if take.unique:
            self.memory.claims[take.kind, take.digest] = take.owner
        else:
            self.memory.marks.add((take.kind, take.digest, take.owner))

    def _queue_up(self, row: QueueRow) -> None:
        self.memory.queue.pop(row.task, None)
        if row.reviewer:
            self.memory.queue[row.task] = row

    def _keep(self, answer: SavedAnswer | None) -> None:
        if answer is not None:
            self.memory.answers[answer.key] = answer

    def holders(self, kind: str, digests: Sequence[str], /) -> Mapping[str, tuple[str, ...]]:
        """Return the owners, sorted, of the claims and marks of *kind*."""
        held: dict[str, tuple[str, ...]] = {}
        for digest in digests:
            owners = [o for k, d, o in self.memory.marks if d == digest and k == kind]
            owner = self.memory.claims.get((kind, digest))
            if owner is not None:
                owners.append(owner)
            if owners:
                held[digest] = tuple(sorted(set(owners)))
        return held

    def documents(self, kind: str, keys: Sequence[str] | None = None, /) -> Mapping[str, bytes]:
        """Return the named documents of *kind*, or all of them, in order of key."""
        if keys is None:
            return super().documents(kind)
        named = sorted(set(keys))
        return {k: self.memory.documents[kind, k] for k in named if (kind, k) in self.memory.documents}


class StoreClient:
    """A process's connection to the disk: a `Store` with calls that may fail, and may kill the process."""

    def __init__(self, disk: TearingStore, weather: FaultSchedule) -> None:
        """Reach *disk* in *weather*."""
        self.disk, self.weather = disk, weather

    def _call(self, name: str, *args: Any, **more: Any) -> Any:
        strikes = self.weather.strikes
        if strikes("store_down"):
            raise StoreDown
        if strikes("crash"):
            raise SimulatedCrash
        answer = getattr(self.disk, name)(*args, **more)
        if strikes("crash"):
            raise SimulatedCrash
        return answer

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        """Commit; the commit may be lost, torn, or succeed without an answer to the caller."""
        if self.weather.strikes("commit_lost"):
            raise StoreDown
        self.disk.tear = self.weather.chance.randrange(8) if self.weather.strikes("commit_torn") else None
        try:
            answer = self._call("commit", commits)
        finally:
            self.disk.tear = None
        if self.weather.strikes("commit_unknown"):
            raise StoreDown
        return cast("Sequence[Committed | Conflict]", answer)

    def load(self, streams: Sequence[str], /, *, whole: bool = False) -> Sequence[Stream]:
        """Load."""
        return cast("Sequence[Stream]", self._call("load", streams, whole=whole))

    def records(self, stream: str, after: int, limit: int, /) -> Sequence[Record]:
        """Return records."""
        return cast("Sequence[Record]", self._call("records", stream, after, limit))

    def answers(self, keys: Sequence[str], /) -> Sequence[SavedAnswer | None]:
        """Return answers."""
        return cast("Sequence[SavedAnswer | None]", self._call("answers", keys))

    def holders(self, kind: str, digests: Sequence[str], /) -> Mapping[str, tuple[str, ...]]:
        """Return holders."""
        return cast("Mapping[str, tuple[str, ...]]", self._call("holders", kind, digests))

    def documents(self, kind: str, keys: Sequence[str] | None = None, /) -> Mapping[str, bytes]:
        """Return documents."""
        return cast("Mapping[str, bytes]", self._call("documents", kind, keys))

    def put(self, documents: Sequence[Document], /) -> None:
        """Write documents."""
        self._call("put", documents)

    def lease(self, sender_id: str, limit: int, terms: LeaseTerms, /) -> Sequence[LeasedMessage]:
        """Lease messages."""
        return cast("Sequence[LeasedMessage]", self._call("lease", sender_id, limit, terms))

    def failed(self, limit: int, /) -> Sequence[LeasedMessage]:
        """Return the messages that failed."""
        return cast("Sequence[LeasedMessage]", self._call("failed", limit))

    def unanswered(self, sender_id: str | None = None, /) -> Sequence[LeasedMessage]:
        """Return the messages that were leased and never settled."""
        return cast("Sequence[LeasedMessage]", self._call("unanswered", sender_id))

    def wait(self, timeout_s: float, terms: LeaseTerms, /) -> bool:  # noqa: ARG002 - a virtual clock
        """Return whether a message waits."""
        return self.disk.wait(0, terms)

    def streams(self, prefix: str, status: str | None, /) -> Sequence[str]:
        """Return names of streams."""
        return cast("Sequence[str]", self._call("streams", prefix, status))

    def take_due(self, at: dt.datetime, until: dt.datetime, limit: int, /) -> Sequence[Due]:
        """Take due streams."""
        return cast("Sequence[Due]", self._call("take_due", at, until, limit))

    def reschedule(self, dues: Sequence[Due], /) -> None:
        """Reschedule."""
        self._call("reschedule", dues)

    def inventory(self, tables: Sequence[StoredTable] | None = None, /) -> Iterator[StoredRow]:
        """Yield the rows of the disk."""
        return cast("Iterator[StoredRow]", self._call("inventory", tables))

    def queue(self, reviewer: str, limit: int, /) -> Sequence[QueueRow]:
        """Return a reviewer's queue."""
        return cast("Sequence[QueueRow]", self._call("queue", reviewer, limit))

    def find_rows(self, query: IndexQuery, /) -> Sequence[IndexRow]:
        """Return rows of the index."""
        return cast("Sequence[IndexRow]", self._call("find_rows", query))

    def count_rows(self, query: IndexQuery, by: Literal["status", "school", "class_"], /) -> Mapping[str, int]:
        """Count rows of the index."""
        return cast("Mapping[str, int]", self._call("count_rows", query, by))

    def close(self) -> None:
        """Do nothing to the disk, which stays open for other processes."""
