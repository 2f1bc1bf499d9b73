"""
Runs: a journey from its beginning, or from what a program left that died in the middle of it, to its end.

Whatever is left is taken up by a program that is started then; a step that was not answered is taken once more.
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

__all__ = ["JourneyRun", "Programs", "Remains", "after", "calm", "start"]


@attrs.frozen
class Programs:
    """How the programs of a matrix are built; the twins build theirs worse."""

    service: type[Service] = Service
    opens: Callable[[Any, Gate, type[Service]], Service] = lambda world, gate, kind: world.open(gate, kind)
    journey: Callable[[Journey], Journey] = lambda journey: journey
    takes_up: Callable[[Service], None] = takes_up

    def open(self, world: CrashWorld, gate: Gate) -> Service:
        """Start a program."""
        return self.opens(world, gate, self.service)


@attrs.frozen
class Remains:
    """
    What a program that dies at *call* leaves behind: the world, what clients heard, the step they are at.

    With *same* it is what would have been left at the call before: nothing lasting has happened in between.
    """

    call: PortCall
    world: CrashWorld
    client: JourneyClient
    place: int
    after: bool = False
    same: bool = False


class JourneyRun:
    """One run of a journey from somewhere to its end."""

    def __init__(
        self, house: Programs, journey: Journey, world: Any, client: JourneyClient, place: int
    ) -> None:
        self.house, self.journey = house, house.journey(journey)
        self.world, self.client, self.place = world, client, place

    def recording(self, lefts: list[Remains]) -> Gate:
        """Return a gate that adds to *lefts* what is left at every call."""

        def before(call: PortCall) -> None:
            last = lefts[-1] if lefts and lefts[-1].place == self.place else None
            if last is not None and last.after:
                lefts[-1] = attrs.evolve(last, call=call, after=False)  # after a change is before what follows
            else:
                lefts.append(attrs.evolve(last, call=call, same=True) if last else self.left(call))

        def after(call: PortCall) -> None:
            if call.changes:
                lefts.append(attrs.evolve(self.left(call), after=True))

        return Gate(before=before, after=after)

    def to_the_end(self, gate: Gate, *, again: bool = False) -> WorldView:
        """Take the steps that are left, and see what stands; *again*: first take up what another left."""
        self.live(gate, again=again)
        return view_of(self.world, self.client)

    def live(self, gate: Gate, *, again: bool = False, stepped: Callable[[], None] = lambda: None) -> None:
        """Take the steps that are left; *stepped* is told after each."""
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
        """Start a program; one that could not be started is started again."""
        try:
            return self.house.open(self.world, gate)
        except CallFailed:
            return self.house.open(self.world, gate)

    def _step(self, service: Service, gate: Gate) -> None:
        """Take one step; an error that the program outlives is followed by the same step once more."""
        before = gate.struck
        with suppress(CallFailed):
            self.journey.steps[self.place].take(service, self.world, self.client, self.place)
        if gate.struck and not before:
            self.house.takes_up(service)
            self.journey.steps[self.place].take(service, self.world, self.client, self.place)

    def _settle(self, service: Service, gate: Gate) -> None:
        """At the end of a day whatever waits has been taken up, fallen due and been handed over."""
        self.world.at += dt.timedelta(minutes=1)
        for _ in range(1 + bool(gate.at)):
            try:
                self.house.takes_up(service)
                service.send_messages(alone=True)
                service.fire_timers()
            except CallFailed:
                continue

    def again(self, gate: Gate) -> WorldView:
        """Take up what another program left, and go on from there."""
        return self.to_the_end(gate, again=True)

    def left(self, call: PortCall) -> Remains:
        """Return what is left when the program dies now."""
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
    """Return the run that goes on from what was *left*."""
    heard = JourneyClient(left.client.journey, dict(left.client.heard))
    return JourneyRun(house, journey, left.world.copied(), heard, left.place)


@cache
def calm(journey: Journey) -> WorldView:
    """Return what stands at the end of *journey* where nothing fails."""
    return start(Programs(), journey).to_the_end(Gate())
