"""
Convert commits to rows of the tables.

A row holds each value under the name of its column and, for conditions, under that name with `_` appended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from eduid_core.plugins import (
    Append,
    Claim,
    Commit,
    Debit,
    Document,
    IndexRow,
    OutboxRow,
    QueueRow,
    Settlement,
)
from eduid_store_sql.connection import microseconds

__all__ = [
    "are_apart",
    "by_kind",
    "case_row",
    "claim_row",
    "debit_row",
    "document_row",
    "drop_row",
    "event_rows",
    "head_row",
    "message_row",
    "queue_row",
    "settlement_row",
    "snapshot_row",
    "spend",
]


def are_apart(commits: Sequence[Commit]) -> bool:
    """
    Return whether *commits* are independent: no two touch the same stream, claim or answer, none rests on a
    stream that another touches or read at another version, and none touches a budget or a lease.

    A single commit is independent unless it settles a lease, drops a message or requires two versions of a
    stream.
    """
    if len(commits) == 1:
        (only,) = commits
        return not (only.settled or only.drops) and _requires_one_version_each(only)
    touched: set[object] = set()
    seen: dict[object, int] = {}
    for commit in commits:
        if commit.debits or commit.settled or commit.drops:
            return False
        own: set[object] = {a.stream for a in commit.appends}
        own.update([(c.kind, c.digest) for c in commit.takes])
        own.update([(c.kind, c.digest) for c in commit.frees])
        if commit.answer is not None:
            own.add(commit.answer.key)
        if not touched.isdisjoint(own):
            return False
        touched |= own
        if any(seen.setdefault(r.stream, r.version) != r.version for r in commit.reads):
            return False
    return touched.isdisjoint(seen)


def _requires_one_version_each(commit: Commit) -> bool:
    """Return whether *commit* requires no stream at two versions, of which one must be wrong."""
    if not commit.reads:
        return True
    versions: dict[str, int] = {}
    return all(versions.setdefault(r.stream, r.version) == r.version for r in commit.rests_on())


def by_kind(several: Iterable[Claim | Debit]) -> Iterable[tuple[str, set[str]]]:
    """Return the digests of each kind: every key begins with the kind, so each kind is queried separately."""
    digests: dict[str, set[str]] = {}
    for one in several:
        digests.setdefault(one.kind, set()).add(one.digest)
    return digests.items()


def head_row(district: str, append: Append) -> dict[str, Any]:
    """Return the head of the stream after *append*."""
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


def snapshot_row(district: str, append: Append) -> dict[str, Any]:
    """Return the snapshot in *append*."""
    name, version = append.stream, append.expected + len(append.records)
    row = {"district": district, "stream": name, "version": version, "body": append.snapshot}
    return row | {"district_": district, "stream_": name, "name_": name}


def event_rows(district: str, append: Append) -> list[dict[str, Any]]:
    """Return the events of *append*."""
    return [
        {"district": district, "stream": append.stream, "version": version, "type": r.type, "body": r.body}
        for version, r in enumerate(append.records, start=append.expected + 1)
    ]


def claim_row(district: str, kind: str, digest: str, owner: str) -> dict[str, str]:
    """Return the row of a claim or a mark."""
    return {
        "district": district,
        "district_": district,
        "kind": kind,
        "kind_": kind,
        "digest": digest,
        "digest_": digest,
        "owner": owner,
        "owner_": owner,
    }


def document_row(district: str, document: Document) -> dict[str, Any]:
    """Return the row of a document."""
    kind, key, body = document.kind, document.key, document.body
    return {
        "district": district,
        "district_": district,
        "kind": kind,
        "kind_": kind,
        "key": key,
        "key_": key,
        "body": body,
    }


def settlement_row(district: str, settlement: Settlement) -> dict[str, Any]:
    """Return the lease that *settlement* ends, and the new values; a sent message has no body any more."""
    row = {"district_": district, "message_id_": settlement.message_id, "fence": settlement.fence}
    said = {"due": microseconds(settlement.due) or 0, "code": settlement.code}
    return row | said | ({"body": b""} if settlement.state == "sent" else {})


def drop_row(district: str, identity: str) -> dict[str, Any]:
    """Return the row of a dropped message; it has no body any more."""
    return {"district_": district, "message_id_": identity, "body": b""}


def spend(spent: dict[tuple[str, str, str], int], debit: Debit) -> int:
    """Add *debit* to *spent*; return the new total."""
    budget = (debit.kind, debit.digest, debit.window)
    spent[budget] = spent.get(budget, 0) + debit.amount
    return spent[budget]


def debit_row(district: str, debit: Debit) -> dict[str, Any]:
    """Return the amount of *debit*, and the highest total allowed before it."""
    row = {"district": district, "kind": debit.kind, "digest": debit.digest, "window": debit.window}
    under = {f"{name}_": value for name, value in row.items()}
    return {**row, **under, "amount": debit.amount, "most_before": debit.limit - debit.amount}


def queue_row(district: str, row: QueueRow) -> dict[str, Any]:
    """Return the queue row of a task."""
    place = {"district": district, "task": row.task, "reviewer": row.reviewer, "rank": row.rank}
    return place | {"district_": district, "task_": row.task}


def case_row(district: str, row: IndexRow) -> dict[str, Any]:
    """Return the index row of an application."""
    place = {"district": district, "key": row.key, "status": row.status, "school": row.school}
    people = {"class_": row.class_, "guardian": row.guardian, "name": row.name}
    return place | people | {"due": microseconds(row.due), "district_": district, "key_": row.key}


def message_row(district: str, message: OutboxRow) -> dict[str, Any]:
    """Return the row of a waiting message."""
    return {
        "district": district,
        "message_id": message.message_id,
        "body": message.body,
        "kind": message.kind,
    }
