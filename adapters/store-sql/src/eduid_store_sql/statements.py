"""
Every statement of the store: written once in SQLAlchemy Core, compiled once to the text of a dialect.

A statement's values are taken from a row by name, in the order of the text. Lists of values are passed in a few
fixed lengths, so that no text is compiled twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from operator import itemgetter
from typing import Any, Final

import sqlalchemy as sa

from eduid_store_sql.queries import AMONG, FIXED

__all__ = ["Statement", "StatementBook"]

_LENGTHS: Final = (1, 8, 64, 200, 500)
"""The possible lengths of a list of values; the longest is below every engine's limit."""
_NAMES: Final = {length: tuple(f"v{n}" for n in range(length)) for length in _LENGTHS}


class Statement:
    """The text of a statement, and the way to take its values from a row."""

    __slots__ = ("pick", "text")

    def __init__(self, statement: sa.ClauseElement, dialect: sa.Dialect) -> None:
        """Compile *statement*."""
        compiled = statement.compile(dialect=dialect)
        self.text: str = str(compiled)
        names: list[str] = compiled.positiontup  # type: ignore[attr-defined]
        first = names[0]
        pick = itemgetter(*names) if len(names) > 1 else lambda row: (row[first],)
        own = {name: value for name, value in compiled.params.items() if value is not None}
        self.pick: Callable[[Mapping[str, Any]], tuple[Any, ...]] = (
            (lambda row: pick({**own, **row})) if own else pick
        )

    def run(self, cursor: Any, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a driver's cursor
        """Execute with the values of *row*; return the cursor."""
        cursor.execute(self.text, self.pick(row))
        return cursor

    def run_many(self, cursor: Any, rows: Sequence[Mapping[str, Any]]) -> None:  # noqa: ANN401
        """Execute once per row."""
        if len(rows) == 1:
            cursor.execute(self.text, self.pick(rows[0]))
        elif rows:
            cursor.executemany(self.text, [self.pick(row) for row in rows])


class StatementBook:
    """The statements of a dialect."""

    def __init__(self, dialect: sa.Dialect) -> None:
        """Compile the statements with a fixed text."""
        self._dialect = dialect
        self._fixed = {name: Statement(s, dialect) for name, s in FIXED.items()}
        self._among: dict[tuple[str, int], Statement] = {}
        self._built: dict[tuple[str, ...], Statement] = {}

    def __getitem__(self, name: str) -> Statement:
        """Return the statement named *name*."""
        return self._fixed[name]

    def built(self, key: tuple[str, ...], build: Callable[[], sa.ClauseElement]) -> Statement:
        """Return the statement that *build* returns, compiled once under *key*."""
        found = self._built.get(key)
        if found is None:
            found = self._built[key] = Statement(build(), self._dialect)
        return found

    def notify(self, cursor: Any, district: str) -> None:  # noqa: ANN401 - a driver's cursor
        """Notify listeners that a message is posted, when the commit is visible, if the engine supports it."""
        if self._dialect.name == "postgresql":
            cursor.execute("SELECT pg_notify('eduid_outbox', %s)", (district,))

    def among(self, cursor: Any, name: str, values: Sequence[str], **row: Any) -> Iterator[Any]:  # noqa: ANN401
        """Yield the rows that the query *name* finds for *values*, of any number."""
        for start in range(0, len(values), _LENGTHS[-1]):
            some = values[start : start + _LENGTHS[-1]]
            length = next(n for n in _LENGTHS if n >= len(some))
            # # A shorter list is padded with its own last value.
            row.update(zip_longest(_NAMES[length], some, fillvalue=some[-1]))
            yield from self._of_length(name, length).run(cursor, row).fetchall()

    def _of_length(self, name: str, length: int) -> Statement:
        found = self._among.get((name, length))
        if found is None:
            values: list[Any] = [sa.bindparam(name) for name in _NAMES[length]]
            found = self._among[name, length] = Statement(AMONG[name](values), self._dialect)
        return found
