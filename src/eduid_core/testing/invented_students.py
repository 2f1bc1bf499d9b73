"""
Invented students: names by frequency, numbers of the never-issued range, an invented district.

All values are drawn from the given `random.Random`; the same seed makes the same people. Numbers have the
county `PP00NN`, which no list of divisions contains, and phones the unassigned prefix 154.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Final

import attrs

from eduid_core.matching import Application, RegistryRow, SchoolIndex
from eduid_core.validation.documents.check_digits import check_character
from eduid_core.validation.schooling.patterns import numeral

__all__ = ["AS_OF", "SCHOOLS", "WORLD", "InventedStudent", "han_name", "invented_student", "resident_id"]

AS_OF: Final = dt.date(2026, 11, 2)
"""The day of all matches in tests: outside the weeks in which registries promote their students."""

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤单区仇解查"
)
_COMPOUND: Final = ("欧阳", "上官", "司马", "诸葛", "慕容", "尉迟", "令狐", "长孙")
_GIVEN: Final = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲宇轩浩然子涵梓欣怡诗雨晨曦嘉懿煜城瑞霖烨伦君昊弘博俊驰"
    "昕雅若熙琪韵瑶佳慧雪思远天翊致和泽楷立诚志鹏飞乐安可心语彤依诺一鸣源海宁"
)
_RARE: Final = "䶮㐂𠮷〇𬱖堃玥甯昇峯喆"
_ETHNIC: Final = (
    "买买提",
    "艾力",
    "阿卜杜拉",
    "古丽",
    "热依木",
    "帕提古丽",
    "扎西",
    "卓玛",
    "次仁",
    "吾买尔",
    "木拉提",
)

SCHOOLS: Final = (
    ("2132000001", "南京市玄武区海英小学"),
    ("2132000002", "南京市鼓楼区晨光小学"),
    ("2132000003", "苏州市姑苏区晨光小学"),
    ("2132000004", "南京市海英小学东校区"),
    ("2132000005", "无锡市梁溪区实验小学"),
    ("3132000006", "南京市第三初级中学"),
    ("3132000007", "徐州市沛县第一中学（初中部）"),
    ("3432000008", "江苏省南京市明远高级中学"),
)
"""Code and name of the schools in the invented district: two share a name without areas, one is a campus."""

WORLD: Final = SchoolIndex.of_names(SCHOOLS)
"""The index of `SCHOOLS`."""

_STAGE_OF: Final = {"21": (1, 6, "小学"), "31": (7, 9, "初中"), "34": (10, 12, "高中")}
_PROVINCES: Final = ("11", "13", "31", "32", "33", "34", "35", "37", "41", "42", "44", "51", "53", "61", "65")


@attrs.frozen
class InventedStudent:
    """An invented student: the honest form and the registry row, which agree exactly."""

    application: Application
    row: RegistryRow


def han_name(rng: Random) -> str:
    """Return a name: mostly two or three characters, some compound surnames, some with dots, some rare."""
    kind = rng.random()
    if kind < 0.06:
        return "·".join(rng.sample(_ETHNIC, rng.choice((2, 2, 2, 3))))
    surname = rng.choice(_COMPOUND) if kind < 0.09 else rng.choice(_SURNAMES)
    given = "".join(rng.choice(_GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))
    return surname + given[:-1] + rng.choice(_RARE) if kind > 0.97 else surname + given


def resident_id(rng: Random, *, born: dt.date) -> str:
    """Return a number of the never-issued range for a person born on *born*."""
    division = f"{rng.choice(_PROVINCES)}00{rng.randrange(1, 100):02d}"
    body = f"{division}{born:%Y%m%d}{rng.randrange(1, 1000):03d}"
    return body + check_character(body)


def invented_student(
    rng: Random, *, application_id: str = "a1", with_code: bool | None = None
) -> InventedStudent:
    """Return an agreeing pair; *with_code* says whether the form names the school code (default: chance)."""
    code, school = rng.choice(SCHOOLS)
    first, last, _ = _STAGE_OF[code[:2]]
    grade = rng.randint(first, last)
    entry = AS_OF.year - (grade - first)
    born = dt.date(AS_OF.year - grade - 6, 9, 1) + dt.timedelta(days=rng.randrange(365))
    number, name = resident_id(rng, born=born), han_name(rng)
    grade_text, class_text = f"{numeral(grade)}年级", f"{rng.randint(1, 20)}班"
    given = with_code if with_code is not None else rng.random() < 0.5
    unique = sum(other == school for _, other in SCHOOLS) == 1
    form = Application(
        application_id=application_id,
        name=name,
        id_number=number,
        school=school,
        grade=grade_text,
        class_name=class_text,
        entry_year=str(entry),
        school_code=code if given or not unique else "",
        guardian_name=han_name(rng),
        guardian_phone=f"154{rng.randrange(10**8):08d}",
    )
    row = RegistryRow(
        student_number="G" + number,
        name=name,
        id_type="1",
        id_number=number,
        school_code=code,
        school=school,
        grade=grade_text,
        class_name=class_text,
        entry_month=f"{entry}09",
        status="在读",
    )
    return InventedStudent(form, row)
