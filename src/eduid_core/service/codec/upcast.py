"""
Old shapes of events made new: a stored event is never rewritten, it is read as what it would be today.

A table by (event name, version) says how one shape becomes the next; shapes are taken one step at a time until
none is left to take. Sealed parts are still sealed here: they move as they are. A new field with a default
needs no row; a field or an event that is renamed, split or dropped does, and its version goes up.

>>> upcast("TaskGiven", 0, {"to": "teacher", "to_name": {"$sealed": 0}})
('TaskAssigned', {'assignee': 'teacher', 'assignee_name': {'$sealed': 0}})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

__all__ = ["UPCASTERS", "VERSION", "upcast"]

VERSION: Final = 1
"""The version every event is written in today."""

Shape = tuple[str, int, dict[str, Any]]


def _task_given(body: dict[str, Any]) -> Shape:
    """Before the first release a task was given *to* somebody; an assignee has it now."""
    renamed = {"to": "assignee", "to_name": "assignee_name"}
    return "TaskAssigned", 1, {renamed.get(name, name): value for name, value in body.items()}


UPCASTERS: Final[Mapping[tuple[str, int], Callable[[dict[str, Any]], Shape]]] = {
    ("TaskGiven", 0): _task_given,
}
"""(event name, version) -> the next shape."""


def upcast(name: str, version: int, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the name and body that the event stored as *name* at *version* has today."""
    while (step := UPCASTERS.get((name, version))) is not None:
        name, version, body = step(body)
    return name, body
