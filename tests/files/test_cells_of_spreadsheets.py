"""Cells as spreadsheets and exports leave them: marks, exponents, dates, lost zeros, merged cells, stray cells."""

from __future__ import annotations

import datetime as dt
import resource
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from eduid_registry_file import FileFault, RegistryFile, read_applications
from eduid_registry_file.cells import is_marked, number_fault, unmarked
from tests.files.old_books import NEVER, Failed, ods, xls
from tests.files.school import FORM, NUMBERS, csv_file, student, table, xlsx


def faults(path: Path) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.field, fault.code) for fault in read_applications(path).faults]


# --- marks ---------------------------------------------------------------------------------------------

MARKS = ["'{}", "’{}", '="{}"', "= “{}”", "\t{}", "{}\t", "{}\r\n"]


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_that_keeps_a_number_text_is_no_part_of_it(tmp_path: Path, mark: str) -> None:
    marked = FORM | {name: mark.format(FORM[name]) for name in ("申请编号", "身份证号", "监护人手机", "班级")}

    (row,) = read_applications(csv_file(tmp_path / "a.csv", table(marked))).rows

    plain = read_applications(csv_file(tmp_path / "b.csv", table(FORM))).rows
    assert row.form == next(iter(plain)).form


@given(text=st.text("'=\"\t\r\n0.1aé’` ", max_size=12))
def test_only_marked_texts_are_changed_and_none_is_marked_twice_over(text: str) -> None:
    assert is_marked(text) or unmarked(text) == text


@pytest.mark.parametrize("text", ["13800000000.0", "13800000000.000"])
def test_a_point_and_zeros_after_a_number_are_no_part_of_it(text: str) -> None:
    assert unmarked(text) == "13800000000"


@pytest.mark.parametrize("text", ["2023.0", "1.0", "13800000000.5", "v1.0"])
def test_other_points_are_kept(text: str) -> None:
    assert unmarked(text) == text


# --- exponents -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["3.20098E+17", "3.2e+17", "1.54E+10", "9E+10", "'3.2E+17"])
@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("id_number", "ID_SCIENTIFIC"),
        ("application_id", "ID_SCIENTIFIC"),
        ("guardian_phone", "PHONE_SCIENTIFIC"),
    ],
)
def test_what_a_spreadsheet_writes_for_a_long_number_is_lost(text: str, field: str, code: str) -> None:
    assert number_fault([(field, text)]) == (field, code)


@pytest.mark.parametrize(
    "text", ["7E01", "2026E0001", "12E45678", "1.5E+09", "3.2E17", "32E+17", "0.3E+18", "E+17"]
)
def test_letters_that_look_like_an_exponent_are_text(text: str) -> None:
    assert number_fault([("id_number", text), ("guardian_phone", text)]) is None


def test_a_phone_in_scientific_notation_sets_the_row_aside(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", table(FORM | {"监护人手机": "1.54E+10"}))

    assert faults(path) == [(2, "guardian_phone", "PHONE_SCIENTIFIC")]


def test_a_phone_in_a_numeric_cell_is_the_number(tmp_path: Path) -> None:
    (row,) = read_applications(xlsx(tmp_path / "a.xlsx", table(FORM | {"监护人手机": 15400001234}))).rows

    assert row.form.guardian_phone.reveal("test") == "15400001234"


# --- lost zeros ----------------------------------------------------------------------------------------


def test_a_leading_zero_lost_in_a_numeric_cell_is_the_fault_of_the_file(tmp_path: Path) -> None:
    permit = FORM | {"证件类型": "台胞证"}
    rows = table(permit | {"身份证号": 1234567}, permit | {"申请编号": "A-2", "身份证号": "01234567"})

    assert faults(xlsx(tmp_path / "a.xlsx", rows)) == [(2, "id_number", "ID_ZERO_LOST")]


def test_a_short_number_as_text_is_the_applicants_own(tmp_path: Path) -> None:
    assert faults(xlsx(tmp_path / "a.xlsx", table(FORM | {"证件类型": "台胞证", "身份证号": "1234567"}))) == []


# --- errors in other kinds of workbooks ----------------------------------------------------------------


@pytest.mark.parametrize("cell", [Failed("#N/A"), Failed("#DIV/0!"), NEVER])
def test_an_error_cell_of_an_ods_sets_the_row_aside(tmp_path: Path, cell: object) -> None:
    rows = table(FORM, FORM | {"申请编号": "A-2", "年级": cell})

    assert faults(ods(tmp_path / "a.ods", *rows)) == [(3, "grade", "CELL_ERROR")]


@pytest.mark.parametrize("cell", [Failed("#N/A"), Failed("#REF!")])
def test_an_error_cell_of_an_xls_sets_the_row_aside(tmp_path: Path, cell: object) -> None:
    rows = table(FORM, FORM | {"申请编号": "A-2", "年级": cell})

    assert faults(xls(tmp_path / "a.xls", *rows)) == [(3, "grade", "CELL_ERROR")]


def test_a_number_in_an_ods_is_no_error(tmp_path: Path) -> None:
    assert faults(ods(tmp_path / "a.ods", *table(FORM | {"入学年份": 2021}))) == []


# --- merged cells --------------------------------------------------------------------------------------


def test_a_cell_merged_over_rows_is_filled_down_in_school_grade_and_class_only(tmp_path: Path) -> None:
    rows = table(FORM, *(FORM | {"申请编号": f"A-{n}", "身份证号": NUMBERS[n - 1]} for n in (2, 3)))
    path = tmp_path / "a.xlsx"
    book = openpyxl.load_workbook(xlsx(path, rows))
    for column in "BDEFGH":
        book.active.merge_cells(f"{column}2:{column}4")
    book.save(path)

    forms = [row.form for row in read_applications(path).rows]

    assert {(form.school, form.grade, form.class_name) for form in forms} == {
        ("南京市海英小学", "六年级", "1班")
    }
    assert [form.entry_year for form in forms] == ["2021", "", ""]
    assert [form.name.reveal("test") for form in forms] == ["陈小雨", "", ""]


# --- cells far out -------------------------------------------------------------------------------------


def stray(path: Path, place: tuple[int, int], text: str | None, *, inline: bool) -> Path:
    with xlsxwriter.Workbook(path, {"constant_memory": inline}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(table(student(0), student(1))):
            sheet.write_row(number, 0, row)
        if text is None:
            sheet.write_blank(*place, None, book.add_format({"bold": True}))
        else:
            sheet.write_string(*place, text)
    return path


@pytest.mark.parametrize("inline", [True, False])
@pytest.mark.parametrize("text", [" ", "　\t", None])
@pytest.mark.parametrize("place", [(1_048_575, 16_383), (1_048_575, 2), (1, 16_383)])
def test_a_blank_cell_far_out_costs_and_changes_nothing(
    tmp_path: Path, place: tuple[int, int], text: str | None, *, inline: bool
) -> None:
    path = stray(tmp_path / "r.xlsx", place, text, inline=inline)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    registry = RegistryFile(path)

    assert [row.name.reveal("test") for row in registry.rows] == ["陈小雨", "陈小雨"]
    assert registry.rows[1].status == "在读"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_a_text_far_out_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="CELL_FAR_OUT"):
        RegistryFile(stray(tmp_path / "r.xlsx", (1_048_575, 16_383), "x", inline=True))


def test_dates_in_cells_are_their_digits(tmp_path: Path) -> None:
    rows = table(student(0))
    rows[1][8] = dt.date(2021, 9, 1)

    assert RegistryFile(xlsx(tmp_path / "r.xlsx", rows)).rows[0].entry_month == "20210901"
