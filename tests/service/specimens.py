"""A command of any class whose every field has the right type."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, Literal, get_args, get_origin, get_type_hints

import attrs

from eduid_core.matching import Application
from eduid_core.private import Private
from eduid_core.testing.doubles import form_of
from eduid_core.workflow import Actor, Command, Role
from tests.service.house import NOW

__all__ = ["specimen"]

GUARDIAN = Actor(id="acct", role=Role.GUARDIAN)


def specimen(kind: type[Command]) -> Command:
    """Return a command of *kind* whose every field has the right type."""
    return kind(**{f.name: _right(get_type_hints(kind)[f.name]) for f in attrs.fields(kind) if f.init})


def _right(hint: Any) -> Any:
    """Return a value of the type *hint*."""
    args = get_args(hint)
    if get_origin(hint) is Literal:
        return args[0]
    if get_origin(hint) is tuple:
        return () if Ellipsis in args else tuple(map(_right, args))
    if args:
        return next(_right(arg) for arg in args if arg is not type(None))
    if hint is Actor:
        return GUARDIAN
    if hint is Application:
        return form_of()
    if attrs.has(hint):
        return hint(**{f.name: _right(get_type_hints(hint)[f.name]) for f in attrs.fields(hint)})
    if issubclass(hint, Private):
        return hint("x")
    if issubclass(hint, enum.Enum):
        return next(iter(hint))
    return {str: "x", int: 1, bool: True, dt.datetime: NOW, dt.date: NOW.date()}[hint]
