"""Schema 0004: applications are listed by status, school, class, guardian and name."""

from __future__ import annotations

import sqlalchemy as sa

from eduid_store_sql.columns import count, key
from eduid_store_sql.migrations import steps

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """Add the index; its rows are written by the next commit of each application, or all by a rebuild."""
    steps.create_table(
        "cases",
        sa.Column("district", key(12), primary_key=True),
        sa.Column("key", key(200), primary_key=True),
        sa.Column("status", key(40), nullable=False),
        *(sa.Column(name, key(64), nullable=False) for name in ("school", "class_", "guardian", "name")),
        sa.Column("due", count()),
    )
    steps.create_index("cases_by_status", "cases", ["district", "status", "key"])
    steps.create_index("cases_by_school", "cases", ["district", "school", "status", "key"])
    steps.create_index("cases_by_class", "cases", ["district", "class_", "status", "key"])
    steps.create_index("cases_by_guardian", "cases", ["district", "guardian", "key"])
    steps.create_index("cases_by_name", "cases", ["district", "name", "key"])
