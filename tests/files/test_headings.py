"""Headings as schools write them: other words, marks, remarks, two rows, two headings for one column."""

from __future__ import annotations

import pytest

from eduid_registry_file import FileFault
from eduid_registry_file.columns import APPLICATIONS, REGISTRY, Columns
from eduid_registry_file.heading_row import find_headings
from eduid_registry_file.headings import BEFORE, SOURCES, folded
from eduid_registry_file.options import FileOptions
from tests.files.school import FORM, STUDENT

SIDES = pytest.mark.parametrize("columns", [APPLICATIONS, REGISTRY], ids=["applications", "registry"])


def fields(columns: Columns, *rows: list[str], **options: object) -> dict[str, int]:
    """Return the place of each column under the headings found in *rows*."""
    return dict(find_headings("x.csv", rows, columns, FileOptions(**options)).places)


def with_heading(old: str, new: str) -> list[str]:
    return [new if heading == old else heading for heading in STUDENT]


@SIDES
def test_no_heading_means_two_columns(columns: Columns) -> None:
    meant: dict[str, set[str]] = {}
    for field, headings in columns.headings.items():
        for text in (*headings, *columns.before.get(field, ())):
            meant.setdefault(folded(text), set()).add(field)

    assert not {text for text, several in meant.items() if len(several) > 1}


def test_every_source_is_that_of_a_heading_in_the_table() -> None:
    known = {
        text for columns in (APPLICATIONS, REGISTRY) for texts in columns.headings.values() for text in texts
    }

    assert set(SOURCES) <= known


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("★身份证号码", "id_number"),
        ("*证件号码", "id_number"),
        ("身份证件号\n（18位）", "id_number"),
        ("身份证号:", "id_number"),
        ("身　份　证　号（必填）", "id_number"),
        ("就读学校（选填）", "school"),
        ("入学时间（格式：yyyymm）", "entry_month"),
        ("年级名称(示例:四年级)", "grade"),
        ("ID_Number", "id_number"),
        ("id number", "id_number"),
        ("国网学籍号", "student_number"),
        ("在校状态", "status"),
    ],
)
def test_marks_and_remarks_are_no_part_of_a_heading(text: str, field: str) -> None:
    assert REGISTRY.field_of(text) == field


@pytest.mark.parametrize(
    "text",
    [
        "毕业学校",
        "原就读学校",
        "户籍地址",
        "监护人(父亲)电话",
        "成员1身份证件号",
        "毕业年份",
        "监护人2手机",
        "学号",
    ],
)
def test_other_things_about_a_student_are_no_column(text: str) -> None:
    assert APPLICATIONS.field_of(text) is None
    assert REGISTRY.field_of(text) is None


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    ("exact", "other", "field"),
    [
        ("全国学籍号", "学籍号", "student_number"),
        ("学校名称", "学校", "school"),
        ("学生姓名", "姓名", "name"),
    ],
)
def test_of_two_headings_the_more_exact_counts_and_the_other_is_named(
    exact: str, other: str, field: str, *, first: bool
) -> None:
    rest = [heading for heading in STUDENT if REGISTRY.field_of(heading) != field]
    row = [exact, other, *rest] if first else [other, exact, *rest]

    found = find_headings("x.csv", [row], REGISTRY)

    assert row[found.places[field]] == exact
    assert found.unknown == (other,)


def test_headings_that_come_before_a_title_mean_the_same_column() -> None:
    for field, texts in BEFORE.items():
        for columns in (APPLICATIONS, REGISTRY):
            if field in columns.headings:
                assert {columns.field_of(text) for text in texts} == {field}


def test_one_heading_twice_is_refused() -> None:
    with pytest.raises(FileFault, match="COLUMN_TWICE"):
        find_headings("x.csv", [[*STUDENT, "班级"]], REGISTRY)


# --- the place of the heading row ----------------------------------------------------------------------


@pytest.mark.parametrize("above", [0, 1, 5, 19])
def test_headings_are_found_in_the_first_twenty_rows(above: int) -> None:
    rows = [[f"说明第 {n} 条"] for n in range(above)]

    assert find_headings("x.csv", [*rows, list(STUDENT)], REGISTRY).place == above


def test_headings_in_the_twenty_first_row_are_not_looked_for() -> None:
    with pytest.raises(FileFault, match="COLUMNS_MISSING"):
        find_headings("x.csv", [["说明"]] * 20 + [list(STUDENT)], REGISTRY)


@pytest.mark.parametrize("group", ["监护人", "监护人信息", "监护人（必填）"])
def test_a_group_above_its_parts_is_read_together(group: str) -> None:
    above = [*list(FORM)[:-2], group, ""]
    below = [*[""] * (len(FORM) - 2), "姓名", "手机"]

    places = fields(APPLICATIONS, above, below)

    assert (places["guardian_name"], places["guardian_phone"]) == (7, 8)
    assert places["name"] == 1


def test_a_group_of_the_student_adds_nothing_to_its_parts() -> None:
    above = ["学生基本信息", *[""] * (len(STUDENT) - 1)]

    assert fields(REGISTRY, above, list(STUDENT)) == fields(REGISTRY, list(STUDENT))


def test_a_group_of_another_person_yields_no_column_of_the_student() -> None:
    above = [*list(FORM)[:-2], "父亲", "", "监护人", ""]
    below = [*[""] * (len(FORM) - 2), "姓名", "手机", "姓名", "手机"]

    places = fields(APPLICATIONS, above, below)

    assert (places["name"], places["guardian_name"], places["guardian_phone"]) == (1, 9, 10)


# --- what the file has not -----------------------------------------------------------------------------


def test_what_is_missing_is_named_with_the_line_to_add_and_no_row_of_data_is_shown() -> None:
    row = [text for text in STUDENT if text not in {"学籍状态", "身份证件号"}]

    with pytest.raises(FileFault) as caught:
        find_headings("r.xlsx", [[*row, "陈小雨"]], REGISTRY)

    for text in (caught.value.zh, caught.value.en):
        assert "--set registry.学籍状态=" in text
        assert "id_number" in text
        assert "陈小雨" not in text


def test_a_given_value_stands_for_a_missing_column_only() -> None:
    options = FileOptions(given={"status": "在读", "grade": "五年级"})
    row = [text for text in STUDENT if text != "学籍状态"]

    found = find_headings("r.xlsx", [row], REGISTRY, options)

    assert found.given == {"status": "在读"}


def test_headings_of_ones_own_come_before_all_others() -> None:
    row = [*with_heading("学籍号", "学号"), "学籍号"]

    found = find_headings("r.xlsx", [row], REGISTRY, FileOptions(mapped={folded("学号"): "student_number"}))

    assert row[found.places["student_number"]] == "学号"
    assert found.unknown == ("学籍号",)


@pytest.mark.parametrize("name", ["application_id", "id_type", "school_code", "guardian_name"])
def test_these_columns_of_the_applications_may_be_missing(name: str) -> None:
    row = [text for text in FORM if APPLICATIONS.field_of(text) != name]

    assert name not in fields(APPLICATIONS, row)


@pytest.mark.parametrize("name", ["student_number", "id_type", "school_code"])
def test_these_columns_of_the_registry_may_be_missing(name: str) -> None:
    row = [text for text in STUDENT if REGISTRY.field_of(text) != name]

    assert name not in fields(REGISTRY, row)
