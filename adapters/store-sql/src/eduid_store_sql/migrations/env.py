"""The alembic environment: a migration runs on the given connection, in the caller's transaction."""

from __future__ import annotations

from alembic import context

from eduid_store_sql.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
