"""The report of an audit: as JSON for machines, and as a short table for the terminal."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

from eduid_audit.installed_code import code_digest
from eduid_audit.profiles import AuditProfile
from eduid_audit.results import DefectResult
from eduid_audit.runner import COMPLETED, PartResult

__all__ = ["does_not_hold", "failed_rules", "report_of", "table"]


def report_of(
    parts: Sequence[PartResult], profile: AuditProfile, *, left_in: str, at: dt.datetime
) -> dict[str, Any]:
    """Return the report as plain data, in an order that depends on the code alone."""
    return {
        "format": 1,
        "version": version("eduid-audit"),
        "date": at.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "code": code_digest(),
        "profile": profile.name,
        "seeds": {"simulator": list(range(1, profile.seeds + 1)), "kills": 1},
        "left_in": left_in or None,
        "holds": all(part.holds for part in parts),
        "does_not_hold": does_not_hold(parts),
        "parts": [_part(part) for part in parts],
        "results": [result for part in parts for result in _results(part)],
        "without_sabotage": [
            f"{part.part.name}: {rule}"
            for part in parts
            for rule in part.part.rules
            if not left_in and not _sabotage(part, rule)
        ],
    }


def _part(part: PartResult) -> dict[str, Any]:
    return {
        "part": part.part.name,
        "ran": dict(sorted(part.ran.items())),
        "tasks": part.tasks,
        "tasks_done": part.done,
        "seconds": round(part.seconds, 1),
        "rules": len(part.part.rules),
        "defects": len(part.defects),
        "defects_of_the_part": len(part.part.defects),
        "caught": sum(d.caught for d in part.defects),
    }


def _results(part: PartResult) -> Iterator[dict[str, Any]]:
    """Yield an entry for each rule, with its failures and the defects that it caught or missed."""
    for rule, sentence in (*part.part.rules.items(), (COMPLETED, "every task runs to its end")):
        failures = [f.where for f in part.failures if f.rule == rule]
        yield {
            "part": part.part.name,
            "rule": rule,
            "sentence": sentence,
            "holds": not failures,
            "failures": sorted(set(failures))[:20],
            "sabotage": [
                {"name": d.name, "caught": d.caught, "caught_by": list(d.caught_by)}
                for d in _sabotage(part, rule)
            ],
        }


def _sabotage(part: PartResult, rule: str) -> list[DefectResult]:
    """Return the defects that *rule* caught, and those that it was expected to catch but no rule did."""
    return [d for d in part.defects if rule in (d.caught_by if d.caught else d.expected)]


def failed_rules(parts: Sequence[PartResult]) -> list[str]:
    """Return the rules that do not hold, by part."""
    found = (f"{part.part.name}: {failure.rule}" for part in parts for failure in part.failures)
    return list(dict.fromkeys(found))


def does_not_hold(parts: Sequence[PartResult]) -> list[str]:
    """Return the rules that do not hold, and the seeded defects that were not caught."""
    missed = [f"{part.part.name}: not caught: {d.name}" for part in parts for d in part.defects if not d.caught]
    return failed_rules(parts) + missed


_UNITS = ("walks", "states", "journeys", "points", "runs", "steps", "laws", "kills")


def table(parts: Sequence[PartResult]) -> str:
    """Return a line for each part: the amount, the rules that hold, the defects that were caught."""
    lines = [f"{'part':<11}{'rules hold':>12}{'defects caught':>17}{'seconds':>9}  ran"]
    for part in parts:
        rules = (*part.part.rules, COMPLETED)
        holds = len(rules) - len({f.rule for f in part.failures})
        caught = f"{sum(d.caught for d in part.defects)} of {len(part.defects)}"
        ran = ", ".join(f"{part.ran[unit]:,} {unit}" for unit in _UNITS if unit in part.ran)
        rest = "" if part.done == part.tasks else f" ({part.done} of {part.tasks} tasks)"
        lines.append(
            f"{part.part.name:<11}{f'{holds} of {len(rules)}':>12}{caught:>17}{part.seconds:>9.1f}  {ran}{rest}"
        )
    return "\n".join(lines)
