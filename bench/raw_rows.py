"""
What `eduid certify` wrote to SQLite, written again by `sqlite3` alone.

Every row, as often as it was written: the plan first, then what the applications brought, in as many commits as
there were groups; a message is posted, leased and settled. Nothing is computed, read, compared or sealed.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

GROUP, PLANS, BODY = 200, 10, 140
"""Applications a commit, plans of a group a commit, bytes of a message that waits."""
LEASE = (
    "update outbox set state = 'leased', leases = 1, leased_by = ? "
    "where place = ? and leases = 0 and state = 'waiting'"
)
SETTLE = (
    "update outbox set state = 'sent', body = x'' "
    "where district = ? and message_id = ? and state = 'leased' and leases = 1"
)
Transaction = Sequence[tuple[str, Sequence[Sequence[Any]]]]
"""Statements, each with its rows."""


def written_raw(sample: Path, target: Path, applications: int) -> float:
    """Write to *target* what certifying so many *applications* wrote to *sample*; return the seconds."""
    with closing(sqlite3.connect(sample)) as source:
        masters = source.execute("select type, name, sql from sqlite_master where name not like 'sqlite_%'")
        made = masters.fetchall()
        rows = {n: source.execute(f"select * from {n}").fetchall() for kind, n, _ in made if kind == "table"}
    transactions = list(_transactions(rows, -(-applications // GROUP)))
    with closing(sqlite3.connect(target, isolation_level=None)) as raw:
        for _, _, statement in made:
            raw.execute(statement)
        raw.execute("pragma journal_mode=WAL")
        raw.execute("pragma synchronous=FULL")
        began = time.perf_counter()
        for transaction in transactions:
            raw.execute("begin immediate")
            for statement, some in transaction:
                raw.executemany(statement, some)
            raw.execute("commit")
        return time.perf_counter() - began


def _transactions(rows: dict[str, list[Any]], groups: int) -> Iterator[Transaction]:
    plan = [row for row in rows["documents"] if row[1].startswith("plan:")]
    kept = [row for row in rows["documents"] if not row[1].startswith("plan:")]
    sent = rows["outbox"]
    posted = [(*row[:3], "waiting", 0, "", bytes(BODY), *row[7:]) for row in sent]
    for some in _parts(plan, -(-len(plan) // PLANS)):
        yield [_insert("documents", some)]
    tables = {**rows, "documents": kept, "outbox": posted}
    parts = {name: _parts(every, groups) for name, every in tables.items()}
    for number in range(groups):
        yield [_insert(name, several[number]) for name, several in parts.items() if several[number]]
    for some in _parts(sent, groups):
        yield [(LEASE, [(row[5], row[0]) for row in some])]
        yield [(SETTLE, [(row[1], row[2]) for row in some])]


def _parts(rows: list[Any], count: int) -> list[list[Any]]:
    return [rows[len(rows) * n // count : len(rows) * (n + 1) // count] for n in range(count)]


def _insert(name: str, rows: list[Any]) -> tuple[str, list[Any]]:
    return f"insert into {name} values ({','.join('?' * len(rows[0]))})", rows
