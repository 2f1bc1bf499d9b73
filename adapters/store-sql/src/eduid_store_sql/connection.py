"""What every part of the store works with: the database, the statements, the district, and trying again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from eduid_store_sql.engine import Database
from eduid_store_sql.statements import StatementBook

__all__ = ["DistrictConnection", "ReadsChanged", "microseconds", "moment"]

TRIES: Final = 8
"""How often a transaction is tried that others were quicker than."""

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_T = TypeVar("_T")


def microseconds(at: dt.datetime | None) -> int | None:
    """Return *at* as the tables keep it."""
    return None if at is None else (at - _EPOCH) // _MICROSECOND


def moment(count: int) -> dt.datetime:
    """Return the moment *count* microseconds after 1970 began in UTC."""
    return _EPOCH + count * _MICROSECOND


class ReadsChanged(Exception):
    """What was read has changed before the writing."""


class DistrictConnection:
    """One district of one database."""

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
        """Do *work* with a cursor in one transaction, again from the start where another was quicker."""
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
