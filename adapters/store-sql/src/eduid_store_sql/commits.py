"""
Writing commits inside one transaction.

One commit alone is written at once: the database's own constraints refuse what does not stand. Several are
first judged against what the transaction reads and what the commits before each change; those that stand are
then written together. A commit refused by a constraint is judged the second time, to say why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from eduid_core.plugins import Append, Claim, Commit, Committed, Conflict, Debit, Document, OutboxRow, QueueRow
from eduid_store_sql.desk import Moved, microseconds
from eduid_store_sql.statements import Book

__all__ = ["Writer"]

_COMMITTED = Committed()


class Writer:
    """Writes for one district over one open transaction."""

    def __init__(self, cursor: Any, book: Book, district: str, *, piped: bool = False) -> None:  # noqa: ANN401
        """Use *cursor*, whose transaction the caller began and ends; *piped*: answers come late."""
        self._cursor, self._book, self._district, self._piped = cursor, book, district, piped
        self._versions: dict[str, int] = {}
        self._owners: dict[tuple[str, str], str | None] = {}
        self._keys: set[str] = set()
        self._spent: dict[tuple[str, str, str], int] = {}

    def write(self, commits: Sequence[Commit]) -> list[Committed | Conflict]:
        """Write *commits* unjudged: all of them stand, or an error ends the transaction."""
        self._append([a for c in commits for a in c.appends])
        self._claim(commits)
        self.debit([d for c in commits for d in c.debits])
        self._queue([q for c in commits for q in c.queue])
        self._post(commits)
        self.put([d for c in commits for d in c.documents])
        return [_COMMITTED] * len(commits)

    def judge_and_write(self, commits: Sequence[Commit]) -> list[Committed | Conflict]:
        """Write those of *commits* that stand and return each one's outcome."""
        self._read(commits)
        outcomes: list[Committed | Conflict] = []
        standing: list[Commit] = []
        for commit in commits:
            conflict = self._judge(commit)
            outcomes.append(conflict or _COMMITTED)
            if conflict is None:
                self._foresee(commit)
                standing.append(commit)
        self.write(standing)
        return outcomes

    # --- judging ---------------------------------------------------------------------------------------

    def _found(self, name: str, values: set[str], **row: str) -> Any:  # noqa: ANN401 - rows
        cursor = self._cursor.connection.cursor() if self._piped else self._cursor
        return self._book.among(cursor, name, sorted(values), district=self._district, **row)

    def _read(self, commits: Sequence[Commit]) -> None:
        self._versions.update(self._found("versions", {a.stream for c in commits for a in c.appends}))
        for kind, digests in _by_kind(take for c in commits for take in c.takes if take.unique):
            found = self._found("claim_owners", digests, kind=kind)
            self._owners.update(((kind, digest), owner) for digest, owner in found)
        self._keys.update(k for (k,) in self._found("answered", {c.answer.key for c in commits if c.answer}))
        for kind, digests in _by_kind(debit for c in commits for debit in c.debits):
            found = self._found("spent", digests, kind=kind)
            self._spent.update(((kind, digest, window), spent) for digest, window, spent in found)

    def _judge(self, commit: Commit) -> Conflict | None:
        if commit.answer and commit.answer.key in self._keys:
            return Conflict("key")
        for append in commit.appends:
            if self._versions.get(append.stream, 0) != append.expected:
                return Conflict("version", append.stream)
        freed = {(f.kind, f.digest, f.owner) for f in commit.frees if f.unique}
        for take in commit.takes:
            owner = self._owners.get((take.kind, take.digest)) if take.unique else None
            if owner not in {None, take.owner} and (take.kind, take.digest, owner) not in freed:
                return Conflict("claim", take.kind)
        after = dict(self._spent)
        for debit in commit.debits:
            if _spend(after, debit) > debit.limit:
                return Conflict("budget", debit.kind)
        return None

    def _foresee(self, commit: Commit) -> None:
        """Let the next commits of the group see what this one changes."""
        for append in commit.appends:
            self._versions[append.stream] = append.expected + len(append.records)
        for free in commit.frees:
            if free.unique and self._owners.get((free.kind, free.digest)) == free.owner:
                self._owners[free.kind, free.digest] = None
        for take in commit.takes:
            if take.unique:
                self._owners[take.kind, take.digest] = take.owner
        if commit.answer:
            self._keys.add(commit.answer.key)
        for debit in commit.debits:
            _spend(self._spent, debit)

    # --- writing ---------------------------------------------------------------------------------------

    def _write(self, name: str, rows: Sequence[dict[str, Any]]) -> None:
        self._book[name].run_many(self._cursor, rows)

    def _count(self, name: str, rows: Sequence[dict[str, Any]]) -> int:
        """Write *rows*; return how many rows of the table were changed."""
        statement = self._book[name]
        if not self._piped:
            return statement.run_many(self._cursor, rows)
        cursors = [statement.run(self._cursor.connection.cursor(), row) for row in rows]
        for cursor in cursors:
            with suppress(cursor.connection.ProgrammingError):
                cursor.fetchone()  # there is no row to fetch; asking waits for the count
        return sum(cursor.rowcount for cursor in cursors)

    def _append(self, appends: Sequence[Append]) -> None:
        """
        Write events and stream heads, a head's version compared and swapped.

        A stream that several commits of the group append to is swapped once for each, in order.
        """
        fresh = [_head(self._district, a) for a in appends if not a.expected]
        moved = [_head(self._district, a) for a in appends if a.expected]
        self._write("new_stream", fresh)
        if self._count("move_stream", moved) != len(moved):
            raise Moved
        self._write("event", [event for a in appends for event in _events(self._district, a)])
        kept = {a.stream: a for a in appends if a.snapshot}
        if kept:
            rows = [_snapshot(self._district, a) for a in kept.values()]
            self._write("rebase", rows)
            self._write("drop_snapshot", rows)
            self._write("snapshot", rows)

    def _claim(self, commits: Sequence[Commit]) -> None:
        """
        Leave every claim as the commits, in their order, leave it: of one (kind, digest, owner) the last word
        counts, and within a commit takes come after frees.
        """
        last: dict[tuple[bool, str, str, str], bool] = {}
        for commit in commits:
            last.update(((f.unique, f.kind, f.digest, f.owner), False) for f in commit.frees)
            last.update(((k.unique, k.kind, k.digest, k.owner), True) for k in commit.takes)
        if not last:
            return
        for unique, name in ((True, "claim"), (False, "mark")):
            rows = [(_claim(self._district, *key), taken) for (u, *key), taken in last.items() if u is unique]
            self._write(f"free_{name}", [row for row, _ in rows])
            self._write(name, [row for row, taken in rows if taken])

    def debit(self, debits: Sequence[Debit]) -> None:
        """
        Take from budgets, one by one; the limit is part of the condition.

        Raises:
            Moved: one of them has less left than was seen.
        """
        for debit in debits:
            row = _debit(self._district, debit)
            if self._count("debit", [row]) == 0:
                if debit.amount > debit.limit:
                    raise Moved
                self._write("open_budget", [row])

    def _queue(self, queue: Sequence[QueueRow]) -> None:
        """Leave each task where the last word puts it."""
        rows = [_queued(self._district, q) for q in {q.task: q for q in queue}.values()]
        self._write("unqueue", rows)
        self._write("enqueue", [row for row in rows if row["reviewer"]])

    def _post(self, commits: Sequence[Commit]) -> None:
        """Put messages in the outbox, one for each identity for ever; keep the answers."""
        rows: dict[str, OutboxRow] = {}
        for message in (m for c in commits for m in c.outbox):
            rows.setdefault(message.message_id, message)
        if rows:
            for (posted,) in self._found("posted", set(rows)):
                del rows[posted]
            self._book.notify(self._cursor, self._district)
        district = self._district
        self._write("post", [_posted(district, m) for m in rows.values()])
        self._write(
            "answer",
            [
                {"district": district, "key": c.answer.key, "digest": c.answer.digest, "body": c.answer.body}
                for c in commits
                if c.answer
            ],
        )

    def put(self, documents: Sequence[Document]) -> None:
        """Write documents; of two under one key the later stands, and an empty body removes."""
        last = {(d.kind, d.key): d for d in documents}
        rows = [_document(self._district, d) for d in last.values()]
        self._write("drop_document", rows)
        self._write("document", [row for row in rows if row["body"]])


def _by_kind(several: Iterable[Claim | Debit]) -> Iterable[tuple[str, set[str]]]:
    """Return the digests of each kind: every key begins with the kind, so each is asked for on its own."""
    digests: dict[str, set[str]] = {}
    for one in several:
        digests.setdefault(one.kind, set()).add(one.digest)
    return digests.items()


# A row holds each value under the name of its column and, for conditions, under that name with `_` behind.


def _head(district: str, append: Append) -> dict[str, Any]:
    return {
        "district": district,
        "district_": district,
        "name": append.stream,
        "name_": append.stream,
        "expected": append.expected,
        "version": append.expected + len(append.records),
        "status": append.status,
        "due": microseconds(append.due),
    }


def _snapshot(district: str, append: Append) -> dict[str, Any]:
    name, version = append.stream, append.expected + len(append.records)
    row = {"district": district, "stream": name, "version": version, "body": append.snapshot}
    return row | {"district_": district, "stream_": name, "name_": name}


def _events(district: str, append: Append) -> list[dict[str, Any]]:
    return [
        {"district": district, "stream": append.stream, "version": version, "type": r.type, "body": r.body}
        for version, r in enumerate(append.records, start=append.expected + 1)
    ]


def _claim(district: str, kind: str, digest: str, owner: str) -> dict[str, str]:
    row = {"district": district, "kind": kind, "digest": digest, "owner": owner}
    return row | {f"{name}_": value for name, value in row.items()}


def _document(district: str, document: Document) -> dict[str, Any]:
    kind, key = document.kind, document.key
    row = {"district": district, "kind": kind, "key": key, "body": document.body}
    return row | {"district_": district, "kind_": kind, "key_": key}


def _spend(spent: dict[tuple[str, str, str], int], debit: Debit) -> int:
    """Add *debit* to *spent*; return what is spent then."""
    budget = (debit.kind, debit.digest, debit.window)
    spent[budget] = spent.get(budget, 0) + debit.amount
    return spent[budget]


def _debit(district: str, debit: Debit) -> dict[str, Any]:
    row = {"district": district, "kind": debit.kind, "digest": debit.digest, "window": debit.window}
    under = {f"{name}_": value for name, value in row.items()}
    return {**row, **under, "amount": debit.amount, "most_before": debit.limit - debit.amount}


def _posted(district: str, message: OutboxRow) -> dict[str, Any]:
    return {
        "district": district,
        "message_id": message.message_id,
        "body": message.body,
        "kind": message.kind,
    }


def _queued(district: str, row: QueueRow) -> dict[str, Any]:
    place = {"district": district, "task": row.task, "reviewer": row.reviewer, "rank": row.rank}
    return place | {"district_": district, "task_": row.task}
