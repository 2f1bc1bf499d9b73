"""The index of applications: found by what they are listed by, and counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from eduid_core.plugins import IndexQuery, IndexRow
from eduid_store_sql.connection import DistrictConnection, microseconds, moment
from eduid_store_sql.queries import cases_by, cases_found

__all__ = ["CaseIndex"]

_EQUAL: Final = ("status", "school", "class_", "guardian", "name")


class CaseIndex:
    """The rows of a district."""

    def __init__(self, connection: DistrictConnection) -> None:
        """Read over *connection*."""
        self._connection = connection

    def find(self, query: IndexQuery) -> Sequence[IndexRow]:
        """Return the first rows that *query* asks for, by key."""
        filters, values = _asked(query)
        more = {"after": query.after, "limit": query.limit}
        rows = self._rows(("find", *filters), lambda: cases_found(filters), {**values, **more})
        return [
            IndexRow(
                key=k,
                status=s,
                school=o,
                class_=c,
                guardian=g,
                name=n,
                due=None if due is None else moment(due),
            )
            for k, s, o, c, g, n, due in rows
        ]

    def count(self, query: IndexQuery, by: str) -> Mapping[str, int]:
        """Return the number of rows that *query* asks for, by their value of *by*."""
        filters, values = _asked(query)
        return dict(self._rows(("count", by, *filters), lambda: cases_by(filters, by), {**values, "after": ""}))

    def _rows(self, key: tuple[str, ...], build: Any, values: Mapping[str, Any]) -> list[Any]:  # noqa: ANN401
        with self._connection.database.reading() as cursor:
            statement = self._connection.book.built(key, build)
            named = {"district": self._connection.district, **values}
            found: list[Any] = statement.run(cursor, named).fetchall()
            return found


def _asked(query: IndexQuery) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the names of the filters of *query*, and their values."""
    values: dict[str, Any] = {name: value for name in _EQUAL if (value := getattr(query, name))}
    if query.due_before is not None:
        values["due"] = microseconds(query.due_before)
    return tuple(values), values
