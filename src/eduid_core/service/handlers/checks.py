"""Checks of a command's ids, times and dates: a time has a zone, and a date is not a time."""

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
"""The longest id in characters: with its prefix and suffix it fits every column of every store."""


def is_named_well(command: Command) -> bool:
    """
    Return whether every store can keep the ids and key of *command*.

    An id has no outer blank, no control character and no lone surrogate.
    """
    key, names = command.key, (command.subject, command.by.id)
    return (key.isascii() or key.isprintable()) and all(
        len(name) <= _LONGEST and name.isprintable() and name == name.strip() for name in names
    )


def looks_personal(name: str) -> bool:
    """Return whether *name* is an ID or mobile number: an id must be neither, since ids are stored in clear."""
    if not name[:-1].isdecimal():
        return False
    return is_resident_id(name) or (name.isascii() and inspect_phone(name).valid)


@cache
def _days_of(kind: type[Command]) -> tuple[str, ...]:
    """Return the fields of a command that hold a date."""
    fields = attrs.fields(attrs.resolve_types(kind))
    return tuple(f.name for f in fields if dt.date in {f.type, *get_args(f.type)})


def check_moments(command: Command) -> None:
    """
    Check every time and date of *command* against its declared type.

    Raises:
        CallerError: its `at` has no zone, so the time is ambiguous; or a date is given as a `datetime`, which a
            type checker accepts and no store returns.
    """
    if command.at.utcoffset() is None:
        raise CallerError("the `at` of a command needs a time zone")
    for name in _days_of(type(command)):  # type: ignore[arg-type]  # a class is hashed as any object
        if isinstance(getattr(command, name), dt.datetime):
            raise CallerError(f"`{name}` of {command.name} is a day (date), not a moment (datetime)")
