"""
The walk of a single aggregate: every command by every actor in every reached state, and the passing
of time.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import attrs

from eduid_audit.model.canon import canonical, later
from eduid_audit.model.cast import POLICY
from eduid_audit.model.offers import RENAMING, offers
from eduid_core.workflow import Command, Event, Refused, State, decide, fold
from eduid_core.workflow.lifecycle import TABLES

__all__ = ["MOST", "AcceptedCommand", "Walk", "Walker", "reaching", "walk"]


MOST = 25_000
"""A walk with more states counts as infinite: some value is not canonical."""


@attrs.frozen
class AcceptedCommand:
    """An accepted command: the state before, the events, and the folded state before it is made canonical."""

    before: State | None
    command: Command
    events: tuple[Event, ...]
    after: State | None


@attrs.frozen(kw_only=True)
class Walk:
    """
    The results of walking an aggregate.

    `states` are all reached states, `nothing` (None) first; `ways` maps a state's place to the places one step
    from it, time included. `refusals` counts by (status, command, code), `taken` maps a cell to its events and
    next statuses, and `events` holds one event of each type.
    """

    aggregate: str
    states: list[Any]
    ways: dict[int, set[int]]
    edges: int
    refusals: Counter[tuple[str, str, str]]
    odd: list[str]
    taken: dict[tuple[Any, type[Command]], set[tuple[tuple[str, ...], str]]]
    events: dict[str, Event]
    seconds: float


def _status(state: State | None) -> str:
    return "" if state is None else state.status


class Walker:
    """The reached states, and the commands to try in each."""

    def __init__(self, name: str) -> None:
        """Begin with no state."""
        self.aggregate = name.partition(":")[0]
        self.table = TABLES[self.aggregate]
        self.everybody, self.renames = offers(name), name in RENAMING
        # A refusal by the cell or by the role alone is the same in every state of a status: it is tried in the
        # first state only; in all others, only commands that pass to the guards are tried.
        self.some: dict[type, tuple[Command, ...]] = {}
        self.states: list[Any] = [None]
        self.place: dict[Any, int] = {None: 0}
        self.ways: dict[int, set[int]] = defaultdict(set)
        self.refusals: Counter[tuple[str, str, str]] = Counter()
        self.taken: dict[Any, set[tuple[tuple[str, ...], str]]] = defaultdict(set)
        self.events: dict[str, Event] = {}
        self.odd: list[str] = []
        self.edges = 0

    def to(self, state: Any) -> int:
        """Return the place of *state*, a new one if it is reached for the first time."""
        place = self.place.setdefault(state, len(self.states))
        if place == len(self.states):
            self.states.append(state)
        return place

    def seen(self, state: State | None) -> Any:
        """Return *state* as the rules of this walk see it."""
        return canonical(self.aggregate, state, alone=True, renames=self.renames)

    def _judged(self, at: type) -> tuple[Command, ...]:
        cells = {kind: rule.actors for (status, kind), rule in self.table.index.items() if status is at}
        return tuple(c for c in self.everybody if c.by.role in cells.get(type(c), ()))

    def steps(self, state: Any) -> Iterator[AcceptedCommand]:
        """Yield every command that is accepted in *state*; refusals are counted."""
        status = _status(state)
        commands = self.some.get(type(state), self.everybody)
        self.some.setdefault(type(state), self._judged(type(state)))
        for command in commands:
            made = decide(state, command, policy=POLICY)
            if isinstance(made, Refused):
                self.refusals[status, command.name, made.code] += 1
            else:
                yield AcceptedCommand(state, command, made, fold(made, state))


def walk(name: str, look: Callable[[AcceptedCommand], None], see: Callable[[Any], None]) -> Walk:
    """Walk an aggregate to its end; *look* is called with every edge, *see* with every state."""
    began, w = time.perf_counter(), Walker(name)
    aggregate = w.aggregate
    for here, state in enumerate(w.states):
        if here > MOST:
            w.odd.append(f"{name}: more than {MOST} states")
            break
        see(state)
        for edge in w.steps(state):
            w.edges += 1
            w.ways[here].add(w.to(w.seen(edge.after)))
            names = tuple(e.name for e in edge.events)
            w.taken[type(state), type(edge.command)].add((names, _status(edge.after)))
            for event in edge.events:
                w.events.setdefault(event.name, event)
            look(edge)
        w.ways[here].add(w.to(later(aggregate, state)))
    return Walk(
        aggregate=aggregate,
        states=w.states,
        ways=w.ways,
        edges=w.edges,
        refusals=w.refusals,
        odd=w.odd,
        taken=dict(w.taken),
        events=w.events,
        seconds=time.perf_counter() - began,
    )


def reaching(ways: dict[int, set[int]], goals: set[int]) -> set[int]:
    """Return the places from which one of *goals* can be reached."""
    back: dict[int, list[int]] = defaultdict(list)
    for here, there in ways.items():
        for place in there:
            back[place].append(here)
    found, front = set(goals), list(goals)
    while front:
        for place in back[front.pop()]:
            if place not in found:
                found.add(place)
                front.append(place)
    return found
