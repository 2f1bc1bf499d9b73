"""
Idempotent steps of a migration: each step may have been done before.

The MySQL family commits every change of a table separately: a migration that was killed halfway runs again
from its beginning, over its earlier changes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["add_column", "create_index", "create_table", "drop_index"]


def _has_index(table: str, name: str) -> bool:
    bind = op.get_bind()
    if bind.dialect.name in {"mysql", "mariadb"}:
        return _is_listed("statistics", "index_name", table, name)
    return sa.inspect(bind).has_index(table, name)


def _has_column(table: str, name: str) -> bool:
    bind = op.get_bind()
    if bind.dialect.name in {"mysql", "mariadb"}:
        return _is_listed("columns", "column_name", table, name)
    return name in {column["name"] for column in sa.inspect(bind).get_columns(table)}


def _is_listed(view: str, kind: str, table: str, name: str) -> bool:
    """Query OceanBase's own lists, because SQLAlchemy cannot read its description of a table."""
    listed = sa.table(
        view, *map(sa.column, ("table_schema", "table_name", kind)), schema="information_schema"
    ).c
    found = sa.select(sa.func.count()).where(
        listed.table_schema == sa.func.database(), listed.table_name == table, listed[kind] == name
    )
    return bool(op.get_bind().execute(found).scalar())


def create_table(name: str, *parts: sa.schema.SchemaItem) -> None:
    """Create a table of *parts*, unless it exists."""
    if not sa.inspect(op.get_bind()).has_table(name):
        op.create_table(name, *parts)


def add_column(table: str, column: sa.Column[int] | sa.Column[str]) -> None:
    """Add *column* to *table*, unless it exists."""
    if not _has_column(table, column.name):
        op.add_column(table, column)


def create_index(name: str, table: str, columns: list[str]) -> None:
    """Create an index over *columns*, unless it exists."""
    if not _has_index(table, name):
        op.create_index(name, table, columns)


def drop_index(name: str, table: str) -> None:
    """Drop an index, unless it is gone."""
    if _has_index(table, name):
        op.drop_index(name, table)
