"""A registry that cannot be believed is refused; below that, single rows are set aside or go to a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eduid_core.validation.documents.check_digits import check_character
from eduid_registry_file import FileFault, FileOptions, RegistryFile
from eduid_registry_file.trust import shape_of
from tests.files.school import STUDENT, csv_file, table


def number(place: int, *, right: bool = True) -> str:
    body = f"32009820150315{place:03}"
    check = check_character(body)
    return body + (check if right else "X" if check != "X" else "0")


def registry(path: Path, size: int, *, wrong: int = 0, status: str = "", times: int = 0) -> Path:
    """Write *size* students, *wrong* of them with a number that cannot be right, *times* with *status*."""
    rows = [
        STUDENT
        | {"学籍号": f"G{n}", "身份证件号": number(n, right=n >= wrong)}
        | ({"学籍状态": status} if n < times else {})
        for n in range(size)
    ]
    return csv_file(path, table(*rows))


@pytest.mark.parametrize(("size", "wrong"), [(1, 1), (4, 4), (24, 5), (10, 10)])
def test_too_many_numbers_that_cannot_be_right_refuse_the_registry(
    tmp_path: Path, size: int, wrong: int
) -> None:
    with pytest.raises(FileFault, match="REGISTRY_NUMBERS") as caught:
        RegistryFile(registry(tmp_path / "r.csv", size, wrong=wrong))

    assert f"{wrong}/{size}" in caught.value.zh
    assert "身份证件号" in caught.value.zh
    assert number(0, right=False) not in caught.value.zh + caught.value.en


@pytest.mark.parametrize("blank", ["", "无", "待补录"])
@pytest.mark.parametrize("wrong", [0, 1])
def test_a_registry_without_any_number_is_refused_and_one_blank_number_is_not(
    tmp_path: Path, blank: str, wrong: int
) -> None:
    """Nobody would be found in it: alone, or beside a number that cannot be right."""
    rows = [STUDENT | {"身份证件号": blank}] * 3 + [STUDENT | {"身份证件号": number(0, right=False)}] * wrong
    with pytest.raises(FileFault, match="REGISTRY_NUMBERS") as caught:
        RegistryFile(csv_file(tmp_path / "r.csv", table(*rows)))

    assert f"{3 + wrong}/{3 + wrong}" in caught.value.zh
    assert RegistryFile(csv_file(tmp_path / "s.csv", table(*rows[:3], STUDENT))).rows


@pytest.mark.parametrize(("size", "wrong"), [(25, 5), (20, 4), (12, 1), (5, 4)])
def test_a_few_rows_with_such_numbers_are_set_aside(tmp_path: Path, size: int, wrong: int) -> None:
    read = RegistryFile(registry(tmp_path / "r.csv", size, wrong=wrong))

    assert [(f.line, f.field, f.code) for f in read.faults] == [
        (n + 2, "id_number", "ID_UNREADABLE") for n in range(wrong)
    ]
    assert read.counts.report()["taken"] == size - wrong == len(read.rows)


@pytest.mark.parametrize("status", ["1", "甲类"])
@pytest.mark.parametrize(("size", "times"), [(2, 2), (24, 5)])
def test_too_many_status_words_of_no_meaning_refuse_the_registry(
    tmp_path: Path, status: str, size: int, times: int
) -> None:
    with pytest.raises(FileFault, match="REGISTRY_STATUSES") as caught:
        RegistryFile(registry(tmp_path / "r.csv", size, status=status, times=times))

    assert "status" in caught.value.zh


@pytest.mark.parametrize("status", ["在籍不在校", "转出", "借读", ""])
def test_known_words_and_blanks_do_not_count(tmp_path: Path, status: str) -> None:
    assert len(RegistryFile(registry(tmp_path / "r.csv", 6, status=status, times=6)).rows) == 6


def test_a_few_unknown_words_are_counted_once_for_the_file(tmp_path: Path) -> None:
    assert RegistryFile(registry(tmp_path / "r.csv", 24, status="甲类", times=3)).unknown_statuses == {
        "甲类": 3
    }


def test_a_file_of_columns_tells_what_a_digit_means(tmp_path: Path) -> None:
    path = registry(tmp_path / "r.csv", 6, status="1", times=6)

    assert {row.status for row in RegistryFile(path, FileOptions(words={"1": "在读"})).rows} == {"在读"}


@pytest.mark.parametrize("text", ["320098201503150010", "陈小雨", "15400001234", "E12345678"])
def test_a_shape_tells_nothing_of_its_text(text: str) -> None:
    shape = re.sub(r"\([0-9]+\)", "", shape_of(text))

    assert set(shape) <= set("9A字…")
