"""The store: what the port promises, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
from eduid_store_sql.engine import Database
from eduid_store_sql.statements import Book

__all__ = ["SqlStore"]

_TRIES = 8
"""How often a transaction is tried that others were quicker than."""


class SqlStore:
    """
    A `Store` over a SQLAlchemy URL. *district* keeps the rows of several districts apart.

    Raises:
        AdapterError: `schema_version`: the database was made by a newer version.
    """

    def __init__(self, url: str, *, district: str = "") -> None:
        """Open *url*; make the tables where there are none."""
        self._district = district
        self._database = Database(url)
        self._book = Book(self._database.dialect)
        t.METADATA.create_all(self._database.engine)
        self._check_schema()

    def _check_schema(self) -> None:
        kept = self.documents("store", ["schema"]).get("schema")
        if kept is None:
            self.put([Document("store", "schema", str(t.SCHEMA_VERSION).encode())])
        elif int(kept) != t.SCHEMA_VERSION:
            raise AdapterError("schema_version", "store-sql")

    # --- reading ---------------------------------------------------------------------------------------

    def _among(self, name: str, values: Sequence[str], **row: Any) -> list[Any]:  # noqa: ANN401 - values
        if not values:
            return []
        with self._database.reading() as cursor:
            return list(self._book.among(cursor, name, values, district=self._district, **row))

    def _rows(self, name: str, **row: Any) -> list[Any]:  # noqa: ANN401 - values
        with self._database.reading() as cursor:
            found: list[Any] = self._book[name].run(cursor, {"district": self._district, **row}).fetchall()
            return found

    def load(self, streams: Sequence[str], /) -> Sequence[Stream]:
        """Return the streams named, in order."""
        found: dict[str, list[tuple[int, Record]]] = {}
        for name, version, type_, body in self._among("events", list(dict.fromkeys(streams))):
            found.setdefault(name, []).append((version, Record(type_, body)))
        return [_stream(name, found.get(name, [])) for name in streams]

    def answers(self, keys: Sequence[str], /) -> Sequence[SavedAnswer | None]:
        """Return the answers saved under *keys*, in order."""
        found = {
            key: SavedAnswer(key=key, digest=digest, body=body)
            for key, digest, body in self._among("answers", keys)
        }
        return [found.get(key) for key in keys]

    def holders(self, kind: str, digests: Sequence[str], /) -> Mapping[str, tuple[str, ...]]:
        """Return the owners of the claims and marks of *kind* by digest."""
        found: dict[str, set[str]] = {}
        for name in ("claim_owners", "mark_owners"):
            for digest, owner in self._among(name, digests, kind=kind):
                found.setdefault(digest, set()).add(owner)
        return {digest: tuple(sorted(owners)) for digest, owners in found.items()}

    def documents(self, kind: str, keys: Sequence[str] | None = None, /) -> Mapping[str, bytes]:
        """Return the documents of *kind*: those named, or all, in order of key."""
        if keys is None:
            return dict(self._rows("documents", kind=kind))
        return dict(self._among("documents", sorted(keys), kind=kind))

    def streams(self, prefix: str, status: str, /) -> Sequence[str]:
        """Return the names of the streams that begin with *prefix* and have *status*, sorted."""
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1) if prefix else "\U0010ffff"
        return [name for (name,) in self._rows("streams", status=status, first=prefix, after=after)]

    # --- writing ---------------------------------------------------------------------------------------

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        """
        Make *commits* durable in one transaction.

        Where another process was quicker, they are judged again by what stands now; a group that keeps losing
        is tried one by one, so that only what truly conflicts fails.
        """
        unjudged = len(commits) == 1
        for _ in range(_TRIES):
            try:
                with self._database.writing() as cursor:
                    writer = Writer(cursor, self._book, self._district)
                    return writer.write(commits) if unjudged else writer.judge_and_write(commits)
            except Moved:
                unjudged = False
            except Exception as error:
                if not self._database.is_race(error):
                    raise
                unjudged = False
        if len(commits) == 1:
            return [Conflict("version", commits[0].appends[0].stream if commits[0].appends else "")]
        return [outcome for commit in commits for outcome in self.commit([commit])]

    def put(self, documents: Sequence[Document], /) -> None:
        """Write *documents* in one transaction."""
        with self._database.writing() as cursor:
            Writer(cursor, self._book, self._district).put(documents)

    # --- outbox ----------------------------------------------------------------------------------------

    def lease(self, sender_id: str, limit: int, /) -> Sequence[LeasedMessage]:
        """Take up to *limit* waiting messages; compare-and-swap, so that two relays never take the same."""
        lease, taken = self._book["lease"], []
        with self._database.writing() as cursor:
            waiting = self._book["waiting"].run(cursor, {"district": self._district, "limit": limit}).fetchall()
            for place, identity, body, leases in waiting:
                row = {"place_": place, "leases_": leases, "leases": leases + 1, "leased_by": sender_id}
                # One at a time where another relay works beside this one: what it took is not ours.
                if lease.run(cursor, row).rowcount == 1:
                    taken.append(LeasedMessage(message_id=identity, body=body, leased_by=sender_id))
        return taken

    def unanswered(self, sender_id: str | None = None, /) -> Sequence[LeasedMessage]:
        """Return the messages leased and never settled, oldest first."""
        rows = self._rows("leased", all=1) if sender_id is None else self._rows("leased_by", sender=sender_id)
        return [LeasedMessage(message_id=m, body=body, leased_by=by) for m, body, by in rows]

    def settle(self, receipts: Sequence[Receipt], /) -> None:
        """Sent ends a message and destroys its body; refused puts it back; unknown leaves the lease."""
        with self._database.writing() as cursor:
            for received in (Received.SENT, Received.REFUSED):
                self._book[received.value].run_many(
                    cursor,
                    [
                        {"district_": self._district, "message_id_": r.message_id, "body": b""}
                        for r in receipts
                        if r.received is received
                    ],
                )

    def close(self) -> None:
        """Close every connection."""
        self._database.close()


def _stream(name: str, records: list[tuple[int, Record]]) -> Stream:
    if not records:
        return Stream(name=name)
    records.sort(key=lambda r: r[0])
    return Stream(name=name, version=records[-1][0], records=tuple(record for _, record in records))
