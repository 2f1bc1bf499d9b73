"""The store: what the port promises, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from eduid_core.findings import AdapterError
from eduid_core.plugins import (
    Commit,
    Committed,
    Conflict,
    Document,
    LeasedMessage,
    Receipt,
    Received,
    Record,
    SavedAnswer,
    Stream,
)
from eduid_store_sql import tables as t
from eduid_store_sql.commits import Moved, Writer
from eduid_store_sql.engine import reader_and_writer

__all__ = ["SqlStore"]

_IN_MANY = 500
"""Values in one IN list: below every engine's limit."""


class SqlStore:
    """
    A `Store` over a SQLAlchemy URL. *district* keeps the rows of several districts apart.

    Raises:
        AdapterError: `schema_version`: the database was made by a newer version.
    """

    def __init__(self, url: str, *, district: str = "") -> None:
        """Open *url*; make the tables where there are none."""
        self._district = district
        self._reader, self._writer = reader_and_writer(url)
        t.METADATA.create_all(self._writer)
        self._check_schema()

    def _check_schema(self) -> None:
        kept = self.documents("store", ["schema"]).get("schema")
        if kept is None:
            self.put([Document("store", "schema", str(t.SCHEMA_VERSION).encode())])
        elif int(kept) != t.SCHEMA_VERSION:
            raise AdapterError("schema_version", "store-sql")

    # --- reading ---------------------------------------------------------------------------------------

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with self._reader.connect() as connection:
            return connection.execute(query).all()

    def _among(self, query: sa.Select[Any], column: sa.Column[Any], values: Sequence[str]) -> list[Any]:
        rows: list[Any] = []
        for start in range(0, len(values), _IN_MANY):
            rows += self._rows(query.where(column.in_(values[start : start + _IN_MANY])))
        return rows

    def load(self, streams: Sequence[str], /) -> Sequence[Stream]:
        """Return the streams named, in order."""
        e = t.events.c
        query = sa.select(e.stream, e.version, e.type, e.body).where(e.district == self._district)
        found: dict[str, list[tuple[int, Record]]] = {}
        for name, version, type_, body in self._among(query, e.stream, list(dict.fromkeys(streams))):
            found.setdefault(name, []).append((version, Record(type_, body)))
        return [_stream(name, sorted(found.get(name, ()), key=lambda r: r[0])) for name in streams]

    def answers(self, keys: Sequence[str], /) -> Sequence[SavedAnswer | None]:
        """Return the answers saved under *keys*, in order."""
        a = t.answers.c
        query = sa.select(a.key, a.digest, a.body).where(a.district == self._district)
        found = {
            r.key: SavedAnswer(key=r.key, digest=r.digest, body=r.body) for r in self._among(query, a.key, keys)
        }
        return [found.get(key) for key in keys]

    def holders(self, kind: str, digests: Sequence[str], /) -> Mapping[str, tuple[str, ...]]:
        """Return the owners of the claims and marks of *kind* by digest."""
        found: dict[str, set[str]] = {}
        for table in (t.claims, t.marks):
            c = table.c
            query = sa.select(c.digest, c.owner).where(c.district == self._district, c.kind == kind)
            for digest, owner in self._among(query, c.digest, digests):
                found.setdefault(digest, set()).add(owner)
        return {digest: tuple(sorted(owners)) for digest, owners in found.items()}

    def documents(self, kind: str, keys: Sequence[str] | None = None, /) -> Mapping[str, bytes]:
        """Return the documents of *kind*: those named, or all, in order of key."""
        d = t.documents.c
        query = sa.select(d.key, d.body).where(d.district == self._district, d.kind == kind).order_by(d.key)
        rows = self._rows(query) if keys is None else self._among(query, d.key, keys)
        return {row.key: row.body for row in rows}

    def streams(self, prefix: str, status: str, /) -> Sequence[str]:
        """Return the names of the streams that begin with *prefix* and have *status*, sorted."""
        s = t.streams.c
        query = (
            sa.select(s.name)
            .where(s.district == self._district, s.status == status, s.name.startswith(prefix, autoescape=True))
            .order_by(s.name)
        )
        return [row.name for row in self._rows(query)]

    # --- writing ---------------------------------------------------------------------------------------

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        """
        Make *commits* durable in one transaction.

        Where another process was quicker, they are tried one by one, so that only what truly conflicts fails.
        """
        try:
            with self._writer.begin() as connection:
                return Writer(connection, self._district).write(commits)
        except (sa.exc.IntegrityError, Moved):
            if len(commits) == 1:
                return [self._why(commits[0])]
        return [outcome for commit in commits for outcome in self.commit([commit])]

    def _why(self, commit: Commit) -> Conflict:
        """Return what stands in the way of *commit* now."""
        with self._writer.begin() as connection:
            found = Writer(connection, self._district).conflict_of(commit)
        return found or Conflict("version")

    def put(self, documents: Sequence[Document], /) -> None:
        """Write *documents* in one transaction."""
        with self._writer.begin() as connection:
            Writer(connection, self._district).put(documents)

    # --- outbox ----------------------------------------------------------------------------------------

    def lease(self, sender_id: str, limit: int, /) -> Sequence[LeasedMessage]:
        """Take up to *limit* waiting messages; compare-and-swap, so that two relays never take the same."""
        o = t.outbox.c
        waiting = (
            sa.select(o.place, o.message_id, o.body)
            .where(o.district == self._district, o.state == "waiting")
            .order_by(o.leases, o.place)
            .limit(limit)
        )
        with self._writer.begin() as connection:
            rows = connection.execute(waiting).all()
            # One at a time where another relay works beside this one: what it took is not ours.
            taken = [
                r for r in rows if connection.execute(_LEASE, {"p": r.place, "s": sender_id}).rowcount == 1
            ]
        return [LeasedMessage(message_id=r.message_id, body=r.body, leased_by=sender_id) for r in taken]

    def unanswered(self, sender_id: str | None = None, /) -> Sequence[LeasedMessage]:
        """Return the messages leased and never settled, oldest first."""
        o = t.outbox.c
        query = sa.select(o.message_id, o.body, o.leased_by).where(
            o.district == self._district, o.state == "leased"
        )
        if sender_id is not None:
            query = query.where(o.leased_by == sender_id)
        rows = self._rows(query.order_by(o.place))
        return [LeasedMessage(message_id=r.message_id, body=r.body, leased_by=r.leased_by) for r in rows]

    def settle(self, receipts: Sequence[Receipt], /) -> None:
        """Sent ends a message and destroys its body; refused puts it back; unknown leaves the lease."""
        with self._writer.begin() as connection:
            for received, statement in _SETTLE.items():
                ids = [r.message_id for r in receipts if r.received is received]
                if ids:
                    connection.execute(statement, [{"d": self._district, "m": m} for m in ids])

    def close(self) -> None:
        """Close every connection."""
        self._reader.dispose()
        self._writer.dispose()


_LEASE = (
    t.outbox.update()
    .where(t.outbox.c.place == sa.bindparam("p"), t.outbox.c.state == "waiting")
    .values(state="leased", leased_by=sa.bindparam("s"), leases=t.outbox.c.leases + 1)
)
_LEASED = t.outbox.update().where(
    t.outbox.c.district == sa.bindparam("d"),
    t.outbox.c.message_id == sa.bindparam("m"),
    t.outbox.c.state == "leased",
)
_SETTLE = {
    Received.SENT: _LEASED.values(state="sent", body=b""),
    Received.REFUSED: _LEASED.values(state="waiting", leased_by=""),
}


def _stream(name: str, records: list[tuple[int, Record]]) -> Stream:
    return Stream(
        name=name, version=records[-1][0] if records else 0, records=tuple(record for _, record in records)
    )
