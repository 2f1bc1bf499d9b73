"""
Records as JSON, in one pass.

orjson walks the record and calls this module for types that it does not know. The way to take a class apart is
computed for its first instance and cached: one command and its consequences contain some ten records of a dozen
fields. The caller decides the replacement of each personal value: without one, no personal value becomes JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Final

import attrs
import orjson

from eduid_core.matching import Application as Form
from eduid_core.private import Private

__all__ = ["dumps", "fields_of", "loads", "opened"]

Put = Callable[[Any], Any]
"""Takes a personal value in the clear and returns its replacement."""
Way = Callable[[Any, Put], Any]

loads: Final = orjson.loads


def opened(value: Any) -> Any:  # noqa: ANN401 - as it came
    """Leave a personal value in the clear: for text that is sealed as a whole, digested, or invented."""
    return value


def _refused(_: Any) -> Any:  # noqa: ANN401 - whatever it is
    raise TypeError("a personal value is no plain data")


def dumps(value: Any, put: Put = _refused) -> bytes:  # noqa: ANN401 - any record or JSON value
    """
    Return *value* as JSON with sorted keys and no blanks; each personal value is replaced by the result of
    *put*.

    Raises:
        TypeError: *value* holds an object that is neither a record nor plain data, a text with a lone
            surrogate, or, without *put*, a personal value.
    """

    def shown(held: Any) -> Any:  # noqa: ANN401 - what orjson does not know
        way = _WAYS.get(held.__class__) or _learnt(held.__class__)
        return way(held, put)

    return orjson.dumps(value, default=shown, option=orjson.OPT_SORT_KEYS)


def fields_of(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any record
    """Return the fields of a record by name, with their values unchanged."""
    fields: dict[str, Any] = (_WAYS.get(value.__class__) or _learnt(value.__class__))(value, opened)
    return fields


def _learnt(kind: type) -> Way:
    """Compute the way to take apart a *kind* that appears for the first time."""
    _WAYS[kind] = way = _way_of(kind)
    return way


def _way_of(kind: type) -> Way:
    if attrs.has(kind):
        return _record(kind)
    if issubclass(kind, Private):
        return lambda value, put: put(value.reveal("seal"))
    if issubclass(kind, frozenset):
        return lambda values, _: sorted(values)
    raise TypeError(f"a {kind.__name__} is no plain data")


def _record(kind: type) -> Way:
    names = tuple(f.name for f in attrs.fields(kind) if f.init)
    get = _getter(names)
    return lambda value, _: dict(zip(names, get(value), strict=True))


def _getter(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that takes *names*, however few, from a record at once."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


_PRIVATE: Final = tuple(
    (f.name, attrgetter(f.name))
    for f in attrs.fields(attrs.resolve_types(Form))
    if isinstance(f.type, type) and issubclass(f.type, Private)
)
_OPEN: Final = tuple(f.name for f in attrs.fields(Form) if f.name not in dict(_PRIVATE))
_SHOWN: Final = attrgetter(*_OPEN)


def _form(form: Form, put: Put) -> Any:  # noqa: ANN401 - whatever is put there
    """Replace a form as a whole: every field is a text, private or not."""
    texts = dict(zip(_OPEN, _SHOWN(form), strict=True))
    for name, get in _PRIVATE:
        texts[name] = get(form).reveal("seal")
    return put(texts)


_WAYS: Final[dict[type, Way]] = {Form: _form}
