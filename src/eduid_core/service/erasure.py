"""
Erasure: the data key of a person is destroyed, so bodies sealed under it can never be read again.

Messages to the person are dropped, sent or not, and copies that the disk keeps beside the file are removed. The
log still shows that an application existed, and by whom, when and why it was erased; its last record holds this
in the clear. Only ended subjects are erased: an application that was withdrawn, expired, revoked or superseded,
or an account that was closed.

Sources: PIPL 47 (deletion), 未成年人网络保护条例 34.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from eduid_core.plugins import Record, Stream
from eduid_core.service.codec.wire import message_id, message_id_of
from eduid_core.workflow import Actor, Event, Role, State, evolve, react
from eduid_core.workflow.effects import SendMessage
from eduid_core.workflow.reminders import every_reminder

__all__ = ["RECORD", "Erased", "erased", "messages_beside", "messages_of", "record_of_erasure", "streams_of"]

RECORD: Final = "Erased"
"""The type of the record that ends an erased stream."""

_BESIDE: Final = {"application": ("application", "review_task", "card", "comms_card"), "account": ("account",)}


@attrs.frozen(kw_only=True, slots=False)
class Erased(State, status="erased", terminal=True):
    """The state of an erased stream: only `since`, the actor and the listed reason are left."""

    since: dt.datetime
    by: str
    role: Role
    reason: str


def streams_of(aggregate: str, key: str) -> tuple[tuple[str, str], ...]:
    """Return the streams (aggregate, key) that are sealed under the key of this application or account."""
    return tuple((name, key) for name in _BESIDE[aggregate])


def record_of_erasure(by: Actor, at: dt.datetime, reason: str) -> Record:
    """Return the record that ends a stream; it identifies no student and is not sealed."""
    body = {"at": at.isoformat(), "by": by.id, "role": by.role.value, "reason": reason}
    return Record(RECORD, json.dumps(body, sort_keys=True).encode())


def messages_of(events: Iterable[Event], key: str) -> Iterator[str]:
    """Yield the identity of every message about *key* that the *events* of its stream posted."""
    state: State | None = None
    for event in events:
        before, state = state, evolve(state, event)
        for effect in react(before, event, state):
            if isinstance(effect, SendMessage) and effect.subject == key:
                yield message_id_of(effect)


_BESIDE_EVENTS: Final = (("consent_wanted", "ConsentRequired"), ("file_undone", "FileRunUndone"))
"""Template and event of the messages about an application that no event of its stream posts."""


def messages_beside(events: Iterable[Event], key: str) -> Iterator[str]:
    """Yield the identity of every message about the application *key* that may stand beside its *events*."""
    state: State | None = None
    seen: set[tuple[type[State], int]] = set()
    for event in events:
        state = evolve(state, event)
        if state is None or (type(state), state.revision) in seen:
            continue
        seen.add((type(state), state.revision))
        yield from map(message_id_of, every_reminder(state))
        for template, cause in _BESIDE_EVENTS:
            yield message_id(template, key, state.revision, cause, "guardian")


def erased(stream: Stream) -> Erased | None:
    """Return the erasure of *stream*, or None if it was not erased."""
    if not stream.records or stream.records[-1].type != RECORD:
        return None
    stored = json.loads(stream.records[-1].body)
    since = dt.datetime.fromisoformat(stored["at"])
    return Erased(since=since, by=stored["by"], role=Role(stored["role"]), reason=stored["reason"])
