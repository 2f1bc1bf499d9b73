"""Schema 0002: snapshots, deadlines found by index, budgets, and the queue of each reviewer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from eduid_store_sql.columns import body, count, key
from eduid_store_sql.migrations import steps

revision, down_revision = "0002", "0001"


def _district() -> sa.Column[str]:
    return sa.Column("district", key(12), primary_key=True)


def upgrade() -> None:
    """Add tables and columns to the first schema; of its rows, only the schema number changes."""
    steps.add_column("streams", sa.Column("base", count(), nullable=False, server_default="0"))
    steps.add_column("streams", sa.Column("due", count()))
    steps.create_index("streams_by_due", "streams", ["district", "due"])
    steps.create_table(
        "snapshots",
        _district(),
        sa.Column("stream", key(200), primary_key=True),
        sa.Column("version", count(), nullable=False, autoincrement=False),
        sa.Column("body", body(), nullable=False),
    )
    steps.create_table(
        "budgets",
        _district(),
        sa.Column("kind", key(40), primary_key=True),
        sa.Column("digest", key(64), primary_key=True),
        sa.Column("window", key(40), primary_key=True),
        sa.Column("spent", count(), nullable=False),
    )
    steps.create_table(
        "queue",
        _district(),
        sa.Column("task", key(200), primary_key=True),
        sa.Column("reviewer", key(200), nullable=False),
        sa.Column("rank", count(), nullable=False),
    )
    steps.create_index("queue_by_reviewer", "queue", ["district", "reviewer", "rank", "task"])
    _close_to_the_first_release()


def _close_to_the_first_release() -> None:
    """Close the database to the first release, which reads the schema number here and refuses another one."""
    documents = sa.table("documents", sa.column("kind"), sa.column("key"), sa.column("body", sa.LargeBinary))
    op.execute(
        documents.update().where(documents.c.kind == "store", documents.c.key == "schema").values(body=b"2")
    )
