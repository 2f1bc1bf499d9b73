"""Schema 0003: codes go before notices."""

from __future__ import annotations

import sqlalchemy as sa

from eduid_store_sql.columns import key
from eduid_store_sql.migrations import steps

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    """Treat waiting messages as notices: a person waiting for a code requests another."""
    steps.add_column("outbox", sa.Column("kind", key(10), nullable=False, server_default="notice"))
    steps.create_index("outbox_by_rank", "outbox", ["district", "state", "kind", "leases", "place"])
    steps.drop_index("outbox_by_state", "outbox")
