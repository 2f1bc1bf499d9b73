"""Schema 0005: messages wait for their next try, fail, and have the times of their leases."""

from __future__ import annotations

import sqlalchemy as sa

from eduid_store_sql.columns import count, key
from eduid_store_sql.migrations import steps

revision, down_revision = "0005", "0004"


def upgrade() -> None:
    """Add the columns; a message that waits may be leased at once."""
    for name in ("due", "first_at", "leased_at"):
        steps.add_column("outbox", sa.Column(name, count(), nullable=False, server_default="0"))
    steps.add_column("outbox", sa.Column("code", key(64), nullable=False, server_default=""))
