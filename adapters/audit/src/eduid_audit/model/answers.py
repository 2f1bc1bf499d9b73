"""
Pinned answers of every rule: each command, with each content, by every actor, at times around every term, in a
state of every story.

The walks prove that laws hold; they do not check a message, the parameters of a refusal or a deadline. These
are pinned here as one digest per story and command, so that a changed answer is detected and must be intended.
`told` shows the answers behind a digest.
"""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import chain
from typing import Any

import attrs

from eduid_audit.model.cast import POLICY, T0, TEACHER
from eduid_audit.model.house import CALENDAR
from eduid_audit.model.offers import CONTENTS, given
from eduid_core.private import Private
from eduid_core.workflow import (
    Command,
    Event,
    Policy,
    Refused,
    Role,
    State,
    decide,
    evolve,
    fold,
    next_deadline,
    react,
)
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.states import MatchResult
from eduid_core.workflow.lifecycle import TABLE_OF_COMMAND

__all__ = ["answers_of", "digests"]

_LEASE, _GRACE = POLICY.review.lease_s, POLICY.timers.grace_days * 86_400
MOMENTS = tuple(
    T0 + dt.timedelta(seconds=s)
    for s in (
        0,
        59,
        60,
        61,
        119,
        180,
        300,
        3600,
        _LEASE - 1,
        _LEASE,
        _LEASE + 1,
        _GRACE,
        _GRACE + 1,
        30_000_000,
    )
)
"""Times around the lives of codes, proofs, leases and grace periods, and long after."""

_OFTEN = frozenset({Role.SYSTEM, Role.GUARDIAN, Role.ANONYMOUS, Role.TEACHER})
_ELSEWHERE = MatchResult("review", ("SOURCE_UNAVAILABLE", "SAME_PERSON_ELSEWHERE"), tier=3)
MORE = (
    (app.Escalate, {"to": TEACHER}),
    (app.RecordMatch, {"rev": 1, "result": _ELSEWHERE, "teacher": TEACHER}),
)
"""Commands that the walks need not try, because no law depends on them."""


def _named(value: Any) -> str:
    """Return the stored name of a state, command or event, and the class name of any other value."""
    if isinstance(value, State):
        return value.status
    return value.name if isinstance(value, Command | Event) else type(value).__name__


def plain(value: Any) -> Any:
    """Return *value*, which holds only invented people, as plain data with the names of its kinds."""
    if isinstance(value, Private):
        return value.reveal("an invented person")
    if isinstance(value, enum.Enum | dt.date):
        return str(value)
    if attrs.has(type(value)):
        fields = {f.name: plain(getattr(value, f.name)) for f in attrs.fields(type(value))}
        return {"": _named(value), **fields}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, frozenset):
        return sorted(plain(v) for v in value)
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


def _answer(state: State | None, command: Command, policy: Policy) -> Any:
    """Return the result of *command*: the refusal, or each event with its effects and the next time to look."""
    decided = decide(state, command, policy=policy)
    if isinstance(decided, Refused):
        return [decided.code, plain(dict(decided.params))]
    steps = []
    for event in decided:
        before, state = state, evolve(state, event)
        due = next_deadline(state, policy, CALENDAR)
        steps.append([plain(event), plain(state), [plain(e) for e in react(before, event, state)], plain(due)])
    return steps


@cache
def _asked(aggregate: str) -> tuple[Command, ...]:
    """Return all commands to a state of *aggregate*, at a single time."""
    contents = [c for walk, of_walk in CONTENTS.items() if walk.partition(":")[0] == aggregate for c in of_walk]
    more = [c for c in MORE if TABLE_OF_COMMAND[c[0]].aggregate == aggregate]
    return given([*contents, *more], "acct" if aggregate == "account" else "A")


def answers_of(
    aggregate: str, state: State | None, moments: Sequence[dt.datetime] = MOMENTS
) -> Iterator[tuple[str, str]]:
    """Yield (command, answer as JSON) for all commands to *state*; system and family at all *moments*."""
    for asked in _asked(aggregate):
        for at in moments if asked.by.role in _OFTEN else moments[:1]:
            command = attrs.evolve(asked, at=at)
            yield command.name, json.dumps(_answer(state, command, POLICY), ensure_ascii=False, sort_keys=True)


def after(aggregate: str, state: State | None) -> list[State | None]:
    """Return the states that a single command reaches from *state*, each once."""
    found: dict[str, State | None] = {}
    for command in _asked(aggregate):
        decided = decide(state, command, policy=POLICY)
        if not isinstance(decided, Refused):
            reached = fold(decided, state)
            found.setdefault(json.dumps(plain(reached), sort_keys=True), reached)
    return list(found.values())


def digests(aggregate: str, state: State | None) -> dict[str, str]:
    """Return command -> digest of all its answers in *state*, and at a single time in each state after it."""
    sums: dict[str, Any] = {}
    answers = [
        answers_of(aggregate, state),
        *(answers_of(aggregate, s, MOMENTS[:1]) for s in after(aggregate, state)),
    ]
    for name, answer in chain.from_iterable(answers):
        sums.setdefault(name, sha256()).update(answer.encode() + b"\n")
    return {name: total.hexdigest()[:16] for name, total in sums.items()}
