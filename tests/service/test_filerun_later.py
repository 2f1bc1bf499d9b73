"""A later file: what waited already is counted and marked for what it is, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eduid_core.service.batch import FileRun, MemoryRow
from eduid_core.service.intents import FindHolders
from eduid_core.testing.doubles import NUMBERS, form_of
from eduid_core.workflow import Role

from .house import NOW, House, seated

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


def told(house: House) -> list[tuple[str, str, int]]:
    """Return the template, the phone and the count of each digest since last asked."""
    house.sms.sent.clear()
    house.service.send_messages()
    digests = [m for m in house.sms.sent if m.template.endswith("_digest")]
    return sorted((m.template, m.to.reveal("test"), int(str(dict(m.params)["count"]))) for m in digests)


TWO = [form_of(n, application_id=f"F-{n[-2:]}", **DIFFERS) for n in NUMBERS[:2]]


def test_a_head_is_told_once_of_all_classes_whose_reviews_are_theirs(house: House) -> None:
    """The registry names a teacher who has no seat: both are told, the head once for the run."""
    seated(house.service)
    house.registered("head", "15400004444", Role.TEACHER)
    run_of(house, "a", *TWO, form_of(NUMBERS[2], application_id="F-3", class_name="2班"))

    assert told(house) == [
        ("review_digest", "15400990001", 1),
        ("review_digest", "15400990001", 2),
        ("reviews_digest", "15400004444", 3),
    ]
    assert sorted(house.service.queue("head")) == ["F-10", "F-29", "F-3"]


def test_the_teacher_whom_the_registry_names_and_who_has_the_seat_is_told_once(house: House) -> None:
    house.homeroom()
    run_of(house, "a", *TWO)

    assert told(house) == [("review_digest", "15400990001", 2)]
    assert sorted(house.service.queue("teacher")) == ["F-10", "F-29"]


def test_without_a_teacher_in_the_registry_the_seat_is_told(house: House) -> None:
    house.registry.teacher = None  # type: ignore[assignment]
    house.homeroom("other", "15400007777")
    run_of(house, "a", *TWO)

    assert told(house) == [("reviews_digest", "15400007777", 2)]
