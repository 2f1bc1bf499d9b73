"""Every reachable state is walked, everything holds, and every fault put into the tables is caught by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from eduid_core.testing.model import Report, check
from eduid_core.testing.model.__main__ import figures, laws, table
from eduid_core.testing.model.check import OF_THE_SERVICE, uncovered
from eduid_core.testing.model.faults import FAULTS, seeded
from eduid_core.testing.model.views import VIEWS
from eduid_core.workflow import TABLES


@cache
def whole() -> Report:
    return check()


def test_everything_holds_in_every_reachable_state() -> None:
    """All aggregates alone and composed; the table is printed with `-s`."""
    print(table(whole()))

    assert whole().failures == ()
    assert len(whole().lines) == 11


def test_the_page_tells_the_figures_of_this_very_check() -> None:
    """Write them anew with `python -m eduid_core.testing.model --page`."""
    page = (Path(__file__).resolve().parents[2] / "docs/explanation/checked.md").read_text("utf-8")

    for line in (figures(whole()) + "\n" + laws()).splitlines():
        assert line in page


def test_every_refusal_is_provoked_by_a_walk_or_by_a_test_of_the_service() -> None:
    assert uncovered(whole()) == set()
    assert not whole().codes & set(OF_THE_SERVICE)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_tables_is_caught(name: str) -> None:
    """Each law could have failed: with the fault in, one of the checks named beside it does."""
    with seeded(name) as fault:
        views = [v for v in VIEWS if v.name == fault.walk]
        aggregates = [fault.walk] if fault.walk in TABLES else []
        report = check(aggregates, views, wanted=fault.caught_by)

    assert report.caught() & set(fault.caught_by)


def test_there_are_enough_faults_and_taking_one_out_leaves_no_trace() -> None:
    before = {n: (t.rules, dict(t.index), dict(t.fold)) for n, t in TABLES.items()}
    for name in FAULTS:
        with seeded(name):
            pass

    assert len(FAULTS) >= 25
    assert {n: (t.rules, dict(t.index), dict(t.fold)) for n, t in TABLES.items()} == before
