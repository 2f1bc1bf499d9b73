"""
The lifecycle: accounts, reviewer grants, applications, review tasks, cards.

Two functions carry it all, both pure and total:

* `decide(state, command, *, policy)` returns the events, or `Refused` with a code;
* `evolve(state, event)` returns the state after the event.

`react` says what follows from an event, `next_deadline` when a waiting status ends by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from eduid_core.findings import CallerError, Refused
from eduid_core.workflow.actors import Actor, Role, Stamp
from eduid_core.workflow.deadlines import CHINA, Calendar, Deadline, MondayToFriday, next_deadline
from eduid_core.workflow.effects import Effect
from eduid_core.workflow.lifecycle import TABLE_OF_COMMAND, TABLES
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

_CELLS = {place: table.cell(rule) for table in TABLES.values() for place, rule in table.index.items()}
_FOLDS = {event: step for table in TABLES.values() for event, step in table.fold.items()}


def _nobody(_: State | None, __: Actor) -> bool:
    """Tell who has no say in a cell."""
    return False


def decide(state: State | None, command: Command, *, policy: Policy = _DEFAULT) -> tuple[Event, ...] | Refused:
    """
    Return the events *command* makes in *state*, or why it is refused. Pure and total.

    `None` is the state of what does not exist yet.

    Raises:
        CallerError: *command* belongs to no aggregate of the lifecycle.
    """
    cell = _CELLS.get((state.__class__, command.__class__))
    if cell is not None:
        roles, checks, emit = cell
        by, expected = command.by, command.expected_rev
        reach = roles.get(by.role, _nobody)
        if (expected is None or state is None or expected == state.revision) and (
            reach is None or reach(state, by)
        ):
            for holds in checks:
                if not holds(state, command, policy):
                    break
            else:
                return emit(state, command, policy)
    # Whatever is refused is judged again in the order of checks, which decides what may be told.
    table = TABLE_OF_COMMAND.get(command.__class__)
    if table is None:
        raise CallerError(f"no aggregate takes {type(command).__name__}")
    return table.decide(state, command, policy)


def evolve(state: State | None, event: Event) -> State | None:
    """Return *state* after *event*. Total: an event nobody knows changes nothing."""
    step = _FOLDS.get(event.__class__)
    return state if step is None else step(state, event)


def fold(events: Iterable[Event], state: State | None = None) -> State | None:
    """Return the state that *events* make of *state*, oldest first: `evolve`, event by event."""
    steps = _FOLDS
    for event in events:
        step = steps.get(event.__class__)
        if step is not None:
            state = step(state, event)
    return state
