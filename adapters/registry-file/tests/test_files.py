"""Files as schools write them: encodings, spreadsheets, rare glyphs, cells of every type."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_core.matching import Application, lookup_key
from eduid_core.plugins import RegistryQuery
from eduid_core.private import IdNumber
from eduid_core.workflow.forms import person_of
from eduid_registry_file import FileFault, RegistryFile, read_applications

HEADINGS = [
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
]
REGISTRY = [
    "学籍号", "姓名", "身份证件类型", "身份证件号", "学校标识码", "学校名称", "年级", "班级", "入学年月", "学籍状态",
    "班主任", "班主任手机",
]  # fmt: skip
NUMBER = "320098201503150010"
ROW = [
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
]
PUPIL = [
    f"G{NUMBER}", "陈小雨", "居民身份证", NUMBER, "2132098001", "南京市海英小学", "六年级", "1班", "202109", "在读",
    "王老师", "15400990001",
]  # fmt: skip


def text_of(*rows: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def form(path: Path) -> Application:
    (row,) = read_applications(path).rows
    return row.form


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("name", ["陈小雨", "𠮷小雨", "㐂〇", "䶮·買買提", "𬱖"])
def test_a_name_survives_every_encoding(tmp_path: Path, encoding: str, name: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text_of(HEADINGS, [*ROW[:1], name, *ROW[2:]]).encode(encoding))

    assert form(path).name.reveal("test") == name


def test_a_private_use_character_of_old_software_is_repaired(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    raw = text_of(HEADINGS, [*ROW[:1], "XY", *ROW[2:]]).encode("gb18030")
    path.write_bytes(raw.replace(b"XY", b"\xfe\x59"))

    assert form(path).name.reveal("test") == "\u9fb4"


@pytest.mark.parametrize("writer", ["xlsxwriter", "openpyxl"])
def test_spreadsheets_of_two_writers_read_alike(tmp_path: Path, writer: str) -> None:
    path = tmp_path / "a.xlsx"
    if writer == "xlsxwriter":
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet()
        for line, row in enumerate([HEADINGS, ROW]):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell)
        book.close()
    else:
        made = openpyxl.Workbook()
        assert made.active is not None
        made.active.append(HEADINGS)
        made.active.append(ROW)
        made.save(path)

    assert form(path) == Application(
        application_id="A-1",
        name="陈小雨",
        id_type="居民身份证",
        id_number=NUMBER,
        school="南京市海英小学",
        grade="六年级",
        class_name="1班",
        entry_year="2021",
        guardian_name="陈大雨",
        guardian_phone="15400001234",
    )


def test_numbers_and_dates_of_a_spreadsheet_become_plain_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEADINGS)
    book.active.append([17, "陈小雨", "", NUMBER, "海英小学", 6, 1, dt.date(2021, 9, 1), "", 15400001234])
    book.save(tmp_path / "a.xlsx")

    read = form(tmp_path / "a.xlsx")

    assert (read.application_id, read.grade, read.class_name, read.entry_year) == ("17", "6", "1", "20210901")
    assert read.guardian_phone.reveal("test") == "15400001234"


def test_the_sheet_with_the_headings_is_found_among_others(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["说明"])
    sheet = book.create_sheet("名单")
    sheet.append(["某某学校"])
    sheet.append(HEADINGS)
    sheet.append(ROW)
    book.save(tmp_path / "a.xlsx")

    assert form(tmp_path / "a.xlsx").application_id == "A-1"


def test_a_heading_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text_of([*HEADINGS, "姓名"], [*ROW, "x"]), "utf-8")

    with pytest.raises(FileFault, match="COLUMN_TWICE"):
        read_applications(tmp_path / "a.csv")


def test_headings_shown_back_never_hold_a_row_of_data(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text_of(ROW, ROW), "utf-8")

    with pytest.raises(FileFault) as caught:
        read_applications(tmp_path / "a.csv")

    assert NUMBER not in str(caught.value) + caught.value.zh
    assert "15400001234" not in str(caught.value) + caught.value.zh


@given(raw=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
@settings(max_examples=150)
def test_any_bytes_are_a_table_or_one_fault(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    for suffix in (".csv", ".xlsx"):
        path = tmp_path_factory.mktemp("any") / f"a{suffix}"
        path.write_bytes(raw)
        with pytest.raises(FileFault):
            read_applications(path)


def test_a_registry_answers_for_a_person_and_names_the_homeroom_teacher(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text_of(REGISTRY, PUPIL), "gb18030")
    registry = RegistryFile(path)
    asked = Application(school="海英小学", grade="六年级", class_name="六（1）班", id_number=NUMBER)

    answer = registry.find(RegistryQuery(person=IdNumber(lookup_key("", NUMBER) or ""), form=asked))
    nobody = registry.find(RegistryQuery(person=None, form=Application(school="别处")))

    assert len(answer.rows) == 1
    assert answer.teacher is not None
    assert answer.teacher.phone.screen() == "154****0001"
    assert answer.class_ref == ("2132098001", "六年级 1班")
    assert (nobody.rows, nobody.teacher, nobody.available) == ((), None, True)
    assert registry.size_by_school() == {"2132098001": 1}
    assert "陈" not in repr(answer)


def test_a_file_that_is_changed_between_two_walks_is_not_believed(tmp_path: Path) -> None:
    """Nothing is held, so a row may not stand for another because somebody edits the file meanwhile."""
    path = tmp_path / "a.csv"
    path.write_text(text_of(HEADINGS, ROW), "utf-8")
    rows = read_applications(path).rows
    assert len(rows) == len(list(rows)) == len(list(rows)) == 1

    path.write_text(text_of(HEADINGS, ROW, ROW), "utf-8")

    with pytest.raises(FileFault, match="FILE_CHANGED"):
        list(rows)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([NUMBER, f" {NUMBER} ", "320098820315001", "32009820150315001x", "H12345678", "", "　"])
    | st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=20),
    st.sampled_from(["居民身份证", "护照", "", " ", "回乡证", "月票"]),
    st.sampled_from([range(len(ROW)), (0, 1, *range(3, len(ROW)))]),
)
def test_a_row_names_its_person_as_its_form_does(
    tmp_path_factory: pytest.TempPathFactory, number: str, kind: str, places: Sequence[int]
) -> None:
    """Whether the file has a column for the kind of document or not."""
    path = tmp_path_factory.mktemp("person") / "a.csv"
    row = [*ROW[:2], kind, number, *ROW[4:]]
    path.write_text(text_of([HEADINGS[n] for n in places], [row[n] for n in places]), "utf-8")

    for read in read_applications(path).rows:
        assert read.person == person_of(read.form)
