"""
The comparison of a store with its ledger: every covered row is named by an entry, and as the entry says.

Covered are events and the heads of their streams, claims and marks, documents (data keys, runs and their plans,
second factors), messages (waiting or sent) and answers. Read records are entries themselves. Snapshots are held
by their seal. Not covered are leases, budgets, queues, deadlines and sessions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeVar

import attrs

from eduid_core.findings import AdapterError
from eduid_core.plugins import Document, Store, StoredRow, Stream
from eduid_core.service.ledger.entries import (
    NOT_COVERED_MARKS,
    digest_of_answer,
    digest_of_body,
    digest_of_message,
    digest_of_records,
    is_covered,
)
from eduid_core.service.ledger.replay import Expected, Span

__all__ = ["Change", "Contradiction", "Table", "compared"]

Table = Literal["events", "claims", "documents", "messages", "answers"]
Change = Literal["added", "removed", "changed"]
_BATCH: Final = 1000
_Key = TypeVar("_Key", str, tuple[str, str])


@attrs.frozen(order=True)
class Contradiction:
    """A row that contradicts the ledger: its table, its name without any personal data, what was done to it."""

    table: Table
    name: str
    change: Change


def compared(store: Store, expected: Expected, *, log: tuple[str, str]) -> Iterator[Contradiction]:
    """Yield every row of *store* that is not as *expected*; *log* is the stream of the log, and its status."""
    rows: dict[str, list[StoredRow]] = {}
    for row in store.inventory():
        rows.setdefault(row.table, []).append(row)
    heads = {row.names[0]: row for row in rows.get("stream", ())}
    own = heads.pop(log[0], None)
    if own is not None and own.names[2] != log[1]:
        yield Contradiction("events", log[0], "changed")
    yield from _streams(store, expected, heads)
    yield from _claims(expected, [*rows.get("claim", ()), *rows.get("mark", ())])
    yield from _documents(expected, rows.get("document", ()))
    yield from _answers(expected, rows.get("answer", ()))
    yield from _messages(expected, rows.get("message", ()))


def _streams(store: Store, expected: Expected, heads: dict[str, StoredRow]) -> Iterator[Contradiction]:
    for name in sorted(heads.keys() - expected.spans.keys()):
        yield Contradiction("events", name, "added")
    known = sorted(expected.spans)
    for start in range(0, len(known), _BATCH):
        for name, stream in _loaded(store, known[start : start + _BATCH]):
            if name not in heads:
                yield Contradiction("events", name, "removed")
            elif stream is None or not _is_as_recorded(stream, heads[name], expected):
                yield Contradiction("events", name, "changed")


def _loaded(store: Store, names: Sequence[str]) -> Iterator[tuple[str, Stream | None]]:
    """Yield the whole streams; None for a stream whose events have a gap, or whose snapshot is missing."""
    try:
        store.load(names)
        yield from zip(names, store.load(names, whole=True), strict=True)
    except AdapterError:
        if len(names) == 1:
            yield names[0], None
            return
        for name in names:
            yield from _loaded(store, [name])


def _is_as_recorded(stream: Stream, head: StoredRow, expected: Expected) -> bool:
    _, version, status = head.names
    return (
        stream.version == int(version)
        and status == expected.statuses.get(stream.name, status)
        and _matches(stream, sorted(expected.spans[stream.name]))
    )


def _matches(stream: Stream, spans: Sequence[Span]) -> bool:
    """Return whether the records of *stream* match, span by span, those of its entries."""
    at = 0
    for start, stop, digest in spans:
        if start != at or digest_of_records(stream.records[start:stop]) != digest:
            return False
        at = stop
    return at == stream.version


def _claims(expected: Expected, rows: Sequence[StoredRow]) -> Iterator[Contradiction]:
    found = {
        (*row.names, row.table == "claim")
        for row in rows
        if row.table == "claim" or row.names[0] not in NOT_COVERED_MARKS
    }
    wanted: set[tuple[object, ...]] = {*expected.claims}
    for kind, digest, owner, _ in sorted(found ^ wanted, key=str):
        change: Change = "added" if any(f[:3] == (kind, digest, owner) for f in (found - wanted)) else "removed"
        yield Contradiction("claims", f"{kind}/{str(digest)[:12]} of {owner}", change)


def _documents(expected: Expected, rows: Sequence[StoredRow]) -> Iterator[Contradiction]:
    found = {
        (row.names[0], row.names[1]): digest_of_body(row.body)
        for row in rows
        if is_covered(Document(row.names[0], row.names[1], b""))
    }
    for (kind, key), change in _differences(found, expected.documents):
        yield Contradiction("documents", f"{kind}/{key}", change)


def _answers(expected: Expected, rows: Sequence[StoredRow]) -> Iterator[Contradiction]:
    found = {row.names[0]: digest_of_answer(row.names[1], row.body) for row in rows}
    for key, change in _differences(found, expected.answers):
        yield Contradiction("answers", key[:12], change)


def _messages(expected: Expected, rows: Sequence[StoredRow]) -> Iterator[Contradiction]:
    found = {row.names[0]: row for row in rows}
    for name in sorted(found.keys() ^ expected.messages.keys()):
        yield Contradiction("messages", name, "added" if name in found else "removed")
    for name in sorted(found.keys() & expected.messages.keys()):
        _, state, kind = found[name].names
        body = found[name].body
        if name in expected.sent:
            right = state == "sent" and not body
        else:
            is_open = (state == "failed") == (name in expected.failed) and state != "sent"
            right = is_open and digest_of_message(kind, body) in expected.messages[name]
        if not right:
            yield Contradiction("messages", name, "changed")


def _differences(found: dict[_Key, str], wanted: dict[_Key, str]) -> Iterator[tuple[_Key, Change]]:
    for key in sorted(found.keys() | wanted.keys()):
        if key not in wanted:
            yield key, "added"
        elif key not in found:
            yield key, "removed"
        elif found[key] != wanted[key]:
            yield key, "changed"
