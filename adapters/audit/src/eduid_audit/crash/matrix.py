"""
The matrix: each journey, with a fault at each call, and with a second fault at each call after the first.

The world is copied at every call of a journey. A program that dies at a call leaves that copy: from there a
new program takes up what was left, the clients give again what was not answered, and the journey goes on to its
end, where the judge compares it with the one in which nothing failed. A fault that the program outlives is
played from the beginning, since what it keeps in memory matters then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import attrs

from eduid_audit.crash.faults import Call, Fault, Gate
from eduid_audit.crash.judge import View, differences
from eduid_audit.crash.runs import House, Left, after, calm, start
from eduid_audit.crash.scripts import JOURNEYS
from eduid_audit.crash.steps import Journey

__all__ = ["Point", "Report", "explore"]


@attrs.frozen
class Point:
    """One point of the matrix: the journey, what befell which calls, and what was wrong in the end."""

    journey: str
    faults: tuple[tuple[Fault, Call], ...]
    wrong: tuple[str, ...]


@attrs.define
class Report:
    """What was enumerated and what was found."""

    points: Counter[str] = attrs.field(factory=Counter[str])
    runs: int = 0
    """How many of them were carried out: between two changes one stands for all."""
    calls: Counter[str] = attrs.field(factory=Counter[str])
    wrong: list[Point] = attrs.field(factory=list[Point])

    def add(self, point: Point) -> None:
        """Count *point*; keep it where something was wrong."""
        self.points["+".join(fault.value for fault, _ in point.faults)] += 1
        if point.wrong:
            self.wrong.append(point)


def _verdict(journey: Journey, run: Callable[[], View]) -> tuple[str, ...]:
    """Return what is wrong at the end of *run*; a program that cannot go on is wrong too."""
    try:
        return differences(calm(journey), run())
    except Exception as error:  # noqa: BLE001 - whatever a broken program comes to
        return (f"could not go on: {type(error).__name__}",)


def _befell(left: Left) -> tuple[Fault, Call]:
    return (Fault.DIES_AFTER if left.after else Fault.DIES_BEFORE), left.call


Found = list[tuple[tuple[tuple[Fault, Call], ...], tuple[str, ...]]]
"""What befell the program afterwards -> what was wrong in the end."""


@attrs.frozen
class _Deaths:
    """Lets the programs of one journey die; *each* point is carried out, or one for all that are the same."""

    journey: Journey
    house: House
    report: Report
    pairs: bool
    each: bool

    def enumerate(self) -> None:
        """Let the program die at every call, and the one after it at every later call."""
        lefts: list[Left] = []
        run = start(self.house, self.journey)
        if wrong := _verdict(self.journey, partial(run.to_the_end, run.recording(lefts))):
            self.report.add(Point(self.journey.name, (), wrong))
        self.report.calls.update(left.call.port for left in lefts if not left.after)
        for befell, wrong in self._after_each(lefts, pairs=self.pairs):
            self.report.add(Point(self.journey.name, befell, wrong))

    def _after_each(self, lefts: Sequence[Left], *, pairs: bool) -> Found:
        found: Found = []
        last: Found = []
        for left in lefts:
            if self.each or not left.same:
                last = self._after(left, pairs=pairs)
            found += [((_befell(left), *later), wrong) for later, wrong in last]
        return found

    def _after(self, left: Left, *, pairs: bool) -> Found:
        lefts: list[Left] = []
        run = after(self.house, self.journey, left)
        self.report.runs += 1
        wrong = _verdict(self.journey, partial(run.again, run.recording(lefts) if pairs else Gate()))
        return [((), wrong), *self._after_each(lefts, pairs=False)]


def errors(journey: Journey, house: House, report: Report) -> None:
    """Let every call fail, and every change be made with its answer lost; the program lives on."""
    for call in _calls(house, journey):
        if call.port == "registry":
            continue  # no answer is an answer there: a person decides, which another test shows
        for fault in (Fault.FAILS, Fault.ANSWER_LOST) if call.changes else (Fault.FAILS,):
            run, gate = start(house, journey), Gate(at=call.number, fault=fault)
            wrong = _verdict(journey, partial(run.to_the_end, gate))
            report.add(Point(journey.name, ((fault, call),), wrong))
            report.runs += 1


def _calls(house: House, journey: Journey) -> Iterator[Call]:
    calls: list[Call] = []
    start(house, journey).to_the_end(Gate(before=calls.append))
    yield from calls


def explore(
    journeys: Sequence[Journey] = JOURNEYS,
    *,
    house: House | None = None,
    pairs: bool = True,
    each: bool = False,
) -> Report:
    """
    Return what was found of *journeys*: deaths, single and in *pairs*, and errors.

    With *each* every point is carried out; else one of those between which nothing lasting happened.
    """
    built, report = house or House(), Report()
    for journey in journeys:
        _Deaths(journey, built, report, pairs=pairs, each=each).enumerate()
        errors(journey, built, report)
    return report
