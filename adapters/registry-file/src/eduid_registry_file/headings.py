"""
The headings of school files: one table, with the public program or page of a heading, and one folding.

The first heading of a column is its title. A heading in `BEFORE` is more exact than the title; the others
follow it in the order of the table. Of two headings for one column the more exact one counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from eduid_core.validation.schooling.patterns import squeeze

__all__ = ["BEFORE", "FORM", "REGISTER", "SOURCES", "folded"]

_MARKS: Final = str.maketrans("", "", "★☆※●◆▲△■□*:;,、,。\"'“”‘’_\ufeff")
_REMARK: Final = re.compile(
    r"\((?:(?:非)?必填项?|(?:可)?选填项?|(?:非)?必须填?|必录|选录|只读|下拉选择?|请选择|可不填|可空|不能?为空"
    r"|文本格?式?|数字|共?[0-9]{1,2}位(?:数字?|数)?|格式.*|示例.*|例如?.*|如.*)\)"
)
"""Remarks that are no part of a heading; any other bracket is kept."""


def folded(heading: str) -> str:
    r"""
    Return *heading* without width, blanks, line breaks, marks and remarks from the closed list.

    >>> folded("★学籍号（必填）："), folded("身份证件号\n(18位)"), folded("监护人(父亲)电话")
    ('学籍号', '身份证件号', '监护人(父亲)电话')
    """
    return _REMARK.sub("", squeeze(heading).translate(_MARKS)).lower()


_PERSON: Final = {
    "name": ("姓名", "学生姓名", "考生姓名", "学生名字", "幼儿姓名", "名字"),
    "grade": ("年级", "年级名称", "所在年级", "所属年级", "就读年级", "现年级", "年级编号"),
    "class": (
        *(
            "班级",
            "班级名称",
            "班号",
            "班级号",
            "班别",
            "行政班",
            "行政班级",
            "所属班级",
            "所在班级",
            "就读班级",
        ),
        *("班名", "现班级", "班级编号"),
    ),
}
_ENTRY: Final = (
    *("入学年月", "入学年份", "入学时间", "入学日期", "入学年度", "入学学年", "入学年", "入校时间", "入校年月"),
    *("入校日期", "入校年份", "进班年份"),
)
_SCHOOL: Final = ("学校", "学校名称", "就读学校", "所在学校", "所属学校", "在读学校", "现就读学校", "学籍学校")
_SCHOOL_CODE: Final = (
    *("学校标识码", "学校识别码", "学校(机构)标识码", "学校机构标识码", "机构标识码", "学校代码", "机构代码"),
    "学校编码",
)
_ID_TYPE: Final = (
    *("证件类型", "身份证件类型", "证件类别", "身份证类型", "身份证件类别", "证件种类", "学生证件类型"),
    "学生身份证件类型",
)
_ID_NUMBER: Final = (
    *("身份证号", "身份证件号", "身份证号码", "身份证件号码", "公民身份号码", "公民身份证号码", "居民身份证号"),
    *("居民身份证号码", "证件号", "证件号码", "身份证", "证件"),
)
_GUARDIAN_NAME: Final = (
    *("监护人姓名", "监护人1姓名", "监护人一姓名", "第一监护人姓名", "第一监护人", "监护人", "成员1姓名"),
    *("家庭成员1姓名", "家长姓名", "家长1姓名"),
)
_GUARDIAN_PHONE: Final = (
    *("监护人手机", "监护人手机号", "监护人手机号码", "监护人电话", "监护人电话号码", "监护人联系电话"),
    *("监护人联系方式", "监护人联系手机", "监护人1手机", "监护人1手机号", "监护人1手机号码", "监护人1电话"),
    *("监护人1联系电话", "监护人1联系方式", "监护人一电话", "监护人一手机", "监护人一联系电话"),
    *("第一监护人手机", "第一监护人手机号", "第一监护人手机号码", "第一监护人电话", "第一监护人联系电话"),
    *("第一监护人联系方式", "成员1联系电话", "成员1手机", "成员1手机号", "成员1电话", "家庭成员1联系电话"),
    *("家庭成员1电话", "家长电话", "家长手机", "家长手机号", "家长手机号码", "家长联系电话", "家长联系方式"),
    *("家长电话号码", "家长1电话", "家长1手机", "手机号码", "手机号"),
)

_OF_ANYBODY: Final = frozenset({"手机号码", "手机号"})
"""In a registry such a phone may also be a teacher's or the student's own."""

FORM: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "application_id": ("申请编号", "申请单号", "申请号", "申请表编号"),
        "name": _PERSON["name"],
        "id_type": _ID_TYPE,
        "id_number": _ID_NUMBER,
        "school": _SCHOOL,
        "school_code": _SCHOOL_CODE,
        "grade": _PERSON["grade"],
        "class": _PERSON["class"],
        "entry_year": ("入学年份", *(text for text in _ENTRY if text != "入学年份")),
        "guardian_name": _GUARDIAN_NAME,
        "guardian_phone": _GUARDIAN_PHONE,
    }
)
"""The columns of an applications file and their headings, the title first."""

REGISTER: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "student_number": ("学籍号", "学籍号码", "学生学籍号", "个人标识码", "学籍主号"),
        "name": _PERSON["name"],
        "id_type": ("身份证件类型", *(text for text in _ID_TYPE if text != "身份证件类型")),
        "id_number": ("身份证件号", *(text for text in _ID_NUMBER if text != "身份证件号")),
        "school_code": _SCHOOL_CODE,
        "school": ("学校名称", *(text for text in _SCHOOL if text != "学校名称")),
        "grade": _PERSON["grade"],
        "class": _PERSON["class"],
        "entry_month": _ENTRY,
        "status": (
            *(
                "学籍状态",
                "学生状态",
                "就读状态",
                "在校状态",
                "在读状态",
                "在籍状态",
                "学生当前状态",
                "当前状态",
            ),
            *("学籍情况", "学生学籍状态"),
        ),
        "teacher_name": ("班主任", "班主任姓名", "班主任老师"),
        "teacher_phone": (
            *("班主任手机", "班主任手机号", "班主任手机号码", "班主任电话", "班主任联系电话", "班主任联系方式"),
        ),
        "guardian_phone": tuple(text for text in _GUARDIAN_PHONE if text not in _OF_ANYBODY),
    }
)
"""The columns of a registry file and their headings, the title first."""

BEFORE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "student_number": (
            *("全国学籍号", "国网学籍号", "国家学籍号", "教育部学籍号", "全国统一学籍号", "全国学籍号码"),
        ),
        "name": ("学生姓名",),
        "school": ("学校名称",),
        "id_number": (
            *(
                "学生身份证号",
                "学生身份证号码",
                "学生身份证件号",
                "学生身份证件号码",
                "学生证件号码",
                "学生证件号",
            ),
        ),
    }
)
"""Headings that are more exact than the title of their column."""

SOURCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "班号": "trxyslm/doc2xls",
        "成员1联系电话": "trxyslm/doc2xls, forteach/lineEdu",
        "成员1姓名": "trxyslm/doc2xls, forteach/lineEdu",
        "学籍情况": "zkxxzf/StuLink",
        "身份证类型": "wddqxz.cn",
        "机构代码": "ssdfhczx.cn",
        "入学日期": "guandang.com",
        "班级编号": "allendhy/tizhi-new",
        "年级编号": "allendhy/tizhi-new",
    }
)
"""A heading -> the public program or page in which it stands; other headings are common to many."""
