"""
The lifecycle of all aggregates: `decide` and `evolve`, and the transition tables they read.

The tables as data are the source of `eduid lifecycle`, the docs and the diagrams.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from eduid_core.findings import CallerError, Refused
from eduid_core.workflow import card, comms_card
from eduid_core.workflow.account.evolve import TABLE as ACCOUNT
from eduid_core.workflow.application.commands import Approve, Reject, ReturnForCorrection
from eduid_core.workflow.application.evolve import TABLE as APPLICATION
from eduid_core.workflow.machine import Command, Event, Rule, State, Table
from eduid_core.workflow.policy import Policy
from eduid_core.workflow.review_task.evolve import TABLE as REVIEW_TASK
from eduid_core.workflow.reviewer_grant.evolve import TABLE as REVIEWER_GRANT

TABLES: Final[Mapping[str, Table]] = {
    table.aggregate: table
    for table in (
        ACCOUNT,
        REVIEWER_GRANT,
        APPLICATION,
        REVIEW_TASK,
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


_DEFAULT = Policy()


def decide(state: State | None, command: Command, *, policy: Policy = _DEFAULT) -> tuple[Event, ...] | Refused:
    """
    Return the events of *command* in *state*, or a refusal with its reason. Pure and total.

    `None` is the state of an aggregate that does not exist yet.

    Raises:
        CallerError: *command* belongs to no aggregate of the lifecycle.
    """
    table = TABLE_OF_COMMAND.get(command.__class__)
    if table is None:
        raise CallerError(f"no aggregate takes {type(command).__name__}")
    return table.decide(state, command, policy)


def evolve(state: State | None, event: Event) -> State | None:
    """Return *state* after *event*. Total: an event of an unknown type has no effect."""
    table = TABLE_OF_EVENT.get(event.__class__)
    return state if table is None else table.fold[event.__class__](state, event)


def fold(events: Iterable[Event], state: State | None = None) -> State | None:
    """Return the state after *events*, oldest first, starting from *state*."""
    for event in events:
        state = evolve(state, event)
    return state


# --- the tables as data ---------------------------------------------------------------------------------


def _transitions(rule: Rule) -> list[dict[str, Any]]:
    row = {
        "from": rule.at.status if rule.at else None,
        "command": rule.command.name,
        "actor": ", ".join(sorted(rule.actors)),
        "events": [e.name for e in rule.events],
        "refusals": [g.code for g in rule.guards],
    }
    return [{**row, "to": to.status} for to in rule.to] or [{**row, "to": None}]


def lifecycle_dict() -> dict[str, Any]:
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


def lifecycle_markdown() -> str:
    """Return the tables as a page of Markdown."""
    lines: list[str] = []
    for name, body in lifecycle_dict()["aggregates"].items():
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


def lifecycle_mermaid(aggregate: str) -> str:
    """Return the state diagram of *aggregate* in Mermaid."""
    body = lifecycle_dict()["aggregates"][aggregate]
    lines = ["stateDiagram-v2"]
    lines += [
        f"    {row['from'] or '[*]'} --> {row['to']}: {row['command']}"
        for row in body["transitions"]
        if row["to"]
    ]
    lines += [f"    {name} --> [*]" for name in body["terminal"]]
    return "\n".join(lines) + "\n"
