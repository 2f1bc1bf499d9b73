"""Shared context of the store's parts: the database, the statements, the district, and retries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from eduid_store_sql.engine import Database
from eduid_store_sql.statements import StatementBook

__all__ = ["DistrictConnection", "ReadsChanged", "microseconds", "moment"]

TRIES: Final = 8
"""The largest number of attempts at a transaction that loses races."""

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_T = TypeVar("_T")


def microseconds(at: dt.datetime | None) -> int | None:
    """Return *at* in the representation of the tables."""
    return None if at is None else (at - _EPOCH) // _MICROSECOND


def moment(count: int) -> dt.datetime:
    """Return the time *count* microseconds after the start of 1970 in UTC."""
    return _EPOCH + count * _MICROSECOND


class ReadsChanged(Exception):
    """A row that was read has changed before the write."""


class DistrictConnection:
    """A district of a database."""

    def __init__(self, database: Database, district: str) -> None:
        """Compile the statements for *database*."""
        self.database, self.district = database, district
        self.book = StatementBook(database.dialect)

    def among(self, name: str, values: Sequence[str], **row: Any) -> list[Any]:  # noqa: ANN401 - values
        """Return the rows that the query *name* finds for *values*."""
        if not values:
            return []
        with self.database.reading() as cursor:
            return list(self.book.among(cursor, name, values, district=self.district, **row))

    def rows(self, name: str, **row: Any) -> list[Any]:  # noqa: ANN401 - values
        """Return the rows that the query *name* finds."""
        with self.database.reading() as cursor:
            found: list[Any] = self.book[name].run(cursor, {"district": self.district, **row}).fetchall()
            return found

    def write(self, work: Callable[[Any], _T]) -> _T:
        """Do *work* with a cursor in one transaction, and repeat it from the start after a lost race."""
        for _ in range(TRIES - 1):
            try:
                with self.database.writing() as cursor:
                    return work(cursor)
            except ReadsChanged:
                continue
            except self.database.Error as error:
                if not self.database.is_race(error):
                    raise
        with self.database.writing() as cursor:
            return work(cursor)
