"""Deadlines: found by index and taken by moving them to a later time, so that a dead worker releases them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from eduid_core.plugins import Due
from eduid_store_sql.connection import DistrictConnection, microseconds, moment

__all__ = ["TimerTable"]


class TimerTable:
    """The deadlines of a district."""

    def __init__(self, connection: DistrictConnection) -> None:
        """Use *connection*."""
        self._connection = connection

    def take_due(self, at: dt.datetime, until: dt.datetime, limit: int) -> list[Due]:
        """
        Take up to *limit* streams due by *at*, by compare-and-swap: two workers never take the same
        stream.
        """
        book, district = self._connection.book, self._connection.district

        def take(cursor: Any) -> list[Due]:  # noqa: ANN401 - a driver's cursor
            row = {"district": district, "at": microseconds(at), "limit": limit}
            taken = []
            for name, version, due in book["due"].run(cursor, row).fetchall():
                swap = {"district_": district, "name_": name, "version": version, "due_": due}
                if book["take_due"].run(cursor, {**swap, "due": microseconds(until)}).rowcount == 1:
                    taken.append(Due(name, version, moment(due)))
            return taken

        return self._connection.write(take)

    def reschedule(self, dues: Sequence[Due]) -> None:
        """Set the due times of streams that are still at the named version."""
        rows = [
            {
                "district_": self._connection.district,
                "name_": due.stream,
                "version": due.version,
                "due": microseconds(due.at),
            }
            for due in dues
        ]
        self._connection.write(lambda cursor: self._connection.book["reschedule"].run_many(cursor, rows))
