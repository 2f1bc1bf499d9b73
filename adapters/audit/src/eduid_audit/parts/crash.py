"""The crash matrix as a part of the audit: journeys, defective houses, and kills of real processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from eduid_audit.crash import JOURNEYS, TWINS, Journey, explore
from eduid_audit.crash.kills import in_folders, kill_and_compare
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
from eduid_store_sql import SqlStore

__all__ = ["CRASH", "twin_result"]

RULES: Final[Mapping[str, str]] = {
    "lost": "every stream of the journey without faults is there",
    "stands differently": "every stream has the version, the events, the status and the state of the journey "
    "without faults",
    "claims": "the claims are those of the journey without faults",
    "budgets": "the budgets are debited as in the journey without faults",
    "queue": "the tasks wait for the reviewers of the journey without faults",
    "answers": "the answers kept under the keys of commands are those of the journey without faults",
    "taken": "the provider received each message of the journey without faults, once",
    "orders": "the carrier received each order of the journey without faults, once",
    "heard": "the clients received the answers of the journey without faults",
    "waiting": "no message is left unsettled",
    "cards": "the number of each card is claimed for its application alone",
    "goes on": "the next program continues the journey to its end",
}
"""Name of a comparison of the judge -> its sentence."""
_NOTICED: Final = tuple(rule for rule in RULES if rule != "answers")
"""A defective house must differ in more than its kept answers."""
_FEW: Final = (
    "agrees and is approved",
    "guesses before it reads the code",
    "orders a SIM",
    "climbs to the deputy",
)
"""Short journeys in which the defective houses are run."""


def rule_of(difference: str) -> str:
    """
    Return the rule that a sentence of the judge is about.

    >>> rule_of("application/A-1: lost"), rule_of("claims: differ"), rule_of("could not go on: KeyError")
    ('lost', 'claims', 'goes on')
    """
    subject, _, what = difference.rpartition(": ")
    if subject in RULES:
        return subject
    return what if what in RULES else "goes on"


def _rules(differences: Iterable[str]) -> tuple[str, ...]:
    found = {rule_of(difference) for difference in differences}
    return tuple(rule for rule in RULES if rule in found)


def twin_result(name: str) -> DefectResult:
    """Run the defective house *name* on the short journeys until the judge finds a difference."""
    caught: tuple[str, ...] = ()
    for journey in _FEW:
        report = explore([j for j in JOURNEYS if j.name == journey], house=TWINS[name], pairs=False)
        caught = _rules(what for point in report.wrong for what in point.wrong)
        if set(caught) & set(_NOTICED):
            break
    return DefectResult(name=name, expected=_NOTICED, caught_by=caught)


def _journey(journey: str, how: Mapping[str, bool], left_in: str) -> TaskResult:
    chosen = [j for j in JOURNEYS if j.name == journey]
    with seeded(left_in) if left_in in FAULTS else nullcontext():
        report = explore(chosen, house=TWINS.get(left_in), **how)
    failures = (
        RuleFailure(rule, f"{point.journey}: {_befell(point)}")
        for point in report.wrong
        for rule in _rules(point.wrong)
    )
    ran = {"journeys": 1, "points": report.points.total(), "runs": report.runs}
    return TaskResult(ran=ran, failures=tuple(dict.fromkeys(failures)))


def _befell(point: Any) -> str:
    return ", ".join(f"{fault.value} at {call.port}.{call.name}" for fault, call in point.faults) or "no fault"


def _kills(kills: int, left_in: str) -> TaskResult:
    """Kill real processes over SQLite and judge the remains."""
    with (
        seeded(left_in) if left_in in FAULTS else nullcontext(),
        TemporaryDirectory() as folder,
    ):
        worlds = in_folders(Path(folder), partial(_opened, folder))
        killed = kill_and_compare(JOURNEYS, worlds, kills=kills, house=TWINS.get(left_in))
    failures = tuple(
        RuleFailure(rule_of(what), f"killed: {journey}")
        for journey, _, what in (text.partition(": ") for text in killed.wrong)
    )
    return TaskResult(ran={"kills": killed.kills}, failures=failures)


def _opened(folder: str, batch: int, journey: str) -> SqlStore:
    return SqlStore(f"sqlite:///{folder}/{batch}.db", district=f"{batch}-{journey}")


def _in_order(journeys: Iterable[Journey], left_in: str) -> list[Journey]:
    """Return *journeys*; with a defective house left in, the short ones first."""
    return sorted(journeys, key=lambda j: left_in in TWINS and j.name not in _FEW)


def _tasks(profile: AuditProfile, left_in: str) -> Iterator[AuditTask]:
    paired = {j.name for j in JOURNEYS[:: profile.pairs_every]} if profile.pairs_every else set()
    for journey in _in_order(JOURNEYS, left_in)[: profile.journeys]:
        how = {"pairs": journey.name in paired and left_in not in TWINS, "each": profile.each_point}
        yield AuditTask(name=journey.name, run=partial(_journey, journey.name, how, left_in))
    if profile.journey_kills:
        yield AuditTask(name="kills", run=partial(_kills, profile.journey_kills, left_in))


def _twin(name: str) -> TaskResult:
    return TaskResult(defects=(twin_result(name),))


def _sabotage(profile: AuditProfile) -> Iterator[AuditTask]:
    for name in tuple(TWINS)[: profile.defects]:
        yield AuditTask(name=name, run=partial(_twin, name))


CRASH: Final = AuditPart(
    name="crash",
    rules=RULES,
    defects=tuple(SeededDefect(name=name, part="crash", caught_by=_NOTICED) for name in TWINS),
    tasks=_tasks,
    sabotage=_sabotage,
)
