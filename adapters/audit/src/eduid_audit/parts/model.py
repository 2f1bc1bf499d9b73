"""The model checker as a part of the audit: every walk, and every fault put into the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Final

from eduid_audit.model.check import ModelReport, check, uncovered
from eduid_audit.model.faults import FAULTS, seeded
from eduid_audit.model.rules import RULES
from eduid_audit.model.sabotage import put_in
from eduid_audit.model.views import VIEWS
from eduid_audit.profiles import AuditProfile
from eduid_audit.results import (
    AuditPart,
    AuditTask,
    DefectResult,
    RuleFailure,
    SeededDefect,
    TaskResult,
)
from eduid_core.workflow import TABLES

__all__ = ["MODEL", "fault_result"]

_AGGREGATES: Final = ("card", "comms_card", "reviewer_grant", "review_task", "account", "application")
_VIEWS: Final = tuple(f"composed {view.name}" for view in VIEWS)
WALKS: Final = (*_AGGREGATES, *_VIEWS)
"""Every walk; those of one aggregate first, the small ones before the large ones."""


def _checked(walk: str, wanted: Iterable[str] = ()) -> ModelReport:
    """Run one walk, with the tables as they are now."""
    if walk in TABLES:
        return check([walk], (), wanted=wanted)
    return check((), [view for view in VIEWS if walk == f"composed {view.name}"], wanted=wanted)


def fault_result(name: str) -> DefectResult:
    """Put the fault *name* in, run its walks, and return the checks that detected it."""
    return DefectResult(name=name, expected=FAULTS[name].caught_by, caught_by=put_in(name))


def _walk_result(walk: str, left_in: str) -> TaskResult:
    with seeded(left_in) if left_in in FAULTS else nullcontext():
        report = _checked(walk, FAULTS[left_in].caught_by if left_in in FAULTS else ())
    ran = {
        "walks": 1,
        "states": sum(line.states for line in report.lines),
        "edges": sum(line.edges for line in report.lines),
        "refusals": sum(line.refusals for line in report.lines),
    }
    failures = tuple(RuleFailure(f.check, f.where) for f in report.failures)
    return TaskResult(ran=ran, failures=failures, codes=report.codes)


def _tasks(profile: AuditProfile, left_in: str) -> Iterator[AuditTask]:
    walks = WALKS[: profile.walks]
    if left_in in FAULTS:
        own = [f"composed {FAULTS[left_in].walk}", FAULTS[left_in].walk]
        walks = (*(w for w in WALKS if w in own), *(w for w in walks if w not in own))
    for walk in walks:
        yield AuditTask(name=walk, run=partial(_walk_result, walk, left_in))


def _faults_result(names: Sequence[str]) -> TaskResult:
    return TaskResult(defects=tuple(map(fault_result, names)))


def _sabotage(profile: AuditProfile) -> Iterator[AuditTask]:
    names = tuple(FAULTS)[: profile.defects]
    for walk in dict.fromkeys(FAULTS[name].walk for name in names):
        some = tuple(name for name in names if FAULTS[name].walk == walk)
        yield AuditTask(name=f"faults of {walk}", run=partial(_faults_result, some))


def _conclude(results: Sequence[TaskResult]) -> Iterator[RuleFailure]:
    """Check that every refusal of the catalogue is provoked, if all walks were run."""
    if sum(r.ran.get("walks", 0) for r in results) < len(WALKS):
        return
    codes = frozenset[str]().union(*(r.codes for r in results))
    for code in sorted(uncovered(ModelReport((), (), codes))):
        yield RuleFailure("refusals provoked", code)


MODEL: Final = AuditPart(
    name="model",
    rules=RULES,
    defects=tuple(SeededDefect(name=f.name, part="model", caught_by=f.caught_by) for f in FAULTS.values()),
    tasks=_tasks,
    sabotage=_sabotage,
    conclude=_conclude,
)
