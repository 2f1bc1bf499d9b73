"""
Runs: a journey from its beginning, or from the state left by a dead program, to its end.

A newly started program resumes the work; an unanswered step is repeated once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import attrs

from eduid_audit.crash.faults import CallFailed, Gate, PortCall
from eduid_audit.crash.judge import WorldView, view_of
from eduid_audit.crash.scripts import PROLOGUES
from eduid_audit.crash.steps import Journey, JourneyClient, takes_up
from eduid_audit.crash.world import CrashWorld
from eduid_core.service import Service
from eduid_core.testing.doubles import TrustingService

__all__ = ["JourneyRun", "Programs", "Remains", "after", "calm", "start"]


@attrs.frozen
class Programs:
    """The way to build the programs of a matrix; the defective twins build theirs differently."""

    service: type[Service] = TrustingService
    opens: Callable[[Any, Gate, type[Service]], Service] = lambda world, gate, kind: world.open(gate, kind)
    journey: Callable[[Journey], Journey] = lambda journey: journey
    takes_up: Callable[[Service], None] = takes_up

    def open(self, world: CrashWorld, gate: Gate) -> Service:
        """Start a program."""
        return self.opens(world, gate, self.service)


@attrs.frozen
class Remains:
    """
    The state left by a program that dies at *call*: the world, the clients' answers, the current step.

    With *same* it equals the state at the previous call: no durable change has happened in between.
    """

    call: PortCall
    world: CrashWorld
    client: JourneyClient
    place: int
    after: bool = False
    same: bool = False


class JourneyRun:
    """A run of a journey from any state to its end."""

    def __init__(
        self, house: Programs, journey: Journey, world: Any, client: JourneyClient, place: int
    ) -> None:
        self.house, self.journey = house, house.journey(journey)
        self.world, self.client, self.place = world, client, place

    def recording(self, lefts: list[Remains]) -> Gate:
        """Return a gate that appends to *lefts* the state at every call."""

        def before(call: PortCall) -> None:
            last = lefts[-1] if lefts and lefts[-1].place == self.place else None
            if last is not None and last.after:
                lefts[-1] = attrs.evolve(last, call=call, after=False)  # after a change is before the next call
            else:
                lefts.append(attrs.evolve(last, call=call, same=True) if last else self.left(call))

        def after(call: PortCall) -> None:
            if call.changes:
                lefts.append(attrs.evolve(self.left(call), after=True))

        return Gate(before=before, after=after)

    def to_the_end(self, gate: Gate, *, again: bool = False) -> WorldView:
        """
        Run the remaining steps and return the final view; *again*: first resume the work of another
        program.
        """
        self.live(gate, again=again)
        return view_of(self.world, self.client)

    def live(self, gate: Gate, *, again: bool = False, stepped: Callable[[], None] = lambda: None) -> None:
        """Run the remaining steps; *stepped* is called after each."""
        service = self._opened(gate)
        if again:
            self.house.takes_up(service)
        while self.place < len(self.journey.steps):
            self._step(service, gate)
            self.place += 1
            stepped()
        self._settle(service, gate)
        service.executor.store.close()

    def _opened(self, gate: Gate) -> Service:
        """Start a program; after a failed start, start it again."""
        try:
            return self.house.open(self.world, gate)
        except CallFailed:
            return self.house.open(self.world, gate)

    def _step(self, service: Service, gate: Gate) -> None:
        """Run a step; after an error that the program survives, run the same step once more."""
        before = gate.struck
        with suppress(CallFailed):
            self.journey.steps[self.place].take(service, self.world, self.client, self.place)
        if gate.struck and not before:
            self.house.takes_up(service)
            self.journey.steps[self.place].take(service, self.world, self.client, self.place)

    def _settle(self, service: Service, gate: Gate) -> None:
        """Finish a day: resume all waiting work, fire due deadlines and hand messages over."""
        self.world.at += dt.timedelta(minutes=1)
        for _ in range(1 + bool(gate.at)):
            try:
                self.house.takes_up(service)
                service.send_messages(alone=True)
                service.fire_timers()
            except CallFailed:
                continue

    def again(self, gate: Gate) -> WorldView:
        """Resume the work of another program, and continue from there."""
        return self.to_the_end(gate, again=True)

    def left(self, call: PortCall) -> Remains:
        """Return the state left if the program dies now."""
        return Remains(
            call, self.world.copied(), JourneyClient(self.client.journey, dict(self.client.heard)), self.place
        )


@cache
def _begun(name: str) -> CrashWorld:
    world = CrashWorld()
    client, service = JourneyClient(name), world.open(Gate())
    for place, step in enumerate(PROLOGUES[name]):
        step.take(service, world, client, place)
    return world


def start(house: Programs, journey: Journey) -> JourneyRun:
    """Return the run of *journey* from its beginning."""
    world = _begun(journey.begins).copied()
    world.carrier = journey.carrier
    return JourneyRun(house, journey, world, JourneyClient(journey.name), 0)


def after(house: Programs, journey: Journey, left: Remains) -> JourneyRun:
    """Return the run that continues from the state *left*."""
    heard = JourneyClient(left.client.journey, dict(left.client.heard))
    return JourneyRun(house, journey, left.world.copied(), heard, left.place)


@cache
def calm(journey: Journey) -> WorldView:
    """Return the final view of *journey* without faults."""
    return start(Programs(), journey).to_the_end(Gate())
