"""The same rows decide the same in every kind of file, read by columns or row by row."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from eduid_bulk.reconcile import reconcile
from eduid_core.matching import Policy
from eduid_registry_file import FileFault, FileOptions, ReadingOptions, RegistryFile, read_applications
from tests.files.old_books import ods
from tests.files.school import FORM, NUMBERS, STUDENT, csv_file, student

AS_OF = dt.date(2026, 11, 2)
FORMS = {
    "申请编号": [
        "A-1",
        "A-2",
        "A-3",
        "A-1",
        "",
        "7E01",
        "'A-4",
        "陈小雨",
        "a" * 65,
        f"G{NUMBERS[0]}",
        "A-15400001234",
    ],
    "姓名": ["陈小雨", "王浩然", "", "#N/A", "合计", "姓名", "Zhang San"],
    "身份证号": [
        *NUMBERS,
        f"'{NUMBERS[0]}",
        f'="{NUMBERS[0]}"',
        f"{NUMBERS[0]}\t",
        "3.20098E+17",
        "",
        "4人",
        "身份证号",
        "填表日期：2026年",
        "320098201503150011",
        "E12345678",
        "h12345678",
    ],
    "学校": ["南京市海英小学", "", "学校", "#REF!"],
    "年级": ["六年级", "小学2021级", "", "年级"],
    "班级": ["1班", "0601", "", "六年级（1班）", "小计"],
    "入学年份": ["2021", "2021秋", "44440", ""],
    "监护人姓名": ["陈大雨", "", "A-2"],
    "监护人手机": ["15400001234", "15400001234.0", "1.54E+10", "", "'15400001234"],
}
HELD = {
    "学籍号": [f"G{NUMBERS[0]}", "", f"G{NUMBERS[1]}", "合计", "G1.2E+18"],
    "姓名": ["陈小雨", "王浩然", "", "姓名"],
    "身份证件类型": ["居民身份证", "1", "", "6", "护照", "1-居民身份证"],
    "身份证件号": [
        *NUMBERS,
        "",
        "320098201503150011",
        "3.2E+17",
        "#N/A",
        "E12345678",
        "身份证件号",
        f"'{NUMBERS[0]}",
    ],
    "学校标识码": ["2132098001", "", "'2132098001"],
    "学校名称": ["南京市海英小学", "", "学校名称"],
    "年级": ["六年级", "年级"],
    "班级": ["1班", "小学2021级1班"],
    "入学年月": ["202109", "2021学年"],
    "学籍状态": ["在读", "在籍", "借读", "甲类", "1", ""],
    "监护人手机": [
        *("", "15400001234", "+86 154-0000-1234", "15400005678", "1.54E+10", "15400001234.0", "无", "#N/A"),
        *("025-52345678", "'15400005678"),
    ],
}


def _of(row: Mapping[str, str], **changed: str) -> list[str]:
    return list({**row, **changed}.values())


def rows_of(columns: dict[str, list[str]], most: int) -> st.SearchStrategy[list[list[str]]]:
    usual = st.tuples(*(st.just(cells[0]) for cells in columns.values()))
    noisy = st.tuples(*(st.sampled_from([cells[0]] * 3 + cells) for cells in columns.values()))
    blank = st.just(("",) * len(columns))
    total = st.just(("合计", "", "4人", *[""] * (len(columns) - 3)))
    return st.lists((usual | noisy | noisy | noisy | blank | total).map(list), min_size=1, max_size=most)


def quoted(path: Path, rows: list[list[str]]) -> Path:
    """Write a csv with every cell in quotation marks: it is read row by row."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(rows)
    path.write_text(buffer.getvalue(), "utf-8")
    return path


def parquet(path: Path, rows: list[list[str]]) -> Path:
    pl.DataFrame(rows[1:], schema=dict.fromkeys(rows[0], pl.String), orient="row").write_parquet(path)
    return path


def texts(path: Path, rows: list[list[str]]) -> Path:
    """Write an xlsx in which every cell is a text, also one that looks like a formula."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
    return path


def plain(path: Path, rows: list[list[str]]) -> Path:
    """Write a csv whose cells need no quotation marks, so that it may be read by columns."""
    path.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    return path


WRITERS: dict[str, Any] = {
    "quoted": quoted,
    "parquet": parquet,
    "xlsx": texts,
    "ods": lambda p, rows: ods(p, *rows),
}


def result(folder: Path, forms: list[list[str]], held: list[list[str]], kind: str) -> object:
    """Return the decisions and the faults, or the fault of a file, without its name."""
    write = WRITERS[kind]
    mine, theirs = write(folder / f"a.{kind}", forms), write(folder / f"r.{kind}", held)
    try:
        done = reconcile(mine, theirs, as_of=AS_OF, policy=Policy())
    except FileFault as fault:
        return fault.code
    done.write(folder / "decisions.csv")
    faults = [(f.field, f.code) for f in done.faults]
    return (folder / "decisions.csv").read_text("utf-8"), faults


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms=rows_of(FORMS, 8), held=rows_of(HELD, 12))
def test_rows_decide_the_same_in_every_kind_of_file(
    tmp_path_factory: pytest.TempPathFactory, forms: list[list[str]], held: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("kinds")
    forms, held = [list(FORM), *forms], [list(HELD), *held]
    found = {kind: result(folder, forms, held, kind) for kind in WRITERS}

    assert len({repr(each) for each in found.values()}) == 1, found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms=rows_of(FORMS, 8), held=rows_of(HELD, 12))
def test_a_plain_csv_read_by_columns_is_the_csv_read_row_by_row(
    tmp_path_factory: pytest.TempPathFactory, forms: list[list[str]], held: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("plain")
    forms, held = (
        [[cell.strip("'\t") for cell in row if cell is not None] for row in rows] for rows in (forms, held)
    )
    forms = [list(FORM), *([cell.replace("=", "").replace('"', "") for cell in row] for row in forms)]
    held = [list(HELD), *held]
    WRITERS["plain"] = plain
    try:
        assert result(folder, forms, held, "plain") == result(folder, forms, held, "quoted")
    finally:
        del WRITERS["plain"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms=rows_of(FORMS, 8), held=rows_of(HELD, 12))
@example(forms=[_of(FORM, 姓名="合计", 身份证号="3.20098E+17")], held=[_of(STUDENT | {"监护人手机": ""})])
@example(
    forms=[_of(FORM)],
    held=[
        _of(STUDENT | {"监护人手机": ""}),
        _of(STUDENT | {"监护人手机": ""}, 学籍号="合计", 身份证件号="3.2E+17"),
    ],
)
@example(
    forms=[_of(FORM), _of(dict(zip(FORM, FORM, strict=True)), 姓名="")],
    held=[_of(STUDENT | {"监护人手机": ""})],
)
def test_the_rows_set_aside_are_those_of_the_reader_of_rows(
    tmp_path_factory: pytest.TempPathFactory, forms: list[list[str]], held: list[list[str]]
) -> None:
    """By line, column and code, for both files."""
    folder = tmp_path_factory.mktemp("aside")
    mine = parquet(folder / "a.parquet", [list(FORM), *forms])
    theirs = parquet(folder / "r.parquet", [list(HELD), *held])
    try:
        read, registry = read_applications(mine), RegistryFile(theirs)
    except FileFault:
        return

    done = reconcile(mine, theirs, as_of=AS_OF, policy=Policy())

    assert list(map(attrs.astuple, done.faults)) == list(map(attrs.astuple, (*read.faults, *registry.faults)))


def test_given_values_and_columns_hold_for_reconcile_too(tmp_path: Path) -> None:
    held = [list(student(0)), list(student(0).values())]
    place = held[0].index("学籍状态")
    held = [[cell for n, cell in enumerate(row) if n != place] for row in held]
    options = ReadingOptions(registry=FileOptions(given={"status": "在读"}))

    done = reconcile(
        csv_file(tmp_path / "a.csv", [list(FORM), list(FORM.values())]),
        csv_file(tmp_path / "r.csv", held),
        as_of=AS_OF,
        policy=Policy(),
        options=options,
    )

    assert done.counts() == {"approved": 1}
