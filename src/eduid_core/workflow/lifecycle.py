"""The transition tables as data: the source of `eduid lifecycle`, the docs and the diagrams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from eduid_core.workflow import card, comms_card, review_task, reviewer_grant
from eduid_core.workflow.account import TABLE as ACCOUNT
from eduid_core.workflow.application import TABLE as APPLICATION
from eduid_core.workflow.application.commands import Approve, Reject, ReturnForCorrection
from eduid_core.workflow.machine import Command, Event, Rule, Table

__all__ = ["FOLLOWED", "TABLES", "TABLE_OF_COMMAND", "TABLE_OF_EVENT", "as_dict", "as_markdown", "as_mermaid"]

TABLES: Final[Mapping[str, Table]] = {
    table.aggregate: table
    for table in (
        ACCOUNT,
        reviewer_grant.TABLE,
        APPLICATION,
        review_task.TABLE,
        card.TABLE,
        comms_card.TABLE,
    )
}
"""Every aggregate of the lifecycle by name."""

TABLE_OF_COMMAND: Final[Mapping[type[Command], Table]] = {c: t for t in TABLES.values() for c in t.commands}
TABLE_OF_EVENT: Final[Mapping[type[Event], Table]] = {e: t for t in TABLES.values() for e in t.fold}

FOLLOWED: Final = frozenset({Approve, Reject, ReturnForCorrection})
"""
Decisions that only follow from a decision on a review task: the reviewer is checked there.

Given directly to the application, they would bypass lease, grant, family and second person.
"""

GENERAL_REFUSALS = ("forbidden", "stale_revision", "invalid_transition")
"""Refusals that any command may get before its own guards."""


def _transitions(rule: Rule) -> list[dict[str, Any]]:
    row = {
        "from": rule.at.status if rule.at else None,
        "command": rule.command.name,
        "actor": ", ".join(sorted(rule.actors)),
        "events": [e.name for e in rule.events],
        "refusals": [g.code for g in rule.guards],
    }
    return [{**row, "to": to.status} for to in rule.to] or [{**row, "to": None}]


def as_dict() -> dict[str, Any]:
    """Return the lifecycle as plain data, in the shape of the contract."""
    return {
        "aggregates": {
            name: {
                "states": [s.status for s in table.states],
                "terminal": [s.status for s in table.states if s.terminal],
                "transitions": [row for rule in table.rules for row in _transitions(rule)],
            }
            for name, table in TABLES.items()
        }
    }


def as_markdown() -> str:
    """Return the tables as a page of Markdown."""
    lines: list[str] = []
    for name, body in as_dict()["aggregates"].items():
        lines += [
            f"## {name}",
            "",
            "| from | command | actor | to | events | refusals |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {row['from'] or '–'} | {row['command']} | {row['actor']} | {row['to'] or '–'} "
            f"| {', '.join(row['events'])} | {', '.join(f'`{c}`' for c in row['refusals'])} |"
            for row in body["transitions"]
        ]
        lines.append("")
    return "\n".join(lines)


def as_mermaid(aggregate: str) -> str:
    """Return the state diagram of *aggregate* in Mermaid."""
    body = as_dict()["aggregates"][aggregate]
    lines = ["stateDiagram-v2"]
    lines += [
        f"    {row['from'] or '[*]'} --> {row['to']}: {row['command']}"
        for row in body["transitions"]
        if row["to"]
    ]
    lines += [f"    {name} --> [*]" for name in body["terminal"]]
    return "\n".join(lines) + "\n"
