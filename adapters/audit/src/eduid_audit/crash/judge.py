"""
The judge: the final state must equal that of a run without faults, without losses or duplicates.

It compares every stream (version, events, folded state), claims, budgets, queues, stored answers, the messages
and orders that the provider and the carrier accepted, waiting work, and the clients' answers. Only random
values are left out (nonces, salts, card numbers), and times of day, because a machine that was down does its
part later.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import attrs

from eduid_audit.crash.faults import Gate
from eduid_audit.crash.steps import JourneyClient
from eduid_audit.crash.world import CrashWorld
from eduid_core.china import CHINA
from eduid_core.private import Private
from eduid_core.service import Service
from eduid_core.service.intents import Load
from eduid_core.service.sessions.records import SESSION_MARKS
from eduid_core.workflow.lifecycle import TABLES

__all__ = ["WorldView", "claimed", "differences", "stream_of", "view_of"]

_DRAWN: Final = frozenset({"nonce", "password_hash", "number"})
_BY_PHONE: Final = "notices_of_phone"
"""A phone's notices are counted after their lease: a program that dies between the two counts one less."""
_PARTS: Final = ("claims", "budgets", "queue", "answers", "taken", "orders", "heard")
_DRAWN_CLAIMS: Final = frozenset({"card_number"})


@attrs.frozen(kw_only=True)
class WorldView:
    """The state of a world, each part as plain data that can be compared."""

    streams: Mapping[str, Any]
    claims: Any
    budgets: Any
    queue: Any
    answers: Any
    taken: Any
    """Every message that the provider accepted, as often as it accepted it."""
    orders: Any
    waiting: Any
    """Messages that are not settled."""
    heard: Any
    cards: Any
    """For every card, whether its number is claimed for its application alone."""
    ledger: bool
    """Whether every row agrees with the ledger."""


def _plain(value: Any) -> Any:
    """Return *value* as plain data: random values are left out, a time becomes its day."""
    if isinstance(value, Private):
        return value
    if attrs.has(type(value)):
        names = (n for n in _names(type(value)) if n not in _DRAWN)
        return (type(value).__name__, *(_plain(getattr(value, n)) for n in names))
    if isinstance(value, dt.datetime):
        return value.astimezone(CHINA).date()
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    if isinstance(value, frozenset | set):
        return tuple(sorted(map(str, value)))
    return str(value) if isinstance(value, enum.Enum) else value


_NAMES: dict[type, tuple[str, ...]] = {}


def _names(kind: type) -> tuple[str, ...]:
    if kind not in _NAMES:
        _NAMES[kind] = tuple(f.name for f in attrs.fields(kind))
    return _NAMES[kind]


def view_of(world: CrashWorld, client: JourneyClient) -> WorldView:
    """Return the state of *world*, as a newly started program reads it."""
    memory = world.memory
    service = world.open(Gate())
    names = sorted(name for name in memory.streams if name.partition("/")[0] in TABLES)
    loaded = service.executor.perform_many([Load(*name.split("/", 1)) for name in names])
    states = {name: found.state for name, found in zip(names, loaded, strict=True)}
    streams = {name: _of_head(memory.streams[name], states[name]) for name in names}
    return WorldView(
        streams=streams,
        claims=sorted(
            (kind, "" if kind in _DRAWN_CLAIMS else digest, owner)
            for kind, digest, owner in (*((k, d, o) for (k, d), o in memory.claims.items()), *memory.marks)
            if kind not in SESSION_MARKS  # a log-in that is repeated begins another session
        ),
        budgets={budget: spent for budget, spent in memory.budgets.items() if budget[0] != _BY_PHONE},
        queue=memory.queue,
        answers=sorted(memory.answers),
        taken=Counter(handed.message_id for handed in world.taken),
        orders=world.orders,
        waiting=sorted(i for i, m in memory.outbox.items() if m.state != "sent"),
        heard=client.heard,
        ledger=not any(service.ledger().contradictions()),
        cards={n: claimed(service, s) for n, s in states.items() if n.startswith("card/")},
    )


def _of_head(head: Any, state: Any) -> Any:
    due = head.due.astimezone(CHINA).date() if head.due else None
    return stream_of(head.records, head.status, due, state)


def stream_of(records: Any, status: str, due: dt.date | None, state: Any) -> Any:
    """Return a stream as plain data: version, events, status, the day of its next look, state."""
    return len(records), [r.type for r in records], status, due, _plain(state)


def claimed(service: Service, state: Any) -> bool:
    """Return whether the number of the card in *state* is claimed for its application alone."""
    number = state.card.number.reveal("look for its claim")
    digest = service.executor.vault.blind("card_number", number)
    holders = service.executor.store.holders("card_number", [digest])
    return holders.get(digest) == (state.card.application_id,)


def differences(expected: WorldView, found: WorldView) -> tuple[str, ...]:
    """
    Return the differences between *found* and *expected*, as text without personal data; empty if
    all is well.
    """
    wrong = []
    for name in sorted({*expected.streams, *found.streams}):
        if name not in found.streams:
            wrong.append(f"{name}: lost")
        elif expected.streams.get(name) != found.streams[name]:
            wrong.append(f"{name}: stands differently")
    if any(count > 1 for count in found.taken.values()):
        wrong.append("taken: a message was handed over twice")
    wrong += [f"{part}: differ" for part in _PARTS if getattr(expected, part) != getattr(found, part)]
    if found.waiting:
        wrong.append("waiting: a message was never settled")
    if not found.ledger:
        wrong.append("ledger: a row contradicts it")
    if not all(found.cards.values()):
        wrong.append("cards: a number is not its card's")
    return tuple(wrong)
