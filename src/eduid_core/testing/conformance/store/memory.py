"""
A reference store in memory: every promise of `Store`, in dictionaries, short enough to be read completely.

The laws of this package compare every other store with it. Stores with the same `Memory` share their data,
as two programs share a database.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from threading import RLock
from typing import Final, Literal

import attrs

from eduid_core.plugins import (
    Append,
    Claim,
    Commit,
    Committed,
    Conflict,
    Debit,
    Document,
    Due,
    IndexQuery,
    IndexRow,
    LeasedMessage,
    LeaseTerms,
    QueueRow,
    Record,
    SavedAnswer,
    Settlement,
    StoredRow,
    StoredTable,
    Stream,
)

__all__ = ["Head", "Memory", "MemoryStore", "Posted"]


_NEVER: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""The times of a message that was never leased."""


@attrs.define
class Head:
    """A stream: its records, status, deadline and snapshot."""

    records: list[Record] = attrs.field(factory=list[Record])
    status: str = ""
    due: dt.datetime | None = None
    base: int = 0
    snapshot: bytes = b""


@attrs.define
class Posted:
    """A message of the outbox: waiting, leased, failed or sent; its leases, and what the last receipt said."""

    body: bytes
    kind: str = "notice"
    state: str = "waiting"
    leases: int = 0
    leased_by: str = ""
    first_at: dt.datetime = _NEVER
    leased_at: dt.datetime = _NEVER
    due: dt.datetime | None = None
    code: str = ""

    @property
    def is_new_notice(self) -> bool:
        """Return whether leasing it is debited to the budget of notices."""
        return self.kind == "notice" and not self.leases


@attrs.define
class Memory:
    """The contents of a database."""

    streams: dict[str, Head] = attrs.field(factory=dict[str, Head])
    claims: dict[tuple[str, str], str] = attrs.field(factory=dict[tuple[str, str], str])
    marks: set[tuple[str, str, str]] = attrs.field(factory=set[tuple[str, str, str]])
    budgets: dict[tuple[str, str, str], int] = attrs.field(factory=dict[tuple[str, str, str], int])
    queue: dict[str, QueueRow] = attrs.field(factory=dict[str, QueueRow])
    index: dict[str, IndexRow] = attrs.field(factory=dict[str, IndexRow])
    outbox: dict[str, Posted] = attrs.field(factory=dict[str, Posted])
    answers: dict[str, SavedAnswer] = attrs.field(factory=dict[str, SavedAnswer])
    documents: dict[tuple[str, str], bytes] = attrs.field(factory=dict[tuple[str, str], bytes])

    def copied(self) -> Memory:
        """Return an independent copy of this memory."""
        copy = Memory(**{f.name: getattr(self, f.name).copy() for f in attrs.fields(Memory)})
        copy.streams = {n: attrs.evolve(h, records=h.records.copy()) for n, h in self.streams.items()}
        copy.outbox = {i: attrs.evolve(m) for i, m in self.outbox.items()}
        return copy


class MemoryStore:
    """A `Store` over a `Memory`; one thread at a time."""

    def __init__(self, memory: Memory | None = None) -> None:
        """Open *memory*, or a new one."""
        self.memory = Memory() if memory is None else memory
        self.lock: RLock = _LOCK

    # --- reading ---------------------------------------------------------------------------------------

    def load(self, streams: Sequence[str], /, *, whole: bool = False) -> Sequence[Stream]:
        """Return the named streams in order: from their snapshots on, or with every record."""
        with self.lock:
            return [self.stream(name, whole=whole) for name in streams]

    def stream(self, name: str, *, whole: bool) -> Stream:
        """Return a stream."""
        head = self.memory.streams.get(name, Head())
        base, snapshot = (0, b"") if whole else (head.base, head.snapshot)
        records = tuple(head.records[base:])
        return Stream(name=name, version=len(head.records), records=records, base=base, snapshot=snapshot)

    def records(self, stream: str, after: int, limit: int, /) -> Sequence[Record]:
        """Return up to *limit* records of *stream* after version *after*."""
        with self.lock:
            return self.memory.streams.get(stream, Head()).records[after : after + limit]

    def answers(self, keys: Sequence[str], /) -> Sequence[SavedAnswer | None]:
        """Return the answers saved under *keys*, in order."""
        with self.lock:
            return [self.memory.answers.get(key) for key in keys]

    def holders(self, kind: str, digests: Sequence[str], /) -> Mapping[str, tuple[str, ...]]:
        """Return the owners, sorted, of the claims and marks of *kind*."""
        with self.lock:
            claims = {(k, d, owner) for (k, d), owner in self.memory.claims.items()}
            held = {
                digest: tuple(sorted(o for k, d, o in claims | self.memory.marks if (k, d) == (kind, digest)))
                for digest in digests
            }
        return {digest: owners for digest, owners in held.items() if owners}

    def documents(self, kind: str, keys: Sequence[str] | None = None, /) -> Mapping[str, bytes]:
        """Return the named documents of *kind*, or all of them, in order of key."""
        with self.lock:
            found = {n: b for (k, n), b in sorted(self.memory.documents.items()) if k == kind}
        return {n: b for n, b in found.items() if keys is None or n in keys}

    def streams(self, prefix: str, status: str | None, /) -> Sequence[str]:
        """Return the sorted names of the streams that begin with *prefix* and have *status* (None: any)."""
        with self.lock:
            heads = self.memory.streams.items()
            return sorted(n for n, h in heads if n.startswith(prefix) and status in {None, h.status})

    def inventory(self, tables: Sequence[StoredTable] | None = None, /) -> Iterator[StoredRow]:
        """Yield every row of *tables*, or of all."""
        with self.lock:
            rows = list(_rows_of(self.memory))
        yield from (row for row in rows if tables is None or row.table in tables)

    def queue(self, reviewer: str, limit: int, /) -> Sequence[QueueRow]:
        """Return the first *limit* tasks that wait for *reviewer*."""
        with self.lock:
            rows = [row for row in self.memory.queue.values() if row.reviewer == reviewer]
        return sorted(rows, key=lambda row: (row.rank, row.task))[:limit]

    def find_rows(self, query: IndexQuery, /) -> Sequence[IndexRow]:
        """Return the first rows of the index that *query* asks for, by key."""
        with self.lock:
            found = [row for key, row in sorted(self.memory.index.items()) if key > query.after]
        return [row for row in found if _asked_for(row, query)][: query.limit]

    def count_rows(self, query: IndexQuery, by: Literal["status", "school", "class_"], /) -> Mapping[str, int]:
        """Return the number of rows that *query* asks for, by their value of *by*."""
        every = attrs.evolve(query, after="", limit=len(self.memory.index))
        return dict(sorted(Counter(getattr(row, by) for row in self.find_rows(every)).items()))

    # --- writing ---------------------------------------------------------------------------------------

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        """Apply each commit to a copy; keep the copy if all of it succeeds."""
        with self.lock:
            return [self.commit_one(commit) for commit in commits]

    def commit_one(self, commit: Commit) -> Committed | Conflict:
        """Apply *commit*, or make no change."""
        changed = self.memory.copied()
        conflict = self.conflict(changed, commit)
        if conflict is not None:
            return conflict
        self.apply(changed, commit)
        for field in attrs.fields(Memory):
            setattr(self.memory, field.name, getattr(changed, field.name))
        return Committed()

    def conflict(self, memory: Memory, commit: Commit) -> Conflict | None:
        """Return the conflict of *commit*, if any; debits and claims are tried on *memory*."""
        if commit.answer and commit.answer.key in memory.answers:
            return Conflict("key")
        for read in commit.rests_on():
            if len(memory.streams.get(read.stream, Head()).records) != read.version:
                return Conflict("version", read.stream)
        if ended := [s.message_id for s in commit.settled if _at_lease(memory, s) is None]:
            return Conflict("message", ended[0])
        for free in commit.frees:
            self.free(memory, free)
        for take in commit.takes:
            if take.unique and memory.claims.get((take.kind, take.digest), take.owner) != take.owner:
                return Conflict("claim", take.kind)
        for debit in commit.debits:
            budget = (debit.kind, debit.digest, debit.window)
            memory.budgets[budget] = memory.budgets.get(budget, 0) + debit.amount
            if memory.budgets[budget] > debit.limit:
                return Conflict("budget", debit.kind)
        return None

    def free(self, memory: Memory, claim: Claim) -> None:
        """Free the claim if its owner holds it."""
        if not claim.unique:
            memory.marks.discard((claim.kind, claim.digest, claim.owner))
        elif memory.claims.get((claim.kind, claim.digest)) == claim.owner:
            del memory.claims[claim.kind, claim.digest]

    def apply(self, memory: Memory, commit: Commit) -> None:
        """Write all changes of *commit* into *memory*."""
        for append in commit.appends:
            self.append(memory.streams.setdefault(append.stream, Head()), append)
        for take in commit.takes:
            if take.unique:
                memory.claims[take.kind, take.digest] = take.owner
            else:
                memory.marks.add((take.kind, take.digest, take.owner))
        for row in commit.queue:
            memory.queue.pop(row.task, None)
            if row.reviewer:
                memory.queue[row.task] = row
        memory.index.update((row.key, attrs.evolve(row, is_new=False)) for row in commit.index)
        for message in commit.outbox:
            memory.outbox.setdefault(message.message_id, Posted(message.body, message.kind))
        for settlement in commit.settled:
            self.end(memory, settlement)
        self.drop(memory, commit.drops)
        if commit.answer:
            memory.answers[commit.answer.key] = commit.answer
        self.write(memory, commit.documents)

    def append(self, head: Head, append: Append) -> None:
        """Append to a stream."""
        head.records += append.records
        head.status, head.due = append.status, append.due
        if append.snapshot:
            head.base, head.snapshot = len(head.records), append.snapshot

    def write(self, memory: Memory, documents: Sequence[Document]) -> None:
        """Write *documents*; an empty body removes."""
        for document in documents:
            memory.documents.pop((document.kind, document.key), None)
            if document.body:
                memory.documents[document.kind, document.key] = document.body

    def put(self, documents: Sequence[Document], /) -> None:
        """Write *documents*."""
        with self.lock:
            self.write(self.memory, documents)

    # --- outbox ----------------------------------------------------------------------------------------

    def lease(self, sender_id: str, limit: int, terms: LeaseTerms, /) -> Sequence[LeasedMessage]:
        """Take up to *limit* waiting messages: codes, then the fewest attempts, then in order of arrival."""
        with self.lock:
            taken = self.leasable(terms)[:limit]
            if terms.notices is not None:
                self.debit(terms.notices, sum(m.is_new_notice for _, m in taken))
            for _, message in taken:
                message.first_at = message.first_at if message.leases else terms.at
                message.state, message.leased_by, message.leases = "leased", sender_id, message.leases + 1
                message.leased_at = terms.at
            return [_leased(identity, message) for identity, message in taken]

    def leasable(self, terms: LeaseTerms) -> list[tuple[str, Posted]]:
        """Return the messages that may be leased on *terms*, in order."""
        waiting = [(i, m) for i, m in sorted(self.memory.outbox.items(), key=_rank) if self.is_due(m, terms)]
        left = len(waiting) if terms.notices is None else self.left(terms.notices)
        over = [i for i, m in waiting if m.is_new_notice][left:]
        return [(i, m) for i, m in waiting if i not in over]

    def is_due(self, message: Posted, terms: LeaseTerms) -> bool:
        """Return whether a message waits, and its time has come."""
        at_rest = terms.codes_only and message.kind != "code"
        return message.state == "waiting" and not at_rest and (message.due is None or message.due <= terms.at)

    def left(self, notices: Debit) -> int:
        """Return the number of new notices that the budget allows."""
        spent = self.memory.budgets.get((notices.kind, notices.digest, notices.window), 0)
        return max(notices.limit - spent, 0)

    def debit(self, budget: Debit, amount: int) -> None:
        """Take *amount* from *budget*."""
        if amount:
            place = (budget.kind, budget.digest, budget.window)
            self.memory.budgets[place] = self.memory.budgets.get(place, 0) + amount

    def unanswered(self, sender_id: str | None = None, /) -> Sequence[LeasedMessage]:
        """Return the messages leased and never settled, oldest first."""
        with self.lock:
            leased = [(i, m) for i, m in self.memory.outbox.items() if m.state == "leased"]
            return [_leased(i, m) for i, m in leased if sender_id in {None, m.leased_by}]

    def failed(self, limit: int, /) -> Sequence[LeasedMessage]:
        """Return the first *limit* messages that failed, oldest first."""
        with self.lock:
            failed = [_leased(i, m) for i, m in self.memory.outbox.items() if m.state == "failed"]
        return failed[:limit]

    def drop(self, memory: Memory, identities: Sequence[str]) -> None:
        """End messages that must not be sent any more."""
        for message in (memory.outbox[i] for i in identities if i in memory.outbox):
            message.state, message.body = "sent", b""

    def end(self, memory: Memory, settlement: Settlement) -> None:
        """End a lease as *settlement* says."""
        message = memory.outbox[settlement.message_id]
        message.state, message.due, message.code = settlement.state, settlement.due, settlement.code
        if settlement.state == "sent":
            message.body = b""

    def wait(self, timeout_s: float, terms: LeaseTerms, /) -> bool:
        """Wait at most *timeout_s* for a message that may be leased on *terms*."""
        ends = time.monotonic() + timeout_s
        while not self.leasable(terms):
            if time.monotonic() >= ends:
                return False
            time.sleep(0.01)
        return True

    # --- deadlines -------------------------------------------------------------------------------------

    def take_due(self, at: dt.datetime, until: dt.datetime, limit: int, /) -> Sequence[Due]:
        """Take up to *limit* streams due by *at* and hide them until *until*."""
        with self.lock:
            heads = self.memory.streams.items()
            due = sorted((h.due, name, h) for name, h in heads if h.due is not None and h.due <= at)[:limit]
            for _, _, head in due:
                head.due = until
            return [Due(name, len(head.records), when) for when, name, head in due]

    def reschedule(self, dues: Sequence[Due], /) -> None:
        """Set the due times of streams that are still at the named version."""
        with self.lock:
            for due in dues:
                head = self.memory.streams.get(due.stream)
                if head is not None and len(head.records) == due.version:
                    head.due = due.at

    def close(self) -> None:
        """Do nothing: a memory needs no closing."""


_LOCK = RLock()


def _asked_for(row: IndexRow, query: IndexQuery) -> bool:
    wanted = {name: getattr(query, name) for name in ("status", "school", "class_", "guardian", "name")}
    due = query.due_before
    return all(getattr(row, name) == value for name, value in wanted.items() if value) and (
        due is None or (row.due is not None and row.due < due)
    )


def _rows_of(memory: Memory) -> Iterator[StoredRow]:
    for name, head in memory.streams.items():
        yield StoredRow("stream", (name, str(len(head.records)), head.status))
    for (kind, digest), owner in memory.claims.items():
        yield StoredRow("claim", (kind, digest, owner))
    for mark in memory.marks:
        yield StoredRow("mark", mark)
    for names, body in memory.documents.items():
        yield StoredRow("document", names, body)
    for identity, message in memory.outbox.items():
        yield StoredRow("message", (identity, message.state, message.kind), message.body)
    for answer in memory.answers.values():
        yield StoredRow("answer", (answer.key, answer.digest), answer.body)


def _rank(item: tuple[str, Posted]) -> tuple[bool, int]:
    """Return the sort key of leasing."""
    return item[1].kind == "notice", item[1].leases


def _at_lease(memory: Memory, settlement: Settlement) -> Posted | None:
    """Return the leased or failed message whose last lease *settlement* names."""
    message = memory.outbox.get(settlement.message_id)
    if message is None or message.state not in {"leased", "failed"}:
        return None
    return message if message.leases == settlement.fence else None


def _leased(identity: str, message: Posted) -> LeasedMessage:
    return LeasedMessage(
        message_id=identity,
        body=message.body,
        leased_by=message.leased_by,
        fence=message.leases,
        first_at=message.first_at,
        leased_at=message.leased_at,
        code=message.code,
    )
