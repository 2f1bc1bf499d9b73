"""
The lifecycle as pure functions: accounts, reviewer grants, applications, review tasks, cards.

Two functions implement it, both pure and total:

* `decide(state, command, *, policy)` returns the events, or `Refused` with a code;
* `evolve(state, event)` returns the state after the event.

`react` returns the effects of an event, `next_deadline` the time at which a waiting status ends by itself.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eduid_core.china import CHINA
    from eduid_core.findings import Refused
    from eduid_core.workflow.actors import Actor, Role, Stamp
    from eduid_core.workflow.deadlines import Calendar, Deadline, MondayToFriday, next_deadline
    from eduid_core.workflow.effects import Effect
    from eduid_core.workflow.lifecycle import (
        TABLES,
        decide,
        evolve,
        fold,
        lifecycle_dict,
        lifecycle_markdown,
        lifecycle_mermaid,
    )
    from eduid_core.workflow.machine import Command, Event, State
    from eduid_core.workflow.policy import Policy
    from eduid_core.workflow.reactions.applications import react
    from eduid_core.workflow.what_if import WhatIf, simulate

__all__ = [
    "CHINA",
    "TABLES",
    "Actor",
    "Calendar",
    "Command",
    "Deadline",
    "Effect",
    "Event",
    "MondayToFriday",
    "Policy",
    "Refused",
    "Role",
    "Stamp",
    "State",
    "WhatIf",
    "decide",
    "evolve",
    "fold",
    "lifecycle_dict",
    "lifecycle_markdown",
    "lifecycle_mermaid",
    "next_deadline",
    "react",
    "simulate",
]

_HERE = "eduid_core.workflow"
_MODULES = {
    "eduid_core.china": ("CHINA",),
    "eduid_core.findings": ("Refused",),
    f"{_HERE}.actors": ("Actor", "Role", "Stamp"),
    f"{_HERE}.deadlines": ("Calendar", "Deadline", "MondayToFriday", "next_deadline"),
    f"{_HERE}.effects": ("Effect",),
    f"{_HERE}.lifecycle": (
        "TABLES",
        "decide",
        "evolve",
        "fold",
        "lifecycle_dict",
        "lifecycle_markdown",
        "lifecycle_mermaid",
    ),
    f"{_HERE}.machine": ("Command", "Event", "State"),
    f"{_HERE}.policy": ("Policy",),
    f"{_HERE}.reactions.applications": ("react",),
    f"{_HERE}.what_if": ("WhatIf", "simulate"),
}
"""Module -> its names in this package; a module is loaded when one of its names is first used."""
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(module), name)


def __dir__() -> list[str]:
    return sorted(__all__)
