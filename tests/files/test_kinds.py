"""Files of every ordinary kind under any name, and those that are refused with what to do."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from eduid_registry_file import FileFault, RegistryFile, read_applications
from tests.files.old_books import compound, ods, xls
from tests.files.school import FORM, STUDENT, csv_file, student, table, xlsx

ROWS = table(student(0), student(1, 姓名="王浩然"))
FORMS = table(FORM)
EXCEL = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'


def html(path: Path, rows: list[list[object]], encoding: str = "utf-8") -> Path:
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    path.write_bytes(f"<html><body><table border=1>{lines}</table></body></html>".encode(encoding))
    return path


def xml_2003(path: Path, rows: list[list[object]]) -> Path:
    cells = [[f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row] for row in rows]
    lines = "".join(f"<Row>{''.join(row)}</Row>" for row in cells)
    body = f'<Worksheet ss:Name="学生"><Table>{lines}</Table></Worksheet>'
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<Workbook {EXCEL}>{body}</Workbook>', "utf-8")
    return path


WRITERS = {
    "xlsx": xlsx,
    "ods": lambda path, rows: ods(path, *rows),
    "xls": lambda path, rows: xls(path, *rows),
    "html": html,
    "html in gbk": lambda path, rows: html(path, rows, "gbk"),
    "xml 2003": xml_2003,
    "comma": csv_file,
    "semicolon": lambda path, rows: csv_file(path, rows, delimiter=";"),
    "tab": lambda path, rows: csv_file(path, rows, delimiter="\t"),
    "gb18030": lambda path, rows: csv_file(path, rows, encoding="gb18030"),
    "unicode text": lambda path, rows: csv_file(path, rows, delimiter="\t", encoding="utf-16"),
    "tab under a title": lambda path, rows: csv_file(path, [["花名册"], *rows], delimiter="\t"),
}


@pytest.mark.parametrize("name", ["x.xls", "x.xlsx", "x.csv", "x.et", "x"])
@pytest.mark.parametrize("kind", WRITERS)
def test_the_kind_of_a_file_is_its_content_whatever_its_name(tmp_path: Path, kind: str, name: str) -> None:
    registry = RegistryFile(WRITERS[kind](tmp_path / name, ROWS))

    assert [row.name.reveal("test") for row in registry.rows] == ["陈小雨", "王浩然"]
    assert registry.rows[0].id_number.reveal("test") == STUDENT["身份证件号"]
    assert registry.rows[0].entry_month == "202109"


def refusal(path: Path) -> str:
    with pytest.raises(FileFault) as caught:
        RegistryFile(path)
    assert "xlsx" in caught.value.zh
    assert "xlsx" in caught.value.en
    return caught.value.code


def test_a_file_in_big5_is_refused_although_its_bytes_may_be_gb18030(tmp_path: Path) -> None:
    headings = ["學籍號", "姓名", "身份證號", "學校", "年級", "班級", "入學年月", "學籍狀態"]

    assert refusal(csv_file(tmp_path / "r.csv", [headings, ["G1", "陳小雨"]], encoding="big5")) == "FILE_BIG5"


def test_a_page_in_big5_is_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [["學籍號", "姓名", "身份證號", "學校", "年級", "班級"], ["G1", "陳小雨"]]

    assert refusal(html(tmp_path / "r.xls", rows, "big5")) == "FILE_BIG5"


def test_a_workbook_in_xml_is_read_in_its_encoding(tmp_path: Path) -> None:
    path = xml_2003(tmp_path / "r.xls", ROWS)
    text = path.read_text("utf-8").replace("UTF-8", "GB2312")
    path.write_bytes(text.encode("gb18030"))

    assert len(RegistryFile(path).rows) == 2


def test_a_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(compound(b"\0" * 4096, "EncryptedPackage"))

    assert refusal(path) == "FILE_PASSWORD"


def test_a_file_of_wps_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.et"
    path.write_bytes(compound(b"\0" * 4096, "ET"))

    assert refusal(path) == "FILE_WPS"


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n\0\0\0", b"MIME-Version: 1.0\r\n", b"<svg></svg>"]
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r.xls").write_bytes(content)

    assert refusal(tmp_path / "r.xls") == "FILE_KIND"


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/worksheets/sheet1.xml"])
def test_a_part_that_is_large_beyond_belief_is_refused_unread(tmp_path: Path, part: str) -> None:
    path = tmp_path / "r.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        with book.open(part, "w") as bomb:
            for _ in range(101):
                bomb.write(b" " * (1 << 20))

    assert refusal(path) == "FILE_TOO_LARGE"


def test_a_workbook_that_declares_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.xls"
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    path.write_text(f'<?xml version="1.0"?>{bomb}<Workbook {EXCEL}>&b;</Workbook>', "utf-8")

    assert refusal(path) == "FILE_BROKEN"


# --- tables of a page ----------------------------------------------------------------------------------


def test_a_cell_over_several_rows_of_a_page_stands_for_all_of_them_in_the_class_only(tmp_path: Path) -> None:
    rows = table(FORM, FORM | {"申请编号": "A-2", "班级": "", "姓名": ""})
    lines = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in rows[0])}</tr>"]
    lines.append(f"<tr>{''.join(_spanned(n, cell) for n, cell in enumerate(rows[1]))}</tr>")
    lines.append(f"<tr>{''.join(f'<td>{cell}</td>' for n, cell in enumerate(rows[2]) if n not in {1, 5})}</tr>")
    path = tmp_path / "a.xls"
    path.write_text(f"<html><table>{''.join(lines)}</table></html>", "utf-8")

    forms = [row.form for row in read_applications(path).rows]

    assert [form.class_name for form in forms] == ["1班", "1班"]
    assert [form.name.reveal("test") for form in forms] == ["陈小雨", ""]


def _spanned(place: int, cell: object) -> str:
    return f"<td rowspan=2>{cell}</td>" if place in {1, 5} else f"<td>{cell}</td>"
