"""
The tables, in the portable subset of SQL: unique constraints and version columns carry every invariant.

Times and numbers are integers, bodies are bytes that the service has sealed. The district leads every key, so a
store can be spread by district without a new design.
"""

from __future__ import annotations

import sqlalchemy as sa

__all__ = [
    "METADATA",
    "SCHEMA_VERSION",
    "answers",
    "claims",
    "documents",
    "events",
    "marks",
    "outbox",
    "streams",
]

SCHEMA_VERSION = 1
METADATA = sa.MetaData()

_NAME = sa.String(200)
_DIGEST = sa.String(64)
_COUNT = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _district() -> sa.Column[str]:
    return sa.Column("district", sa.String(12), primary_key=True)


streams = sa.Table(
    "streams",
    METADATA,
    _district(),
    sa.Column("name", _NAME, primary_key=True),
    sa.Column("version", _COUNT, nullable=False),
    sa.Column("status", sa.String(40), nullable=False),
    sa.Index("streams_by_status", "district", "status", "name"),
)

events = sa.Table(
    "events",
    METADATA,
    _district(),
    sa.Column("stream", _NAME, primary_key=True),
    sa.Column("version", _COUNT, primary_key=True, autoincrement=False),
    sa.Column("type", sa.String(60), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

claims = sa.Table(
    "claims",
    METADATA,
    _district(),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("digest", _DIGEST, primary_key=True),
    sa.Column("owner", _NAME, nullable=False),
)
"""Unique: one owner a digest."""

marks = sa.Table(
    "marks",
    METADATA,
    _district(),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("digest", _DIGEST, primary_key=True),
    sa.Column("owner", _NAME, primary_key=True),
)
"""Not unique: many owners a digest."""

outbox = sa.Table(
    "outbox",
    METADATA,
    sa.Column("place", _COUNT, primary_key=True, autoincrement=True),
    sa.Column("district", sa.String(12), nullable=False),
    sa.Column("message_id", sa.String(26), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("leases", _COUNT, nullable=False),
    sa.Column("leased_by", sa.String(100), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("district", "message_id"),
    sa.Index("outbox_by_state", "district", "state", "leases", "place"),
)
"""`state`: waiting, leased, sent. The body of a sent message is destroyed."""

answers = sa.Table(
    "answers",
    METADATA,
    _district(),
    sa.Column("key", _DIGEST, primary_key=True),
    sa.Column("digest", _DIGEST, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

documents = sa.Table(
    "documents",
    METADATA,
    _district(),
    sa.Column("kind", sa.String(80), primary_key=True),
    sa.Column("key", _NAME, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
