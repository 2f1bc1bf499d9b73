"""
Kill tests of journeys, in real processes on a real store.

The mechanism is that of the kill test of stores (`eduid_core.testing.conformance.store.process_kills`). A
child runs a batch of journeys and reports a dot before each external call and a bar after each step. It is
killed at a chosen dot; another child resumes the work, and is killed as well; the last child finishes the batch
and judges it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs

from eduid_audit.crash.faults import Gate, PortCall
from eduid_audit.crash.files import FileWorld, view_through, whole
from eduid_audit.crash.judge import differences
from eduid_audit.crash.runs import JourneyRun, Programs, calm, start
from eduid_audit.crash.steps import Journey, JourneyClient
from eduid_audit.crash.world import BEGAN
from eduid_core.testing.conformance.store.process_kills import DOT, ended, killed_at

__all__ = ["JourneyBatch", "Killed", "in_folders", "kill_and_compare"]

_STEP = b"|"

Worlds = Callable[[Journey], FileWorld]
"""The world of a journey: the same on every call."""


@attrs.frozen
class JourneyBatch:
    """Journeys from their beginnings, each in a world of its own."""

    journeys: tuple[Journey, ...]
    worlds: Worlds
    house: Programs = attrs.field(factory=Programs)

    def live(self, done: int, tell: Callable[[bytes], None]) -> None:
        """Run the remaining steps after *done* steps, journey after journey."""

        def called(_: PortCall) -> None:
            tell(DOT)

        for journey, place, again in self._left(done):
            world = self.worlds(journey)
            begun = journey.steps[: place + again]  # no clock runs backwards because a program was killed
            world.at = max((BEGAN + step.after for step in begun), default=BEGAN)
            run = JourneyRun(self.house, journey, world, JourneyClient(journey.name), place)
            run.live(Gate(before=called), again=again, stepped=lambda: tell(_STEP))
            tell(_STEP)

    def _left(self, done: int) -> list[tuple[Journey, int, bool]]:
        """Return the unfinished journeys, the next step of each, and whether it had begun."""
        left = []
        for journey in self.journeys:
            steps = len(journey.steps) + 1  # the end of the day is one more
            if done < steps:
                left.append((journey, max(0, done), done >= 0))
                done = -1
            else:
                done -= steps
        return left

    def judged(self) -> list[str]:
        """Return the errors in the worlds, journey by journey."""
        wrong = []
        for journey in self.journeys:
            expected = calm(journey)
            found = view_through(self.worlds(journey), JourneyClient(journey.name), expected)
            wrong += [f"{journey.name}: {what}" for what in differences(expected, found)]
        return wrong


@attrs.define
class Killed:
    """The result of a number of batches: the number of kills that hit a living process, and the errors."""

    kills: int = 0
    inside: int = 0
    """The number of kills that left a step unfinished."""
    batches: int = 0
    wrong: list[str] = attrs.field(factory=list[str])


@attrs.frozen
class _Kill:
    """A kill: the steps done so far, whether it hit a living process, and whether in the middle of a step."""

    done: int
    hit: bool
    inside: bool


def _killed(batch: JourneyBatch, done: int, at: int, delay_s: float) -> _Kill:
    """Let a child continue from *done* steps and kill it *delay_s* after its call *at*."""
    child = killed_at(lambda report: batch.live(done, report), at, delay_s)
    steps = child.heard.count(_STEP)
    return _Kill(done + steps, child.hit, child.hit and not child.heard.endswith(_STEP))


def _ended(batch: JourneyBatch, done: int) -> list[str]:
    """Let a child run to the end and judge; return the errors."""

    def task(report: Callable[[bytes], None]) -> list[str]:
        batch.live(done, report)
        return batch.judged()

    return ended(task)


def kill_and_compare(
    journeys: Sequence[Journey],
    worlds: Callable[[int], Worlds],
    *,
    kills: int,
    seed: int = 1,
    house: Programs | None = None,
) -> Killed:
    """
    Kill until *kills* have hit; *worlds(n)* are those of the n-th batch.

    Every batch takes two of *journeys*, is killed at a call drawn by *seed* and once more after that, finished
    and judged. A defective *house* is stopped at its first error.
    """
    source, total = random.Random(seed), Killed()
    wholes = [whole(journey) for journey in journeys]
    calls = {journey.name: _calls(journey) for journey in wholes}
    while total.kills < kills and total.batches < kills and not (house and total.wrong):
        chosen = tuple(source.sample(wholes, 2))
        batch, done = JourneyBatch(chosen, worlds(total.batches), house or Programs()), 0
        most = sum(calls[journey.name] for journey in chosen)
        for _ in range(2):
            at, delay_s = source.randrange(1, max(2, most)), source.choice((0, 0, 0.0005, 0.002))
            kill = _killed(batch, done, at, delay_s)
            done, total.kills, total.inside = kill.done, total.kills + kill.hit, total.inside + kill.inside
            most -= at
        total.wrong += _ended(batch, done)
        total.batches += 1
    return total


def _calls(journey: Journey) -> int:
    """Return the number of external calls in *journey*, counted in memory."""
    gate = Gate()
    start(Programs(), journey).live(gate)
    return gate.count


def in_folders(root: Path, opens: Callable[[int, str], Any]) -> Callable[[int], Worlds]:
    """Return worlds in folders of their own under *root*, over the stores from *opens(batch, journey)*."""

    def of_batch(number: int) -> Worlds:
        def world_of(journey: Journey) -> FileWorld:
            name = journey.name.replace(" ", "-").replace("'", "").replace(",", "")
            folder = root / str(number) / name
            folder.mkdir(parents=True, exist_ok=True)
            return FileWorld(folder, lambda: opens(number, name), journey.carrier)

        return world_of

    return of_batch
