"""
An invented school district: a registry workbook and an applications file.

Names are invented; numbers are in the never-issued range (county 320098, mobiles 154), with correct
check characters. The same seed makes the same files.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path

import attrs
import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from eduid_core.validation import check_character

__all__ = [
    "APPLICATION_HEADINGS",
    "SCHOOLS",
    "SampleStudent",
    "make_students",
    "write_applications",
    "write_registry",
]


SCHOOLS = (
    ("2132098001", "南京市海英小学"),
    ("2132098002", "南京市云杉小学"),
    ("2132098003", "南京市石臼湖小学"),
)
APPLICATION_HEADINGS = (
    "申请编号", "姓名", "证件类型", "身份证号", "学校", "年级", "班级", "入学年份", "监护人姓名", "监护人手机",
)  # fmt: skip
REGISTRY_HEADINGS = (
    "学籍号", "姓名", "身份证件类型", "身份证件号", "学校标识码", "学校名称", "年级", "班级", "入学年月",
    "学籍状态", "班主任", "班主任手机",
)  # fmt: skip

_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹喻柏水窦章云苏潘葛范彭郎"
_GIVEN = "小雨明子涵诗雅欣怡浩然宇轩梓晨佳琪思远安宁若溪一诺可心乐天知行书瑶景行望舒星河听澜"
_GRADES = "一二三四五六"
_SCHOOL_YEAR = 2026


@attrs.frozen(kw_only=True)
class SampleStudent:
    """One invented student with the fields of the registry."""

    name: str
    number: str
    school: tuple[str, str]
    grade: int
    class_no: int
    guardian: str
    phone: str

    @property
    def grade_text(self) -> str:
        """Return 四年级."""
        return f"{_GRADES[self.grade - 1]}年级"

    @property
    def class_text(self) -> str:
        """Return 四年级一班."""
        return f"{self.grade_text}{_GRADES[self.class_no - 1]}班"

    @property
    def entry_year(self) -> int:
        """Return the year the student started primary school."""
        return _SCHOOL_YEAR - self.grade + 1

    def registry_row(self) -> tuple[str, ...]:
        """Return the row of the registry."""
        code, school = self.school
        teacher = f"{_FAMILY[(self.grade * 7 + self.class_no * 3 + int(code[-1])) % len(_FAMILY)]}老师"
        place = int(code[-1]) * 100 + self.grade * 10 + self.class_no
        return (
            f"G{self.number}", self.name, "居民身份证", self.number, code, school, self.grade_text,
            f"{self.class_no}班", f"{self.entry_year}09", "在读", teacher, f"1540099{place:04d}",
        )  # fmt: skip

    def application_row(self, application_id: str) -> tuple[str, ...]:
        """Return the row of an application that agrees with the registry."""
        return (
            application_id, self.name, "居民身份证", self.number, self.school[1], self.grade_text,
            self.class_text, str(self.entry_year), self.guardian, self.phone,
        )  # fmt: skip


def make_students(count: int, *, seed: int) -> list[SampleStudent]:
    """Return *count* invented students, all with different numbers."""
    chance = random.Random(seed)  # noqa: S311 - invented people, the same each time
    students = []
    for place in range(count):
        grade = chance.randint(1, 6)
        born = f"{_SCHOOL_YEAR - grade - 6}{chance.randint(1, 8):02d}{chance.randint(1, 28):02d}"
        body = f"320098{born}{place % 1000:03d}"
        family = chance.choice(_FAMILY)
        given = "".join(chance.sample(_GIVEN, chance.randint(1, 2)))
        students.append(
            SampleStudent(
                name=family + given,
                number=body + check_character(body),
                school=SCHOOLS[place % len(SCHOOLS)],
                grade=grade,
                class_no=chance.randint(1, 3),
                guardian=family + "".join(chance.sample(_GIVEN, 2)),
                phone=f"1540{chance.randint(0, 9_999_999):07d}",
            )
        )
    return list({p.number: p for p in students}.values())


def write_registry(path: Path, students: Sequence[SampleStudent]) -> None:
    """Write the registry as a workbook: a title row, headings, text cells."""
    workbook = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False})
    sheet = workbook.add_worksheet("学籍")
    sheet.write_string(0, 0, "学生学籍信息表（示例）")
    for column, heading in enumerate(REGISTRY_HEADINGS):
        sheet.write_string(1, column, heading)
    for line, student in enumerate(students, start=2):
        for column, cell in enumerate(student.registry_row()):
            sheet.write_string(line, column, cell)
    workbook.close()


def write_applications(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write an applications file in GB18030, as school software does."""
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([APPLICATION_HEADINGS, *rows])
