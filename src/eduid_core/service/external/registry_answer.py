"""
Copy the answer of a registry adapter once, so that no object of the adapter is used afterwards.

This module runs inside the guarded call: a returned object may hang, raise or lie when it is read. Every value
that is kept must fit the columns of every store and be encodable text; otherwise the answer counts as missing.
Registry rows are only compared, so their texts may be as irregular as the registry is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, Final
from weakref import WeakKeyDictionary

import attrs

from eduid_core.matching import RegistryRow, SchoolAlias, SchoolIndex, lookup_key
from eduid_core.plugins import RegistryAnswer, RegistryQuery
from eduid_core.private import PersonName, Phone, Private
from eduid_core.validation.schooling.class_form import class_form
from eduid_core.workflow.application.states import Teacher
from eduid_core.workflow.forms import mobile_number

__all__ = ["NO_ANSWER", "SchoolIndexes", "copied", "plain"]

NO_ANSWER: Final = RegistryAnswer(available=False)
MOST_ROWS: Final = 100
"""The largest number of rows for one person; an answer with more rows is not a real look-up."""
MOST_CHARACTERS: Final = 2000
"""The longest field of a registry, in characters."""
MOST_OF_AN_ID: Final = 64
MOST_OF_A_COLUMN: Final = 200
MOST_SCHOOLS: Final = 2_000_000


class _NotAnAnswer(Exception):
    """The returned object is not an answer."""


class SchoolIndexes:
    """Copies of a registry's school indexes. An index is large and long-lived, so it is copied once."""

    def __init__(self) -> None:
        """Begin with no copies; a copy is dropped when the registry releases its index."""
        self._copies: WeakKeyDictionary[SchoolIndex, SchoolIndex] = WeakKeyDictionary()

    def copied(self, index: object) -> SchoolIndex | None:
        """Return a copy of *index*, the same for the same index. Raise if it is not a school index."""
        if index is None:
            return None
        if type(index) is not SchoolIndex:
            raise _NotAnAnswer
        if index not in self._copies:
            self._copies[index] = _index(index)
        return self._copies[index]


def copied(answer: Any, query: RegistryQuery, schools: SchoolIndexes) -> RegistryAnswer:  # noqa: ANN401 - whatever came
    """Return a copy of *answer* without any object of the adapter. Raise if it is not an answer."""
    if type(answer) is not RegistryAnswer or answer.available is not True:
        return NO_ANSWER
    rows = answer.rows
    if type(rows) is not tuple or len(rows) > MOST_ROWS:
        raise _NotAnAnswer
    read = tuple(_row(row) for row in rows)
    _of_nobody_else(read, query)
    school, class_name = answer.class_ref
    return RegistryAnswer(
        rows=read,
        schools=schools.copied(answer.schools),
        teacher=_teacher(answer.teacher),
        class_ref=(_kept(school, MOST_OF_A_COLUMN), class_form(_kept(class_name, MOST_OF_A_COLUMN))),
        snapshot=_kept(answer.snapshot, MOST_OF_A_COLUMN),
    )


_FIELDS = tuple(f.name for f in attrs.fields(RegistryRow))


def _row(row: object) -> RegistryRow:
    if type(row) is not RegistryRow:
        raise _NotAnAnswer
    return RegistryRow(**{name: plain(getattr(row, name)) for name in _FIELDS})


def _of_nobody_else(rows: tuple[RegistryRow, ...], query: RegistryQuery) -> None:
    """Raise if any row belongs to a person other than that of *query*: then no row is trusted."""
    person = query.person.reveal("compare") if query.person else None
    if any(lookup_key(row.id_type, row.id_number) != person for row in rows if person is not None):
        raise _NotAnAnswer


def _teacher(teacher: object) -> Teacher | None:
    if teacher is None:
        return None
    if type(teacher) is not Teacher:
        raise _NotAnAnswer
    name, phone = _kept(plain(teacher.name)), Phone(_kept(plain(teacher.phone)))
    return Teacher(_kept(teacher.id, MOST_OF_AN_ID), PersonName(name), mobile_number(phone) or phone)


# --- texts ---------------------------------------------------------------------------------------------


def plain(value: object) -> str:
    """Return the text of *value*, private or not."""
    return _text(value.reveal("copy") if isinstance(value, Private) else value)


def _text(value: object) -> str:
    """Return *value* if it is exactly a `str` of at most `MOST_CHARACTERS` characters; raise if not."""
    if type(value) is not str or len(value) > MOST_CHARACTERS:
        raise _NotAnAnswer
    return value


def _kept(value: object, most: int = MOST_CHARACTERS) -> str:
    """Return *value* if it is a text of at most *most* characters that every store can write; raise if not."""
    text = _text(value)
    if len(text) > most or "\0" in text:
        raise _NotAnAnswer
    text.encode()  # a lone surrogate raises
    return text


# --- schools -------------------------------------------------------------------------------------------


def _index(index: SchoolIndex) -> SchoolIndex:
    return SchoolIndex(
        _table(index.names, lambda codes: _all(codes, frozenset, _text)),
        _table(index.exact, _text),
        _table(index.aliases, lambda aliases: _all(aliases, tuple, _alias)),
        _table(index.cores, lambda fits: _all(fits, tuple, _fit)),
    )


def _table(table: Mapping[Any, Any], read: Callable[[Any], Any]) -> Mapping[str, Any]:
    """Return a copy of *table*, each value read by *read*."""
    read_of = {_text(key): read(value) for key, value in islice(table.items(), MOST_SCHOOLS)}
    if len(read_of) == MOST_SCHOOLS:
        raise _NotAnAnswer
    return MappingProxyType(read_of)


def _all(values: Any, kind: Callable[[Any], Any], read: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - as *kind*
    if type(values) is not kind:
        raise _NotAnAnswer
    return kind(read(value) for value in values)


def _alias(alias: object) -> SchoolAlias:
    if type(alias) is not SchoolAlias or {type(alias.valid_from), type(alias.valid_to)} - {dt.date, type(None)}:
        raise _NotAnAnswer
    texts = {name: _text(getattr(alias, name)) for name in ("code", "alias", "kind", "area", "provenance")}
    return SchoolAlias(**texts, valid_from=alias.valid_from, valid_to=alias.valid_to)


def _fit(fit: object) -> tuple[tuple[str, ...], str]:
    if type(fit) is not tuple:
        raise _NotAnAnswer
    areas, code = fit
    return _all(areas, tuple, _text), _text(code)
