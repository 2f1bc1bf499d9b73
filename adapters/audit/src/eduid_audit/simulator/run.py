"""Runs: an episode from a seed, and campaigns of many episodes; each is reproducible at any time and place."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from hashlib import sha256

import attrs

from eduid_audit.simulator.faults import FaultRates
from eduid_audit.simulator.liveness import heal
from eduid_audit.simulator.staff import next_of_staff
from eduid_audit.simulator.steps import overlap, step
from eduid_audit.simulator.world import SimulatedWorld, WorldParts
from eduid_core.findings import AdapterError

__all__ = ["Episode", "SimulationReport", "play", "simulate"]

STEPS_OF_AN_EPISODE = 2000
LOOK_EVERY = 100


@attrs.frozen(kw_only=True)
class Episode:
    """The result of an episode: the failed checks (none if all is well), and the counts of events."""

    seed: str
    steps: int
    digest: str
    broken: tuple[str, ...]
    seen: Counter[str]
    last: tuple[str, ...]


@attrs.frozen(kw_only=True)
class SimulationReport:
    """The result of many episodes; `digest` covers their traces and is the same for the same seed."""

    seed: int
    steps: int
    episodes: int
    digest: str
    seconds: float
    failures: tuple[Episode, ...]
    seen: Counter[str]


def play(seed: str, steps: int, *, rates: FaultRates | None = None, parts: WorldParts | None = None) -> Episode:
    """Play an episode: *steps* of life with faults, then the healing."""
    parts = parts or WorldParts()
    with parts.installed():
        return _played(SimulatedWorld(seed, rates or FaultRates(), parts), seed, steps)


def _played(world: SimulatedWorld, seed: str, steps: int) -> Episode:
    try:
        _live(world, steps)
    except AdapterError:  # what is stored can no longer be opened
        world.safety.fails("application_lost")
    missing = [] if world.safety.broken else _healed(world)
    if not world.safety.broken:
        world.safety.at_large()
        world.safety.reread()
    return _episode(world, seed, (*world.safety.broken, *missing))


def _live(world: SimulatedWorld, steps: int) -> None:
    """Seat the staff, and execute *steps* until a check fails."""
    with world.calm():
        _seat(world)
    world.provider.between = lambda: overlap(world)
    for number in range(1, steps + 1):
        step(world)
        if number % LOOK_EVERY == 0 or number == steps:
            world.safety.at_large()
        if world.safety.broken:
            break


def _healed(world: SimulatedWorld) -> list[str]:
    try:
        return heal(world)
    except AdapterError:
        world.safety.fails("application_lost")
        return []


def _episode(world: SimulatedWorld, seed: str, broken: tuple[str, ...]) -> Episode:
    last = tuple(world.trace.last)
    for name, head in sorted(world.disk.memory.streams.items()):
        world.trace.note(name, head.status, len(head.records))
        for record in head.records:
            world.trace.note_bytes(record.body)
    for identity, message in world.disk.memory.outbox.items():
        world.trace.note(identity, message.state, message.leases)
    return Episode(
        seed=seed,
        steps=world.trace.steps,
        digest=world.trace.digest,
        broken=broken,
        seen=_seen(world),
        last=last,
    )


def _seen(world: SimulatedWorld) -> Counter[str]:
    seen: Counter[str] = Counter()
    for name, count in world.weather.came.items():
        seen[f"fault {name}"] += count
    for name, count in world.commands.items():
        seen[f"asked {name}"] += count
    for name, count in world.given.items():
        seen[f"answer {name}"] += count
    for (aggregate, _), events in world.books.events.items():
        for event in events:
            seen[f"event {aggregate} {event.name}"] += 1
    seen["messages received"] += len(world.provider.received)
    seen["messages leased again"] += sum(m.leases > 1 for m in world.disk.memory.outbox.values())
    return seen


def _seat(world: SimulatedWorld) -> None:
    """
    Let the staff who are there from the beginning register, claim their positions and be verified, each on a
    day of their own before the episode: a day has few codes.
    """
    service, begins = world.nodes[0].service, world.now
    world.now -= dt.timedelta(days=len(world.staff))
    for one in world.staff:
        world.now += dt.timedelta(days=1)
        while not one.late and (command := next_of_staff(world, one)) is not None:
            world.working = attrs.evolve(command, at=world.now)
            if not service.handle(world.working).ok:
                break  # a seeded defect is in the way: they are late
            service.send_messages()
    world.now, world.working = begins, None


def simulate(
    seed: int,
    steps: int,
    *,
    parts: WorldParts | None = None,
    each: int = STEPS_OF_AN_EPISODE,
    on_progress: Callable[[int], None] = lambda _: None,
) -> SimulationReport:
    """Play episodes of *each* steps until *steps* are done; *on_progress* gets the finished steps."""
    began, done, number = time.perf_counter(), 0, 0
    digest, failures, seen = sha256(), list[Episode](), Counter[str]()
    while done < steps:
        episode = play(f"{seed}/{number}", min(each, steps - done), parts=parts)
        done, number = done + min(each, steps - done), number + 1
        digest.update(episode.digest.encode())
        seen.update(episode.seen)
        if episode.broken:
            failures.append(episode)
        on_progress(done)
    return SimulationReport(
        seed=seed,
        steps=done,
        episodes=number,
        digest=digest.hexdigest(),
        seconds=time.perf_counter() - began,
        failures=tuple(failures),
        seen=seen,
    )
