"""What a file lacks and other cells tell: ids, the code of a school, the kind of a document, the guardian."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eduid_registry_file import FileOptions, RegistryFile, id_fault, read_applications
from eduid_registry_file.register_rows import plain_type
from tests.files.school import FORM, NUMBERS, STUDENT, csv_file, student, table, xlsx

WITHOUT_IDS = {name: cell for name, cell in FORM.items() if name != "申请编号"}


def ids(path: Path) -> list[str]:
    return [row.form.application_id for row in read_applications(path).rows]


def test_a_file_without_ids_gets_them_from_its_content_and_its_rows(tmp_path: Path) -> None:
    rows = table(WITHOUT_IDS, WITHOUT_IDS | {"身份证号": NUMBERS[1]})

    found = ids(csv_file(tmp_path / "a.csv", rows))

    assert [re.fullmatch("F[A-Z2-7]{10}-([0-9]{6})", each)[1] for each in found] == ["000001", "000002"]
    assert found == ids(csv_file(tmp_path / "other name.csv", rows))
    assert not set(found) & set(ids(csv_file(tmp_path / "b.csv", [*rows, rows[1]])))


def test_numbers_of_made_ids_run_on_over_all_sheets_and_rows_set_aside(tmp_path: Path) -> None:
    one = table(WITHOUT_IDS, WITHOUT_IDS | {"年级": "#N/A"})

    found = ids(xlsx(tmp_path / "a.xlsx", {"1班": one, "2班": table(WITHOUT_IDS)}))

    assert [each[-6:] for each in found] == ["000001", "000003"]


def test_no_made_id_is_an_unusable_id(tmp_path: Path) -> None:
    assert [id_fault(each) for each in ids(csv_file(tmp_path / "a.csv", table(WITHOUT_IDS)))] == [None]


def test_only_the_sheets_without_ids_get_them(tmp_path: Path) -> None:
    sheets = {"1班": table(FORM), "2班": table(WITHOUT_IDS | {"身份证号": NUMBERS[1]})}

    first, second = ids(xlsx(tmp_path / "a.xlsx", sheets))

    assert first == "A-1"
    assert second.endswith("-000002")


# --- ids that hold a person ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        NUMBERS[0],
        f"G{NUMBERS[0]}",
        f"2026-{NUMBERS[0]}",
        f"L{NUMBERS[0][:-1]}X",
        "15400001234",
        "A-15400001234",
        "8615400001234",
    ],
)
def test_an_id_that_holds_a_number_of_a_person_is_set_aside(text: str) -> None:
    assert id_fault(text) == "APPLICATION_ID_PERSONAL"


@pytest.mark.parametrize(
    "text",
    ["A-1", "7E01", "2026060100001234", "1234567890", "六（1）班-3".replace("（", "-").replace("）", "")],
)
def test_other_ids_are_used(text: str) -> None:
    assert id_fault(text) is None


@pytest.mark.parametrize("text", ["陈小雨", "2026-陈小雨", "陈大雨-1", "ZHANG-SAN"])
def test_an_id_that_holds_a_name_of_its_row_is_set_aside(tmp_path: Path, text: str) -> None:
    form = FORM | {"申请编号": text} | ({"姓名": "Zhang-San"} if text.isascii() else {})

    read = read_applications(csv_file(tmp_path / "a.csv", table(form)))

    assert [fault.code for fault in read.faults] == ["APPLICATION_ID_PERSONAL"]


def test_an_id_may_hold_the_name_of_another_row(tmp_path: Path) -> None:
    assert ids(csv_file(tmp_path / "a.csv", table(FORM | {"申请编号": "王浩然"}))) == ["王浩然"]


# --- the registry --------------------------------------------------------------------------------------


def without(*names: str) -> dict[str, str]:
    return {name: cell for name, cell in STUDENT.items() if name not in names}


def test_a_school_without_a_code_is_its_official_name(tmp_path: Path) -> None:
    registry = RegistryFile(csv_file(tmp_path / "r.csv", table(without("学校标识码"))))

    assert registry.schools.resolve("南京市海英小学").codes == {"南京市海英小学"}


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (NUMBERS[0], "居民身份证"),
        ("830000201503150015", "居民身份证"),
        ("H12345678", "港澳居民来往内地通行证"),
        ("M12345678", ""),
        ("E12345678", ""),
        ("12345678", ""),
        ("", ""),
    ],
)
def test_a_number_tells_its_kind_where_it_can_be_one_only(number: str, kind: str) -> None:
    assert plain_type(number) == kind


def test_without_a_column_of_types_a_resident_number_is_one(tmp_path: Path) -> None:
    rows = table(without("身份证件类型"), without("身份证件类型") | {"身份证件号": "E12345678"})

    assert [row.id_type for row in RegistryFile(csv_file(tmp_path / "r.csv", rows)).rows] == ["居民身份证", ""]


def test_a_given_value_fills_the_sheets_that_lack_the_column(tmp_path: Path) -> None:
    whole, lacking = student(1, 学籍状态="转出"), without("学籍状态")
    path = xlsx(tmp_path / "r.xlsx", {"1班": table(whole), "2班": table(lacking)})

    rows = RegistryFile(path, FileOptions(given={"status": "在读"})).rows

    assert [row.status for row in rows] == ["转出", "在读"]


def test_the_main_number_counts_only_where_it_is_a_student_number(tmp_path: Path) -> None:
    row = {("学籍主号" if name == "学籍号" else name): cell for name, cell in STUDENT.items()}
    rows = table(row, row | {"学籍主号": NUMBERS[1], "身份证件号": NUMBERS[1]})

    registry = RegistryFile(csv_file(tmp_path / "r.csv", rows))

    assert [row.student_number.reveal("test") for row in registry.rows] == [f"G{NUMBERS[0]}", ""]


@pytest.mark.parametrize(
    ("answer", "phone"), [("是", "15400001234"), ("否", "15400005678"), ("", "15400001234")]
)
def test_the_second_member_is_the_guardian_where_the_first_is_not(
    tmp_path: Path, answer: str, phone: str
) -> None:
    form = {name: cell for name, cell in FORM.items() if not name.startswith("监护人")}
    form |= {"成员1姓名": "陈大雨", "成员1联系电话": "15400001234", "成员1是否监护人": answer}
    form |= {"成员2姓名": "李小云", "成员2联系电话": "15400005678"}

    (row,) = read_applications(csv_file(tmp_path / "a.csv", table(form))).rows

    assert row.form.guardian_phone.reveal("test") == phone
