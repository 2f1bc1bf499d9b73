"""The store: implements the `Store` port in SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from eduid_core.findings import AdapterError
from eduid_core.plugins import (
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
from eduid_store_sql.case_index import CaseIndex
from eduid_store_sql.commits import CommitWriter
from eduid_store_sql.connection import TRIES, DistrictConnection, ReadsChanged
from eduid_store_sql.engine import Database
from eduid_store_sql.outbox import OutboxTable
from eduid_store_sql.row_values import are_apart
from eduid_store_sql.schema import bring_to_head
from eduid_store_sql.timers import TimerTable

__all__ = ["SqlStore"]

_Row = tuple[str, int | None, str, bytes, int, int]
"""The stream, version, type and body of an event; the version and the base of the stream."""
_STOCK: Final[tuple[tuple[StoredTable, str, int], ...]] = (
    ("stream", "stock_streams", 3),
    ("claim", "stock_claims", 3),
    ("mark", "stock_marks", 3),
    ("document", "stock_documents", 2),
    ("message", "stock_messages", 3),
    ("answer", "stock_answers", 2),
)
"""Each table, its statement, and the number of its columns that are names; the next one is a body."""


class SqlStore:
    """
    A `Store` over a SQLAlchemy URL. *district* keeps the rows of several districts apart. At most *connections*
    are used at once; further threads wait their turn. PostgreSQL needs one more for `wait`.

    Raises:
        AdapterError: `schema_foreign`: a SQLite file of another program, which is left unchanged;
            `schema_version`: the database was made by a newer version; `schema_locked`: another process is
            migrating it and does not finish.
    """

    def __init__(self, url: str, *, district: str = "", connections: int = 16) -> None:
        """Open *url*; migrate its tables to the newest schema."""
        self._database = Database(url, connections=connections)
        try:
            bring_to_head(self._database)
        except BaseException:
            self._database.close()
            raise
        self._connection = DistrictConnection(self._database, district)
        self._outbox, self._timers = OutboxTable(self._connection), TimerTable(self._connection)
        self._cases = CaseIndex(self._connection)

    # --- reading ---------------------------------------------------------------------------------------

    def load(self, streams: Sequence[str], /, *, whole: bool = False) -> Sequence[Stream]:
        """
        Return the named streams in order: from their snapshots on, or with every record.

        Raises:
            AdapterError: `stream_incomplete`: the records do not continue one another up to the version of the
                stream, from its snapshot on.
        """
        found: dict[str, list[_Row]] = {}
        for row in self._connection.among("whole" if whole else "events", list(dict.fromkeys(streams))):
            found.setdefault(row[0], []).append(row)
        return [_stream(name, found.get(name, [])) for name in streams]

    def records(self, stream: str, after: int, limit: int, /) -> Sequence[Record]:
        """Return up to *limit* records of *stream* after version *after*, in order."""
        rows = self._connection.rows("records", stream=stream, after=after, limit=limit)
        return [Record(kind, bytes(body)) for kind, body in rows]

    def inventory(self, tables: Sequence[StoredTable] | None = None, /) -> Iterator[StoredRow]:
        """Yield every row of *tables* (None: of all); of a stream its head."""
        for table, statement, names in (s for s in _STOCK if tables is None or s[0] in tables):
            for row in self._connection.rows(statement):
                yield StoredRow(
                    table, tuple(map(str, row[:names])), bytes(row[names]) if names < len(row) else b""
                )

    def answers(self, keys: Sequence[str], /) -> Sequence[SavedAnswer | None]:
        """Return the answers saved under *keys*, in order."""
        found = {
            key: SavedAnswer(key=key, digest=digest, body=body)
            for key, digest, body in self._connection.among("answers", keys)
        }
        return [found.get(key) for key in keys]

    def holders(self, kind: str, digests: Sequence[str], /) -> Mapping[str, tuple[str, ...]]:
        """Return the owners of the claims and marks of *kind* by digest."""
        found: dict[str, set[str]] = {}
        for name in ("claim_owners", "mark_owners"):
            for digest, owner in self._connection.among(name, digests, kind=kind):
                found.setdefault(digest, set()).add(owner)
        return {digest: tuple(sorted(owners)) for digest, owners in found.items()}

    def documents(self, kind: str, keys: Sequence[str] | None = None, /) -> Mapping[str, bytes]:
        """Return the named documents of *kind*, or all of them, in order of key."""
        if keys is None:
            return dict(self._connection.rows("documents", kind=kind))
        return dict(sorted(self._connection.among("documents", keys, kind=kind)))

    def streams(self, prefix: str, status: str | None, /) -> Sequence[str]:
        """
        Return the names, sorted, of the streams that begin with *prefix* and have *status*, or any status if
        None.
        """
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1) if prefix else "\U0010ffff"
        about = {"first": prefix, "after": after}
        found = (
            self._connection.rows("all_streams", **about)
            if status is None
            else self._connection.rows("streams", status=status, **about)
        )
        return [name for (name,) in found]

    def queue(self, reviewer: str, limit: int, /) -> Sequence[QueueRow]:
        """Return the first *limit* tasks that wait for *reviewer*, by rank, then by name."""
        rows = self._connection.rows("queue", reviewer=reviewer, limit=limit)
        return [QueueRow(task=task, reviewer=reviewer, rank=rank) for task, rank in rows]

    def find_rows(self, query: IndexQuery, /) -> Sequence[IndexRow]:
        """Return the first rows of the index that *query* asks for, by key."""
        return self._cases.find(query)

    def count_rows(self, query: IndexQuery, by: Literal["status", "school", "class_"], /) -> Mapping[str, int]:
        """Return the number of rows that *query* asks for, by their value of *by*."""
        return self._cases.count(query, by)

    # --- writing ---------------------------------------------------------------------------------------

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        """
        Make *commits* durable in one transaction.

        After a lost race they are judged again by the current state; a group that keeps losing is retried one
        by one, so that only truly conflicting commits fail.
        """
        outcomes = self._committed(commits)
        self._scrub([d for c in commits for d in c.documents])
        return outcomes

    def _committed(self, commits: Sequence[Commit]) -> Sequence[Committed | Conflict]:
        unjudged = are_apart(commits)
        for _ in range(TRIES):
            try:
                with self._database.writing() as cursor:
                    writer = CommitWriter(
                        cursor, self._connection.book, self._connection.district, presuming=unjudged
                    )
                    return writer.write(commits) if unjudged else writer.judge_and_write(commits)
            except ReadsChanged:
                unjudged = False
            except self._database.Error as error:
                if not self._database.is_race(error):
                    raise
                unjudged = False
        if len(commits) == 1:
            return [Conflict("version", commits[0].appends[0].stream if commits[0].appends else "")]
        return [outcome for commit in commits for outcome in self._committed([commit])]

    def put(self, documents: Sequence[Document], /) -> None:
        """Write *documents* in one transaction."""
        book, district = self._connection.book, self._connection.district
        self._connection.write(lambda cursor: CommitWriter(cursor, book, district).put(documents))
        self._scrub(documents)

    def _scrub(self, documents: Sequence[Document]) -> None:
        """Remove deleted data, such as the key of an erased person, from the disk too."""
        if any(document.secret and not document.body for document in documents):
            self._database.scrub()

    # --- outbox and deadlines --------------------------------------------------------------------------

    def lease(self, sender_id: str, limit: int, terms: LeaseTerms, /) -> Sequence[LeasedMessage]:
        """Take up to *limit* messages that may be leased on *terms*; durable when this returns."""
        return self._outbox.lease(sender_id, limit, terms)

    def unanswered(self, sender_id: str | None = None, /) -> Sequence[LeasedMessage]:
        """Return the messages leased and never settled, oldest first."""
        return self._outbox.unanswered(sender_id)

    def failed(self, limit: int, /) -> Sequence[LeasedMessage]:
        """Return the first *limit* messages that failed, oldest first."""
        return self._outbox.failed(limit)

    def wait(self, timeout_s: float, terms: LeaseTerms, /) -> bool:
        """
        Wait at most *timeout_s* for a message that may be leased on *terms*; PostgreSQL wakes the caller at
        once.
        """
        return self._outbox.wait(timeout_s, terms)

    def take_due(self, at: dt.datetime, until: dt.datetime, limit: int, /) -> Sequence[Due]:
        """Take up to *limit* streams due by *at* and hide them until *until*."""
        return self._timers.take_due(at, until, limit)

    def reschedule(self, dues: Sequence[Due], /) -> None:
        """Set the due times of streams that are still at the named version."""
        self._timers.reschedule(dues)

    def close(self) -> None:
        """Close every connection."""
        self._outbox.close()
        self._database.close()


def _stream(name: str, rows: list[_Row]) -> Stream:
    """Combine the rows of a stream; the snapshot is the row without a type."""
    if not rows:
        return Stream(name=name)
    *_, head, base = rows[0]
    there = sorted((row for row in rows if row[1] is not None), key=lambda row: row[1] or 0)
    snapshot = b""
    if base and there and not there[0][2] and there[0][1] == base:
        snapshot = bytes(there.pop(0)[3])
    if [row[1] for row in there] != list(range(base + 1, head + 1)) or bool(base) != bool(snapshot):
        raise AdapterError("stream_incomplete", "store-sql")
    records = tuple(Record(row[2], row[3]) for row in there)
    return Stream(name=name, version=head, records=records, base=base, snapshot=snapshot)
