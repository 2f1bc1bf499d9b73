"""
Engines: one that reads, one that writes.

SQLite runs in WAL mode with synchronous FULL; its writer begins with BEGIN IMMEDIATE, so what a commit reads
cannot change before it writes.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

__all__ = ["reader_and_writer"]

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON")


def reader_and_writer(url: str) -> tuple[sa.Engine, sa.Engine]:
    """Return two engines over *url*: one for reading, each statement for itself, and one for commits."""
    if sa.make_url(url).database in {None, "", ":memory:"} and url.startswith("sqlite"):
        reader = writer = sa.create_engine(url, poolclass=sa.StaticPool)  # one memory, one connection
    else:
        reader, writer = sa.create_engine(url, isolation_level="AUTOCOMMIT"), sa.create_engine(url)
    if writer.dialect.name == "sqlite":
        for engine in {reader, writer}:
            sa.event.listen(engine, "connect", _pragmas)
        sa.event.listen(writer, "connect", _no_implicit_begin)
        sa.event.listen(writer, "begin", _begin_immediate)
    return reader, writer


def _pragmas(connection: Any, _: Any) -> None:  # noqa: ANN401 - a driver's connection
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _no_implicit_begin(connection: Any, _: Any) -> None:  # noqa: ANN401
    connection.isolation_level = None


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
