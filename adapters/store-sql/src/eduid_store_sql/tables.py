"""
The tables, in the portable subset of SQL: unique constraints and version columns carry every invariant.

Times and numbers are integers, bodies are bytes that the service has sealed. The district leads every key, so a
store can be distributed by district without a new design. Only the migrations create and change a database; a
test compares these tables with the migrations.
"""

from __future__ import annotations

import sqlalchemy as sa

from eduid_store_sql.columns import body, count, key, place

__all__ = [
    "METADATA",
    "answers",
    "budgets",
    "cases",
    "claims",
    "documents",
    "events",
    "marks",
    "outbox",
    "queue",
    "snapshots",
    "streams",
]

METADATA = sa.MetaData()


def _district() -> sa.Column[str]:
    return sa.Column("district", key(12), primary_key=True)


streams = sa.Table(
    "streams",
    METADATA,
    _district(),
    sa.Column("name", key(200), primary_key=True),
    sa.Column("version", count(), nullable=False),
    sa.Column("status", key(40), nullable=False),
    sa.Column("base", count(), nullable=False, server_default="0"),
    sa.Column("due", count()),
    sa.Index("streams_by_status", "district", "status", "name"),
    sa.Index("streams_by_due", "district", "due"),
)
"""`base`: the version of the snapshot, 0 without one. `due`: the next time to look, in microseconds."""

events = sa.Table(
    "events",
    METADATA,
    _district(),
    sa.Column("stream", key(200), primary_key=True),
    sa.Column("version", count(), primary_key=True, autoincrement=False),
    sa.Column("type", key(60), nullable=False),
    sa.Column("body", body(), nullable=False),
)

snapshots = sa.Table(
    "snapshots",
    METADATA,
    _district(),
    sa.Column("stream", key(200), primary_key=True),
    sa.Column("version", count(), nullable=False, autoincrement=False),
    sa.Column("body", body(), nullable=False),
)

claims = sa.Table(
    "claims",
    METADATA,
    _district(),
    sa.Column("kind", key(40), primary_key=True),
    sa.Column("digest", key(64), primary_key=True),
    sa.Column("owner", key(200), nullable=False),
)
"""Unique: one owner per digest."""

marks = sa.Table(
    "marks",
    METADATA,
    _district(),
    sa.Column("kind", key(40), primary_key=True),
    sa.Column("digest", key(64), primary_key=True),
    sa.Column("owner", key(200), primary_key=True),
)
"""Not unique: many owners a digest."""

budgets = sa.Table(
    "budgets",
    METADATA,
    _district(),
    sa.Column("kind", key(40), primary_key=True),
    sa.Column("digest", key(64), primary_key=True),
    sa.Column("window", key(40), primary_key=True),
    sa.Column("spent", count(), nullable=False),
)

queue = sa.Table(
    "queue",
    METADATA,
    _district(),
    sa.Column("task", key(200), primary_key=True),
    sa.Column("reviewer", key(200), nullable=False),
    sa.Column("rank", count(), nullable=False),
    sa.Index("queue_by_reviewer", "district", "reviewer", "rank", "task"),
)
"""The waiting tasks of each reviewer, in order of rank."""

cases = sa.Table(
    "cases",
    METADATA,
    _district(),
    sa.Column("key", key(200), primary_key=True),
    sa.Column("status", key(40), nullable=False),
    sa.Column("school", key(64), nullable=False),
    sa.Column("class_", key(64), nullable=False),
    sa.Column("guardian", key(64), nullable=False),
    sa.Column("name", key(64), nullable=False),
    sa.Column("due", count()),
    sa.Index("cases_by_status", "district", "status", "key"),
    sa.Index("cases_of_school", "district", "school", "key", "status"),
    sa.Index("cases_of_class", "district", "class_", "key", "status"),
    sa.Index("cases_by_guardian", "district", "guardian", "key"),
    sa.Index("cases_by_name", "district", "name", "key"),
)
"""The rows by which applications are listed: keyed digests, a blank where there is none."""

outbox = sa.Table(
    "outbox",
    METADATA,
    place(),
    sa.Column("district", key(12), nullable=False),
    sa.Column("message_id", key(26), nullable=False),
    sa.Column("state", key(10), nullable=False),
    sa.Column("leases", count(), nullable=False),
    sa.Column("leased_by", key(100), nullable=False),
    sa.Column("body", body(), nullable=False),
    sa.Column("kind", key(10), nullable=False, server_default="notice"),
    sa.Column("due", count(), nullable=False, server_default="0"),
    sa.Column("first_at", count(), nullable=False, server_default="0"),
    sa.Column("leased_at", count(), nullable=False, server_default="0"),
    sa.Column("code", key(64), nullable=False, server_default=""),
    sa.UniqueConstraint("district", "message_id"),
    sa.Index("outbox_by_rank", "district", "state", "kind", "leases", "place"),
)
"""
`state`: waiting, leased, failed, sent; `leases` counts, and so fences, them; `kind`: code or notice; `due`: not
leased before; `first_at`, `leased_at`: the first and the last lease; `code`: that of the last receipt. A sent
message's body is destroyed.
"""

answers = sa.Table(
    "answers",
    METADATA,
    _district(),
    sa.Column("key", key(64), primary_key=True),
    sa.Column("digest", key(64), nullable=False),
    sa.Column("body", body(), nullable=False),
)

documents = sa.Table(
    "documents",
    METADATA,
    _district(),
    sa.Column("kind", key(80), primary_key=True),
    sa.Column("key", key(200), primary_key=True),
    sa.Column("body", body(), nullable=False),
)
