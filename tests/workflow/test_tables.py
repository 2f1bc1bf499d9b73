"""What is made from the tables says what they say. The tables themselves are walked in `test_model`."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from eduid_audit.model.cast import POLICY
from eduid_audit.model.offers import offers
from eduid_core import messages
from eduid_core.workflow import TABLES, Event, decide, evolve
from eduid_core.workflow.effects import SendMessage
from eduid_core.workflow.lifecycle import (
    GENERAL_REFUSALS,
    lifecycle_dict,
    lifecycle_markdown,
    lifecycle_mermaid,
)
from eduid_core.workflow.reactions.applications import react

from .test_logs import STORIES, event_of


def test_every_refusal_of_a_row_has_words() -> None:
    codes = {g.code for t in TABLES.values() for r in t.rules for g in r.guards} | set(GENERAL_REFUSALS)

    for code in codes:
        assert messages.CATALOGUE[code].zh
        assert messages.CATALOGUE[code].en


def test_a_terminal_status_has_no_way_out_and_every_other_has_one() -> None:
    """
    A task that is completed or cancelled may be opened anew, and a SIM card that was given up chosen again.

    Two rows are no way out but another beginning: a school's file begins anew what the school's own undo had
    withdrawn, with another card.
    """
    anew = {"P1b", "C1b"}
    for table in TABLES.values():
        leaving = {rule.at for rule in table.rules if rule.id not in anew}
        for state in table.states:
            assert (state in leaving) != state.terminal, state


def test_the_pages_and_diagrams_are_those_of_the_docs() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/reference/lifecycle.md").read_text("utf-8")

    assert lifecycle_markdown().strip() in page
    for name in TABLES:
        assert lifecycle_mermaid(name).strip() in page


def test_the_table_decides_as_the_quick_way_does() -> None:
    """`decide` keeps an index of its own beside the tables."""
    for story in STORIES:
        table, state = TABLES[story["story"].partition("/")[0]], None
        for event in (event_of(*e) for e in story["events"]):
            state = evolve(state, event)
        assert evolve(state, Event(None)) == state  # type: ignore[arg-type]
        for command in offers(table.aggregate):
            assert table.decide(state, command, POLICY) == decide(state, command, policy=POLICY)


def test_what_a_person_reads_of_the_lifecycle_names_every_status() -> None:
    page = lifecycle_markdown()
    for name, body in lifecycle_dict()["aggregates"].items():
        diagram = lifecycle_mermaid(name)
        for status in body["states"]:
            assert status in page
            assert status in diagram
        for row in body["transitions"]:
            assert row["from"] is None or row["from"] in body["states"]
            assert row["to"] is None or row["to"] in body["states"]


def test_each_state_command_and_event_has_a_stored_name_of_its_own() -> None:
    """What the store and `eduid lifecycle` show is a literal of the class, never derived from the class's name."""
    for table in TABLES.values():
        for kinds, literal in ((table.states, "status"), (table.commands, "name"), (table.fold, "name")):
            named = [vars(kind).get(literal) for kind in kinds]
            assert all(named)
            assert len(set(named)) == len(named)


def test_each_state_command_and_event_is_frozen() -> None:
    """A value of the lifecycle never changes; a changed one is a new one (`attrs.evolve`)."""
    kinds = {c for t in TABLES.values() for c in (*t.states, *t.commands, *t.fold)}

    for kind in kinds:
        assert attrs.has(kind)
        blank = object.__new__(kind)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(blank, attrs.fields(kind)[0].name, None)


def test_every_message_that_a_reaction_sends_has_a_text() -> None:
    """In every committed story; a message without a text fails only when it is handed over."""
    sent = set()
    for story in STORIES:
        state: object = None
        for event in (event_of(*stored) for stored in story["events"]):
            before, state = state, evolve(state, event)  # type: ignore[arg-type]
            sent |= {e.template for e in react(before, event, state) if isinstance(e, SendMessage)}  # type: ignore[arg-type]

    assert len(sent) > 8
    assert sent <= messages.sms.TEMPLATES.keys()
