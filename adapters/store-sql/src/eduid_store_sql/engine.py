"""
The database: connections of one pool, all in autocommit; every transaction begins and ends explicitly.

Frequent statements run on the driver's cursor: SQLAlchemy makes the connection, keeps the pool and compiles the
text. SQLite runs in WAL mode with synchronous FULL and begins to write with BEGIN IMMEDIATE, so the rows that a
commit reads cannot change before it writes. The servers run READ COMMITTED: every invariant rests on a unique
constraint or a compared version, none on an earlier read.
"""

from __future__ import annotations

import select
import time
from collections import deque
from contextlib import AbstractContextManager, suppress
from queue import Empty, SimpleQueue
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from eduid_store_sql.forks import leave, tell_of_forks

if TYPE_CHECKING:
    from eduid_store_sql.pg_pipeline import Pipeline, Prepared

__all__ = ["Database"]

_SETTINGS: Final = {
    "sqlite": (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA busy_timeout=30000",
        "PRAGMA foreign_keys=ON",
        "PRAGMA secure_delete=ON",
    ),
    "mysql": ("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",),
}
_IDLE_S: Final = 60.0
_PATIENCE_S: Final = 5.0

_RETRY_SQLSTATES: Final = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization failure, deadlock, lock not available."""
_RETRY_ERRNOS: Final = frozenset({1020, 1205, 1213, 6002, 6003, 6005})
"""MySQL family: record changed, lock wait timeout, deadlock; OceanBase: rolled back, lock, lock conflict."""


class PooledConnection:
    """One connection and its cursor, used by one thread at a time."""

    __slots__ = ("_line", "_prepared", "connection", "cursor", "used_at")

    def __init__(self, connection: sa.PoolProxiedConnection) -> None:
        """Take *connection* permanently."""
        self.connection, self.cursor, self.used_at = connection, connection.cursor(), time.monotonic()
        self._prepared: Prepared = {}
        self._line = _line_to(connection.driver_connection)

    def hung_up(self) -> bool:
        """
        Return whether the server has sent an unrequested message: it is closing the connection, or has closed
        it.
        """
        return self._line is not None and bool(self._line.poll(0))

    def pipeline(self, *, one_by_one: bool = False) -> Pipeline:
        """Return a pipe over the connection, which must be to PostgreSQL."""
        from eduid_store_sql.pg_pipeline import Pipeline  # noqa: PLC0415 - its driver is not on every machine

        return Pipeline(cast("Any", self.connection.driver_connection), self._prepared, one_by_one=one_by_one)

    def drop(self) -> None:
        """Close the connection, which ends any work in progress on it."""
        self.connection.invalidate()


class _Turns:
    """
    A context for at most *limit* threads at a time; who waits longer than `_PATIENCE_S` goes on beside them, so
    that threads that hold one connection and want another cannot wait for each other for ever.
    """

    def __init__(self, limit: int) -> None:
        """Let *limit* threads in."""
        self._free: SimpleQueue[None] = SimpleQueue()
        self._beside: deque[None] = deque()
        for _ in range(limit):
            self._free.put(None)

    def __enter__(self) -> None:
        """Wait for a turn."""
        try:
            self._free.get(timeout=_PATIENCE_S)
        except Empty:
            self._beside.append(None)

    def __exit__(self, *_: object) -> None:
        """Pass the turn on; one taken beside the others ends here."""
        if self._beside:
            with suppress(IndexError):  # another thread may be quicker
                return self._beside.pop()
        return self._free.put(None)


class Database:
    """The database of a URL: reads with separate statements, and atomic writes."""

    def __init__(self, url: str, *, connections: int = 16) -> None:
        """Create the engine, for at most *connections* in use at once; no connection is opened yet."""
        parsed = sa.make_url(url)
        self.engine = sa.create_engine(
            url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **_of_driver(parsed)
        )
        self.dialect = self.engine.dialect
        self.name = "mysql" if self.dialect.name == "mariadb" else self.dialect.name
        self.has_pipes = self.name == "postgresql" and hasattr(select, "poll")
        self.begin = "BEGIN IMMEDIATE" if self.name == "sqlite" else "BEGIN"
        self.Error: type[Exception] = self.dialect.loaded_dbapi.Error
        self.IntegrityError: type[Exception] = self.dialect.loaded_dbapi.IntegrityError
        self._pool: deque[PooledConnection] = deque()
        # A database in memory lives in its only connection, which threads use in turn.
        self._is_in_memory = _in_memory(parsed)
        self._connections = connections
        self.turn: AbstractContextManager[Any] = RLock() if self._is_in_memory else _Turns(connections)
        if settings := _SETTINGS.get(self.name, ()):
            sa.event.listen(self.engine, "connect", lambda connection, _: _settle(connection, settings))
        tell_of_forks(self)

    def take(self) -> PooledConnection:
        """Return a free, open connection; one that was idle for long is tested first."""
        try:
            pooled = self._pool.pop()
        except IndexError:
            return PooledConnection(self.engine.raw_connection())
        if pooled.hung_up():
            pooled.drop()
            return self.take()
        if time.monotonic() - pooled.used_at > _IDLE_S:
            try:
                pooled.cursor.execute("SELECT 1")
                pooled.cursor.fetchall()
            except Exception:  # noqa: BLE001 - the server has hung up; whatever it said, the next is fresh
                pooled.drop()
                return self.take()
        return pooled

    def give_back(self, pooled: PooledConnection) -> None:
        """Keep *pooled* for reuse."""
        pooled.used_at = time.monotonic()
        self._pool.append(pooled)

    def reading(self) -> ReadSession:
        """Return a context that yields a driver's cursor; each statement is separate."""
        return ReadSession(self)

    def writing(self) -> WriteSession:
        """Return a context that yields a cursor in a transaction: committed at the end, or rolled back."""
        return WriteSession(self)

    def scrub(self) -> None:
        """
        Remove deleted rows from SQLite's journal; in the file they are overwritten already.

        A failure does not affect committed data: the journal is emptied some time later.
        """
        if self.name == "sqlite":
            with suppress(self.Error), self.reading() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.fetchall()

    def is_race(self, error: Exception) -> bool:
        """Return whether *error* means a lost race, so that a retry may help."""
        if isinstance(error, self.IntegrityError):
            return True
        errno = error.args[0] if error.args else None
        return getattr(error, "sqlstate", None) in _RETRY_SQLSTATES or (
            self.name == "mysql" and errno in _RETRY_ERRNOS
        )

    def before_fork(self) -> None:
        """Close the open connections to a SQLite file: a child could neither use nor close them."""
        if self.name == "sqlite" and not self._is_in_memory:
            self._drop_pooled()

    def after_fork(self) -> None:
        """Leave the parent's connections to the parent. A database in memory was copied with the process."""
        if self._is_in_memory:
            return
        leave(self._pool)
        self._pool, self.turn = deque(), _Turns(self._connections)
        self.engine.dispose(close=False)

    def _drop_pooled(self) -> None:
        with suppress(IndexError):  # another thread may be quicker
            while True:
                self._pool.pop().drop()

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._drop_pooled()
        self.engine.dispose()


class ReadSession:
    """A pooled connection for a `with`; on PostgreSQL each read is one round trip through a `Pipeline`."""

    __slots__ = ("_database", "_pipeline", "_pooled")
    _one_by_one = True

    def __init__(self, database: Database) -> None:
        """Take no connection yet."""
        self._database = database
        self._pipeline: Pipeline | None = None

    def __enter__(self) -> Any:  # noqa: ANN401 - a driver's cursor, or one like it
        self._database.turn.__enter__()
        try:
            self._pooled = self._database.take()
        except BaseException:
            self._database.turn.__exit__(None, None, None)
            raise
        try:
            return self._begun()
        except BaseException:
            self._leave(well=False)
            raise

    def _begun(self) -> Any:  # noqa: ANN401 - a driver's cursor, or one like it
        if not self._database.has_pipes:
            return self._pooled.cursor
        self._pipeline = self._pooled.pipeline(one_by_one=self._one_by_one)
        return self._pipeline.cursor()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """
        Finish normally, or close the connection, which ends any work in progress on it.

        A broken pipe is never closed, because closing would commit the sent statements; and its connection has
        names of statements that the server may never have seen.
        """
        try:
            if kind is None:
                self._end()
        except BaseException:
            self._leave(well=False)
            raise
        self._leave(well=kind is None or self._goes_on())

    def _end(self) -> None:
        if self._pipeline is not None:
            self._pipeline.close()

    def _goes_on(self) -> bool:
        """Return whether the connection can be used after an error: a file cannot be lost, but a server can."""
        return self._database.name == "sqlite"

    def _leave(self, *, well: bool) -> None:
        if well:
            self._database.give_back(self._pooled)
        else:
            self._pooled.drop()
        self._database.turn.__exit__(None, None, None)


class WriteSession(ReadSession):
    """
    A pooled connection and a transaction on it.

    On PostgreSQL it uses a `Pipeline`: a commit is one round trip instead of ten.
    """

    __slots__ = ()
    _one_by_one = False

    def _begun(self) -> Any:  # noqa: ANN401 - a driver's cursor, or one like it
        cursor = super()._begun()
        if self._pipeline is None:
            cursor.execute(self._database.begin)
        return cursor

    def _end(self) -> None:
        super()._end()
        if self._pipeline is None:
            self._pooled.cursor.execute("COMMIT")

    def _goes_on(self) -> bool:
        if self._pipeline is not None:
            return False
        try:
            self._pooled.cursor.execute("ROLLBACK")
        except Exception:  # noqa: BLE001 - what went wrong before is on its way
            return False
        return True


def _in_memory(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}


def _line_to(connection: Any) -> select.poll | None:  # noqa: ANN401 - a driver's connection
    """
    Return a poll that detects data from the server; None for a file, and if the driver does not expose its
    socket.
    """
    socket = next((c for c in (connection, getattr(connection, "_sock", None)) if hasattr(c, "fileno")), None)
    if socket is None or not hasattr(select, "poll"):
        return None
    line = select.poll()
    line.register(socket.fileno(), select.POLLIN)
    return line


def _of_driver(url: sa.URL) -> dict[str, Any]:
    """Return the driver options for *url*: positional values, and no pool of the driver's own."""
    if url.get_backend_name() == "sqlite":
        threads = {"check_same_thread": False, "cached_statements": 256}
        return {"poolclass": sa.StaticPool if _in_memory(url) else sa.NullPool, "connect_args": threads}
    return {"poolclass": sa.NullPool, "paramstyle": "format"}


def _settle(connection: Any, statements: Any) -> None:  # noqa: ANN401 - a driver's connection
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()
