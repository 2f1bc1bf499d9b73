"""Every row is accounted for: taken, quarantined, or skipped as blank, total, heading or footer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_registry_file import read_applications
from eduid_registry_file.columns import APPLICATIONS
from eduid_registry_file.heading_row import find_headings
from eduid_registry_file.rows import skipped_as
from tests.files.school import FORM, NUMBERS, csv_file, table

WIDTH = len(FORM)
HEADINGS = find_headings("a.csv", [list(FORM)], APPLICATIONS)


def row(*cells: object) -> list[object]:
    return [*cells, *[""] * (WIDTH - len(cells))]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (row(), "blank"),
        (row(" ", "　", "\t"), "blank"),
        (row("合计", "", "4人"), "total"),
        (row("合 计", 45), "total"),
        (row("", "小计：", "3"), "total"),
        (row("六年级小计", "3人"), "total"),
        (row("总计", "", 12.0), "total"),
        (row("共45人"), "total"),
        (row("本班共 45 名学生"), "total"),
        (row("合计", "", "", "南京市海英小学", "六年级", "1班", "2021"), "total"),
        (list(FORM), "heading"),
        (row("*申请编号", "姓名：", "身份证号"), "heading"),
        (row("南京市海英小学六年级花名册"), "heading"),
        (row("填表人：王老师", "", "填表日期：2026年9月1日"), "footer"),
        (row("制表人", "王老师"), "footer"),
        (row("", "校长签字："), "footer"),
        (row("备注：以上信息属实"), "footer"),
        (row("注：1.必填"), "footer"),
        (row("学校（盖章）："), "footer"),
        (row("第1页 共2页"), "footer"),
        (row("以下空白"), "footer"),
    ],
)
def test_rows_that_are_nobody_are_skipped_by_their_kind(cells: list[object], kind: str) -> None:
    assert skipped_as(cells, HEADINGS) == kind


@pytest.mark.parametrize(
    "cells",
    [
        row("A-1"),
        row("", "陈小雨"),
        row("A-1", "陈小雨", "", "南京市海英小学"),
        row("合计", "", NUMBERS[0]),
        row("备注：无", "陈小雨", NUMBERS[0]),
        row("A-1", "合家欢", "", "", "六年级"),
        row("", "", "", "", "", "1班"),
        row("班主任"),
    ],
)
def test_a_row_with_anything_of_a_student_is_data(cells: list[object]) -> None:
    """Whatever it lacks: a person is asked for it, and nobody is lost in silence."""
    assert skipped_as(cells, HEADINGS) is None


KINDS = {
    "taken": st.just([*FORM.values()]),
    "blank": st.just(row()),
    "total": st.sampled_from([row("合计", "", "4人"), row("小计", 3)]),
    "heading": st.just(list(FORM)),
    "footer": st.just(row("填表人：王老师")),
    "quarantined": st.sampled_from(
        [[*[*FORM.values()][:4], "#N/A", *[*FORM.values()][5:]], row("A@", "陈小雨")]
    ),
}


@settings(max_examples=50)
@given(kinds=st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=12), data=st.data())
def test_read_is_the_sum_of_taken_quarantined_and_skipped(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    rows = [list(data.draw(KINDS[kind])) for kind in kinds]
    for number, (kind, cells) in enumerate(zip(kinds, rows, strict=True)):
        if kind == "taken":
            cells[0] = f"A-{number}"
    csv_file(path, [list(FORM), *rows])

    counts = read_applications(path).counts.report()

    assert counts["read"] == len(kinds)
    assert counts["taken"] == kinds.count("taken")
    assert counts["quarantined"] == kinds.count("quarantined")
    assert counts["skipped"] == {kind: kinds.count(kind) for kind in ("blank", "total", "heading", "footer")}


def test_totals_between_two_classes_open_no_application(tmp_path: Path) -> None:
    one, two = table(FORM), table(FORM | {"申请编号": "A-2", "身份证号": NUMBERS[1]})

    read = read_applications(csv_file(tmp_path / "a.csv", [*one, row("小计", "", "1人"), *two, row("合计", 2)]))

    assert [each.form.application_id for each in read.rows] == ["A-1", "A-2"]
    assert [each.line for each in read.rows] == [2, 5]
