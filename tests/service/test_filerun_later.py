"""A later file: what waited already is counted and marked for what it is, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eduid_core.service.batch import FileRun, MemoryRow
from eduid_core.service.intents import FindHolders
from eduid_core.testing.doubles import NUMBERS, form_of

from .house import NOW, House

DIFFERS = {"name": "陈小雪"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def run_of(house: House, digest: str, *forms: Any) -> FileRun:
    run = FileRun(
        house.service, registry=house.registry, applications=digest, snapshot="s1", size_by_school={"x": 3}
    )
    rows = [MemoryRow(n, form) for n, form in enumerate(forms, start=2)]
    run.begin(rows, as_of=NOW.date())
    run.carry_out(rows)
    return run


def digests(house: House) -> list[int]:
    """Return how many applications each digest told a teacher of, since last asked."""
    house.sms.sent.clear()
    house.service.send_messages()
    return [int(str(dict(m.params)["count"])) for m in house.sms.sent if m.template == "review_digest"]


def test_a_digest_counts_what_came_to_wait_by_this_run(house: House) -> None:
    """The teacher was told of the others when they came; a row that says nothing new is no new work."""
    waiting = [form_of(n, application_id=f"A-{n}", **DIFFERS) for n in NUMBERS[:2]]
    run_of(house, "a", *waiting)
    assert digests(house) == [2]

    run_of(house, "b", *waiting, form_of(NUMBERS[2], application_id="A-new", **DIFFERS))
    assert digests(house) == [1]

    run_of(house, "c", *waiting)
    assert digests(house) == []


def live(house: House, number: str) -> tuple[str, ...]:
    """Return which applications are marked as live for the person of *number*."""
    found: tuple[str, ...] = house.service.executor.perform(
        FindHolders("live_person", MemoryRow(2, form_of(number)).person)
    )
    return found


def test_a_form_that_was_opened_and_returned_at_once_leaves_no_mark_of_a_live_one(house: House) -> None:
    """It was given back for its own gaps: it does not count as handed in, and nobody else's is its duplicate."""
    run = run_of(house, "a", form_of(application_id="A-1", entry_year=""))
    assert [p.result.outcome for p in run.outcomes()] == ["returned"]

    assert live(house, NUMBERS[0]) == ()

    other: Any = house.handed_in("B-1", house.registered(), form_of())
    assert other.status == "approved"


def test_a_form_that_waits_for_a_person_is_marked_until_it_is_decided(house: House) -> None:
    run_of(house, "a", form_of(application_id="A-1", **DIFFERS))
    assert live(house, NUMBERS[0]) == ("A-1",)

    run_of(house, "b", form_of(application_id="A-1"))

    assert live(house, NUMBERS[0]) == ()
    assert house.service.state("application", "A-1").status == "approved"  # type: ignore[union-attr]
