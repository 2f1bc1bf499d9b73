"""
Journeys as scripts: what persons do and what the machine does meanwhile, step by step.

A client that is not answered gives the same command again, under the same key. The machine that is started
again takes up what it left, and does the step once more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from eduid_audit.crash.world import BEGAN
from eduid_core.service import Service
from eduid_core.service.intents import Answer
from eduid_core.workflow import Actor, Command, Role

__all__ = [
    "ACTORS",
    "GiveCommand",
    "Journey",
    "JourneyClient",
    "JourneyStep",
    "fires",
    "relays",
    "says",
    "takes_up",
]

ACTORS: Final = {
    "anyone": Actor(id="", role=Role.ANONYMOUS),
    "mother": Actor(id="mother", role=Role.GUARDIAN),
    "father": Actor(id="father", role=Role.GUARDIAN),
    "named": Actor(id="named", role=Role.TEACHER, assurance=2),
    "teacher": Actor(id="teacher", role=Role.TEACHER, assurance=2),
    "deputy": Actor(id="deputy", role=Role.TEACHER, assurance=2),
    "head": Actor(id="head", role=Role.SCHOOL_ADMIN, assurance=2),
    "district": Actor(id="district", role=Role.DISTRICT_ADMIN, assurance=2),
    "operator": Actor(id="operator", role=Role.OPERATOR, assurance=2),
    "system": Actor(id="system", role=Role.SYSTEM),
}
"""Whoever speaks in a journey."""


@attrs.define
class JourneyClient:
    """What those who use the program remember: their keys and the answers they heard."""

    journey: str
    heard: dict[int, Answer] = attrs.field(factory=dict[int, Answer])


Act = Callable[[Service, Any, JourneyClient, int], None]


@attrs.frozen(eq=False)
class JourneyStep:
    """One step: what is done, and how long after the journey began."""

    act: Act
    after: dt.timedelta = dt.timedelta()

    def take(self, service: Service, world: Any, client: JourneyClient, place: int) -> None:
        """Set the clock and do it."""
        world.at = max(world.at, BEGAN + self.after)
        self.act(service, world, client, place)


@attrs.frozen(eq=False)
class GiveCommand:
    """A command as somebody gives it; fields that are functions are asked of the world when it is given."""

    kind: type[Command]
    by: str
    subject: str
    fields: Mapping[str, Any]

    def __call__(self, service: Service, world: Any, client: JourneyClient, place: int) -> None:
        """Give the command under a key of its own, and remember the answer."""
        client.heard[place] = service.handle(self.command(world, client, place))

    def command(self, world: Any, client: JourneyClient, place: int) -> Command:
        """Return the command: the same whenever it is made."""
        fields = {k: v(world) if callable(v) else v for k, v in self.fields.items()}
        key = f"{client.journey}:{place}"
        return self.kind(subject=self.subject, by=ACTORS[self.by], at=world.at, key=key, **fields)


@attrs.frozen(eq=False)
class Journey:
    """A script by name, and in which world it begins."""

    name: str
    steps: tuple[JourneyStep, ...]
    begins: str = "empty"
    carrier: str = "in_service"


def says(by: str, kind: type[Command], subject: str = "A-1", *, days: float = 0, **fields: Any) -> JourneyStep:
    """Return the step in which *by* gives a command, *days* after the journey began."""
    return JourneyStep(GiveCommand(kind, by, subject, fields), dt.timedelta(days=days))


def _relay(service: Service, _: Any, __: JourneyClient, ___: int) -> None:
    service.send_messages(alone=True)  # a program that takes up what a dead one left, not one beside it


def _fire(service: Service, _: Any, __: JourneyClient, ___: int) -> None:
    service.fire_timers()


def takes_up(service: Service) -> None:
    """Take up what was left: what a program does when it starts, and when it was told of an error."""
    service.resume()


def relays() -> JourneyStep:
    """Return the step in which every waiting message is handed over."""
    return JourneyStep(_relay)


def fires(days: float) -> tuple[JourneyStep, ...]:
    """Return the steps in which timers look: on that day, and again when leases left by the dead are over."""
    return tuple(JourneyStep(_fire, dt.timedelta(days=days, minutes=later)) for later in (0, 10, 20))
