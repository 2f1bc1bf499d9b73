"""
Rows that predate the ledger: a person sees how many there are, and adopts them by entries of their own.

Nothing is guessed: a row that an entry names otherwise contradicts the ledger, and is not adopted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Final

from eduid_core.plugins import Document, Record, Store, StoredRow
from eduid_core.service.ledger.entries import (
    NOT_COVERED_MARKS,
    LedgerWriter,
    digest_of_answer,
    digest_of_body,
    digest_of_message,
    digest_of_records,
    is_covered,
)
from eduid_core.service.ledger.replay import Expected

__all__ = ["adopt", "predating"]

_BATCH: Final = 500
_SENT: Final = "sent"


def predating(store: Store, expected: Expected, log: str) -> list[StoredRow]:
    """Return the covered rows that no entry names, except the stream *log*."""
    known = {(kind, digest, owner) for kind, digest, owner, _ in expected.claims}

    def is_named(row: StoredRow) -> bool:
        names = row.names
        match row.table:
            case "stream":
                return names[0] in expected.spans or names[0] == log
            case "claim":
                return names in known
            case "mark":
                return names in known or names[0] in NOT_COVERED_MARKS
            case "document":
                return names in expected.documents or not is_covered(Document(names[0], names[1], b""))
            case "message":
                return names[0] in expected.messages
            case "answer":
                return names[0] in expected.answers

    return [row for row in store.inventory() if not is_named(row)]


def adopt(ledger: LedgerWriter, rows: Sequence[StoredRow], *, at: dt.datetime) -> None:
    """Write entries that name *rows* as they stand, marked as adopted at *at*."""
    for start in range(0, len(rows), _BATCH):
        fields: dict[str, Any] = {"at": at.isoformat(), "what": "adopted"}
        for name, value in _named(ledger.store, rows[start : start + _BATCH]):
            fields.setdefault(name, []).append(value)
        ledger.store.put([ledger.authenticated("", fields)])


def _named(store: Store, rows: Sequence[StoredRow]) -> Iterator[tuple[str, Any]]:
    """Yield, for each row, the field of an entry that names it, and the value there."""
    heads = {row.names[0]: row.names[2] for row in rows if row.table == "stream"}
    for stream in store.load(list(heads), whole=True):
        records: Sequence[Record] = stream.records
        types = [record.type for record in records]
        status = heads[stream.name]
        yield "streams", [stream.name, stream.version, types, digest_of_records(records), status]
    for row in rows:
        names = row.names
        match row.table:
            case "claim" | "mark":
                yield "takes", [*names, row.table == "claim"]
            case "document":
                yield "documents", [*names, digest_of_body(row.body)]
            case "answer":
                yield "answers", [names[0], digest_of_answer(names[1], row.body)]
            case "message":
                yield "posts", [names[0], digest_of_message(names[2], row.body)]
                if names[1] == _SENT:
                    yield "settled", names[0]
            case "stream":
                pass
