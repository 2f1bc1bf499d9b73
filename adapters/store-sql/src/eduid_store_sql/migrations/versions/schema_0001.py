"""The first schema, as the first release made it on SQLite."""

from __future__ import annotations

import sqlalchemy as sa

from eduid_store_sql.columns import body, count, key, place
from eduid_store_sql.migrations import steps

revision, down_revision = "0001", None


def _district() -> sa.Column[str]:
    return sa.Column("district", key(12), primary_key=True)


def upgrade() -> None:
    """Create the tables."""
    steps.create_table(
        "streams",
        _district(),
        sa.Column("name", key(200), primary_key=True),
        sa.Column("version", count(), nullable=False),
        sa.Column("status", key(40), nullable=False),
    )
    steps.create_index("streams_by_status", "streams", ["district", "status", "name"])
    steps.create_table(
        "events",
        _district(),
        sa.Column("stream", key(200), primary_key=True),
        sa.Column("version", count(), primary_key=True, autoincrement=False),
        sa.Column("type", key(60), nullable=False),
        sa.Column("body", body(), nullable=False),
    )
    _claims_and_marks()
    _outbox()
    steps.create_table(
        "answers",
        _district(),
        sa.Column("key", key(64), primary_key=True),
        sa.Column("digest", key(64), nullable=False),
        sa.Column("body", body(), nullable=False),
    )
    steps.create_table(
        "documents",
        _district(),
        sa.Column("kind", key(80), primary_key=True),
        sa.Column("key", key(200), primary_key=True),
        sa.Column("body", body(), nullable=False),
    )


def _claims_and_marks() -> None:
    for name, owner_is_key in (("claims", False), ("marks", True)):
        steps.create_table(
            name,
            _district(),
            sa.Column("kind", key(40), primary_key=True),
            sa.Column("digest", key(64), primary_key=True),
            sa.Column("owner", key(200), primary_key=owner_is_key, nullable=False),
        )


def _outbox() -> None:
    steps.create_table(
        "outbox",
        place(),
        sa.Column("district", key(12), nullable=False),
        sa.Column("message_id", key(26), nullable=False),
        sa.Column("state", key(10), nullable=False),
        sa.Column("leases", count(), nullable=False),
        sa.Column("leased_by", key(100), nullable=False),
        sa.Column("body", body(), nullable=False),
        sa.UniqueConstraint("district", "message_id"),
    )
    steps.create_index("outbox_by_state", "outbox", ["district", "state", "leases", "place"])
