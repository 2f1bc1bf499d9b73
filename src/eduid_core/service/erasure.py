"""
Erasure: a person's data key is destroyed, and what was sealed under it can be read by nobody any more.

Messages that were to tell them something are dropped, sent or not, and what the disk kept beside the file goes.
The log keeps that there was an application, when and by whom it was erased and why; its last record says so in
the clear. Only what has come to an end is erased: an application that was withdrawn, expired, revoked or
superseded, an account that was closed.

Sources: PIPL 47 (deletion), 未成年人网络保护条例 34.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from eduid_core.plugins import Record, Stream
from eduid_core.service.codec.wire import message_id_of
from eduid_core.workflow import Actor, Event, Role, State, evolve, react
from eduid_core.workflow.effects import SendMessage

__all__ = ["RECORD", "Erased", "erased", "messages_of", "record_of_erasure", "streams_of"]

RECORD: Final = "Erased"
"""The type of the record that ends an erased stream."""

_BESIDE: Final = {"application": ("application", "review_task", "card", "comms_card"), "account": ("account",)}


@attrs.frozen(kw_only=True)
class Erased(State):
    """Nothing is left but that it was erased: `since`, by whom, for which reason of the list."""

    status = "erased"
    terminal = True
    since: dt.datetime
    by: str
    role: Role
    reason: str


def streams_of(aggregate: str, key: str) -> tuple[tuple[str, str], ...]:
    """Return the streams (aggregate, key) that are sealed under the key of this application or account."""
    return tuple((name, key) for name in _BESIDE[aggregate])


def record_of_erasure(by: Actor, at: dt.datetime, reason: str) -> Record:
    """Return the record that ends a stream; it names no pupil and is not sealed."""
    body = {"at": at.isoformat(), "by": by.id, "role": by.role.value, "reason": reason}
    return Record(RECORD, json.dumps(body, sort_keys=True).encode())


def messages_of(events: Iterable[Event]) -> Iterator[str]:
    """Yield the identity of every message that the *events* of one stream had posted."""
    state: State | None = None
    for event in events:
        before, state = state, evolve(state, event)
        for effect in react(before, event, state):
            if isinstance(effect, SendMessage):
                yield message_id_of(effect)


def erased(stream: Stream) -> Erased | None:
    """Return how *stream* was erased; None where it was not."""
    if not stream.records or stream.records[-1].type != RECORD:
        return None
    stored = json.loads(stream.records[-1].body)
    since = dt.datetime.fromisoformat(stored["at"])
    return Erased(since=since, by=stored["by"], role=Role(stored["role"]), reason=stored["reason"])
