"""The values of an audit: the rules of its parts, the results of its tasks, and the seeded defects."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from eduid_audit.profiles import AuditProfile

__all__ = [
    "AuditPart",
    "AuditTask",
    "DefectResult",
    "RuleFailure",
    "SeededDefect",
    "TaskResult",
    "place_of",
]


def place_of(error: BaseException) -> str:
    """Return the type of *error* and the line of code that raised it; a message might show a person."""
    frames = traceback.extract_tb(error.__traceback__)
    raised = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{raised}"


@attrs.frozen(order=True)
class RuleFailure:
    """A rule that does not hold, and the place: codes, names of journeys and seeds only."""

    rule: str
    where: str


@attrs.frozen(kw_only=True)
class SeededDefect:
    """A defect that an audit puts in: its name, its part, and the rules that may detect it."""

    name: str
    part: str
    caught_by: tuple[str, ...]


@attrs.frozen(kw_only=True)
class DefectResult:
    """A defect that was put in: the expected rules, and those that detected it."""

    name: str
    expected: tuple[str, ...]
    caught_by: tuple[str, ...]

    @property
    def caught(self) -> bool:
        """Return whether an expected rule detected the defect."""
        return bool(set(self.caught_by) & set(self.expected))


@attrs.frozen(kw_only=True)
class TaskResult:
    """The result of a task: the amount of work by unit, the rules that failed, the defects put in."""

    ran: Mapping[str, int] = attrs.field(factory=dict[str, int])
    failures: tuple[RuleFailure, ...] = ()
    defects: tuple[DefectResult, ...] = ()
    codes: frozenset[str] = frozenset()
    """The refusals that the task met."""


@attrs.frozen(kw_only=True)
class AuditTask:
    """A piece of an audit for a process of its own; `run` and its result can be pickled."""

    name: str
    run: Callable[[], TaskResult]


def _no_conclusion(_: Sequence[TaskResult]) -> Iterable[RuleFailure]:
    return ()


@attrs.frozen(kw_only=True)
class AuditPart:
    """
    A part of the audit.

    `rules` maps the name of a rule to its sentence. `tasks` yields the tasks under a profile, for the code as
    it is or with one seeded defect left in, and `sabotage` those that put defects in. `conclude` checks the
    results of all `tasks` together.
    """

    name: str
    rules: Mapping[str, str]
    defects: tuple[SeededDefect, ...]
    tasks: Callable[[AuditProfile, str], Iterator[AuditTask]]
    sabotage: Callable[[AuditProfile], Iterator[AuditTask]]
    conclude: Callable[[Sequence[TaskResult]], Iterable[RuleFailure]] = _no_conclusion
