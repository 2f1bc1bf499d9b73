"""How alembic runs a migration here: on the connection it is given, whose transaction is the caller's."""

from __future__ import annotations

from alembic import context

from eduid_store_sql.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
