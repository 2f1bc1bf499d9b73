"""
Every statement of the store: written once in SQLAlchemy Core, compiled once to the text of one dialect.

A statement's values are taken from a row by name, in the order in which the text wants them. Values that come
in lists are given in lists of a few fixed lengths, so that no text is compiled twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

import sqlalchemy as sa

from eduid_store_sql import tables as t

__all__ = ["Book", "Statement"]

_LENGTHS: Final = (1, 8, 64, 500)
"""How long a list of values may be; the longest is below every engine's limit."""


class Statement:
    """The text of a statement, and how its values are taken from a row."""

    __slots__ = ("pick", "text")

    def __init__(self, statement: sa.ClauseElement, dialect: sa.Dialect) -> None:
        """Compile *statement*, which names at least two values."""
        compiled = statement.compile(dialect=dialect)
        self.text: str = str(compiled)
        pick = itemgetter(*compiled.positiontup)  # type: ignore[attr-defined]
        own = {name: value for name, value in compiled.params.items() if value is not None}
        self.pick: Callable[[Mapping[str, Any]], tuple[Any, ...]] = (
            (lambda row: pick({**own, **row})) if own else pick
        )

    def run(self, cursor: Any, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a driver's cursor
        """Execute with the values of *row*; return the cursor."""
        cursor.execute(self.text, self.pick(row))
        return cursor

    def run_many(self, cursor: Any, rows: Sequence[Mapping[str, Any]]) -> int:  # noqa: ANN401
        """Execute once a row; return how many rows of the table were changed."""
        if len(rows) == 1:
            cursor.execute(self.text, self.pick(rows[0]))
        elif rows:
            cursor.executemany(self.text, [self.pick(row) for row in rows])
        else:
            return 0
        count: int = cursor.rowcount
        return count


class Book:
    """The statements of one dialect."""

    def __init__(self, dialect: sa.Dialect) -> None:
        """Compile what has a fixed text."""
        self._dialect = dialect
        self._fixed = {name: Statement(s, dialect) for name, s in _FIXED.items()}
        self._among: dict[tuple[str, int], Statement] = {}

    def __getitem__(self, name: str) -> Statement:
        """Return the statement called *name*."""
        return self._fixed[name]

    def among(self, cursor: Any, name: str, values: Sequence[str], **row: Any) -> Iterator[Any]:  # noqa: ANN401
        """Yield the rows that the query *name* finds for *values*, however many they are."""
        for start in range(0, len(values), _LENGTHS[-1]):
            some = values[start : start + _LENGTHS[-1]]
            length = next(n for n in _LENGTHS if n >= len(some))
            # A shorter list is filled up with its own last value.
            named = {f"v{n}": some[min(n, len(some) - 1)] for n in range(length)}
            yield from self._of_length(name, length).run(cursor, {**row, **named}).fetchall()

    def _of_length(self, name: str, length: int) -> Statement:
        found = self._among.get((name, length))
        if found is None:
            values = [sa.bindparam(f"v{n}") for n in range(length)]
            found = self._among[name, length] = Statement(_AMONG[name](values), self._dialect)
        return found


def _word(text: str) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{text}'", sa.String)


def _insert(table: sa.Table, **fixed: Any) -> sa.Insert:  # noqa: ANN401 - column expressions
    names = [c.name for c in table.columns if c.autoincrement is not True]
    return table.insert().inline().values({name: fixed.get(name, sa.bindparam(name)) for name in names})


def _keyed(table: sa.Table, *names: str) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that columns equal the values of their own names, with `_` behind."""
    return [table.c[name] == sa.bindparam(f"{name}_") for name in names]


_s, _e, _a, _d, _o, _c, _m = (
    table.c for table in (t.streams, t.events, t.answers, t.documents, t.outbox, t.claims, t.marks)
)
_HERE = sa.bindparam("district")
_LEASED = (*_keyed(t.outbox, "district", "message_id"), _o.state == _word("leased"))
_LEASED_COLUMNS = (_o.message_id, _o.body, _o.leased_by)

_FIXED: Final[Mapping[str, sa.ClauseElement]] = {
    "new_stream": _insert(t.streams),
    "move_stream": t.streams.update()
    .where(*_keyed(t.streams, "district", "name"), _s.version == sa.bindparam("expected"))
    .values(version=sa.bindparam("version"), status=sa.bindparam("status")),
    "event": _insert(t.events),
    "claim": _insert(t.claims),
    "mark": _insert(t.marks),
    "free_claim": t.claims.delete().where(*_keyed(t.claims, "district", "kind", "digest", "owner")),
    "free_mark": t.marks.delete().where(*_keyed(t.marks, "district", "kind", "digest", "owner")),
    "answer": _insert(t.answers),
    "document": _insert(t.documents),
    "drop_document": t.documents.delete().where(*_keyed(t.documents, "district", "kind", "key")),
    "post": _insert(t.outbox, state=_word("waiting"), leases=sa.literal_column("0"), leased_by=_word("")),
    "waiting": sa.select(_o.place, _o.message_id, _o.body, _o.leases)
    .where(_o.district == _HERE, _o.state == _word("waiting"))
    .order_by(_o.leases, _o.place)
    .limit(sa.bindparam("limit", type_=sa.Integer)),
    "lease": t.outbox.update()
    .where(*_keyed(t.outbox, "place", "leases"), _o.state == _word("waiting"))
    .values(state=_word("leased"), leased_by=sa.bindparam("leased_by"), leases=sa.bindparam("leases")),
    "sent": t.outbox.update().where(*_LEASED).values(state=_word("sent"), body=sa.bindparam("body")),
    "refused": t.outbox.update().where(*_LEASED).values(state=_word("waiting"), leased_by=_word("")),
    "leased": sa.select(*_LEASED_COLUMNS)
    .where(
        _o.district == _HERE,
        _o.state == _word("leased"),
        sa.bindparam("all", type_=sa.Integer) == sa.literal_column("1"),
    )
    .order_by(_o.place),
    "leased_by": sa.select(*_LEASED_COLUMNS)
    .where(_o.district == _HERE, _o.state == _word("leased"), _o.leased_by == sa.bindparam("sender"))
    .order_by(_o.place),
    "documents": sa.select(_d.key, _d.body)
    .where(_d.district == _HERE, _d.kind == sa.bindparam("kind"))
    .order_by(_d.key),
    "streams": sa.select(_s.name)
    .where(
        _s.district == _HERE,
        _s.status == sa.bindparam("status"),
        _s.name >= sa.bindparam("first"),
        _s.name < sa.bindparam("after"),
    )
    .order_by(_s.name),
}

_AMONG: Final[Mapping[str, Callable[[list[Any]], sa.ClauseElement]]] = {
    "events": lambda v: sa.select(_e.stream, _e.version, _e.type, _e.body).where(
        _e.district == _HERE, _e.stream.in_(v)
    ),
    "answers": lambda v: sa.select(_a.key, _a.digest, _a.body).where(_a.district == _HERE, _a.key.in_(v)),
    "documents": lambda v: (
        sa.select(_d.key, _d.body)
        .where(_d.district == _HERE, _d.kind == sa.bindparam("kind"), _d.key.in_(v))
        .order_by(_d.key)
    ),
    "claim_owners": lambda v: sa.select(_c.digest, _c.owner).where(
        _c.district == _HERE, _c.kind == sa.bindparam("kind"), _c.digest.in_(v)
    ),
    "mark_owners": lambda v: sa.select(_m.digest, _m.owner).where(
        _m.district == _HERE, _m.kind == sa.bindparam("kind"), _m.digest.in_(v)
    ),
    "versions": lambda v: sa.select(_s.name, _s.version).where(_s.district == _HERE, _s.name.in_(v)),
    "claims": lambda v: sa.select(_c.kind, _c.digest, _c.owner).where(_c.district == _HERE, _c.digest.in_(v)),
    "answered": lambda v: sa.select(_a.key).where(_a.district == _HERE, _a.key.in_(v)),
    "posted": lambda v: sa.select(_o.message_id).where(_o.district == _HERE, _o.message_id.in_(v)),
}
