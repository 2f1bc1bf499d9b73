"""
The database: connections of one pool, all in autocommit; a transaction is begun and ended by name.

What runs often runs on the driver's cursor: SQLAlchemy makes the connection, keeps the pool and has compiled
the text. SQLite runs in WAL mode with synchronous FULL and begins to write with BEGIN IMMEDIATE, so what a
commit reads cannot change before it writes. The servers run READ COMMITTED: every invariant rests on a unique
constraint or a compared version, none on what was read before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import sqlalchemy as sa

__all__ = ["Database"]

_SQLITE: Final = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON")
_MYSQL: Final = ("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",)

_RETRY_SQLSTATES: Final = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization failure, deadlock, lock not available."""
_RETRY_ERRNOS: Final = frozenset({1020, 1205, 1213, 6002, 6003, 6005})
"""MySQL family: record changed, lock wait timeout, deadlock; OceanBase: rolled back, lock, lock conflict."""


class Database:
    """One URL: reading, each statement for itself, and writing, all of it or nothing."""

    def __init__(self, url: str) -> None:
        """Make the pool; nothing is opened yet."""
        self.engine = sa.create_engine(
            url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **_of_driver(sa.make_url(url))
        )
        self.dialect = self.engine.dialect
        self.name = self.dialect.name
        self._begin = "BEGIN IMMEDIATE" if self.name == "sqlite" else "BEGIN"
        settings = [f"PRAGMA {p}" for p in _SQLITE] if self.name == "sqlite" else _MYSQL
        if self.name in {"sqlite", "mysql", "mariadb"}:
            sa.event.listen(self.engine, "connect", lambda c, _: _settle(c, settings))
        self.IntegrityError: type[Exception] = self.dialect.loaded_dbapi.IntegrityError

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """Yield a driver's cursor; each statement stands for itself."""
        connection = self.engine.raw_connection()
        try:
            yield connection.cursor()
        except BaseException:
            connection.invalidate()
            raise
        finally:
            connection.close()

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """Yield a driver's cursor inside a transaction: committed at the end, rolled back by an error."""
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            try:
                cursor.execute(self._begin)
                yield cursor
                cursor.execute("COMMIT")
            except BaseException as error:
                self._roll_back(connection, cursor, error)
                raise
        finally:
            connection.close()

    def _roll_back(self, connection: sa.PoolProxiedConnection, cursor: Any, error: BaseException) -> None:  # noqa: ANN401
        """End the transaction; a connection that cannot is thrown away, which ends it too."""
        if isinstance(error, Exception):
            with suppress(Exception):
                cursor.execute("ROLLBACK")
                return
        connection.invalidate()

    def is_race(self, error: Exception) -> bool:
        """Return whether *error* says that another transaction was quicker, and trying again may help."""
        if isinstance(error, self.IntegrityError):
            return True
        errno = error.args[0] if error.args else None
        return getattr(error, "sqlstate", None) in _RETRY_SQLSTATES or (
            self.name in {"mysql", "mariadb"} and errno in _RETRY_ERRNOS
        )

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _of_driver(url: sa.URL) -> dict[str, Any]:
    """Return what the driver of *url* is told, so that every driver takes values by place."""
    match url.get_backend_name():
        case "sqlite":
            in_memory = url.database in {None, "", ":memory:"}
            pool: dict[str, Any] = {"poolclass": sa.QueuePool, "pool_size": 1, "max_overflow": 0}
            threads = {"check_same_thread": False, "cached_statements": 256}
            return {**(pool if in_memory else {}), "connect_args": threads}
        case "postgresql":
            return {"paramstyle": "format"}
    return {}


def _settle(connection: Any, statements: Any) -> None:  # noqa: ANN401 - a driver's connection
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()
