"""The simulator as a part of the audit: seeded histories, and every defect put into the world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from functools import partial
from typing import Final

from eduid_audit.model.faults import FAULTS, seeded
from eduid_audit.profiles import AuditProfile
from eduid_audit.results import (
    AuditPart,
    AuditTask,
    DefectResult,
    RuleFailure,
    SeededDefect,
    TaskResult,
)
from eduid_audit.simulator import LIVENESS, SAFETY, play, simulate
from eduid_audit.simulator.defects import DEFECTS

__all__ = ["SIMULATOR", "defect_result"]

RULES: Final[Mapping[str, str]] = {**SAFETY, **LIVENESS}
_EPISODES, _STEPS = 48, 2000
"""A defect is put into at most so many episodes of so many steps."""


def defect_result(name: str) -> DefectResult:
    """Put the defect *name* into episodes until a check fails; return the checks that detected it."""
    defect = DEFECTS[name]
    broken: tuple[str, ...] = ()
    for number in range(_EPISODES):
        broken = play(f"d/{number}", _STEPS, parts=defect.parts).broken
        if broken:
            break
    return DefectResult(name=name, expected=tuple(sorted(defect.caught_by)), caught_by=broken)


def _history(seed: int, steps: int, left_in: str) -> TaskResult:
    parts = DEFECTS[left_in].parts if left_in in DEFECTS else None
    with seeded(left_in) if left_in in FAULTS else nullcontext():
        report = simulate(seed, steps, parts=parts)
    failures = tuple(
        RuleFailure(rule, f"episode {episode.seed}") for episode in report.failures for rule in episode.broken
    )
    return TaskResult(ran={"steps": report.steps, "episodes": report.episodes}, failures=failures)


def _tasks(profile: AuditProfile, left_in: str) -> Iterator[AuditTask]:
    for seed in range(1, profile.seeds + 1):
        yield AuditTask(name=f"seed {seed}", run=partial(_history, seed, profile.steps, left_in))


def _defect(name: str) -> TaskResult:
    return TaskResult(defects=(defect_result(name),))


def _sabotage(profile: AuditProfile) -> Iterator[AuditTask]:
    for name in tuple(DEFECTS)[: profile.defects]:
        yield AuditTask(name=name, run=partial(_defect, name))


SIMULATOR: Final = AuditPart(
    name="simulator",
    rules=RULES,
    defects=tuple(
        SeededDefect(name=name, part="simulator", caught_by=tuple(sorted(d.caught_by)))
        for name, d in DEFECTS.items()
    ),
    tasks=_tasks,
    sabotage=_sabotage,
)
