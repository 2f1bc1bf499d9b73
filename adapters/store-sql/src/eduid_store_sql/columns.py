"""
Column types, each the same on every engine: keys are compared byte for byte, bodies hold megabytes.

Migrations use these too, so the meaning of a type never changes.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

__all__ = ["body", "count", "key", "place"]


def key(length: int) -> sa.types.TypeEngine[str]:
    """
    Return a text type that is compared and sorted by code point, regardless of the server's own
    collation.
    """
    exact = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return (
        sa.String(length)
        .with_variant(exact, "mysql", "mariadb")
        .with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")
    )


def count() -> sa.types.TypeEngine[int]:
    """Return an integer type of 64 bits; times are microseconds since 1970 in UTC."""
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


def body() -> sa.types.TypeEngine[bytes]:
    """Return a bytes type, up to 16 megabytes on every engine."""
    return sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql", "mariadb")


def place() -> sa.Column[Any]:
    """Return the column that numbers the rows of a table in insertion order."""
    return sa.Column("place", count(), primary_key=True, autoincrement=True)
