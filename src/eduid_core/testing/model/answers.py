"""
What every rule answers, pinned: each command, with each content, by everybody, at moments around every term, to a
state of every story.

The walks prove that laws hold; they do not say what a message, a refusal's parameters or a deadline are. That is
pinned here as one digest a story and command, so that a change of any answer is seen and meant. `told` shows the
answers behind a digest.
"""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import attrs

from eduid_core.private import Private
from eduid_core.testing.model.cast import POLICY, T0
from eduid_core.testing.model.house import CALENDAR
from eduid_core.testing.model.offers import CONTENTS, given
from eduid_core.workflow import Command, Policy, Refused, State, decide, evolve, next_deadline, react

__all__ = ["digests", "told"]

MOMENTS = tuple(
    T0 + dt.timedelta(seconds=s) for s in (0, 59, 60, 61, 119, 180, 300, 600, 601, 3600, 86_400, 30_000_000)
)
"""Around the lives of codes, leases and proofs, and long after."""


def plain(value: Any) -> Any:
    """Return *value*, whose people are invented, as plain data with the names of its classes."""
    if isinstance(value, Private):
        return value.reveal("an invented person")
    if isinstance(value, enum.Enum | dt.date):
        return str(value)
    if attrs.has(type(value)):
        fields = {f.name: plain(getattr(value, f.name)) for f in attrs.fields(type(value))}
        return {"": type(value).__name__, **fields}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, frozenset):
        return sorted(plain(v) for v in value)
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


def _answer(state: State | None, command: Command, policy: Policy) -> Any:
    """Return what comes of *command*: the refusal, or each event with what follows and when to look again."""
    decided = decide(state, command, policy=policy)
    if isinstance(decided, Refused):
        return [decided.code, plain(dict(decided.params))]
    steps = []
    for event in decided:
        before, state = state, evolve(state, event)
        due = next_deadline(state, policy, CALENDAR)
        steps.append([plain(event), plain(state), [plain(e) for e in react(before, event, state)], plain(due)])
    return steps


def told(aggregate: str, state: State | None, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield (command, answer as JSON) for everything asked of *state*, or for the commands called *name*."""
    walks = [c for walk, contents in CONTENTS.items() if walk.partition(":")[0] == aggregate for c in contents]
    subject = "acct" if aggregate == "account" else "A"
    for asked in given([c for c in walks if name in {"", c[0].name}], subject):
        for at in (
            MOMENTS if asked.by.role.value in {"system", "guardian", "anonymous", "teacher"} else MOMENTS[:1]
        ):
            command = attrs.evolve(asked, at=at)
            yield command.name, json.dumps(_answer(state, command, POLICY), ensure_ascii=False, sort_keys=True)


def digests(aggregate: str, state: State | None) -> dict[str, str]:
    """Return command -> digest of all its answers in *state*."""
    sums: dict[str, Any] = {}
    for name, answer in told(aggregate, state):
        sums.setdefault(name, sha256()).update(answer.encode() + b"\n")
    return {name: total.hexdigest()[:16] for name, total in sums.items()}
