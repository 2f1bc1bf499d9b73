"""`eduid undo`: what a file run did is shown, then taken back, as far as nobody acted on it since."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from eduid_cli.deployment import key_file, opened
from eduid_core.service import Service
from eduid_core.service.batch import RunUndo, attested_policy
from tests.files.school import FORM, NUMBERS, student
from tests.files.test_commands_on_files import Folder


def form(place: int, **changed: str) -> dict[str, str]:
    return FORM | {"申请编号": f"A-{place}", "身份证号": NUMBERS[place]} | changed


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a school whose run approved two students, sent one to review and returned one."""
    school = Folder(tmp_path)
    registry = school.registry(*(student(place) for place in range(4)))
    rows = [form(0), form(1), form(2, 班级="2班"), form(3, 监护人手机="")]
    assert school.certify(school.forms(*rows), registry).exit_code == 0
    assert list(school.outcomes.values()) == ["approved", "approved", "review", "returned"]
    return school


def undo(folder: Folder, *args: object, run: str = "") -> Result:
    about = ("--db", folder.db, "--run", run or folder.report["run"], "--out", folder.out)
    return folder.run("undo", *about, *args)


def service(folder: Folder) -> Service:
    store = opened(folder.db)
    return Service(store=store, keys=key_file(folder.db, fresh=False), policy=attested_policy(store))


def states(folder: Folder, aggregate: str = "application") -> list[str]:
    found: list[Any] = [service(folder).state(aggregate, f"A-{place}") for place in range(4)]
    return [state.status if state else "" for state in found]


def told(folder: Folder) -> list[str]:
    lines = (folder.out / "sms.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["template"] for line in lines]


def test_it_is_shown_first_and_nothing_changes(folder: Folder) -> None:
    before = states(folder)

    shown = undo(folder)

    assert shown.exit_code == 0
    assert "撤回 withdrawn 4" in shown.stdout
    assert "--yes" in shown.stdout
    assert states(folder) == before
    assert "file_undone" not in told(folder)


def test_what_the_run_opened_is_withdrawn_and_the_cards_are_revoked(folder: Folder) -> None:
    done = undo(folder, "--yes")

    assert done.exit_code == 0, done.stderr
    assert states(folder) == ["withdrawn"] * 4
    assert states(folder, "card") == ["revoked", "revoked", "", ""]
    assert states(folder, "review_task")[2] == "cancelled"


def test_a_family_is_told_once_and_only_if_it_was_told_of_the_run(folder: Folder) -> None:
    before = told(folder)

    undo(folder, "--yes")
    again = undo(folder, "--yes")

    assert "undone before" in again.stdout
    assert before.count("approved_by_school") == 2
    assert told(folder)[len(before) :] == ["file_undone"] * 2
    # The student in review was not told of, and the one without a phone cannot be.


def test_what_the_journal_does_not_hold_was_not_sent_and_is_not_sent_any_more(folder: Folder) -> None:
    (folder.out / "sms.jsonl").write_bytes(b"")

    done = undo(folder, "--yes")

    assert "families told: 0" in done.stdout
    assert told(folder) == []


def test_the_file_may_be_run_again_and_brings_other_cards(folder: Folder) -> None:
    before: list[Any] = [service(folder).state("card", f"A-{place}") for place in range(2)]
    undo(folder, "--yes")

    again = folder.certify(folder.path / "a.csv", folder.path / "r.csv", out="again")

    after: list[Any] = [service(folder).state("card", f"A-{place}") for place in range(2)]
    assert again.exit_code == 0, again.stderr
    assert list(folder.outcomes.values()) == ["approved", "approved", "review", "returned"]
    assert states(folder) == ["approved", "approved", "pending_review", "returned"]
    for old, new in zip(before, after, strict=True):
        assert new.status == "active"
        assert new.card.number != old.card.number
        assert new.card.former == (old.card.number,)
    assert told(folder).count("approved_by_school") == 2


def test_the_corrected_file_may_name_another_student_under_the_same_id(folder: Folder) -> None:
    undo(folder, "--yes")
    registry = folder.registry(*(student(place, 姓名=name) for place, name in enumerate(("王浩然", "李思远"))))
    rows = (form(1, 姓名="李思远", 申请编号="A-0"), form(0, 姓名="王浩然", 申请编号="A-1"))
    forms = folder.forms(*rows, name="b.csv")

    done = folder.certify(forms, registry, "--confirm-vanish", out="again")

    assert done.exit_code == 0, done.stderr
    assert folder.outcomes == {"A-0": "approved", "A-1": "approved"}


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [({"监护人手机": "15400005678"}, "approved"), ({"班级": "2班"}, "review"), ({"姓名": ""}, "returned")],
)
def test_a_change_of_an_approved_form_is_put_back(
    folder: Folder, changed: dict[str, str], outcome: str
) -> None:
    forms = folder.forms(form(0, **changed), form(1), name="b.csv")
    folder.certify(forms, folder.path / "r.csv", out="second")
    assert folder.outcomes == {"A-0": outcome, "A-1": "approved"}

    done = undo(folder, "--yes")

    state: Any = service(folder).state("application", "A-0")
    assert done.exit_code == 0, done.stdout
    assert "恢复原状 put back 1" in done.stdout
    assert (state.status, state.form.guardian_phone.reveal("test")) == ("approved", "15400001234")
    assert (state.form.class_name, state.form.name.reveal("test")) == ("1班", "陈小雨")
    assert states(folder, "card")[0] == "active"


@pytest.mark.parametrize("class_name", ["3班", "1班"])
@pytest.mark.parametrize("name", ["陈小雨", ""])
def test_a_change_of_a_form_in_review_is_put_back(folder: Folder, class_name: str, name: str) -> None:
    """Whether the changed form waits too, was approved or was returned."""
    forms = folder.forms(form(2, 班级=class_name, 姓名=name), name="b.csv")
    folder.certify(forms, folder.path / "r.csv", out="second")

    done = undo(folder, "--yes")

    state: Any = service(folder).state("application", "A-2")
    assert done.exit_code == 0, done.stdout
    assert (state.status, state.form.class_name) == ("pending_review", "2班")
    assert state.match.reasons[0] == "PLACEMENT_DIFFERS"
    assert states(folder, "review_task")[2] in {"unassigned", "assigned"}
    assert states(folder, "card")[2] in {"", "revoked"}


def test_a_mended_form_that_was_returned_before_is_returned_again(folder: Folder) -> None:
    folder.certify(folder.forms(form(3), name="b.csv"), folder.path / "r.csv", out="second")
    assert states(folder)[3] == "approved"

    undo(folder, "--yes")

    assert states(folder)[3] == "returned"
    assert states(folder, "card")[3] == "revoked"


def test_what_a_person_decided_since_is_left_and_listed(folder: Folder) -> None:
    decisions = folder.path / "decided.csv"
    with decisions.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file)
        write.writerow(["application_id", "revision", "decision", "fields", "code", "reviewer"])
        write.writerow(["A-2", "1", "通过", "", "", "林老师"])
    assert folder.run("review", "--db", folder.db, "--decisions", decisions, "--out", folder.out).exit_code == 0

    done = undo(folder, "--yes")

    assert done.exit_code == 1
    assert "保留不动 left 1" in done.stdout
    assert "  A-2: " in done.stdout
    assert states(folder) == ["withdrawn", "withdrawn", "approved", "withdrawn"]
    with (folder.out / "undo.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["application_id"]: row for row in csv.DictReader(file)}
    assert (rows["A-2"]["done"], rows["A-2"]["code"]) == ("left", "UNDO_ACTED_ON")


def test_what_a_later_file_changed_is_left(folder: Folder) -> None:
    first = folder.report["run"]
    later = folder.forms(form(0, 监护人手机="15400005678"), form(1), name="b.csv")
    folder.certify(later, folder.path / "r.csv", out="second")
    folder.out = folder.path / "out"

    done = undo(folder, "--yes", run=first)

    assert done.exit_code == 1
    assert states(folder) == ["approved", "withdrawn", "withdrawn", "withdrawn"]


@pytest.mark.parametrize("cut", range(5))
def test_an_undo_that_was_cut_off_is_finished_by_the_next(folder: Folder, cut: int) -> None:
    before, half = told(folder), RunUndo(service(folder), folder.report["run"])
    rows = half.carry_out()
    for _ in range(cut):
        next(rows)
    rows.close()

    done = undo(folder, "--yes")

    assert done.exit_code == 0
    assert states(folder) == ["withdrawn"] * 4
    assert told(folder)[len(before) :] == ["file_undone"] * 2


def test_a_family_that_was_asked_for_its_consent_is_told_too(tmp_path: Path) -> None:
    school, policy = Folder(tmp_path), tmp_path / "policy.toml"
    policy.write_text('file_consent = "required"\n', "utf-8")
    school.certify(school.forms(form(0)), school.registry(student(0)), "--policy", policy)
    assert told(school) == ["consent_wanted"]

    undo(school, "--yes")

    assert states(school)[0] == "withdrawn"
    assert told(school) == ["consent_wanted", "file_undone"]


def test_a_wrong_run_or_folder_is_told_in_one_line(folder: Folder) -> None:
    wrong = folder.run("undo", "--db", folder.db, "--run", "NOBODY")
    other = undo(folder, run="NOBODY")

    assert (wrong.exit_code, other.exit_code) == (2, 2)
    assert folder.report["run"] in wrong.stderr
    assert "report.json" in other.stderr
    assert len(wrong.stderr.splitlines()) == 1
