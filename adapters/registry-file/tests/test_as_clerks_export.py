"""A clerk's file as it comes: numbers a spreadsheet kept, rows cut short, classes by name, headings of their own."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from eduid_core.matching import Application
from eduid_core.plugins import RegistryQuery
from eduid_registry_file import FileFault, RegistryFile, read_applications
from eduid_registry_file.texts import delimiter_of

NUMBER = "320098201503150010"
HEADINGS = (
    "申请编号",
    "姓名",
    "证件类型",
    "身份证号",
    "学校",
    "年级",
    "班级",
    "入学年份",
    "监护人姓名",
    "监护人手机",
)
ROW = (
    "A-1",
    "陈小雨",
    "居民身份证",
    NUMBER,
    "南京市海英小学",
    "六年级",
    "1班",
    "2021",
    "陈大雨",
    "15400001234",
)
REGISTRY = (
    "学籍号", "姓名", "身份证件类型", "身份证件号", "学校标识码", "学校名称", "年级", "班级", "入学年月", "学籍状态",
    "班主任", "班主任手机",
)  # fmt: skip
PUPIL = (
    f"G{NUMBER}", "陈小雨", "居民身份证", NUMBER, "2132098001", "南京市海英小学", "六年级", "1班", "202109", "在读",
    "王老师", "15400990001",
)  # fmt: skip
Cells = Sequence[object]


def text_file(path: Path, *rows: Cells, delimiter: str = ",") -> Path:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    path.write_text(buffer.getvalue(), "utf-8")
    return path


def workbook(path: Path, *rows: Cells) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def put(row: Cells, place: int, cell: object) -> tuple[object, ...]:
    return (*row[:place], cell, *row[place + 1 :])


def faults(path: Path) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in read_applications(path).faults]


# --- numbers a spreadsheet kept ------------------------------------------------------------------------

EXACT = 15
"""Significant digits that a spreadsheet keeps of a number (Excel specifications and limits: number precision)."""


@pytest.mark.parametrize(("place", "field"), [(3, "id_number"), (0, "application_id")])
@pytest.mark.parametrize("digits", [14, 15, 16, 17, 18])
def test_a_number_of_more_digits_than_a_spreadsheet_keeps_is_set_aside(
    tmp_path: Path, digits: int, place: int, field: str
) -> None:
    """Its last digits may be any: a sixteenth digit is rounded, and nobody could tell."""
    number = int("3200982015031500"[:digits].ljust(digits, "8"))
    path = workbook(tmp_path / "a.xlsx", HEADINGS, put(ROW, place, number))

    assert faults(path) == ([] if digits <= EXACT else [(field, "ID_NUMERIC_CELL")])


@pytest.mark.parametrize("number", [10**EXACT, 10**EXACT + 1, 9_999_999_999_999_998])
def test_the_first_number_that_is_not_kept_is_set_aside(tmp_path: Path, number: int) -> None:
    path = workbook(tmp_path / "a.xlsx", HEADINGS, put(ROW, 3, number))

    assert faults(path) == [("id_number", "ID_NUMERIC_CELL")]


# --- rows ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", [1, 2, 5])
def test_a_row_that_ends_before_its_last_column_is_set_aside(tmp_path: Path, missing: int) -> None:
    """A file half written ends so; the phone that is not there would be an applicant's gap, and is the file's."""
    path = text_file(tmp_path / "a.csv", HEADINGS, ROW[:-missing], ROW)

    read = read_applications(path)

    assert [(f.line, f.code) for f in read.faults] == [(2, "ROW_INCOMPLETE")]
    assert [row.line for row in read.rows] == [3]


def test_a_row_whose_last_cell_is_blank_is_whole(tmp_path: Path) -> None:
    assert faults(text_file(tmp_path / "a.csv", HEADINGS, (*ROW[:-1], ""))) == []


def test_a_row_of_the_registry_that_ends_before_its_last_column_is_set_aside(tmp_path: Path) -> None:
    registry = RegistryFile(text_file(tmp_path / "r.csv", REGISTRY, PUPIL[:-1], PUPIL))

    assert [(f.line, f.code) for f in registry.faults] == [(2, "ROW_INCOMPLETE")]
    assert len(registry.rows) == 1


# --- a file that changes while it is read --------------------------------------------------------------


@pytest.mark.parametrize("change", ["appended", "in place"])
def test_a_file_that_is_changed_while_it_is_walked_is_not_believed(tmp_path: Path, change: str) -> None:
    """Also where its lines were all in memory already: what was read is no whole of anything."""
    path = text_file(tmp_path / "a.csv", HEADINGS, ROW, put(ROW, 0, "A-2"), put(ROW, 0, "A-3"))
    walk = iter(read_applications(path).rows)
    assert next(walk).form.application_id == "A-1"

    if change == "appended":
        text_file(path, HEADINGS, ROW, put(ROW, 0, "A-2"), put(ROW, 0, "A-3"), put(ROW, 0, "A-4"))
    else:
        path.write_text(path.read_text("utf-8").replace("A-3", "B-3"), "utf-8")

    with pytest.raises(FileFault, match="FILE_CHANGED"):
        list(walk)


# --- what stands between cells -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n", ","),
        ("a\tb\tc\n", "\t"),
        ("a;b;c\n", ";"),
        ("a,b\t,c\n", ","),
        ("\ta,b,c\n", ","),
        ("title\na\tb\n1,2\n", "\t"),
        ("1,2,3,4\na;b\n", ";"),
        ("a\n1\t2\n", ","),
        ("", ","),
        ('a;"b\n', ";"),
    ],
)
def test_the_delimiter_is_the_one_that_yields_most_headings(text: str, delimiter: str) -> None:
    """Whatever else stands in the file: a title line, notes with commas."""
    assert delimiter_of(text, lambda cell: cell.strip() in {"a", "b", "c"}) == delimiter


@pytest.mark.parametrize("place", [0, 4, 9])
def test_a_tab_in_a_heading_of_a_comma_file_is_a_blank(tmp_path: Path, place: int) -> None:
    """Pasted from elsewhere, a heading ends in a tab; the file is read all the same."""
    path = text_file(tmp_path / "a.csv", put(HEADINGS, place, f"{HEADINGS[place]}\t"), ROW)

    (row,) = read_applications(path).rows

    assert (row.form.application_id, row.form.name.reveal("test")) == ("A-1", "陈小雨")


def test_a_file_with_tabs_between_its_cells_is_read(tmp_path: Path) -> None:
    (row,) = read_applications(text_file(tmp_path / "a.tsv", HEADINGS, ROW, delimiter="\t")).rows

    assert row.form.school == "南京市海英小学"


# --- headings nobody knows -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "shown"),
    [
        ("备注", "备注"),
        ("2026届", "2026届"),
        ("班号12345", "班号12345"),
        ("家长15400001234", "…"),
        (NUMBER, "…"),
        ("123456", "…"),
        ("１５４００００１２３４", "…"),
        ("很" * 21, "…"),
    ],
)
def test_an_unknown_heading_is_shown_unless_it_may_be_somebodys_number(
    tmp_path: Path, heading: str, shown: str
) -> None:
    """Headings are repeated on the screen and in the report; six digits are more than a heading has."""
    path = text_file(tmp_path / "a.csv", (*HEADINGS, heading), (*ROW, "x"))

    assert read_applications(path).unknown == (shown,)


# --- classes -------------------------------------------------------------------------------------------

WRITTEN = {
    "1班": ["1班", "一班", "（1）班", "(1)班", "六（1）班", "6年级1班"],
    "实验班": ["实验班", "实验", "（实验）班", "六年级实验班"],
    "阳光班": ["阳光班", " 阳光班 "],
}
"""A class as the registry has it -> as families write it."""


def asked(registry: RegistryFile, class_name: str) -> str:
    """Return the phone of the homeroom teacher that the registry names for the class so written."""
    form = Application(school="南京市海英小学", grade="六年级", class_name=class_name)
    teacher = registry.find(RegistryQuery(person=None, form=form)).teacher
    return teacher.phone.reveal("test") if teacher else ""


def test_a_class_is_found_however_it_is_written_and_no_other_for_it(tmp_path: Path) -> None:
    """By its number or, where it has none, by its name: 班 and the grade before it say nothing."""
    phones = {name: f"154009900{n:02}" for n, name in enumerate(WRITTEN)}
    rows = [put(put(PUPIL, 7, name), 11, phone) for name, phone in phones.items()]
    registry = RegistryFile(text_file(tmp_path / "r.csv", REGISTRY, *rows))

    found = {(name, text): asked(registry, text) for name, texts in WRITTEN.items() for text in texts}

    assert found == {(name, text): phones[name] for name, texts in WRITTEN.items() for text in texts}
    assert asked(registry, "9班") == asked(registry, "月光班") == ""
