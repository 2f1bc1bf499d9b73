"""
The decision kernel: one rule per row decides for every aggregate of the lifecycle.

A rule says: *in this status, this command, given by one of these roles, passing these guards, emits these
events and leads to that status*. One index holds the rows of all aggregates; `decide` looks a cell up in it and
`evolve` folds an event into a state. Both are pure and total: a missing cell is a refusal, never an error.

The order of checks is fixed: role and reach, revision, cell, the cell's own roles, guards in row order. A
stranger gets `forbidden` before any other check, so a stale revision is visible only to actors with permission.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from eduid_core.findings import Refused
from eduid_core.workflow.actors import Actor, Role, Stamp

if TYPE_CHECKING:
    from eduid_core.workflow.policy import Policy

__all__ = ["Command", "Event", "Guard", "Rule", "State", "Table", "becoming", "guard", "row", "says"]


@attrs.frozen(kw_only=True)
class State:
    """A status record of an aggregate; one class per status, so it holds only the fields of that status."""

    status: ClassVar[str] = ""
    terminal: ClassVar[bool] = False

    def __init_subclass__(cls, *, status: str = "", terminal: bool = False) -> None:
        """Take the stored name, a literal of each class: `class Draft(State, status="draft")`."""
        if status:  # attrs makes a slotted class once more, without these arguments
            cls.status, cls.terminal = status, terminal

    @property
    def revision(self) -> int:
        """Return the revision that a command must expect; 0 for an aggregate without revisions."""
        return 0


S = TypeVar("S", bound=State)


def becoming(kind: type[S], state: State, **changes: Any) -> S:
    """
    Return the state *kind* that follows *state*: every field that both have is carried over, but for *changes*.

    A field added to the states of an aggregate is thus carried through all its transitions.
    """
    names, values_of = _carried(kind, state.__class__)  # type: ignore[arg-type]  # a class is hashed as any object
    fields = dict(zip(names, values_of(state), strict=True))
    fields.update(changes)
    return kind(**fields)


@cache
def _carried(
    kind: type[State], other: type[State]
) -> tuple[tuple[str, ...], Callable[[State], tuple[Any, ...]]]:
    """Return the fields of *kind* that *other* has too, and how to read them."""
    held = {f.name for f in attrs.fields(other)}
    names = tuple(f.name for f in attrs.fields(kind) if f.name in held)
    return names, attrgetter(*names) if len(names) > 1 else lambda state: tuple(
        getattr(state, n) for n in names
    )


def _stamp(command: Command) -> Stamp:
    return Stamp(command.at, command.by.id, command.by.role)


@attrs.frozen(kw_only=True)
class Command:
    """
    A request to an aggregate: subject, actor, time, idempotency key, expected revision.

    `subject` is the id of the aggregate (application, account, …); `at` is an aware time passed in by the
    caller; `expected_rev` None leaves the revision unchecked; `key` is scoped to the actor. `stamp` heads the
    events of the command.
    """

    subject: str
    by: Actor
    at: dt.datetime
    key: str = ""
    expected_rev: int | None = None
    stamp: Stamp = attrs.field(init=False, repr=False, eq=False, default=attrs.Factory(_stamp, takes_self=True))

    name: ClassVar[str] = ""

    def __init_subclass__(cls, *, name: str = "") -> None:
        """Take the stored name, a literal of each class: `class Open(Command, name="open")`."""
        if name:  # as in State
            cls.name = name


@attrs.frozen
class Event:
    """A past fact, with the actor in its stamp."""

    stamp: Stamp

    name: ClassVar[str] = ""

    def __init_subclass__(cls, *, name: str = "") -> None:
        """Take the stored name, a literal of each class: a class may be renamed, a stored name may not."""
        if name:  # as in State
            cls.name = name


Check = Callable[[Any, Any, "Policy"], bool]
Params = Callable[[Any, Any, "Policy"], Mapping[str, Any]]
Emit = Callable[[Any, Any, "Policy"], tuple[Event, ...]]
Step = Callable[[Any, Any], Any]
Reach = Callable[[Any, Actor], bool]


@attrs.frozen
class Guard:
    """A condition with its refusal: `holds(state, command, policy)`, else `Refused(code, params(...))`."""

    code: str
    holds: Check
    params: Params | None = None

    def refusal(self, state: Any, command: Any, policy: Policy) -> Refused:
        """Return the refusal of this guard."""
        return Refused(self.code, self.params(state, command, policy) if self.params else {})


def guard(code: str, params: Params | None = None) -> Callable[[Check], Guard]:
    """Make the decorated condition a `Guard` that refuses with *code*."""
    return lambda holds: Guard(code, holds, params)


@attrs.frozen(kw_only=True)
class Rule:
    """
    One row of a transition table.

    `at` is the status (None: creation); `emit` makes the events; `to` and `events` are the possible results,
    declared for docs and checked by the model checker.
    """

    id: str
    at: type[State] | None
    command: type[Command]
    actors: frozenset[Role]
    to: tuple[type[State], ...]
    events: tuple[type[Event], ...]
    emit: Emit
    guards: tuple[Guard, ...] = ()


def row(  # noqa: PLR0917 - positional, so that a row of a table is a line
    id_: str,
    at: type[State] | None,
    command: type[Command],
    actors: frozenset[Role],
    emit: Emit,
    to: Any,
    events: Any,
    *guards: Guard,
) -> Rule:
    """Return a rule; a single status or event may replace a tuple with one element."""
    to, events = (x if isinstance(x, tuple) else (x,) for x in (to, events))
    return Rule(id=id_, at=at, command=command, actors=actors, emit=emit, to=to, events=events, guards=guards)


def says(kind: type[Event], *fields: str) -> Emit:
    """Return an emitter of a single event that copies these fields of the command."""

    def emit(_: Any, command: Command, __: Policy) -> tuple[Event, ...]:
        return (kind(stamp=command.stamp, **{f: getattr(command, f) for f in fields}),)

    return emit


class Table:
    """
    The rules of an aggregate and the fold of its events.

    *own* names the roles that reach only their own aggregates, each with its check; it runs before any other
    fact is disclosed. Every other role reaches all.

    Raises:
        AssertionError: two rules claim a cell.
    """

    def __init__(
        self,
        aggregate: str,
        *,
        states: Iterable[type[State]],
        rules: Iterable[Rule],
        fold: Mapping[type[Event], Step],
        own: Mapping[Role, Reach] | None = None,
    ) -> None:
        """Index *rules* by (status, command)."""
        self.aggregate, self.fold, self.own = aggregate, dict(fold), dict(own or {})
        self.states = tuple(states)
        self.rules = tuple(rules)
        self.index = {(r.at or type(None), r.command): r for r in self.rules}
        if len(self.index) != len(self.rules):
            raise AssertionError(f"two rules claim one cell of {aggregate}")
        self.roles: dict[type[Command], frozenset[Role]] = {}
        for r in self.rules:
            self.roles[r.command] = self.roles.get(r.command, frozenset()) | r.actors
        self.commands = tuple(self.roles)

    def allowed(self, state: State | None, role: Role) -> tuple[str, ...]:
        """Return the names of the commands that *role* may give in *state*, sorted."""
        at = type(state)
        return tuple(sorted(r.command.name for (s, _), r in self.index.items() if s is at and role in r.actors))

    def decide(self, state: State | None, command: Command, policy: Policy) -> tuple[Event, ...] | Refused:
        """Return the events of *command* in *state*, or a refusal."""
        by = command.by
        reach = self.own.get(by.role)
        if by.role not in self.roles[command.__class__] or not (
            reach is None or state is None or reach(state, by)
        ):
            return Refused("forbidden")
        expected = command.expected_rev
        if expected is not None and state is not None and expected != state.revision:
            return Refused("stale_revision", {"current": state.revision})
        rule = self.index.get((state.__class__, command.__class__))
        if rule is None or by.role not in rule.actors:
            allowed = self.allowed(state, by.role)
            return Refused(
                "invalid_transition", {"status": state.status if state else None, "allowed": allowed}
            )
        for g in rule.guards:
            if not g.holds(state, command, policy):
                return g.refusal(state, command, policy)
        return rule.emit(state, command, policy)
