"""
The lifecycle as pure functions: accounts, reviewer grants, applications, review tasks, cards.

Two functions implement it, both pure and total:

* `decide(state, command, *, policy)` returns the events, or `Refused` with a code;
* `evolve(state, event)` returns the state after the event.

`react` returns the effects of an event, `next_deadline` the time at which a waiting status ends by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from eduid_core.findings import CallerError, Refused
from eduid_core.workflow.actors import Actor, Role, Stamp
from eduid_core.workflow.deadlines import CHINA, Calendar, Deadline, MondayToFriday, next_deadline
from eduid_core.workflow.effects import Effect
from eduid_core.workflow.lifecycle import TABLE_OF_COMMAND, TABLE_OF_EVENT, TABLES
from eduid_core.workflow.machine import Command, Event, State
from eduid_core.workflow.policy import Policy
from eduid_core.workflow.reactions.applications import react
from eduid_core.workflow.simulate import WhatIf, simulate

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
    "next_deadline",
    "react",
    "simulate",
]

_DEFAULT = Policy()


def decide(state: State | None, command: Command, *, policy: Policy = _DEFAULT) -> tuple[Event, ...] | Refused:
    """
    Return the events of *command* in *state*, or a refusal with its reason. Pure and total.

    `None` is the state of an aggregate that does not exist yet.

    Raises:
        CallerError: *command* belongs to no aggregate of the lifecycle.
    """
    table = TABLE_OF_COMMAND.get(command.__class__)
    if table is None:
        raise CallerError(f"no aggregate takes {type(command).__name__}")
    return table.decide(state, command, policy)


def evolve(state: State | None, event: Event) -> State | None:
    """Return *state* after *event*. Total: an event of an unknown type has no effect."""
    table = TABLE_OF_EVENT.get(event.__class__)
    return state if table is None else table.fold[event.__class__](state, event)


def fold(events: Iterable[Event], state: State | None = None) -> State | None:
    """Return the state after *events*, oldest first, starting from *state*."""
    for event in events:
        state = evolve(state, event)
    return state
