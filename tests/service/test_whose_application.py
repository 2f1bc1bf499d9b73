"""A file run writes only into applications that a file opened, of the same student, and over no person's edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eduid_core.service.batch import FileRun, MemoryRow
from eduid_core.service.batch.apply import RunContext, hand_in_together
from eduid_core.service.batch.assess import standing, unchanged
from eduid_core.testing.doubles import NUMBERS, form_of, row_of
from eduid_core.validation.documents.check_digits import check_character
from eduid_core.workflow import Role, evolve
from eduid_core.workflow.actors import Stamp
from eduid_core.workflow.application import events as happened
from eduid_core.workflow.application import states as status
from eduid_core.workflow.forms import is_another_person

from .house import NOW, House
from .test_filerun import run_of

GIRL = "32009820141120002" + check_character("32009820141120002")
ANOTHER = ("quarantined", ("APPLICATION_ID_OF_ANOTHER",))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def results(run: FileRun) -> list[tuple[str, tuple[str, ...]]]:
    return [(p.result.outcome, p.result.reasons) for p in run.outcomes()]


def state_of(house: House, key: str = "A-1") -> Any:
    return house.service.state("application", key)


# --- the id is another's -----------------------------------------------------------------------------------


def test_an_id_is_the_callers_a_file_never_writes_into_what_a_family_opened(house: House) -> None:
    """A guardian who opened drafts under a school's ids had the school's students under that account."""
    stranger = house.registered("stranger", "15400004321")
    house.handed_in("A-1", stranger, form_of(NUMBERS[1], class_name="2班"))
    before = state_of(house)

    run = run_of(house, form_of(NUMBERS[0], application_id="A-1"))

    assert results(run) == [ANOTHER]
    assert state_of(house) == before


def test_a_family_that_opens_after_the_plan_was_made_keeps_its_application(house: House) -> None:
    run = FileRun(house.service, registry=house.registry, applications="a", snapshot="s1", size_by_school={})
    rows = [MemoryRow(2, form_of(application_id="A-1"))]
    run.begin(rows, as_of=NOW.date())
    house.handed_in("A-1", house.registered(), form_of(NUMBERS[1], class_name="2班"))
    before = state_of(house)

    run.carry_out(rows)

    assert results(run) == [("review", ("ROW_NOT_TAKEN_IN",))]
    assert state_of(house) == before


def test_a_file_whose_ids_restart_puts_no_child_on_anothers_card(house: House) -> None:
    """Number and name both differ: it was taken for a correction, and child B stood on child A's card."""
    run_of(house, form_of(application_id="1"))
    card = house.service.state("card", "1")

    run = run_of(house, form_of(NUMBERS[1], application_id="1", name="陈大海"), digest="b")

    assert results(run) == [ANOTHER]
    assert house.service.state("card", "1") == card
    assert state_of(house, "1").form.name == form_of().name


@pytest.mark.parametrize(
    ("changed", "another"),
    [
        ({"number": GIRL}, True),
        ({"number": NUMBERS[1], "name": "陈大海"}, True),
        ({"number": NUMBERS[1]}, False),
        ({"name": "陈大海"}, False),
        ({"number": NUMBERS[1], "name": " 陈小雨"}, False),
        ({"number": "", "name": "陈大海"}, False),
        ({"number": NUMBERS[1], "name": ""}, False),
    ],
)
def test_two_forms_show_different_students_by_number_and_name_or_by_birth_and_sex(
    changed: dict[str, Any], another: object
) -> None:
    assert is_another_person(form_of(), form_of(**changed)) is another
    assert is_another_person(form_of(**changed), form_of()) is another


def test_two_numbers_with_an_active_row_each_are_two_students(house: House) -> None:
    """The names agree: twins of one name, or one typing error, told apart by the registry alone."""
    run_of(house, form_of(application_id="A-1"))

    assert results(run_of(house, form_of(NUMBERS[1], application_id="A-1"), digest="b")) == [ANOTHER]


def test_a_number_without_an_active_row_beside_is_a_correction_of_the_same_student(tmp_path: Path) -> None:
    house = House(tmp_path, [row_of(), row_of(NUMBERS[1], status="毕业")])
    run_of(house, form_of(NUMBERS[1], application_id="A-1"))

    run = run_of(house, form_of(application_id="A-1"), digest="b")

    assert results(run)[0][0] == "approved"


# --- a person's edit ---------------------------------------------------------------------------------------


def edited(house: House, form: Any) -> status.PendingReview:
    """Return the pending file application as a person left it who edited it to *form*."""
    pending = state_of(house)
    stamp = Stamp(NOW, "guardian", Role.GUARDIAN)
    amended = evolve(pending, happened.ApplicationAmended(stamp, pending.revision + 1, form))
    asked = happened.ReviewRequested(stamp, pending.revision + 1, pending.match)
    state = evolve(amended, asked)
    assert isinstance(state, status.PendingReview)
    return state


@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        ({"class_name": "2班"}, ("PLACEMENT_DIFFERS",)),
        ({"class_name": "3班"}, ("PLACEMENT_DIFFERS", "CHANGED_BY_FAMILY")),
        ({"class_name": "4班"}, ("CHANGED_BY_FAMILY",)),
    ],
    ids=["as the last file", "as the family", "another value"],
)
def test_a_form_that_a_person_changed_since_is_not_overwritten(
    house: House, row: dict[str, str], reasons: tuple[str, ...]
) -> None:
    """Compared is what the last file brought, never the present form; another value is for a person."""
    run_of(house, form_of(application_id="A-1", class_name="2班"))
    state, form = edited(house, form_of(application_id="A-1", class_name="3班")), form_of(**row)
    given = standing(state, form)

    assert unchanged(state, form)
    assert (
        given.outcome,
        tuple(r for r in given.reasons if r in {"PLACEMENT_DIFFERS", "CHANGED_BY_FAMILY"}),
    ) == (
        "review",
        reasons,
    )


def test_the_fold_keeps_what_the_last_file_brought_and_who_edited_it() -> None:
    importer, guardian = Stamp(NOW, "importer", Role.IMPORTER), Stamp(NOW, "acct", Role.GUARDIAN)
    opened: Any = evolve(None, happened.ApplicationOpened(importer, "A-1", "", "1", form_of(), "file"))
    saved: Any = evolve(opened, happened.DraftSaved(guardian, form_of(class_name="2班")))
    again: Any = evolve(saved, happened.DraftSaved(importer, form_of(class_name="3班")))

    assert (opened.file.brought, opened.file.is_edited) == (form_of(), False)
    assert (saved.file.brought, saved.file.is_edited) == (form_of(), True)
    assert (again.file.brought, again.file.is_edited) == (form_of(class_name="3班"), False)
    own: Any = evolve(None, happened.ApplicationOpened(guardian, "A-2", "acct", "1", form_of(), ""))
    assert evolve(own, happened.DraftSaved(guardian, form_of(grade="五年级"))).file.brought is None  # type: ignore[union-attr]


def test_a_quarantined_row_is_nobodys_duplicate_and_is_not_applied(house: House) -> None:
    run_of(house, form_of(application_id="1"))

    run = run_of(
        house,
        form_of(NUMBERS[1], application_id="1", name="陈大海"),
        form_of(NUMBERS[1], application_id="2"),
        digest="b",
    )

    assert results(run)[0] == ANOTHER
    assert results(run)[1][0] == "approved"
    pairs = list(run.with_rows([MemoryRow(2, form_of(NUMBERS[1], application_id="1", name="陈大海"))] * 2))[:1]
    assert run.run is not None
    hand_in_together(pairs, RunContext.of(run.run, NOW), house.service, lambda _, __: None)
    assert state_of(house, "1").form == form_of(application_id="1")
