"""A roster and its forms as rows of cells, and writers of csv and xlsx files. All people are invented."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

NUMBERS = ("320098201503150010", "320098201503150029", "320098201503150037", "320098201503150045")
FORM = {
    "申请编号": "A-1",
    "姓名": "陈小雨",
    "身份证号": NUMBERS[0],
    "学校": "南京市海英小学",
    "年级": "六年级",
    "班级": "1班",
    "入学年份": "2021",
    "监护人姓名": "陈大雨",
    "监护人手机": "15400001234",
}
STUDENT = {
    "学籍号": f"G{NUMBERS[0]}",
    "姓名": "陈小雨",
    "身份证件类型": "居民身份证",
    "身份证件号": NUMBERS[0],
    "学校标识码": "2132098001",
    "学校名称": "南京市海英小学",
    "年级": "六年级",
    "班级": "1班",
    "入学年月": "202109",
    "学籍状态": "在读",
}
Rows = Sequence[Sequence[object]]


def student(place: int, **changed: str) -> dict[str, str]:
    """Return the registry row of one of four students."""
    number = NUMBERS[place]
    return STUDENT | {"学籍号": f"G{number}", "身份证件号": number} | changed


def table(*rows: Mapping[str, object]) -> list[list[object]]:
    """Return *rows* under their headings."""
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def csv_file(path: Path, rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def xlsx(path: Path, sheets: Mapping[str, Rows] | Rows, hidden: Sequence[str] = ()) -> Path:
    """Write each of *sheets* under its name; rows alone are one sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (sheets if isinstance(sheets, Mapping) else {"Sheet1": sheets}).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.save(path)
    return path
