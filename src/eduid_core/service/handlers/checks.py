"""The moments and days that commands tell: a moment has a zone, and a day is no moment."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final, get_args

import attrs

from eduid_core.findings import CallerError
from eduid_core.validation import inspect_phone, is_resident_id
from eduid_core.workflow import Command

__all__ = ["check_moments", "is_named_well", "looks_personal"]


_LONGEST: Final = 120
"""Characters of an id: with what stands before and behind it, it fits every column of every store."""


def is_named_well(command: Command) -> bool:
    """Return whether every store can keep what *command* names: no outer blank, control or half a character."""
    key, names = command.key, (command.subject, command.by.id)
    return (key.isascii() or key.isprintable()) and all(
        len(name) <= _LONGEST and name.isprintable() and name == name.strip() for name in names
    )


def looks_personal(name: str) -> bool:
    """Return whether *name* is itself an ID or mobile number: ids lie in the clear, and are shown."""
    if not name[:-1].isdecimal():
        return False
    return is_resident_id(name) or (name.isascii() and inspect_phone(name).valid)


@cache
def _days_of(kind: type[Command]) -> tuple[str, ...]:
    """Return the fields of a command that hold a day."""
    fields = attrs.fields(attrs.resolve_types(kind))
    return tuple(f.name for f in fields if dt.date in {f.type, *get_args(f.type)})


def check_moments(command: Command) -> None:
    """
    Compare what *command* tells of time with what it says it is.

    Raises:
        CallerError: its `at` has no zone, so nobody can tell the moment; or a day is given as a moment, which a
            type checker lets pass and no store gives back.
    """
    if command.at.utcoffset() is None:
        raise CallerError("the `at` of a command needs a time zone")
    for name in _days_of(type(command)):  # type: ignore[arg-type]  # a class is hashed as any object
        if isinstance(getattr(command, name), dt.datetime):
            raise CallerError(f"`{name}` of {command.name} is a day (date), not a moment (datetime)")
