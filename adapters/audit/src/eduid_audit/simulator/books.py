"""
The world's own record of every commit that succeeded, even if its caller never received the answer.

It is kept independently of the service, from the intents given to the executor, and compared with the disk.
"""

from __future__ import annotations

from typing import Any

from eduid_core.service.codec.wire import message_id
from eduid_core.service.intents import Accepted, Write
from eduid_core.workflow import Event, State, evolve

__all__ = ["LandedRecords"]


class LandedRecords:
    """The successful commits: events and states by stream, posted messages, given answers."""

    def __init__(self) -> None:
        """Begin with no commits."""
        self.events: dict[tuple[str, str], list[Event]] = {}
        self.states: dict[tuple[str, str], State | None] = {}
        self.posted: set[str] = set()
        self.answers: dict[tuple[str, str], Accepted] = {}
        self.applications: list[str] = []

    def state(self, aggregate: str, key: str) -> Any:
        """Return the state of *key* of *aggregate*."""
        return self.states.get((aggregate, key))

    def land(self, write: Write) -> list[tuple[tuple[str, str], State | None, Event, State | None]]:
        """Record a successful commit; return each event with the state before it and after it."""
        steps = []
        for stream in write.streams:
            place = (stream.aggregate, stream.key)
            if place not in self.events and stream.aggregate == "application":
                self.applications.append(stream.key)
            known = self.events.setdefault(place, [])
            for event in stream.events:
                before = self.states.get(place)
                after = evolve(before, event)
                known.append(event)
                self.states[place] = after
                steps.append((place, before, event, after))
        self.posted |= {
            message_id(t.template, t.subject, t.revision, t.event, t.recipient) for t in write.messages
        }
        return steps
