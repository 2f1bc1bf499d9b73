"""A step of the simulation: a request, its arrival, an intent, a deadline, a sent message, or a fault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import attrs

from eduid_audit.simulator.faults import SimulatedCrash
from eduid_audit.simulator.wishes import wish
from eduid_audit.simulator.world import PendingRequest, SimulatedProcess, SimulatedWorld
from eduid_core.workflow import Command

__all__ = ["overlap", "step", "work"]

MOST_WAITING = 14
MOST_TRIES = 6
TICKS = (*[1] * 24, *[20] * 24, *[61] * 8, *[600] * 3, 6 * 3600, 2 * 86400)
"""Seconds between two steps of the clock: mostly few, because codes live five minutes."""
JUMPS = (-86400, -3600, -30, 30, 3600, 86400)
"""Seconds by which a process's clock may be wrong."""


def step(world: SimulatedWorld) -> None:
    """Execute one random step."""
    if world.weather.strikes("clock_jump"):
        return _jump(world)
    chance = world.chance.random()
    if world.calls and chance < 0.72:
        return _go_on(world)
    for bound, happens in HAPPENINGS:
        if chance < bound:
            return happens(world)
    return _tick(world)


def _go_on(world: SimulatedWorld) -> None:
    """Perform the next intent of a command in progress."""
    call = world.chance.choice(world.calls)
    world.trace.step("perform", call.request.number, type(call.intent).__name__)
    world.perform(call)


def _arrive(world: SimulatedWorld) -> None:
    """Let a request arrive: again, out of order, twice, or not at all."""
    if not world.requests:
        return _ask(world)
    request, node = world.chance.choice(world.requests), world.chance.choice(world.nodes)
    if request.tries >= MOST_TRIES:
        world.requests.remove(request)
        return world.trace.step("given up", request.number)
    if world.weather.strikes("request_lost"):
        return world.trace.step("lost", request.number)
    world.trace.step("arrive", request.number, node.number)
    world.deliver(request, node)
    if world.weather.strikes("request_twice"):
        world.deliver(request, world.chance.choice(world.nodes))
    return None


def _ask(world: SimulatedWorld) -> None:
    """Let a person issue a command."""
    wanted = wish(world) if len(world.requests) < MOST_WAITING else None
    if wanted is None:
        return world.trace.step("idle")
    world.asked += 1
    request = PendingRequest(world.asked, _keyed(wanted, world.asked))
    world.requests.append(request)
    world.commands[wanted.name] = world.commands.get(wanted.name, 0) + 1
    return world.trace.step("ask", request.number, wanted.name)


def _keyed(command: Command, number: int) -> Command:
    return attrs.evolve(command, key=f"k{number}")


def _relay(world: SimulatedWorld) -> None:
    node = world.chance.choice(world.nodes)
    world.trace.step("relay", node.number)
    work(world, node, node.service.send_messages)


def _timers(world: SimulatedWorld) -> None:
    node = world.chance.choice(world.nodes)
    world.trace.step("timers", node.number)
    if world.chance.random() < 0.1:
        work(world, node, node.service.resume)
    else:
        work(world, node, node.service.fire_timers)


def _tick(world: SimulatedWorld) -> None:
    seconds = world.chance.choice(TICKS)
    world.now += dt.timedelta(seconds=seconds)
    world.trace.step("tick", seconds)


def _jump(world: SimulatedWorld) -> None:
    node, seconds = world.chance.choice(world.nodes), world.chance.choice(JUMPS)
    node.skew = dt.timedelta() if node.skew else dt.timedelta(seconds=seconds)
    world.trace.step("jump", node.number, node.skew)


def work(world: SimulatedWorld, node: SimulatedProcess, do: Callable[[], object]) -> None:
    """Let *node* do work other than a command; it may fail or die."""
    try:
        world.trace.note(do())
    except SimulatedCrash:
        world.crash(node)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next worker comes
        world.trace.note(type(error).__name__)


def overlap(world: SimulatedWorld) -> None:
    """While a process hands messages over, let another process sometimes do so too."""
    if world.chance.random() < 0.05:
        node = world.chance.choice(world.nodes)
        work(world, node, node.service.send_messages)


HAPPENINGS: tuple[tuple[float, Callable[[SimulatedWorld], None]], ...] = (
    (0.81, _arrive),
    (0.92, _ask),
    (0.968, _relay),
    (0.985, _timers),
)
"""Upper bound of the draw -> the step below it."""
