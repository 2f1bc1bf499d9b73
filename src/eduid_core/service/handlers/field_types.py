"""
Checks of a command's values against their declared types, and of their sizes.

The annotations of the fields are the table: a field added to a command is checked without another line here.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
import types
from collections.abc import Callable
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from eduid_core.private import Private, PrivateText

__all__ = [
    "MOST_CHARACTERS",
    "MOST_ITEMS",
    "MOST_OF_A_NOTE",
    "TooLongError",
    "UnwritableError",
    "WrongTypeError",
    "check_fields",
]

MOST_CHARACTERS: Final = 200
"""The longest text of a command: an id, a code, a cell of a form."""
MOST_OF_A_NOTE: Final = 2000
"""The longest free text: a statement, a note, a password (which has a limit of its own)."""
MOST_ITEMS: Final = 100
"""The most elements of a sequence."""
_WHOLE: Final = 2**53
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


class WrongTypeError(Exception):
    """A value is not of its declared type; the text names the place and the type, never the value."""


class TooLongError(Exception):
    """A text or a sequence is too long; `most` is the limit."""

    def __init__(self, place: str, most: int) -> None:
        """Take the place of the value and the limit."""
        super().__init__(place)
        self.place, self.most = place, most


class UnwritableError(Exception):
    """A text holds a lone surrogate, so it cannot be digested, sealed or stored; the text names the place."""


_Checker = Callable[[Any, str], None]
"""Takes a value and its place, and raises if the value is not of the type."""


def check_fields(value: Any, place: str = "") -> None:  # noqa: ANN401 - any value with fields
    """
    Check every field of an attrs value, which stands at *place*.

    Raises:
        WrongTypeError: a value is not of its declared type.
        TooLongError: a text or a sequence is too long.
        UnwritableError: a text holds a lone surrogate.
    """
    for name, check in _checkers(type(value)):  # type: ignore[arg-type]  # a class is hashed as any object
        check(getattr(value, name), f"{place}.{name}")


@cache
def _checkers(kind: type) -> tuple[tuple[str, _Checker], ...]:
    """Return the checker of each field of the class *kind*."""
    hints = get_type_hints(kind)
    longest = ((f, f.metadata.get("most", MOST_OF_A_NOTE)) for f in attrs.fields(kind) if f.init)
    return tuple((f.name, _checker(hints[f.name], most)) for f, most in longest)


def _checker(hint: Any, most: int | None = MOST_OF_A_NOTE) -> _Checker:  # noqa: ANN401 - any annotation
    """Return the checker of a type: the types of commands are few, and another one is an error of ours."""
    origin, args = get_origin(hint), get_args(hint)
    if hint is str:
        return _text
    if origin in {Union, types.UnionType}:
        (inner,) = (_checker(a) for a in args if a is not type(None))
        return lambda value, place: None if value is None else inner(value, place)
    if origin is Literal:
        return _one_of(frozenset(args))
    if origin is tuple:
        return _tuple(args)
    if issubclass(hint, Private):
        return _private(hint, most if hint is PrivateText else MOST_CHARACTERS)
    if attrs.has(hint):
        return _value(hint)
    return _plain(hint)


def _wrong(place: str, wanted: str) -> WrongTypeError:
    return WrongTypeError(f"{place}: {wanted} is wanted")


def _sized(text: str, place: str, most: int) -> None:
    if len(text) > most:
        raise TooLongError(place, most)
    _check_writable(text, place)


def _check_writable(text: str, place: str) -> None:
    if not text.isascii() and _SURROGATES.search(text):
        raise UnwritableError(place)


def _text(value: object, place: str) -> None:
    if type(value) is not str:
        raise _wrong(place, "a text (str)")
    _sized(value, place, MOST_CHARACTERS)


def _private(kind: type[Private], most: int | None) -> _Checker:
    def check(value: object, place: str) -> None:
        if type(value) is not kind:
            raise _wrong(place, kind.__name__)
        text: object = value.reveal("check its type")
        if type(text) is not str:
            raise _wrong(place, f"{kind.__name__} of a text (str)")
        if most is None:
            _check_writable(text, place)
        else:
            _sized(text, place, most)

    return check


def _one_of(values: frozenset[Any]) -> _Checker:
    def check(value: object, place: str) -> None:
        if type(value) is not str or value not in values:
            raise _wrong(place, " or ".join(sorted(values)))

    return check


def _tuple(args: tuple[Any, ...]) -> _Checker:
    """Return the checker of a tuple of one type and any length, or of these types in this order."""
    if args[-1] is Ellipsis:
        every = _checker(args[0])
        parts: tuple[_Checker, ...] | None = None
    else:
        parts = tuple(map(_checker, args))

    def check(value: object, place: str) -> None:
        if type(value) is not tuple or (parts is not None and len(value) != len(parts)):
            raise _wrong(place, "a tuple")
        if len(value) > MOST_ITEMS:
            raise TooLongError(place, MOST_ITEMS)
        for part, one in zip(value, parts or (every,) * len(value), strict=True):
            one(part, place)

    return check


def _value(kind: type) -> _Checker:
    def check(value: object, place: str) -> None:
        if type(value) is not kind:
            raise _wrong(place, kind.__name__)
        check_fields(value, place)

    return check


_NAMES: Final = {bool: "true or false", int: "a whole number", dt.date: "a day (date), not a moment (datetime)"}


def _plain(kind: type) -> _Checker:
    """Return the checker of an enumeration, a truth, a number, a day or a moment."""
    name = _NAMES.get(kind, kind.__name__)
    exact = kind is not dt.datetime and not issubclass(kind, enum.Enum)

    def check(value: object, place: str) -> None:
        if type(value) is not kind if exact else not isinstance(value, kind):
            raise _wrong(place, name)
        if type(value) is int and not -_WHOLE < value < _WHOLE:
            raise _wrong(place, "a whole number of ordinary size")

    return check
