"""A file run against applications that families opened themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.service.filerun import FileRun, FormRow, RunRefused
from eduid_core.validation.check_digits import check_character
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status

from .house import NOW, NUMBERS, House, form_of

DAY = dt.date(2026, 11, 1)
OLDER = "32009820100315001" + check_character("32009820100315001")


def run_of(house: House, *forms: Any, digest: str = "a") -> FileRun:
    run = FileRun(
        house.service, registry=house.registry, applications=digest, snapshot="s1", size_by_school={"x": 3}
    )
    rows = [FormRow(n, form) for n, form in enumerate(forms, start=2)]
    run.begin(rows, as_of=DAY)
    run.carry_out(rows)
    return run


def outcomes(run: FileRun) -> list[tuple[str, tuple[str, ...]]]:
    return [(p.result.outcome, p.result.reasons[:1]) for p in run.outcomes()]


def test_a_row_the_lifecycle_does_not_take_in_is_for_a_person(tmp_path: Path) -> None:
    """A pupil of sixteen consented alone; the file names a child of eleven, for whom nobody has."""
    house = House(tmp_path)
    student = attrs.evolve(house.registered(), role=Role.STUDENT)
    about: dict[str, Any] = {"subject": "A-1", "by": Actor(id=student.id, role=Role.STUDENT), "at": NOW}
    house.service.handle(app.Open(form=form_of(OLDER), **about))
    house.service.handle(app.Submit(consent_text="v1", **about))

    run = run_of(house, form_of(NUMBERS[0], application_id="A-1"))

    assert outcomes(run) == [("review", ("ROW_NOT_TAKEN_IN",))]
    kept: Any = house.service.state("application", "A-1")
    assert kept.revision == 1
    assert kept.form.id_number == form_of(OLDER).id_number


def test_a_row_beaten_to_the_person_by_another_is_for_a_person(tmp_path: Path) -> None:
    """Between the plan and its carrying out somebody else was approved for the same number."""
    house = House(tmp_path)
    rows = [FormRow(2, form_of(NUMBERS[0], application_id="A-1"))]
    run = FileRun(
        house.service, registry=house.registry, applications="a", snapshot="s1", size_by_school={"x": 3}
    )
    run.begin(rows, as_of=DAY)
    assert run.outcomes()[0].result.outcome == "approved"
    first = house.handed_in("B-1", house.registered(), form_of(NUMBERS[0]))
    assert type(first) is status.Approved

    run.carry_out(rows)

    assert outcomes(run) == [("review", ("DUPLICATE_APPLICATION",))]
    assert type(house.service.state("application", "A-1")) is status.PendingReview


def test_carrying_out_twice_does_nothing_twice(tmp_path: Path) -> None:
    house = House(tmp_path)
    forms = [form_of(n, application_id=f"A-{i}") for i, n in enumerate(NUMBERS)]
    run = run_of(house, *forms)
    house.service.send_messages()
    told = len(house.sms.sent)

    run.carry_out([FormRow(n, form) for n, form in enumerate(forms, start=2)])
    house.service.send_messages()

    assert len(house.sms.sent) == told == 3
    assert len(house.service.history("application", "A-0")) == 3


def test_a_registry_that_shrank_is_refused_until_confirmed(tmp_path: Path) -> None:
    house = House(tmp_path)
    run_of(house, form_of(NUMBERS[0], application_id="A-1"))
    smaller = FileRun(
        house.service, registry=house.registry, applications="b", snapshot="s2", size_by_school={"x": 1}
    )

    with pytest.raises(RunRefused):
        smaller.begin([], as_of=DAY)
    assert smaller.begin([], as_of=DAY, confirm_vanish=True).rows == 0


class Dying:
    """Rows whose reader dies when the plan is half made."""

    def __init__(self, rows: list[FormRow]) -> None:
        self.rows, self.walks = rows, 0

    def __iter__(self) -> Iterator[FormRow]:
        self.walks += 1
        for row in self.rows:
            if self.walks == 3 and row.line > 2500:
                raise ConnectionError
            yield row


def test_a_plan_that_was_never_finished_is_no_run_and_the_next_takes_it_out(tmp_path: Path) -> None:
    house = House(tmp_path)
    rows = [FormRow(n, form_of(NUMBERS[0], application_id=f"A-{n}")) for n in range(2, 3002)]
    store = house.service.desk.store
    run = FileRun(house.service, registry=house.registry, applications="a", snapshot="s1", size_by_school={})
    with pytest.raises(ConnectionError):
        run.begin(Dying(rows), as_of=DAY)
    (left,) = store.documents("planning")
    assert store.documents(f"plan:{left}")
    assert (run.run, store.documents("run")) == (None, {})

    run_of(house, form_of(NUMBERS[0], application_id="A-1"), digest="b")

    assert not store.documents(f"plan:{left}")
    assert not store.documents("planning")


def test_a_row_that_flags_more_people_than_keys_are_kept_at_hand_finds_the_keys_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was needed last stays at hand; of a school where each stands beside three others, nobody's is lost."""
    monkeypatch.setattr("eduid_core.service.data_keys._AT_HAND", 3)
    house = House(tmp_path)
    forms = [form_of(n, application_id=f"A-{t}-{i}") for t in range(90) for i, n in enumerate(NUMBERS)]

    run = run_of(house, *forms)

    assert {outcome for outcome, _ in outcomes(run)} == {"review"}
