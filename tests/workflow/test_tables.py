"""The transition tables, walked: every row is taken, every absent cell refused, what is declared is what comes."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict, deque
from functools import cache
from typing import Any

import attrs
import pytest

from eduid_core import messages
from eduid_core.workflow import TABLES, Command, Event, Refused, Role, State, decide, evolve, fold
from eduid_core.workflow.application.states import _OnFile
from eduid_core.workflow.lifecycle import GENERAL_REFUSALS, TABLE_OF_COMMAND, as_dict, as_markdown, as_mermaid
from eduid_core.workflow.policy import AccountPolicy, Policy, ReviewPolicy

from .journeys import ACTORS, BARRED, NOW, SELF, WEAK, commands_for

POLICY = Policy(
    account=AccountPolicy(otp_tries_per_flow=2, sends_per_flow=3),
    review=ReviewPolicy(max_returns=1, max_edits=1),
)
STILL = (dt.timedelta(0),)
STEPS = {"account": (dt.timedelta(0), dt.timedelta(seconds=61), dt.timedelta(minutes=4), dt.timedelta(hours=1))}
"""How much time may pass between two commands, where the rules look at the clock."""


@attrs.frozen
class Walk:
    """What a walk over one aggregate saw."""

    taken: dict[str, set[tuple[type, ...]]]
    refused: set[tuple[str, str]]
    samples: dict[str, Event]


def _ago(at: dt.datetime, then: dt.datetime | None) -> dt.timedelta | None:
    """Return how long ago *then* was, all long times alike."""
    return min(at - then, dt.timedelta(hours=2)) if then else None


def _key(state: State | None, at: dt.datetime) -> object:
    """Name a state by what its rules can see, so that a walk ends."""
    if state is None:
        return None
    seen: tuple[object, ...] = (type(state), state.revision % 2)
    if isinstance(state, _OnFile):
        form, tally, cycle = state.form, state.tally, state.tally.cycle
        match = getattr(state, "match", None)
        return (
            *seen,
            (form.name, form.id_number, form.school, form.class_name),
            (
                tally.returns,
                tally.edits,
                min(tally.appeals, 2),
                min(tally.level, 1),
                tally.flags,
                bool(tally.consent),
            ),
            (cycle.kind, cycle.grace_over) if cycle else None,
            match.reasons[:1] if match else None,
        )
    codes = getattr(state, "codes", None)
    standing = getattr(state, "standing", None)
    return (
        *seen,
        (codes.purpose, codes.tries, codes.sends, _ago(at, codes.last_sent_at), _ago(at, codes.started_at))
        if codes
        else None,
        (standing.proved_for, _ago(at, standing.proved_at), min(standing.failures, 3), standing.appeal_open)
        if standing
        else None,
        getattr(state, "tries", 0),
        getattr(state, "assignee", None),
        getattr(getattr(state, "brief", None), "needs_second", None),
        bool(getattr(getattr(state, "brief", None), "barred", None)),
        getattr(getattr(state, "claim", None), "position", None),
        bool(getattr(state, "delegate", "")),
    )


@cache
def walk(aggregate: str) -> Walk:
    """Give every command, by every role, in every state reached, until nothing new comes."""
    table = TABLES[aggregate]
    found = Walk(taken=defaultdict(set), refused=set(), samples={})
    seen, front = {_key(None, NOW)}, deque([(None, NOW)])
    while front:
        state, now = front.popleft()
        for step, actor in itertools.product(
            STEPS.get(aggregate, STILL), (*ACTORS.values(), WEAK, SELF, BARRED)
        ):
            at = now + step
            for kind, content in commands_for(state.revision if state else 0, at):
                if kind in table.roles:
                    after = _taken(found, state, kind(by=actor, **content))
                    if after is not None and _key(after, at) not in seen:
                        seen.add(_key(after, at))
                        front.append((after, at))
    return found


def _taken(found: Walk, state: State | None, command: Command) -> State | None:
    """Give *command*, note what came of it, and return the state it led to, if any."""
    kind = type(command)
    events = decide(state, command, policy=POLICY)
    if isinstance(events, Refused):
        found.refused.add((kind.name, events.code))
        return None
    after = fold(events, state)
    rule = TABLE_OF_COMMAND[kind].index[type(state), kind]
    found.taken[rule.id].add(tuple(type(e) for e in events))
    found.samples.update({e.name: e for e in events})
    assert type(after) in rule.to
    assert {type(e) for e in events} <= set(rule.events)
    return after


REFUSING = {"review_task": {"R6d", "R6e", "R6f"}}
"""Rows that stand in a table to refuse."""


@pytest.mark.parametrize("aggregate", TABLES)
def test_every_row_is_taken(aggregate: str) -> None:
    rules = {rule.id for rule in TABLES[aggregate].rules} - REFUSING.get(aggregate, set())

    assert set(walk(aggregate).taken) == rules


@pytest.mark.parametrize("aggregate", TABLES)
def test_every_event_a_row_declares_comes_of_it(aggregate: str) -> None:
    for rule in TABLES[aggregate].rules:
        if rule.id not in REFUSING.get(aggregate, set()):
            come = {kind for events in walk(aggregate).taken[rule.id] for kind in events}
            assert come == set(rule.events), rule.id


@pytest.mark.parametrize("aggregate", TABLES)
def test_every_refusal_a_row_declares_is_met(aggregate: str) -> None:
    for rule in TABLES[aggregate].rules:
        for guard in rule.guards:
            assert (rule.command.name, guard.code) in walk(aggregate).refused, rule.id


@pytest.mark.parametrize("aggregate", TABLES)
def test_a_cell_that_is_not_in_the_table_is_refused_and_says_what_is_allowed(aggregate: str) -> None:
    codes = {code for _, code in walk(aggregate).refused}

    assert codes <= set(GENERAL_REFUSALS) | {g.code for r in TABLES[aggregate].rules for g in r.guards}
    for code in codes:
        assert messages.CATALOGUE[code].zh
        assert messages.CATALOGUE[code].en


def test_every_refusal_of_the_catalogue_is_provoked_somewhere() -> None:
    """Refusals of the service itself are provoked by its own tests and listed here."""
    of_the_service = {
        "username_taken",
        "password_too_weak",
        "idempotency_conflict",
        "conflict",
        "person_taken",
        "homeroom_taken",
        "grant_exists",
        "number_in_use",
    }
    met = {code for a in TABLES for _, code in walk(a).refused}

    assert set(messages.workflow.REFUSALS) == met | of_the_service


def test_a_terminal_status_has_no_way_out_and_every_other_has_one() -> None:
    for table in TABLES.values():
        leaving = {rule.at for rule in table.rules}
        for state in table.states:
            assert (state in leaving) != state.terminal, state


def test_no_rule_leads_the_machine_to_refuse_a_child() -> None:
    """There is no status in which a machine has turned an application down."""
    statuses = {state.status for state in TABLES["application"].states}

    machine = {rule.id for rule in TABLES["application"].rules if Role.SYSTEM in rule.actors}
    for rule in TABLES["application"].rules:
        if "rejected" in {state.status for state in rule.to}:
            assert rule.id not in machine
    assert "rejected" in statuses


def _explored(name: str) -> tuple[list[Any], list[Any]]:
    """Return a state of every status of an aggregate and every event met on the way."""
    states: list[Any] = [None]
    events: list[Any] = []
    for state in states:
        offers = [o for o in commands_for(state.revision if state else 0, NOW) if o[0] in TABLES[name].roles]
        for (kind, content), actor in itertools.product(offers, ACTORS.values()):
            made = decide(state, kind(by=actor, **content), policy=POLICY)
            if not isinstance(made, Refused):
                events += made
                after = fold(made, state)
                if type(after) not in {type(s) for s in states}:
                    states.append(after)
    return states, events


@pytest.mark.parametrize("aggregate", TABLES)
def test_folding_any_event_into_any_state_never_raises(aggregate: str) -> None:
    """`evolve` is total: every event folds into every state of its aggregate, and into nothing."""
    states, events = _explored(aggregate)

    for state, event in itertools.product(states, events):
        evolve(state, event)


def test_what_a_person_reads_of_the_lifecycle_names_every_status() -> None:
    page = as_markdown()
    for name, body in as_dict()["aggregates"].items():
        diagram = as_mermaid(name)
        for status in body["states"]:
            assert status in page
            assert status in diagram
        for row in body["transitions"]:
            assert row["from"] is None or row["from"] in body["states"]
            assert row["to"] is None or row["to"] in body["states"]
