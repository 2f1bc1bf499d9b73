"""The columns of the two files: their headings in English and Chinese, and the required ones."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

__all__ = ["APPLICATIONS", "REGISTRY", "Columns"]


@attrs.frozen(kw_only=True)
class Columns:
    """
    The headings of a kind of file; `texts` names the columns with digits that must not be stored as
    numbers.
    """

    headings: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()
    id_column: str = "id_number"
    watched: tuple[str, ...] = ()
    """The columns in which a spreadsheet error sets the row aside, in the order they are looked at."""

    @property
    def required(self) -> tuple[str, ...]:
        """Return the required columns, in order."""
        return tuple(name for name in self.headings if name not in self.optional)

    def field_of(self, heading: str) -> str | None:
        """
        Return the column that *heading* names, in either language and any case; None for an unknown
        heading.
        """
        text = "".join(heading.split()).strip("\ufeff").lower()
        for name, headings in self.headings.items():
            if text == name.replace("_", "") or text == name or text in headings:
                return name
        return None


_FORM: Final = MappingProxyType(
    {
        "application_id": ("申请编号",),
        "name": ("姓名",),
        "id_type": ("证件类型", "身份证件类型"),
        "id_number": ("身份证号", "身份证件号", "证件号"),
        "school": ("学校", "学校名称"),
        "school_code": ("学校标识码",),
        "grade": ("年级",),
        "class": ("班级",),
        "entry_year": ("入学年份", "入学年月"),
        "guardian_name": ("监护人姓名",),
        "guardian_phone": ("监护人手机", "监护人手机号"),
    }
)
APPLICATIONS: Final = Columns(
    headings=_FORM,
    optional=frozenset({"id_type", "school_code", "guardian_name"}),
    watched=tuple(_FORM),
)

REGISTRY: Final = Columns(
    headings={
        "student_number": ("学籍号",),
        "name": ("姓名",),
        "id_type": ("身份证件类型", "证件类型"),
        "id_number": ("身份证件号", "身份证号", "证件号"),
        "school_code": ("学校标识码",),
        "school": ("学校名称", "学校"),
        "grade": ("年级",),
        "class": ("班级",),
        "entry_month": ("入学年月", "入学年份"),
        "status": ("学籍状态",),
        "teacher_name": ("班主任", "班主任姓名"),
        "teacher_phone": ("班主任手机", "班主任手机号"),
    },
    optional=frozenset({"teacher_name", "teacher_phone"}),
)
