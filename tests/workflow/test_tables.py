"""What the transition tables say as data, and what a person reads of them."""

from __future__ import annotations

import pytest

from eduid_core.workflow import TABLES, Role
from eduid_core.workflow.lifecycle import as_dict, as_markdown, as_mermaid


def test_the_tables_are_those_of_the_contract() -> None:
    assert list(TABLES) == ["account", "reviewer_grant", "application", "review_task", "card", "comms_card"]
    assert set(as_dict()) == {"aggregates"}
    for body in as_dict()["aggregates"].values():
        assert set(body) == {"states", "terminal", "transitions"}


@pytest.mark.parametrize("aggregate", TABLES)
def test_what_a_person_reads_names_every_status(aggregate: str) -> None:
    body, page, diagram = as_dict()["aggregates"][aggregate], as_markdown(), as_mermaid(aggregate)

    for status in body["states"]:
        assert status == status.lower()
        assert status in page
        assert status in diagram
    for row in body["transitions"]:
        assert row["from"] is None or row["from"] in body["states"]
        assert row["to"] is None or row["to"] in body["states"]


def test_no_row_of_the_machine_leads_to_a_refusal() -> None:
    for rule in TABLES["application"].rules:
        if "rejected" in {state.status for state in rule.to}:
            assert Role.SYSTEM not in rule.actors


def test_a_terminal_status_has_no_way_out_and_every_other_has_one() -> None:
    for table in TABLES.values():
        leaving = {rule.at for rule in table.rules if rule.to}
        for state in table.states:
            assert (state in leaving) != state.terminal, state
