"""Schema 0005: messages wait, fail, and have the times of their leases; a place is listed in order of key."""

from __future__ import annotations

import sqlalchemy as sa

from eduid_store_sql.columns import count, key
from eduid_store_sql.migrations import steps

revision, down_revision = "0005", "0004"


def upgrade() -> None:
    """Add the columns; a message that waits may be leased at once. Replace two indexes of the list."""
    for name in ("due", "first_at", "leased_at"):
        steps.add_column("outbox", sa.Column(name, count(), nullable=False, server_default="0"))
    steps.add_column("outbox", sa.Column("code", key(64), nullable=False, server_default=""))
    for place, column in (("school", "school"), ("class", "class_")):
        steps.drop_index(f"cases_by_{place}", "cases")
        steps.create_index(f"cases_of_{place}", "cases", ["district", column, "key", "status"])
