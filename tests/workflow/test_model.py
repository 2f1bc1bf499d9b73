"""Every reachable state is walked, everything holds, and every fault put into the tables is caught by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from eduid_audit.model import ModelReport, check
from eduid_audit.model.__main__ import figures, laws, table
from eduid_audit.model.check import OF_THE_SERVICE, uncovered
from eduid_audit.model.faults import FAULTS, seeded
from eduid_audit.model.sabotage import put_in
from eduid_audit.model.views import VIEWS
from eduid_core.workflow import TABLES

PAGE = Path(__file__).resolve().parents[2] / "docs/explanation/checked.md"
OF_VIEWS = {f"view_{v.name}": v for v in VIEWS}
WALKS = ("card", "comms_card", "reviewer_grant", "review_task", "view_card", "account")
LONG = ("view_review", "application", "view_sim", "view_person")


@cache
def walked(name: str) -> ModelReport:
    return check((), [OF_VIEWS[name]]) if name in OF_VIEWS else check([name], ())


@pytest.mark.parametrize("name", [*WALKS, *LONG], ids=lambda n: f"walk_{n}")
def test_everything_holds_in_every_reachable_state(name: str) -> None:
    """Each aggregate alone, and several together; the figures are those that the docs tell."""
    report = walked(name)
    print(table(report))
    page = PAGE.read_text("utf-8")

    assert report.failures == ()
    for line in figures(report).splitlines():
        assert line in page, "write the page anew: python -m eduid_audit.model --page"


def test_every_walk_is_walked_and_the_docs_tell_every_law() -> None:
    assert {*WALKS, *LONG} == {*TABLES, *OF_VIEWS}
    page = PAGE.read_text("utf-8")
    assert all(line in page for line in laws().splitlines())


def test_every_refusal_is_provoked_by_a_walk_or_by_a_test_of_the_service() -> None:
    reports = [walked(name) for name in (*WALKS, *LONG)]
    codes = frozenset[str]().union(*(r.codes for r in reports))

    assert uncovered(ModelReport((), (), codes)) == set()
    assert not codes & set(OF_THE_SERVICE)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_tables_is_caught(name: str) -> None:
    """Each law could have failed: with the fault in, one of the checks named beside it does."""
    assert put_in(name)


def test_there_are_enough_faults_and_taking_one_out_leaves_no_trace() -> None:
    before = {n: (t.rules, dict(t.index), dict(t.fold)) for n, t in TABLES.items()}
    for name in FAULTS:
        with seeded(name):
            pass

    assert len(FAULTS) >= 25
    assert {n: (t.rules, dict(t.index), dict(t.fold)) for n, t in TABLES.items()} == before
