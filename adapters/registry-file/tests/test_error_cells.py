"""A spreadsheet error in a cell of an application sets its row aside, as text and as a cell of its own kind."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from eduid_registry_file import RegistryFile, read_applications
from eduid_registry_file.columns import APPLICATIONS
from eduid_registry_file.tables import read_table

NUMBER = "320098201503150010"
FORM = {
    "application_id": "A-1",
    "name": "陈小雨",
    "id_type": "居民身份证",
    "id_number": NUMBER,
    "school": "南京市海英小学",
    "school_code": "2132098001",
    "grade": "六年级",
    "class": "1班",
    "entry_year": "2021",
    "guardian_name": "陈大雨",
    "guardian_phone": "15400001234",
}
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")


def csv_file(path: Path, *rows: dict[str, str]) -> Path:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(buffer.getvalue(), "utf-8")
    return path


@pytest.mark.parametrize("column", FORM)
@pytest.mark.parametrize("error", [*ERRORS, " ＃ｎ／ａ ", "####", "Err:508"])
def test_an_error_as_text_in_any_column_sets_the_row_aside(tmp_path, column, error):
    path = csv_file(tmp_path / "a.csv", FORM | {column: error}, FORM | {"application_id": "A-2"})

    read = read_applications(path)

    assert [(f.line, f.field, f.code) for f in read.faults] == [(2, column, "CELL_ERROR")]
    assert [row.form.application_id for row in read.rows] == ["A-2"]
    assert read.faults[0].zh
    assert read.faults[0].hint


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_cell_of_a_workbook_sets_the_row_aside(tmp_path, error):
    """The reader gives such a cell as empty: the form looked as if a person had left it blank."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明")
        sheet = book.add_worksheet("申请")
        sheet.write_row(0, 0, FORM)
        sheet.write_row(1, 0, FORM.values())
        sheet.write_formula(1, 4, "=VLOOKUP(1,A:B,2,0)", None, error)
        sheet.write_row(2, 0, (FORM | {"application_id": "A-2"}).values())
        sheet.write_formula(2, 5, '="六年级"', None, "六年级")

    read = read_applications(path)

    assert [(f.line, f.field, f.code) for f in read.faults] == [(2, "school", "CELL_ERROR")]
    assert [(row.form.application_id, row.form.grade) for row in read.rows] == [("A-2", "六年级")]


def test_a_formula_that_was_never_calculated_sets_the_row_aside(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(list(FORM))
    book.active.append([*FORM.values()])
    book.active["G2"] = "=CONCATENATE(6,1)"
    book.save(path)

    assert [(f.field, f.code) for f in read_applications(path).faults] == [("grade", "CELL_ERROR")]


def test_a_hash_in_a_text_is_no_error(tmp_path):
    path = csv_file(tmp_path / "a.csv", FORM | {"school": "南京市海英小学#2", "class": "#1"})

    assert read_applications(path).faults == ()


def test_a_registry_row_with_an_error_is_kept_and_the_cell_is_blank(tmp_path):
    """The student is found, and a person sees what is missing."""
    row = {
        "student_number": "G1",
        "name": "#N/A",
        "id_type": "1",
        "id_number": NUMBER,
        "school_code": "1",
        "school": "x",
    }
    row |= {"grade": "#REF!", "class": "1", "entry_month": "202109", "status": "在读", "teacher_phone": "#N/A"}
    held = RegistryFile(csv_file(tmp_path / "r.csv", row)).rows[0]

    assert (held.name.reveal("test"), held.grade, held.teacher_phone.reveal("test")) == ("", "", "")


def test_a_number_that_was_destroyed_is_named_before_an_error(tmp_path):
    path = csv_file(tmp_path / "a.csv", FORM | {"name": "#N/A", "id_number": "3.2E+17"})

    assert [fault.code for fault in read_table(path, APPLICATIONS).faults] == ["ID_SCIENTIFIC"]
