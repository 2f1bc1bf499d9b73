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
from collections.abc import Callable, Iterable, KeysView, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import attrs

from eduid_core.findings import CallerError, Refused
from eduid_core.workflow.actors import Actor, Role, Stamp

if TYPE_CHECKING:
    from eduid_core.workflow.policy import Policy

__all__ = [
    "ADDED",
    "SERVICE_TIME",
    "Command",
    "Event",
    "Guard",
    "Rule",
    "State",
    "Table",
    "becoming",
    "changed",
    "guard",
    "row",
    "says",
]


SERVICE_TIME: Final = dt.datetime.min.replace(tzinfo=dt.UTC)
"""The time of a command that leaves its time to the clock of the service."""


@attrs.frozen(kw_only=True, slots=False)
class State:
    """A status record of an aggregate; one class per status, so it holds only the fields of that status."""

    status: ClassVar[str] = ""
    terminal: ClassVar[bool] = False
    revision = 0
    """The revision that a command must expect; 0 for an aggregate without revisions."""

    def __init_subclass__(cls, *, status: str = "", terminal: bool = False) -> None:
        """
        Take the stored name, a literal of each class: `class Draft(State, status="draft")`.

        Raises:
            TypeError: the class has slots; `becoming` reads the fields of a state from its `__dict__`.
        """
        if "__slots__" in cls.__dict__:
            raise TypeError(f"{cls.__name__} is a state: @attrs.frozen(slots=False)")
        if status:
            cls.status, cls.terminal = status, terminal


S = TypeVar("S", bound=State)
V = TypeVar("V")


# --- the state after an event ------------------------------------------------------------------------------
# A state and the values in it that events change have no slots: `attrs.evolve` reads and sets field after
# field, a copy of a `__dict__` is a single operation. They have neither converters nor validators to run.


def becoming(kind: type[S], state: State, **changes: Any) -> S:
    """
    Return the state *kind* that follows *state*: every field that both have is carried over, but for *changes*.

    A field added to the states of an aggregate is thus carried through all its transitions.

    Raises:
        TypeError: *changes* have a name that is no field of *kind*, or a field without default has no value.
    """
    fields, names = state.__dict__ | changes, _names(kind)
    if fields.keys() != names:
        for name in _dropped(state.__class__, kind):
            if name not in changes:
                del fields[name]
        if fields.keys() != names:
            return kind(**fields)  # a field added with a default, or the TypeError
    return _made(kind, fields)


def changed(value: V, **changes: Any) -> V:
    """
    Return *value* with *changes*, as `attrs.evolve` does.

    Raises:
        TypeError: *changes* have a name that is no field of *value*.
    """
    fields = value.__dict__ | changes
    if len(fields) != len(value.__dict__):
        unknown = ", ".join(sorted(changes.keys() - value.__dict__))
        raise TypeError(f"{type(value).__name__} has no field {unknown}")
    return _made(value.__class__, fields)


def _made(kind: type[V], fields: dict[str, Any]) -> V:
    made = _new(kind)
    _set(made, "__dict__", fields)
    return made


_new, _set = object.__new__, object.__setattr__


_names: Callable[..., KeysView[str]] = cache(lambda kind: attrs.fields_dict(kind).keys())
_dropped: Callable[..., tuple[str, ...]] = cache(
    lambda old, new: tuple(name for name in _names(old) if name not in _names(new))
)


ADDED: Final[Mapping[str, bool]] = {"added": True}
"""
Metadata of a field of a command that earlier versions do not have: while it holds its default it is no part of
the command's digest, so that a command given to an earlier version is known again.
"""


def _stamp(command: Command) -> Stamp:
    try:
        return Stamp(command.at, command.by.id, command.by.role)
    except AttributeError:  # no actor: any other wrong type is noticed where the command is given
        raise CallerError(f"{type(command).__name__}.by: Actor is wanted") from None


@attrs.frozen(kw_only=True)
class Command:
    """
    A request to an aggregate: subject, actor, time, idempotency key, expected revision.

    `subject` is the id of the aggregate (application, account, …); `at` is an aware time, `SERVICE_TIME` until
    the service sets it; `expected_rev` None leaves the revision unchecked; `key` is scoped to the actor.
    `stamp` heads the events of the command.
    """

    subject: str
    by: Actor
    at: dt.datetime = SERVICE_TIME
    key: str = ""
    expected_rev: int | None = None
    stamp: Stamp = attrs.field(init=False, repr=False, eq=False, default=attrs.Factory(_stamp, takes_self=True))

    name: ClassVar[str] = ""
    merges: ClassVar[bool] = False
    """Whether the command's own guards judge an old revision: what it gives may be merged."""

    def __init_subclass__(cls, *, name: str = "") -> None:
        """Take the stored name, a literal of each class: `class Open(Command, name="open")`."""
        if name:  # as in State
            cls.name = name

    def revision_in(self, state: State) -> int:
        """Return the revision of *state* that this command is about, and answers."""
        return state.revision


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
Reach = Callable[[Any, Any], bool]


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
        role = command.by.role
        rule = self.index.get((state.__class__, command.__class__))
        if rule is not None and role not in rule.actors:
            rule = None
        if rule is None and role not in self.roles[command.__class__]:
            return Refused("forbidden")
        reach = self.own.get(role)
        if reach is not None and state is not None and not reach(state, command):
            return Refused("forbidden")
        expected = command.expected_rev
        if expected is not None and state is not None and not command.merges:
            current = command.revision_in(state)
            if expected != current:
                return Refused("stale_revision", {"current": current})
        if rule is None:
            allowed = self.allowed(state, role)
            return Refused(
                "invalid_transition", {"status": state.status if state else None, "allowed": allowed}
            )
        for g in rule.guards:
            if not g.holds(state, command, policy):
                return g.refusal(state, command, policy)
        return rule.emit(state, command, policy)
