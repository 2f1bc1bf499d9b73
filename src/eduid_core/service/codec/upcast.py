"""
Upcasting: a stored event is never rewritten; it is read in its current shape.

A table maps (event name, version) to the next shape; steps are applied one by one until none is left. Sealed
parts are still sealed here and are moved unchanged. A new field with a default needs no row. A field or event
that is renamed, split or dropped needs a row, and the version is raised.

>>> upcast("TaskGiven", 0, {"to": "teacher", "to_name": {"$sealed": 0}})
('TaskAssigned', {'assignee': 'teacher', 'assignee_name': {'$sealed': 0}})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

__all__ = ["UPCASTERS", "VERSION", "upcast"]

VERSION: Final = 2
"""The version of every event written today."""

Shape = tuple[str, int, dict[str, Any]]


def _task_given(body: dict[str, Any]) -> Shape:
    """Rename `TaskGiven` of the pre-release versions: the person it names is the assignee."""
    renamed = {"to": "assignee", "to_name": "assignee_name"}
    return "TaskAssigned", 1, {renamed.get(name, name): value for name, value in body.items()}


def _review_requested(body: dict[str, Any]) -> Shape:
    """Drop `named`: a review belongs to a seat, and not to whom the registry names."""
    return "ReviewRequested", 2, {name: value for name, value in body.items() if name != "named"}


def _task_opened(body: dict[str, Any]) -> Shape:
    """Drop `named` from the brief, as above."""
    brief = {name: value for name, value in body.get("brief", {}).items() if name != "named"}
    return "TaskOpened", 2, {**body, "brief": brief}


UPCASTERS: Final[Mapping[tuple[str, int], Callable[[dict[str, Any]], Shape]]] = {
    ("TaskGiven", 0): _task_given,
    ("ReviewRequested", 1): _review_requested,
    ("TaskOpened", 1): _task_opened,
}
"""The step from (event name, version) to the next shape."""


def upcast(name: str, version: int, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the current name and body of the event stored as *name* at *version*."""
    while (step := UPCASTERS.get((name, version))) is not None:
        name, version, body = step(body)
    return name, body
