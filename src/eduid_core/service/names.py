"""The names that commands give to things: every store can keep them, and none is anybody's number."""

from __future__ import annotations

from typing import Final

from eduid_core.validation import inspect_phone, is_resident_id
from eduid_core.workflow import Command

__all__ = ["is_named_well", "looks_personal"]

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
