"""
Composed aggregates in memory: several aggregates, the claims between them, and all their next steps.

It runs the service's own `UnitOfWork`, with a dict as store and a set of claims: the effects of an event are
applied together or not at all, as in a commit. The registry's answer is chosen, not computed, except that it
never agrees if another application exists for the person: that is the matcher's own first rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from eduid_audit.model.canon import canonical, later
from eduid_audit.model.cast import POLICY, RESULTS, T0
from eduid_core.private import Private
from eduid_core.service.handlers.dispatch import flag
from eduid_core.service.intents import DrawBytes, Load, Loaded, Write
from eduid_core.service.unit_of_work import CLAIM_REFUSALS, UnitOfWork
from eduid_core.workflow import Command, MondayToFriday, Refused, State, decide, next_deadline
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.effects import ClaimKey
from eduid_core.workflow.forms import person_of
from eduid_core.workflow.lifecycle import TABLE_OF_COMMAND, TABLES
from eduid_core.workflow.reactions.applications import SYSTEM

__all__ = ["DueTimer", "ModelState", "ModelStep", "forget", "give", "passing", "timers"]

Place = tuple[str, str]
Claim = tuple[str, Private, str]

CALENDAR = MondayToFriday()
MARK = "mark of "
"""Goes before the kind of a claim that is only a mark; the claim itself is held too, for look-ups."""
TERMS = frozenset({"end_grace", "end_lease", "unlock"})
"""Deadlines with a term in the state; all others count from the entry into the status."""


_ONE: dict[Any, Any] = {}
_JUDGED: dict[tuple[int, int], Refused | None] = {}


def _one(state: Any) -> Any:
    """Return one shared object for all states equal to *state*, so that comparison is fast."""
    return _ONE.setdefault(state, state)


def forget() -> None:
    """Clear the cached judgements: the tables have changed."""
    _JUDGED.clear()


@attrs.frozen(eq=False)
class ModelState:
    """The state of all aggregates: the streams that are not empty, and the owners of claims."""

    states: tuple[tuple[Place, Any], ...] = ()
    claims: frozenset[Claim] = frozenset()

    @property
    def key(self) -> tuple[Any, ...]:
        """Return the value that distinguishes two houses."""
        return (tuple((place, id(state)) for place, state in self.states), self.claims)

    def __getitem__(self, place: Place) -> Any:
        for where, state in self.states:
            if where == place:
                return state
        return None

    def holders(self, kind: str, value: Private | None) -> set[str]:
        """Return the owners and marks of a value."""
        return {owner for k, v, owner in self.claims if k == kind and v == value}


@attrs.frozen
class ModelStep:
    """A command with the house before and after, and its commit; a refusal has no commit."""

    before: ModelState
    command: Command
    after: ModelState
    write: Write | None = None
    refused: Refused | None = None
    late: bool = False
    """Whether the command's own aggregate accepted it, and a required effect was refused."""


@attrs.frozen
class DueTimer:
    """A due deadline and its command."""

    place: Place
    command: Command


def _run(steps: Any, states: Mapping[Place, Any]) -> Refused | None:
    answer: Any = None
    while True:
        try:
            asked = steps.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        if isinstance(asked, Load):
            state = states.get((asked.aggregate, asked.key))
            answer = Loaded(state, 0)
        elif isinstance(asked, DrawBytes):
            answer = bytes(asked.count)
        else:
            raise AssertionError(f"work asks for {type(asked).__name__}")


def _others(house: ModelState, command: app.RecordMatch) -> tuple[set[str], set[str]]:
    """Return the other live and the other approved applications for the person of the application."""
    state = house["application", command.subject]
    person = person_of(state.form) if state is not None else None
    live = house.holders("live_person", person) - {command.subject}
    return live, house.holders("person", person) - {command.subject}


def _meets(house: ModelState, command: Command) -> bool:
    """Return whether the facts that the service would establish before *command* are true."""
    if isinstance(command, app.Open):
        return house["account", command.by.id] is None or isinstance(
            house["account", command.by.id], account.ActiveAccount
        )
    if isinstance(command, app.RecordMatch):
        twice = any(_others(house, command))
        return command.result.outcome != "approved" or not twice
    if hasattr(command, "card_active"):
        card = house["card", command.subject]
        return bool(command.card_active) == (card is not None and card.status == "active")
    return True


def give(house: ModelState, command: Command) -> ModelStep | None:
    """Give *command* to *house*; None if the service would never give it in this form."""
    if not _meets(house, command):
        return None
    refused = _judged(house, command)
    if refused is not None:
        return ModelStep(house, command, house, refused=refused)
    states = dict(house.states)
    work = UnitOfWork(POLICY)
    refused = _run(work.give(command), states)
    if refused is None and isinstance(command, app.RecordMatch):
        _run(flag(work, tuple(sorted(_others(house, command)[0])), command.at), states)
    if refused is not None:
        return ModelStep(house, command, house, refused=refused, late=True)
    write = work.write()
    claims = _claimed(house.claims, write)
    if isinstance(claims, Refused):
        return ModelStep(house, command, house, refused=claims, late=True)
    return ModelStep(house, command, _settled(states, write, claims), write)


def _judged(house: ModelState, command: Command) -> Refused | None:
    """Return the refusal of the command's own aggregate, judged once for each of its states."""
    state = house[TABLE_OF_COMMAND[type(command)].aggregate, command.subject]
    seen = (id(state), id(command))
    if seen not in _JUDGED:
        answer = decide(state, command, policy=POLICY)
        _JUDGED[seen] = answer if isinstance(answer, Refused) else None
    return _JUDGED[seen]


def _claimed(held: frozenset[Claim], write: Write) -> frozenset[Claim] | Refused:
    claims = set(held)
    for free in write.frees:
        claims -= {(kind, free.value, free.owner) for kind in (free.kind, MARK + free.kind)}
    for take in write.takes:
        if _is_held(take, claims):
            return Refused(CLAIM_REFUSALS.get(take.kind, "conflict"))
        claims.add((take.kind, take.value, take.owner))
        if take.kind == "person" and not take.unique:
            claims.add((MARK + take.kind, take.value, take.owner))
    return frozenset(claims)


def _is_held(take: ClaimKey, claims: set[Claim]) -> bool:
    """Return whether another application holds the unique claim; a mark is no obstacle."""
    return take.unique and any(
        k == take.kind and v == take.value and o != take.owner and (MARK + k, v, o) not in claims
        for k, v, o in claims
    )


def _settled(states: dict[Place, Any], write: Write, claims: frozenset[Claim]) -> ModelState:
    """Return the house after a commit, with canonical states."""
    changed = {w.key for w in write.streams if w.aggregate in {"application", "review_task"}}
    for w in write.streams:
        states[w.aggregate, w.key] = w.state
    raw = {key: states.get(("application", key)) for key in changed}
    for (aggregate, key), state in list(states.items()):
        if key in changed or any((w.aggregate, w.key) == (aggregate, key) for w in write.streams):
            states[aggregate, key] = _one(canonical(aggregate, state, raw.get(key)))
    kept = frozenset(c for c in claims if c[0] not in {"username", "card_number"})
    return ModelState(tuple(sorted(states.items(), key=lambda item: item[0])), kept)


def timers(house: ModelState) -> Iterator[DueTimer]:
    """Yield every deadline that may fall due now: ended terms, and all that count from an entry."""
    for place, state in house.states:
        due = next_deadline(state, POLICY, CALENDAR)
        if due is None or (due.what in TERMS and due.at > T0):
            continue
        if due.what == "expire_choice" and getattr(state, "expires_at", T0) > T0:
            continue
        yield DueTimer(place, _fired(place, state, due.what))


_BY_NAME = {(name, kind.name): kind for name, table in TABLES.items() for kind in table.commands}


_FIRED: dict[tuple[Any, ...], Command] = {}


def _fired(place: Place, state: State, what: str) -> Command:
    """Return the command of a deadline."""
    content: dict[str, Any] = {}
    if what == "record_match":
        content = {"rev": state.revision, "result": RESULTS["away"]}
    elif what == "start_reverification":
        content = {"school_year": 2027}
    asked = (*place, what, getattr(state, "revision", 0) if content else 0)
    if asked not in _FIRED:
        _FIRED[asked] = _BY_NAME[place[0], what](subject=place[1], by=SYSTEM, at=T0, **content)
    return _FIRED[asked]


def passing(house: ModelState) -> Iterator[ModelState]:
    """Yield the house after each term that may end."""
    for index, (place, state) in enumerate(house.states):
        after = later(place[0], state)
        if after is not state and after != state:
            states = (*house.states[:index], (place, _one(after)), *house.states[index + 1 :])
            yield ModelState(states, house.claims)
