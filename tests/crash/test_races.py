"""Sixteen processes contest the same applications: one winner each, and a naive store is found out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.testing.conformance.store.history import FinalStanding, HistoryEntry, checked, overlaps

PROGRAM = Path(__file__).with_name("racing.py")


def raced(url: str, applications: int, *kind: str) -> dict[str, Any]:
    """Let the warm parent hold a race of 16 processes; return what it printed."""
    said = subprocess.run(
        [sys.executable, str(PROGRAM), url, "16", str(applications), *kind],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr[-2000:]
    figures: dict[str, Any] = json.loads(said.stdout)
    print(f"\n{ {k: v for k, v in figures.items() if k != 'wrong'} } wrong: {len(figures['wrong'])}")
    return figures


def well(applications: int, *urls: str) -> None:
    """Race on one fresh database after another until enough have met; every race is run well."""
    met = 0
    for url in urls:
        figures = raced(url, applications)
        assert figures["wrong"] == []
        assert figures["applications"] >= applications
        assert figures["commands"] == 16 * figures["contests"]
        met += figures["contested"]
        if met >= figures["contests"] / 10:
            return
    pytest.fail("hardly anybody met")


def files(folder: Path) -> list[str]:
    """Return databases to race on: on two cores it is a matter of chance how many processes meet."""
    return [f"sqlite:///{folder}/race-{n}.db" for n in range(5)]


def test_sixteen_processes_on_sqlite_have_one_winner_a_contest(tmp_path: Path) -> None:
    well(60, *files(tmp_path))


def test_a_naive_store_is_found_out(tmp_path: Path) -> None:
    """It looks, then writes: two are told that they won, and decisions are written twice."""
    wrong = raced(f"sqlite:///{tmp_path}/race.db", 60, "naive")["wrong"]

    assert [w for w in wrong if "winners" in w]
    assert [w for w in wrong if "claim" in w or "decisions" in w]


@pytest.mark.full
def test_sixteen_processes_contest_four_hundred_applications_on_sqlite(tmp_path: Path) -> None:
    well(400, *files(tmp_path))


@pytest.mark.full
def test_sixteen_processes_contest_four_hundred_applications_on_postgresql(postgresql: str) -> None:
    well(400, postgresql)


@pytest.mark.full
def test_a_naive_store_on_postgresql_is_found_out(postgresql: str) -> None:
    assert raced(postgresql, 60, "naive")["wrong"]


# --- the checker itself ----------------------------------------------------------------------------------

WON = HistoryEntry(
    process=0, contest="C1", application="A-1", asked="approve", began=1.0, ended=2.0, answer="done"
)
LOST = attrs.evolve(WON, process=1, asked="return", began=1.5, ended=2.5, answer="task_closed")
APPROVED = FinalStanding(
    application="A-1",
    status="approved",
    versions={"application": 3, "review_task": 2, "card": 1},
    events={
        "application": ("Opened", "Submitted", "Approved"),
        "review_task": ("TaskOpened", "ReviewCompleted"),
        "card": ("CardIssued",),
    },
)


def test_the_checker_passes_what_one_order_explains() -> None:
    assert checked([WON, LOST], {"A-1": APPROVED}) == []
    assert overlaps([WON, LOST]) == 1
    assert overlaps([WON, attrs.evolve(LOST, began=3.0, ended=4.0)]) == 0


@pytest.mark.parametrize(
    ("entries", "changed", "what"),
    [
        ([WON, attrs.evolve(LOST, answer="done")], {}, "2 winners"),
        ([LOST], {}, "0 winners"),
        ([attrs.evolve(WON, asked="return"), LOST], {}, "what stands is not what was answered"),
        ([WON, attrs.evolve(LOST, began=0.1, ended=0.2)], {}, "1 were too late before anybody was in time"),
        ([WON, attrs.evolve(LOST, answer="KeyError")], {}, "answered KeyError"),
        (
            [WON, LOST],
            {"events": {**APPROVED.events, "review_task": ("ReviewCompleted", "ReviewCompleted")}},
            "2 decisions are written where one was won or none",
        ),
        (
            [WON, LOST],
            {"versions": {**APPROVED.versions, "review_task": 3}},
            "review_task: version 3 with 2 events",
        ),
        ([WON, LOST], {"events": {**APPROVED.events, "card": ()}}, "card and approval disagree"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_checker_says_what_no_order_explains(entries: Any, changed: Any, what: str) -> None:
    found = checked(entries, {"A-1": attrs.evolve(APPROVED, **changed)})

    assert any(what in sentence for sentence in found), found
