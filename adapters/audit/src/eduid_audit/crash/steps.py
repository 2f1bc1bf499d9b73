"""
Journeys as scripts: the acts of persons and of the system, step by step.

A client without an answer repeats the command under the same key. A restarted machine resumes its work and
repeats the step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from eduid_audit.crash.world import BEGAN
from eduid_core.service import Service
from eduid_core.service.drivers import run
from eduid_core.service.handlers import dispatch
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
"""The actors of a journey."""


@attrs.define
class JourneyClient:
    """The memory of the clients: their keys and the answers they received."""

    journey: str
    heard: dict[int, Answer] = attrs.field(factory=dict[int, Answer])


Act = Callable[[Service, Any, JourneyClient, int], None]


@attrs.frozen(eq=False)
class JourneyStep:
    """A step: its action, and its time after the beginning of the journey."""

    act: Act
    after: dt.timedelta = dt.timedelta()

    def take(self, service: Service, world: Any, client: JourneyClient, place: int) -> None:
        """Set the clock and run the action."""
        world.at = max(world.at, BEGAN + self.after)
        self.act(service, world, client, place)


@attrs.frozen(eq=False)
class GiveCommand:
    """A command of an actor; fields that are functions are called with the world when it is given."""

    kind: type[Command]
    by: str
    subject: str
    fields: Mapping[str, Any]

    def __call__(self, service: Service, world: Any, client: JourneyClient, place: int) -> None:
        """Give the command under a key of its own, and remember the answer."""
        command = self.command(world, client, place)
        if self.by == "system":
            heard = run(dispatch.carry_out(command, policy=service.policy), service.executor.perform)
        else:
            heard = service.handle(command)
        client.heard[place] = heard

    def command(self, world: Any, client: JourneyClient, place: int) -> Command:
        """Return the command: the same on every call."""
        fields = {k: v(world) if callable(v) else v for k, v in self.fields.items()}
        key = f"{client.journey}:{place}"
        return self.kind(subject=self.subject, by=ACTORS[self.by], at=world.at, key=key, **fields)


@attrs.frozen(eq=False)
class Journey:
    """A script with its name and its initial world."""

    name: str
    steps: tuple[JourneyStep, ...]
    begins: str = "empty"
    carrier: str = "in_service"


def says(by: str, kind: type[Command], subject: str = "A-1", *, days: float = 0, **fields: Any) -> JourneyStep:
    """Return the step in which *by* gives a command, *days* after the beginning of the journey."""
    return JourneyStep(GiveCommand(kind, by, subject, fields), dt.timedelta(days=days))


def _relay(service: Service, _: Any, __: JourneyClient, ___: int) -> None:
    service.send_messages(alone=True)  # for a program that resumes the work of a dead one, not one beside it


def _fire(service: Service, _: Any, __: JourneyClient, ___: int) -> None:
    service.fire_timers()


def takes_up(service: Service) -> None:
    """Resume interrupted work, as a program does at its start, and after an error."""
    service.resume()


def relays() -> JourneyStep:
    """Return the step in which every waiting message is handed over."""
    return JourneyStep(_relay)


def fires(days: float) -> tuple[JourneyStep, ...]:
    """Return the steps in which timers fire: on that day, and again after the leases of dead programs end."""
    return tuple(JourneyStep(_fire, dt.timedelta(days=days, minutes=later)) for later in (0, 10, 20))
