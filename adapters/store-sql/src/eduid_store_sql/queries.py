"""
The SQL statements of the store, in SQLAlchemy Core and in the portable subset of SQL.

Values are named: the value of a column by its name, the value that a condition compares it with by that name
with `_` appended. A name in `FIXED` is a statement; a name in `AMONG` makes a statement for a list of values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import sqlalchemy as sa

from eduid_store_sql import tables as t

__all__ = ["AMONG", "FIXED", "cases_by", "cases_found"]

_s, _e, _p, _a, _d, _o, _c, _m, _b, _q, _i = (
    table.c
    for table in (
        t.streams, t.events, t.snapshots, t.answers, t.documents, t.outbox, t.claims, t.marks, t.budgets,
        t.queue, t.cases,
    )
)  # fmt: skip
_HERE: sa.BindParameter[str] = sa.bindparam("district")


def _word(text: str) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{text}'", sa.String)


def _whole(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.BigInteger)


_NOTHING: Final[sa.ColumnElement[int]] = sa.literal_column("0", sa.Integer)


def _insert(table: sa.Table, **fixed: sa.ColumnElement[Any]) -> sa.Insert:
    names = [c.name for c in table.columns if c.autoincrement is not True]
    return table.insert().inline().values({name: fixed.get(name, sa.bindparam(name)) for name in names})


def _where(table: sa.Table, *names: str) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == sa.bindparam(f"{name}_") for name in names]


def _delete(table: sa.Table, *names: str) -> sa.Delete:
    return table.delete().where(*_where(table, "district", *names))


_A_STREAM = _where(t.streams, "district", "name")
_A_BUDGET = _where(t.budgets, "district", "kind", "digest", "window")

_COMMITTING: Final[Mapping[str, sa.ClauseElement]] = {
    "new_stream": _insert(t.streams, base=_NOTHING),
    "move_stream": t.streams.update()
    .where(*_A_STREAM, _s.version == _whole("expected"))
    .values(version=_whole("version"), status=sa.bindparam("status"), due=_whole("due")),
    "event": _insert(t.events),
    "rebase": t.streams.update().where(*_A_STREAM).values(base=_whole("version")),
    "snapshot": _insert(t.snapshots),
    "drop_snapshot": _delete(t.snapshots, "stream"),
    "claim": _insert(t.claims),
    "mark": _insert(t.marks),
    "free_claim": _delete(t.claims, "kind", "digest", "owner"),
    "free_mark": _delete(t.marks, "kind", "digest", "owner"),
    "debit": t.budgets.update()
    .where(*_A_BUDGET, _b.spent <= _whole("most_before"))
    .values(spent=_b.spent + _whole("amount")),
    "open_budget": _insert(t.budgets, spent=_whole("amount")),
    "enqueue": _insert(t.queue),
    "unqueue": _delete(t.queue, "task"),
    "new_case": _insert(t.cases),
    "drop_case": _delete(t.cases, "key"),
    "answer": _insert(t.answers),
    "document": _insert(t.documents),
    "drop_document": _delete(t.documents, "kind", "key"),
    "post": _insert(
        t.outbox,
        state=_word("waiting"),
        **dict.fromkeys(("leases", "due", "first_at", "leased_at"), _NOTHING),
        **dict.fromkeys(("leased_by", "code"), _word("")),
    ),
}

_AT_FENCE = (
    *_where(t.outbox, "district", "message_id"),
    _o.state.in_([_word("leased"), _word("failed")]),
    _o.leases == _whole("fence"),
)
_LEASED = sa.select(_o.message_id, _o.body, _o.leased_by, _o.leases, _o.first_at, _o.leased_at, _o.code).where(
    _o.district == _HERE
)
_AT_LEASE = _LEASED.where(_o.state == _word("leased"))
_WAITING = (
    sa.select(_o.place, _o.message_id, _o.body, _o.leases, _o.kind, _o.first_at, _o.code)
    .where(_o.district == _HERE, _o.state == _word("waiting"), _o.due <= _whole("at"))
    .order_by(_o.kind, _o.leases, _o.place)  # "code" comes before "notice"
)
_PAID = (_o.kind == _word("code")) | (_o.leases > _NOTHING)
"""Messages that are debited to no budget any more."""
_SENT: Final = {"state": _word("sent"), "body": sa.bindparam("body")}
_SAID: Final = {"due": _whole("due"), "code": sa.bindparam("code")}

_RELAYING: Final[Mapping[str, sa.ClauseElement]] = {
    "waiting": _WAITING.limit(_whole("limit")),
    "waiting_paid": _WAITING.where(_PAID).limit(_whole("limit")),
    "waiting_codes": _WAITING.where(_o.kind == _word("code")).limit(_whole("limit")),
    "lease": t.outbox.update()
    .where(*_where(t.outbox, "place", "leases"), _o.state == _word("waiting"))
    .values(
        state=_word("leased"),
        leased_by=sa.bindparam("leased_by"),
        leases=_whole("leases"),
        first_at=_whole("first_at"),
        leased_at=_whole("leased_at"),
    ),
    "drop": t.outbox.update().where(*_where(t.outbox, "district", "message_id")).values(_SENT),
    "sent": t.outbox.update().where(*_AT_FENCE).values({**_SENT, **_SAID}),
    "waiting_again": t.outbox.update().where(*_AT_FENCE).values(state=_word("waiting"), **_SAID),
    "fail": t.outbox.update().where(*_AT_FENCE).values(state=_word("failed"), **_SAID),
    "failed": _LEASED.where(_o.state == _word("failed")).order_by(_o.place).limit(_whole("limit")),
    "leased": _AT_LEASE.where(_o.leases >= _whole("least")).order_by(_o.place),
    "leased_by": _AT_LEASE.where(_o.leased_by == sa.bindparam("sender")).order_by(_o.place),
}

_TIMING: Final[Mapping[str, sa.ClauseElement]] = {
    "due": sa.select(_s.name, _s.version, _s.due)
    .where(_s.district == _HERE, _s.due <= _whole("at"))
    .order_by(_s.due, _s.name)
    .limit(_whole("limit")),
    "take_due": t.streams.update()
    .where(*_A_STREAM, _s.version == _whole("version"), _s.due == _whole("due_"))
    .values(due=_whole("due")),
    "reschedule": t.streams.update()
    .where(*_A_STREAM, _s.version == _whole("version"))
    .values(due=_whole("due")),
}

_NAMED: Final = (
    sa.select(_s.name)
    .where(_s.district == _HERE, _s.name >= sa.bindparam("first"), _s.name < sa.bindparam("after"))
    .order_by(_s.name)
)

_READING: Final[Mapping[str, sa.ClauseElement]] = {
    "documents": sa.select(_d.key, _d.body)
    .where(_d.district == _HERE, _d.kind == sa.bindparam("kind"))
    .order_by(_d.key),
    "all_streams": _NAMED,
    "records": sa.select(_e.type, _e.body)
    .where(_e.district == _HERE, _e.stream == sa.bindparam("stream"), _e.version > _whole("after"))
    .order_by(_e.version)
    .limit(_whole("limit")),
    "streams": _NAMED.where(_s.status == sa.bindparam("status")),
    "queue": sa.select(_q.task, _q.rank)
    .where(_q.district == _HERE, _q.reviewer == sa.bindparam("reviewer"))
    .order_by(_q.rank, _q.task)
    .limit(_whole("limit")),
}


def _cases(filters: tuple[str, ...]) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on a row of the index: equal to *filters*, due before a time, after a key."""
    equal = [_i[name] == sa.bindparam(name) for name in filters if name != "due"]
    due = [_i.due < _whole("due")] if "due" in filters else []
    return [_i.district == _HERE, *equal, *due, _i.key > sa.bindparam("after")]


def cases_found(filters: tuple[str, ...]) -> sa.ClauseElement:
    """Return the query for the rows of the index after a key, as *filters* say."""
    rows = sa.select(_i.key, _i.status, _i.school, _i.class_, _i.guardian, _i.name, _i.due)
    return rows.where(*_cases(filters)).order_by(_i.key).limit(_whole("limit"))


def cases_by(filters: tuple[str, ...], by: str) -> sa.ClauseElement:
    """Return the query that counts the rows of the index, as *filters* say, by their value of *by*."""
    return sa.select(_i[by], sa.func.count()).where(*_cases(filters)).group_by(_i[by]).order_by(_i[by])


_TAKING_STOCK: Final[Mapping[str, sa.ClauseElement]] = {
    "stock_streams": sa.select(_s.name, _s.version, _s.status).where(_s.district == _HERE).order_by(_s.name),
    "stock_claims": sa.select(_c.kind, _c.digest, _c.owner).where(_c.district == _HERE),
    "stock_marks": sa.select(_m.kind, _m.digest, _m.owner).where(_m.district == _HERE),
    "stock_documents": sa.select(_d.kind, _d.key, _d.body).where(_d.district == _HERE),
    "stock_messages": sa.select(_o.message_id, _o.state, _o.kind, _o.body).where(_o.district == _HERE),
    "stock_answers": sa.select(_a.key, _a.digest, _a.body).where(_a.district == _HERE),
}
"""Whole tables, for the comparison with the ledger."""

FIXED: Final = {**_COMMITTING, **_RELAYING, **_TIMING, **_READING, **_TAKING_STOCK}

Values = list[Any]


def _since_snapshot(v: Values) -> sa.ClauseElement:
    """
    Select the snapshots, marked by their empty type, and the events after them, each with the version and the
    base of its stream; a stream without such events has a row without a version.
    """
    after = (_e.district == _s.district) & (_e.stream == _s.name) & (_e.version > _s.base)
    of = (_p.district == _s.district) & (_p.stream == _s.name)
    return sa.union_all(
        sa.select(_s.name, _e.version, _e.type, _e.body, _s.version, _s.base)
        .select_from(t.streams.outerjoin(t.events, after))
        .where(_s.district == _HERE, _s.name.in_(v)),
        sa.select(_s.name, _p.version, _word(""), _p.body, _s.version, _s.base)
        .select_from(t.streams.join(t.snapshots, of))
        .where(_s.district == _HERE, _s.name.in_(v)),
    )


def _whole_streams(v: Values) -> sa.ClauseElement:
    """Select every event with the version of its stream, as `_since_snapshot` does."""
    of = (_e.district == _s.district) & (_e.stream == _s.name)
    return sa.union_all(
        sa.select(_s.name, _e.version, _e.type, _e.body, _s.version, _NOTHING)
        .select_from(t.streams.outerjoin(t.events, of))
        .where(_s.district == _HERE, _s.name.in_(v)),
        sa.select(_e.stream, _e.version, _e.type, _e.body, _NOTHING, _NOTHING)
        .select_from(t.events.outerjoin(t.streams, of))
        .where(_e.district == _HERE, _e.stream.in_(v), _s.name.is_(None)),
    )


AMONG: Final[Mapping[str, Callable[[Values], sa.ClauseElement]]] = {
    "events": _since_snapshot,
    "whole": _whole_streams,
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
    "held": lambda v: (
        sa.select(_s.name, _s.version)
        .where(_s.district == _HERE, _s.name.in_(v))
        .order_by(_s.name)
        .with_for_update()
    ),
    "answered": lambda v: sa.select(_a.key).where(_a.district == _HERE, _a.key.in_(v)),
    "at_lease": lambda v: sa.select(_o.message_id, _o.leases, _o.state).where(
        _o.district == _HERE, _o.message_id.in_(v)
    ),
    "posted": lambda v: sa.select(_o.message_id).where(_o.district == _HERE, _o.message_id.in_(v)),
    "spent": lambda v: sa.select(_b.digest, _b.window, _b.spent).where(
        _b.district == _HERE, _b.kind == sa.bindparam("kind"), _b.digest.in_(v)
    ),
}
