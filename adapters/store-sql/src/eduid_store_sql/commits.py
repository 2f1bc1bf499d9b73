"""
Write commits inside one transaction.

Independent commits are written at once: the constraints of the database refuse a conflicting one, and a commit
that begins its streams is presumed to find no earlier rows. Other commits, and those that a constraint refused,
are first judged against the rows read in the transaction and the changes of earlier commits, which gives the
reason of a refusal; the accepted ones are then written together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from eduid_core.plugins import (
    Append,
    Commit,
    Committed,
    Conflict,
    Debit,
    Document,
    IndexRow,
    OutboxRow,
    QueueRow,
    Settlement,
)
from eduid_store_sql.connection import ReadsChanged
from eduid_store_sql.row_values import (
    by_kind,
    case_row,
    claim_row,
    debit_row,
    document_row,
    drop_row,
    event_rows,
    head_row,
    message_row,
    queue_row,
    settlement_row,
    snapshot_row,
    spend,
)
from eduid_store_sql.statements import StatementBook

__all__ = ["CommitWriter"]

_COMMITTED = Committed()
_ENDS: Final = {"sent": "sent", "waiting": "waiting_again", "failed": "fail"}
"""The state of a message after its lease -> the statement."""
_Held = tuple[bool, str, str, str]
"""A claim or mark: unique or not, kind, digest, owner."""


class CommitWriter:
    """Writes for one district in an open transaction."""

    def __init__(
        self,
        cursor: Any,  # noqa: ANN401 - a driver's cursor
        book: StatementBook,
        district: str,
        *,
        presuming: bool = False,
    ) -> None:
        """
        Use *cursor* in a transaction that the caller begins and ends.

        *presuming*: the rows of a commit that begins its streams are presumed to be new.
        """
        self._cursor, self._book, self._district = cursor, book, district
        self._presuming = presuming
        self._versions: dict[str, int] = {}
        self._owners: dict[tuple[str, str], str | None] = {}
        self._keys: set[str] = set()
        self._spent: dict[tuple[str, str, str], int] = {}
        self._leases: dict[str, int] = {}

    def write(self, commits: Sequence[Commit]) -> list[Committed | Conflict]:
        """Write *commits* without judging them: all succeed, or an error ends the transaction."""
        self._hold(commits)
        self._append([a for c in commits for a in c.appends])
        self._claim(commits)
        self.debit([d for c in commits for d in c.debits])
        self._queue([q for c in commits for q in c.queue])
        self._index([row for c in commits for row in c.index])
        before, after = _drops(commits)
        self._write("drop", [drop_row(self._district, i) for i in before])
        self._post(commits)
        self._settle([s for c in commits for s in c.settled])
        self._write("drop", [drop_row(self._district, i) for i in after])
        self._keep(commits)
        return [_COMMITTED] * len(commits)

    def _begins(self, commit: Commit) -> bool:
        """Return whether all rows of *commit* are presumed to be new."""
        return self._presuming and bool(commit.appends) and not any(a.expected for a in commit.appends)

    def judge_and_write(self, commits: Sequence[Commit]) -> list[Committed | Conflict]:
        """Write the accepted ones of *commits* and return the outcome of each."""
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
        return self._book.among(self._cursor, name, sorted(values), district=self._district, **row)

    def _read(self, commits: Sequence[Commit]) -> None:
        streams = {a.stream for c in commits for a in c.appends} | {r.stream for c in commits for r in c.reads}
        self._versions.update(self._found("versions", streams))
        for kind, digests in by_kind(take for c in commits for take in c.takes if take.unique):
            found = self._found("claim_owners", digests, kind=kind)
            self._owners.update(((kind, digest), owner) for digest, owner in found)
        self._keys.update(k for (k,) in self._found("answered", {c.answer.key for c in commits if c.answer}))
        for kind, digests in by_kind(debit for c in commits for debit in c.debits):
            found = self._found("spent", digests, kind=kind)
            self._spent.update(((kind, digest, window), spent) for digest, window, spent in found)
        settled = self._found("at_lease", {s.message_id for c in commits for s in c.settled})
        self._leases.update((m, fence) for m, fence, state in settled if state in {"leased", "failed"})

    def _judge(self, commit: Commit) -> Conflict | None:
        if commit.answer and commit.answer.key in self._keys:
            return Conflict("key")
        for read in commit.rests_on():
            if self._versions.get(read.stream, 0) != read.version:
                return Conflict("version", read.stream)
        for settlement in commit.settled:
            if self._leases.get(settlement.message_id) != settlement.fence:
                return Conflict("message", settlement.message_id)
        freed = {(f.kind, f.digest, f.owner) for f in commit.frees if f.unique}
        for take in commit.takes:
            owner = self._owners.get((take.kind, take.digest)) if take.unique else None
            if owner not in {None, take.owner} and (take.kind, take.digest, owner) not in freed:
                return Conflict("claim", take.kind)
        after = dict(self._spent)
        for debit in commit.debits:
            if spend(after, debit) > debit.limit:
                return Conflict("budget", debit.kind)
        return None

    def _foresee(self, commit: Commit) -> None:
        """Let the next commits of the group see the changes of this one."""
        for append in commit.appends:
            self._versions[append.stream] = append.expected + len(append.records)
        for free in commit.frees:
            if free.unique and self._owners.get((free.kind, free.digest)) == free.owner:
                self._owners[free.kind, free.digest] = None
        for take in commit.takes:
            if take.unique:
                self._owners[take.kind, take.digest] = take.owner
        ended = (s.message_id for s in commit.settled if s.state != "failed")
        for message in (*ended, *commit.drops):
            self._leases.pop(message, None)
        if commit.answer:
            self._keys.add(commit.answer.key)
        for debit in commit.debits:
            spend(self._spent, debit)

    # --- writing ---------------------------------------------------------------------------------------

    def _write(self, name: str, rows: Sequence[dict[str, Any]]) -> None:
        self._book[name].run_many(self._cursor, rows)

    def _count(self, name: str, rows: Sequence[dict[str, Any]]) -> int:
        """Write *rows*; return the number of changed rows of the table."""
        if not rows:
            return 0
        self._write(name, rows)
        return int(self._cursor.rowcount)

    def _hold(self, commits: Sequence[Commit]) -> None:
        """
        Lock the streams that *commits* rest on until the end of the transaction; streams that they append to
        are compared when they are moved.

        Raises:
            Moved: a stream is at another version.
        """
        reads = {r.stream: r.version for c in commits for r in c.reads}
        for append in (a for c in commits for a in c.appends if reads):
            reads.pop(append.stream, None)
        if reads and dict(self._found("held", set(reads))) != {n: v for n, v in reads.items() if v}:
            raise ReadsChanged

    def _append(self, appends: Sequence[Append]) -> None:
        """
        Write events and stream heads; the version of a head is compared and swapped.

        If several commits of the group append to a stream, it is swapped once for each, in order.
        """
        fresh = [head_row(self._district, a) for a in appends if not a.expected]
        moved = [head_row(self._district, a) for a in appends if a.expected]
        self._write("new_stream", fresh)
        if self._count("move_stream", moved) != len(moved):
            raise ReadsChanged
        self._write("event", [event for a in appends for event in event_rows(self._district, a)])
        kept = {a.stream: a for a in appends if a.snapshot}
        if kept:
            rows = [snapshot_row(self._district, a) for a in kept.values()]
            self._write("rebase", rows)
            self._write("drop_snapshot", rows)
            self._write("snapshot", rows)

    def _claim(self, commits: Sequence[Commit]) -> None:
        """
        Write the final state of every claim after all commits in order: for each (kind, digest, owner) the last
        change counts, and within a commit takes come after frees.
        """
        last: dict[_Held, bool] = {}
        new: set[_Held] = set()
        for commit in commits:
            takes = [(k.unique, k.kind, k.digest, k.owner) for k in commit.takes]
            last.update(((f.unique, f.kind, f.digest, f.owner), False) for f in commit.frees)
            last.update((take, True) for take in takes)
            if self._begins(commit) and not commit.frees:
                new.update(takes)
        if not last:
            return
        for unique, name in ((True, "claim"), (False, "mark")):
            rows = [
                (claim_row(self._district, *held[1:]), taken, held in new)
                for held, taken in last.items()
                if held[0] is unique
            ]
            self._write(f"free_{name}", [row for row, _, is_new in rows if not is_new])
            self._write(name, [row for row, taken, _ in rows if taken])

    def debit(self, debits: Sequence[Debit]) -> None:
        """
        Debit budgets one by one; the limit is part of the condition.

        Raises:
            Moved: a budget has less left than was read.
        """
        for debit in debits:
            row = debit_row(self._district, debit)
            if self._count("debit", [row]) == 0:
                if debit.amount > debit.limit:
                    raise ReadsChanged
                self._write("open_budget", [row])

    def _queue(self, queue: Sequence[QueueRow]) -> None:
        """Write the last queue position of each task."""
        rows = [queue_row(self._district, q) for q in {q.task: q for q in queue}.values()]
        self._write("unqueue", rows)
        self._write("enqueue", [row for row in rows if row["reviewer"]])

    def _index(self, index: Sequence[IndexRow]) -> None:
        """Write the last index row of each application; one that is new has none to replace."""
        last = {row.key: row for row in index}
        begun = {row.key for row in index if row.is_new} if self._presuming else set[str]()
        rows = [case_row(self._district, row) for row in last.values()]
        self._write("drop_case", [row for row in rows if row["key"] not in begun])
        self._write("new_case", rows)

    def _post(self, commits: Sequence[Commit]) -> None:
        """Insert messages into the outbox, each identity only once ever; store the answers."""
        rows: dict[str, OutboxRow] = {}
        for message in (m for c in commits for m in c.outbox):
            rows.setdefault(message.message_id, message)
        if rows:
            for (posted,) in () if self._presuming else self._found("posted", set(rows)):
                del rows[posted]
            self._book.notify(self._cursor, self._district)
        district = self._district
        self._write("post", [message_row(district, m) for m in rows.values()])
        self._write(
            "answer",
            [
                {"district": district, "key": c.answer.key, "digest": c.answer.digest, "body": c.answer.body}
                for c in commits
                if c.answer
            ],
        )

    def _settle(self, settlements: Sequence[Settlement]) -> None:
        """
        End leases.

        Raises:
            Moved: a concurrent transaction has ended a lease since it was judged.
        """
        for state, statement in _ENDS.items():
            rows = [settlement_row(self._district, s) for s in settlements if s.state == state]
            if self._count(statement, rows) != len(rows):
                raise ReadsChanged

    def _keep(self, commits: Sequence[Commit]) -> None:
        """
        Write the documents of *commits*; those of commits that begin their streams are inserted
        without a read.
        """
        begun = [c for c in commits if self._begins(c)]
        if not begun:
            return self.put([d for c in commits for d in c.documents])
        new = [d for c in begun for d in c.documents if d.body]
        self._write("document", [document_row(self._district, d) for d in new])
        return self.put([d for c in commits for d in c.documents if not (d.body and self._begins(c))])

    def put(self, documents: Sequence[Document]) -> None:
        """Write documents; of two with the same key the later one wins, and an empty body removes."""
        last = {(d.kind, d.key): d for d in documents}
        rows = [document_row(self._district, d) for d in last.values()]
        self._write("drop_document", rows)
        self._write("document", [row for row in rows if row["body"]])


def _drops(commits: Sequence[Commit]) -> tuple[list[str], list[str]]:
    """Return what *commits* drop before they post, and after: a message that a later one posts first stands."""
    posted: set[str] = set()
    before: list[str] = []
    after: list[str] = []
    for commit in commits:
        posted.update(message.message_id for message in commit.outbox)
        for dropped in commit.drops:
            (after if dropped in posted else before).append(dropped)
    return before, after
