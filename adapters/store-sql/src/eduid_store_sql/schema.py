"""The database schema: checked when a database is opened, and migrated to the newest version."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

import sqlalchemy as sa

from eduid_core.findings import AdapterError
from eduid_store_sql.engine import Database

__all__ = ["HEAD", "SCHEMAS", "bring_to_head", "upgrade"]

SCHEMAS = ("0001", "0002", "0003", "0004", "0005")
"""Every schema version, oldest first."""
HEAD = SCHEMAS[-1]
_OURS: Final = frozenset({"streams", "events", "documents", "outbox"})
"""Tables in every schema version."""


def bring_to_head(database: Database) -> None:
    """
    Create the tables, or migrate the existing ones, unless they are the newest already.

    Raises:
        AdapterError: `schema_foreign`: the file holds another program's tables and none of this store;
            `schema_version`: the database was made by a newer version; `schema_locked`: another process is
            migrating it and does not finish.
    """
    if database.name == "sqlite" and _is_of_others(database):
        raise AdapterError("schema_foreign", "store-sql")
    found = _version(database)
    if found == HEAD:
        return
    if found is not None and found not in SCHEMAS:
        raise AdapterError("schema_version", "store-sql")
    upgrade(database, HEAD)


def _is_of_others(database: Database) -> bool:
    """
    Check a SQLite file through an unconfigured connection: configuring it changes the file's first bytes.

    A server's database may be shared; a file belongs to one program.
    """
    where, how = database.dialect.create_connect_args(database.engine.url)
    with closing(database.dialect.connect(*where, **how)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT name FROM sqlite_master")
        names = {name for (name,) in cursor.fetchall()}
    return bool(names) and not names >= _OURS


def _version(database: Database) -> str | None:
    """Return the schema version in the database; None if no migration has run."""
    try:
        with database.reading() as cursor:
            cursor.execute("SELECT version_num FROM alembic_version")
            row = next(iter(cursor.fetchall()), None)
    except database.Error:
        return None
    return None if row is None else str(row[0])


def upgrade(database: Database, to: str) -> None:
    """Run the migrations up to the schema *to*, exclusively: another process that opens the database waits."""
    # Imported here: an up-to-date database, the usual case, does not need it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "eduid_store_sql:migrations")
    with _alone(database) as connection:
        config.attributes["connection"] = connection
        if _is_first_release(connection):
            command.stamp(config, SCHEMAS[0])
        command.upgrade(config, to)


def _is_first_release(connection: sa.Connection) -> bool:
    """Return whether the first release made the tables, without a migration."""
    inspector = sa.inspect(connection)
    return inspector.has_table("streams") and not inspector.has_table("alembic_version")


_LOCKS = {
    "sqlite": ("BEGIN IMMEDIATE", "COMMIT"),
    "postgresql": ("BEGIN; SELECT pg_advisory_xact_lock(20261101)", "COMMIT"),
    "mysql": ("SELECT GET_LOCK('eduid_schema', 1)", "SELECT RELEASE_LOCK('eduid_schema')"),
}
"""Statements that lock and unlock migrations. The MySQL family commits each DDL statement."""
WAIT_S = 60
"""
The time limit for the lock of the MySQL family, requested each second: OceanBase ends a statement after ten
seconds.
"""

_IS_ORPHANED = (
    "SELECT LOCATE('OceanBase', version()) AND IS_USED_LOCK('eduid_schema')"
    " NOT IN (SELECT id FROM information_schema.processlist)"
)
"""OceanBase keeps the lock of a dead process: it is ignored, because every step checks whether it was done."""


@contextmanager
def _alone(database: Database) -> Iterator[sa.Connection]:
    lock, unlock = _LOCKS[database.name]
    with database.turn, database.engine.connect() as connection:
        if database.name == "mysql":
            _wait_for(lock, connection)
        else:
            connection.exec_driver_sql(lock)
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql(unlock if database.name == "mysql" else "ROLLBACK")
            raise
        connection.exec_driver_sql(unlock)


def _wait_for(lock: str, connection: sa.Connection) -> None:
    """Request *lock* until it is granted. Raises AdapterError: `schema_locked`, another process keeps it."""
    ends = time.monotonic() + WAIT_S
    while (
        connection.exec_driver_sql(lock).scalar() != 1 and not connection.exec_driver_sql(_IS_ORPHANED).scalar()
    ):
        if time.monotonic() > ends:
            raise AdapterError("schema_locked", "store-sql")
