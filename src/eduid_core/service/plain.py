"""
Records as plain data, taken apart in one walk, and plain data as JSON.

How a class is taken apart is worked out when the first of it comes, and kept: a command and all that follows
from it take apart some ten records of a dozen fields. Whoever asks says what stands in the place of a personal
value, for none of them goes into plain data by itself.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Final, get_args, get_origin

import attrs
import orjson

from eduid_core.matching import Application as Form
from eduid_core.private import Private

__all__ = ["apart", "dumps", "loads", "opened"]

Put = Callable[[Any], Any]
"""Takes a personal value in the clear and returns what stands in its place."""
Way = Callable[[Any, Put], Any]

_ATOMS: Final = frozenset({str, int, float, bool, type(None)})

loads: Final = orjson.loads


def dumps(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return *value* as JSON, the keys of every object in order, no blank between."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def apart(value: Any, put: Put) -> Any:  # noqa: ANN401 - any record, or what one holds
    """Return *value* as plain data, with what *put* returns in the place of each personal value."""
    kind = value.__class__
    way = _WAYS.get(kind)
    if way is None:
        way = _WAYS[kind] = _way_of(kind)
    return way(value, put)


def opened(value: Any) -> Any:  # noqa: ANN401 - as it came
    """Leave a personal value in the clear: for what is digested, or is of invented people only."""
    return value


def _way_of(kind: type) -> Way:
    """Return how a *kind* that came for the first time is taken apart."""
    if attrs.has(kind):
        return _record(kind)
    for base, way in _KINDS:
        if issubclass(kind, base):
            return way
    raise TypeError(f"a {kind.__name__} is no plain data")


def _record(kind: type) -> Way:
    """Return the way of a record: what is plain by its type is taken as it is, the rest is taken apart."""
    fields = [f for f in attrs.fields(attrs.resolve_types(kind)) if f.init]
    plain = [f.name for f in fields if _is_plain(f.type)]
    rest = tuple((f.name, attrgetter(f.name)) for f in fields if f.name not in plain)
    get = _getter(plain)

    def way(value: Any, put: Put) -> dict[str, Any]:  # noqa: ANN401 - of that kind
        taken = dict(zip(plain, get(value), strict=True))
        for name, held in rest:
            taken[name] = apart(held(value), put)
        return taken

    return way


def _getter(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what takes *names*, however few, from a record at once."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _is_plain(kind: Any) -> bool:  # noqa: ANN401 - the type of a field
    """Return whether JSON can say what a field of type *kind* holds: texts, numbers, tuples of them."""
    if isinstance(kind, type):
        return kind in _ATOMS or issubclass(kind, enum.StrEnum)
    return get_origin(kind) is tuple and all(k is ... or _is_plain(k) for k in get_args(kind))


def _private(value: Private, put: Put) -> Any:  # noqa: ANN401 - whatever is put there
    return put(value.reveal("seal"))


_PRIVATE: Final = tuple(
    (f.name, attrgetter(f.name))
    for f in attrs.fields(attrs.resolve_types(Form))
    if isinstance(f.type, type) and issubclass(f.type, Private)
)
_OPEN: Final = tuple(f.name for f in attrs.fields(Form) if f.name not in dict(_PRIVATE))
_SHOWN: Final = attrgetter(*_OPEN)


def _form(form: Form, put: Put) -> Any:  # noqa: ANN401 - whatever is put there
    """A form is put away as a whole: every field is a text, private or not."""
    texts = dict(zip(_OPEN, _SHOWN(form), strict=True))
    for name, get in _PRIVATE:
        texts[name] = get(form).reveal("seal")
    return put(texts)


def _several(values: Any, put: Put) -> list[Any]:  # noqa: ANN401 - a tuple or a list
    return [v if v.__class__ in _ATOMS else apart(v, put) for v in values]


_KINDS: Final[tuple[tuple[Any, Way], ...]] = (
    (Private, _private),
    (enum.Enum, lambda value, _: value.value),
    (dt.date, lambda value, _: value.isoformat()),
    (frozenset, lambda values, put: sorted(_several(values, put))),
    (tuple, _several),
    (list, _several),
    (str | int | float | None, lambda value, _: value),
)
_WAYS: Final[dict[type, Way]] = {Form: _form}
