"""The whole road by files: a roster, its `review.xlsx` filled in, `eduid review`, cards; and where a seat decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from eduid_cli.deployment import key_file, opened
from eduid_core.service import Service
from eduid_core.testing.doubles import TrustingService
from eduid_core.workflow.reviewer_grant.states import Position
from tests.files.school import FORM, NUMBERS, student
from tests.files.test_commands_on_files import Folder
from tests.service.house import DISTRICT, HEAD, OPERATOR, granted


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a school with one student whose name differs (two persons) and one in another class (one person)."""
    school = Folder(tmp_path)
    registry = school.registry(student(0, 姓名="王浩然"), student(1, 班级="2班"))
    forms = school.forms(FORM, FORM | {"申请编号": "A-2", "身份证号": NUMBERS[1]})
    assert school.certify(forms, registry).exit_code == 0
    assert set(school.outcomes.values()) == {"review"}
    return school


def fill_in(folder: Folder, second: str) -> Path:
    """Approve every row as 李老师; where the workbook left 审核人 blank, with a second person too."""
    path = folder.out / "review.xlsx"
    book = openpyxl.load_workbook(path)
    (sheet,) = (sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    place = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, place["决定"], "通过")
        sheet.cell(row, place["审核人"], "李老师")
        if sheet.cell(row, place["申请编号"]).value == "A-1":
            sheet.cell(row, place["复核人"], second)
    filled = folder.path / "filled.xlsx"
    book.save(filled)
    return filled


def reviewed(folder: Folder, filled: Path) -> dict[str, str]:
    out = folder.path / "reviewed"
    folder.run("review", "--db", folder.db, "--decisions", filled, "--out", out)
    folder.out = out
    return {row["application_id"]: row["result"] for row in folder.rows("review_results.csv")}


def cards(folder: Folder) -> list[str]:
    service = Service(store=opened(folder.db), keys=key_file(folder.db, fresh=False))
    found: list[Any] = [service.state("card", key) for key in ("A-1", "A-2")]
    return [card.status if card else "" for card in found]


def test_a_workbook_with_two_names_where_two_persons_are_needed_issues_the_cards(folder: Folder) -> None:
    assert reviewed(folder, fill_in(folder, "赵校长")) == {"A-1": "done", "A-2": "done"}
    assert cards(folder) == ["active", "active"]


@pytest.mark.parametrize("second", ["", "李老师", " 李 老师 "])
def test_the_same_name_twice_is_one_person(folder: Folder, second: str) -> None:
    assert reviewed(folder, fill_in(folder, second)) == {"A-1": "second_approval_required", "A-2": "done"}
    assert cards(folder) == ["", "active"]


def test_where_a_verified_seat_covers_the_class_the_rows_are_refused(folder: Folder) -> None:
    service = TrustingService(store=opened(folder.db), keys=key_file(folder.db, fresh=False))
    granted(service, DISTRICT, OPERATOR, Position.DISTRICT_ADMIN, "")
    granted(service, HEAD, DISTRICT, Position.SCHOOL_ADMIN)

    assert reviewed(folder, fill_in(folder, "赵校长")) == {"A-1": "SEAT_DECIDES", "A-2": "SEAT_DECIDES"}
    assert cards(folder) == ["", ""]
