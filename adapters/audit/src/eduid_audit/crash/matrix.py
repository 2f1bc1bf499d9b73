"""
The matrix: each journey with a fault at each call, and with a second fault at each later call.

The world is copied at every call of a journey. A program that dies at a call leaves that copy: a new program
resumes the work, the clients repeat the unanswered commands, and the journey continues to its end, where the
judge compares it with the run without faults. A fault that the program survives is replayed from the beginning,
because its memory matters then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import attrs

from eduid_audit.crash.faults import CallFault, Gate, PortCall
from eduid_audit.crash.judge import WorldView, differences
from eduid_audit.crash.runs import Programs, Remains, after, calm, start
from eduid_audit.crash.scripts import JOURNEYS
from eduid_audit.crash.steps import Journey

__all__ = ["MatrixPoint", "MatrixReport", "explore"]


@attrs.frozen
class MatrixPoint:
    """A point of the matrix: the journey, the faults with their calls, and the errors at the end."""

    journey: str
    faults: tuple[tuple[CallFault, PortCall], ...]
    wrong: tuple[str, ...]


@attrs.define
class MatrixReport:
    """The number of points and the errors found."""

    points: Counter[str] = attrs.field(factory=Counter[str])
    runs: int = 0
    """The number of points that were run: between two changes, one point represents all."""
    calls: Counter[str] = attrs.field(factory=Counter[str])
    wrong: list[MatrixPoint] = attrs.field(factory=list[MatrixPoint])

    def add(self, point: MatrixPoint) -> None:
        """Count *point*; keep it if it has errors."""
        self.points["+".join(fault.value for fault, _ in point.faults)] += 1
        if point.wrong:
            self.wrong.append(point)


def _verdict(journey: Journey, run: Callable[[], WorldView]) -> tuple[str, ...]:
    """Return the errors at the end of *run*; a program that cannot continue is an error too."""
    try:
        return differences(calm(journey), run())
    except Exception as error:  # noqa: BLE001 - whatever a broken program comes to
        return (f"could not go on: {type(error).__name__}",)


def _befell(left: Remains) -> tuple[CallFault, PortCall]:
    return (CallFault.DIES_AFTER if left.after else CallFault.DIES_BEFORE), left.call


Found = list[tuple[tuple[tuple[CallFault, PortCall], ...], tuple[str, ...]]]
"""The later faults of the program -> the errors at the end."""


@attrs.frozen
class _Deaths:
    """
    Lets the programs of a journey die; with *each* every point is run, otherwise one for all equal
    points.
    """

    journey: Journey
    house: Programs
    report: MatrixReport
    pairs: bool
    each: bool

    def enumerate(self) -> None:
        """Let the program die at every call, and its successor at every later call."""
        lefts: list[Remains] = []
        run = start(self.house, self.journey)
        if wrong := _verdict(self.journey, partial(run.to_the_end, run.recording(lefts))):
            self.report.add(MatrixPoint(self.journey.name, (), wrong))
        self.report.calls.update(left.call.port for left in lefts if not left.after)
        for befell, wrong in self._after_each(lefts, pairs=self.pairs):
            self.report.add(MatrixPoint(self.journey.name, befell, wrong))

    def _after_each(self, lefts: Sequence[Remains], *, pairs: bool) -> Found:
        found: Found = []
        last: Found = []
        for left in lefts:
            if self.each or not left.same:
                last = self._after(left, pairs=pairs)
            found += [((_befell(left), *later), wrong) for later, wrong in last]
        return found

    def _after(self, left: Remains, *, pairs: bool) -> Found:
        lefts: list[Remains] = []
        run = after(self.house, self.journey, left)
        self.report.runs += 1
        wrong = _verdict(self.journey, partial(run.again, run.recording(lefts) if pairs else Gate()))
        return [((), wrong), *self._after_each(lefts, pairs=False)]


def errors(journey: Journey, house: Programs, report: MatrixReport) -> None:
    """Let every call fail, and lose the answer of every change; the program survives."""
    for call in _calls(house, journey):
        if call.port == "registry":
            continue  # a failed call counts as an answer there: a person decides, which another test shows
        for fault in (CallFault.FAILS, CallFault.ANSWER_LOST) if call.changes else (CallFault.FAILS,):
            run, gate = start(house, journey), Gate(at=call.number, fault=fault)
            wrong = _verdict(journey, partial(run.to_the_end, gate))
            report.add(MatrixPoint(journey.name, ((fault, call),), wrong))
            report.runs += 1


def _calls(house: Programs, journey: Journey) -> Iterator[PortCall]:
    calls: list[PortCall] = []
    start(house, journey).to_the_end(Gate(before=calls.append))
    yield from calls


def explore(
    journeys: Sequence[Journey] = JOURNEYS,
    *,
    house: Programs | None = None,
    pairs: bool = True,
    each: bool = False,
) -> MatrixReport:
    """
    Explore *journeys* and return the report: deaths, single and in *pairs*, and errors.

    With *each* every point is run; otherwise one of several points without a durable change between them.
    """
    built, report = house or Programs(), MatrixReport()
    for journey in journeys:
        _Deaths(journey, built, report, pairs=pairs, each=each).enumerate()
        errors(journey, built, report)
    return report
