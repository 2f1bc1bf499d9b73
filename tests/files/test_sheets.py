"""Workbooks of several sheets: what is read, what is not, and what a person must choose."""

from __future__ import annotations

from pathlib import Path

import pytest

from eduid_registry_file import FileFault, FileOptions, RegistryFile, read_applications
from tests.files.school import FORM, student, table, xlsx

ONE, TWO = table(student(0), student(1)), table(student(2), student(3))


def refusal(path: Path, **options: object) -> FileFault:
    with pytest.raises(FileFault) as caught:
        RegistryFile(path, FileOptions(**options))
    return caught.value


def read(path: Path, **options: object) -> RegistryFile:
    return RegistryFile(path, FileOptions(**options))


def whys(registry: RegistryFile) -> dict[str, str]:
    return {sheet.name: sheet.why for sheet in registry.sheets}


def test_every_visible_sheet_is_read_in_order(tmp_path: Path) -> None:
    registry = read(xlsx(tmp_path / "r.xlsx", {"2班": TWO, "1班": ONE}))

    numbers = [row.student_number.reveal("test") for row in registry.rows]
    assert numbers == [student(n)["学籍号"] for n in (2, 3, 0, 1)]
    assert [(sheet.name, sheet.rows, sheet.read) for sheet in registry.sheets] == [
        ("2班", 3, True),
        ("1班", 3, True),
    ]


@pytest.mark.parametrize("name", ["填写示例", "样例", "填表说明", "字典", "模板", "Example"])
def test_sheets_of_examples_codes_and_notes_are_not_read(tmp_path: Path, name: str) -> None:
    registry = read(xlsx(tmp_path / "r.xlsx", {name: TWO, "学生": ONE}))

    assert len(registry.rows) == 2
    assert whys(registry)[name] in {"example", "template"}


def test_a_template_is_read_where_no_other_sheet_is_left(tmp_path: Path) -> None:
    assert len(read(xlsx(tmp_path / "r.xlsx", {"导入模板": ONE, "说明": [["请填写"]]})).rows) == 2


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    registry = read(xlsx(tmp_path / "r.xlsx", {"2025秋": TWO, "2026秋": ONE}, hidden=["2025秋"]))

    assert len(registry.rows) == 2
    assert whys(registry) == {"2025秋": "hidden", "2026秋": ""}


@pytest.mark.parametrize("hidden", [[], ["示例"]])
def test_a_file_with_nothing_but_hidden_and_example_sheets_is_refused(
    tmp_path: Path, hidden: list[str]
) -> None:
    path = xlsx(tmp_path / "r.xlsx", {"示例": ONE, "空": []}, hidden=hidden)

    assert refusal(path).code == "SHEETS_NOT_READ"
    assert "示例" in refusal(path).zh


def test_sheets_that_list_the_same_students_are_refused_until_one_is_chosen(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", {"2025秋": ONE, "2026秋": ONE})

    assert refusal(path).code == "SHEETS_SHARE_STUDENTS"
    assert "--sheet registry:" in refusal(path).zh
    assert whys(read(path, sheets=["2026秋"])) == {"2025秋": "not_chosen", "2026秋": ""}


def test_one_student_in_two_sheets_is_no_reason_to_refuse(tmp_path: Path) -> None:
    assert len(read(xlsx(tmp_path / "r.xlsx", {"1班": ONE, "2班": [*TWO, ONE[1]]})).rows) == 5


def test_a_chosen_sheet_is_read_even_if_it_is_hidden(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", {"2025秋": TWO, "2026秋": ONE}, hidden=["2025秋"])

    assert len(read(path, sheets=["2025秋", "2026秋"]).rows) == 4


def test_a_sheet_that_is_not_there_is_named_beside_those_that_are(tmp_path: Path) -> None:
    fault = refusal(xlsx(tmp_path / "r.xlsx", {"1班": ONE}), sheets=["9班"])

    assert fault.code == "SHEET_MISSING"
    assert "9班" in fault.zh
    assert "1班" in fault.zh


def test_a_roster_that_lacks_a_column_beside_a_whole_one_is_not_passed_over(tmp_path: Path) -> None:
    """The new term lacks the status; the old one is complete: the old one alone would be read in silence."""
    new = [[cell for n, cell in enumerate(row) if ONE[0][n] != "学籍状态"] for row in ONE]
    path = xlsx(tmp_path / "r.xlsx", {"2026秋": new, "2025秋": TWO})

    assert refusal(path).code == "SHEET_LACKS_COLUMNS"
    assert len(read(path, sheets=["2026秋"], given={"status": "在读"}).rows) == 2
    assert [row.status for row in read(path, given={"status": "转出"}).rows] == ["转出", "转出", "在读", "在读"]


def test_lines_of_two_sheets_are_told_apart(tmp_path: Path) -> None:
    """A fault in line 2 of one sheet sets nothing aside in line 2 of the other."""
    good = table(FORM)
    bad = table(FORM | {"申请编号": "A-2", "年级": "#N/A"})

    read_file = read_applications(xlsx(tmp_path / "a.xlsx", {"1班": good, "2班": bad}))

    assert [(f.sheet, f.line, f.code) for f in read_file.faults] == [("2班", 2, "CELL_ERROR")]
    assert [row.form.application_id for row in read_file.rows] == ["A-1"]
