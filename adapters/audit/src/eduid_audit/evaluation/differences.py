"""
Real differences between a form and the registry, for tests: none of them may ever be approved.

Every function takes the random source and an agreeing pair and returns the case for `match`, or
None if it does not apply. The names of the functions are the strata of an evaluation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve

from eduid_core.matching import Application, Found, RegistryRow, han
from eduid_core.testing.invented_students import AS_OF, SCHOOLS, WORLD, InventedStudent, han_name, resident_id
from eduid_core.validation.schooling.patterns import numeral

__all__ = ["DIFFERENCES", "Case", "Differ"]

Case = tuple[Application, Found]
Differ = Callable[[Random, InventedStudent], Case | None]

_COMMON: Final = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲宇轩浩然子涵梓欣怡诗雨晨曦嘉懿煜城瑞霖烨伦微薇韦玮惟"
)
_TRADITIONAL: Final = {
    "陈": "陳",
    "张": "張",
    "刘": "劉",
    "杨": "楊",
    "黄": "黃",
    "赵": "趙",
    "吴": "吳",
    "马": "馬",
    "丽": "麗",
}
_VARIANT: Final = {
    "升": "昇",
    "峰": "峯",
    "宁": "甯",
    "昇": "升",
    "峯": "峰",
    "甯": "宁",
    "喆": "哲",
    "杰": "傑",
    "于": "於",
}


def _case(pair: InventedStudent, *rows: RegistryRow, **changes: Any) -> Case:
    form = evolve(pair.application, **changes)
    return form, Found(rows or (pair.row,), WORLD, AS_OF)


def _name(pair: InventedStudent) -> str:
    return pair.application.name.reveal("test")


def another_child(rng: Random, pair: InventedStudent) -> Case:
    """The number of another student with a row in the registry."""
    other = resident_id(rng, born=AS_OF - dt.timedelta(days=rng.randrange(2500, 6000)))
    return _case(pair, evolve(pair.row, name=han_name(rng) + "甲", id_number=other), id_number=other)


def number_unknown(rng: Random, pair: InventedStudent) -> Case | None:
    """A valid number without a row."""
    other = resident_id(rng, born=AS_OF - dt.timedelta(days=rng.randrange(2500, 6000)))
    return _case(pair, id_number=other) if other != pair.row.id_number.reveal("test") else None


def number_mistyped(rng: Random, pair: InventedStudent) -> Case:
    """One digit of the number mistyped."""
    number, at = pair.application.id_number.reveal("test"), rng.randrange(17)
    digit = rng.choice([d for d in "0123456789" if d != number[at]])
    return _case(pair, id_number=number[:at] + digit + number[at + 1 :])


def name_character(rng: Random, pair: InventedStudent) -> Case:
    """One character of the name replaced by another."""
    name = _name(pair)
    at = rng.choice([i for i, char in enumerate(name) if char != "·"])
    char = rng.choice([c for c in _COMMON if c != name[at]])
    return _case(pair, name=name[:at] + char + name[at + 1 :])


def name_homophone(rng: Random, pair: InventedStudent) -> Case | None:
    """A character of the name replaced by one of the same sound."""
    name = _name(pair)
    at = rng.randrange(len(name))
    alike = [c for c in _COMMON if c != name[at] and han.same_sound(c, name[at])]
    return _case(pair, name=name[:at] + rng.choice(alike) + name[at + 1 :]) if alike else None


def name_order(rng: Random, pair: InventedStudent) -> Case | None:
    """Two characters of the name swapped."""
    name = _name(pair)
    at = rng.randrange(len(name) - 1)
    if name[at] == name[at + 1] or "·" in name:
        return None
    return _case(pair, name=name[:at] + name[at + 1] + name[at] + name[at + 2 :])


def name_dot(_rng: Random, pair: InventedStudent) -> Case | None:
    """The dot of the name left out."""
    return _case(pair, name=_name(pair).replace("·", "")) if "·" in _name(pair) else None


def name_traditional(_rng: Random, pair: InventedStudent) -> Case | None:
    """Traditional characters for simplified ones."""
    name = "".join(_TRADITIONAL.get(char, char) for char in _name(pair))
    return _case(pair, name=name) if name != _name(pair) else None


def name_variant(_rng: Random, pair: InventedStudent) -> Case | None:
    """A legal variant of a character."""
    name = "".join(_VARIANT.get(char, char) for char in _name(pair))
    return _case(pair, name=name) if name != _name(pair) else None


def name_lost(rng: Random, pair: InventedStudent) -> Case:
    """The sign of a lost character, in the form, in the registry, or in both."""
    name, sign = _name(pair), rng.choice("?□〓*\ufffd\ue000\U000f0000⿰")
    at = rng.randrange(len(name))
    lost = name[:at] + sign + name[at + 1 :]
    side = rng.randrange(3)
    row = evolve(pair.row, name=lost) if side else pair.row
    return _case(pair, row, name=lost if side != 1 else name)


def name_symbol(rng: Random, pair: InventedStudent) -> Case:
    """A digit or a symbol in the name, on both sides."""
    name = _name(pair) + rng.choice("0９#!😀@①")
    return _case(pair, evolve(pair.row, name=name), name=name)


def school_other(rng: Random, pair: InventedStudent) -> Case:
    """Another school, by name or by name and code."""
    code, school = rng.choice([pick for pick in SCHOOLS if pick[0] != pair.row.school_code])
    return _case(pair, school=school, school_code=rng.choice(("", code)))


def school_area(rng: Random, pair: InventedStudent) -> Case:
    """A contradicting area, or a campus, in the school's name."""
    school = pair.row.school
    campus = rng.choice(("西校区", "（东校区）", "分校", "附属小学"))
    changed = rng.choice((f"常州市{school}", school.replace("南京市", "常州市") + campus, school + campus))
    return _case(pair, school=changed)


def school_code(rng: Random, pair: InventedStudent) -> Case:
    """Another school's code beside the right name."""
    return _case(pair, school_code=rng.choice([code for code, _ in SCHOOLS if code != pair.row.school_code]))


def school_shared(_rng: Random, pair: InventedStudent) -> Case | None:
    """A name without its area, shared by two schools."""
    return _case(pair, school="晨光小学", school_code="") if "晨光" in pair.row.school else None


def grade_other(rng: Random, pair: InventedStudent) -> Case:
    """Another grade."""
    return _case(pair, grade=f"{numeral(rng.choice([n for n in range(1, 13) if n != _grade(pair)]))}年级")


def class_other(rng: Random, pair: InventedStudent) -> Case:
    """Another class."""
    number = int(pair.row.class_name.removesuffix("班"))
    return _case(pair, class_name=f"{rng.choice([n for n in range(1, 40) if n != number])}班")


def class_contradicts(rng: Random, pair: InventedStudent) -> Case:
    """The right class number under another grade or another entry year."""
    number = pair.row.class_name
    grade = rng.choice([n for n in range(1, 10) if n != _grade(pair)])
    year = int(pair.row.entry_month[:4]) + rng.choice((-3, -1, 1))
    return _case(pair, class_name=rng.choice((f"{numeral(grade)}年级{number}", f"{year}级{number}")))


def entry_other(rng: Random, pair: InventedStudent) -> Case:
    """Another entry year, not explained by a stage."""
    return _case(pair, entry_year=str(int(pair.row.entry_month[:4]) + rng.choice((-11, -8, -2, -1, 1, 2, 5))))


def status_other(rng: Random, pair: InventedStudent) -> Case:
    """A student with a status other than active."""
    return _case(pair, evolve(pair.row, status=rng.choice(("休学", "转出", "毕业", "退学", "", "?", "未知"))))


def registry_twice(_rng: Random, pair: InventedStudent) -> Case:
    """Two active rows with one number."""
    return _case(pair, pair.row, evolve(pair.row, student_number="L" + "1" * 18))


def registry_blank(rng: Random, pair: InventedStudent) -> Case:
    """A blank field of the registry."""
    fields = ("student_number", "name", "id_type", "id_number", "school_code", "school", "grade", "class_name")
    field = rng.choice((*fields, "entry_month", "status"))
    return _case(pair, evolve(pair.row, **{field: rng.choice(("", " ", "\u3000"))}))


def form_blank(rng: Random, pair: InventedStudent) -> Case:
    """A blank field of the form."""
    field = rng.choice(("name", "id_number", "school", "grade", "class_name", "entry_year", "guardian_phone"))
    return _case(pair, **{field: rng.choice(("", " ", "\u3000", "\u200b"))})


def phone_wrong(rng: Random, pair: InventedStudent) -> Case:
    """A phone that is not a mainland mobile."""
    text = rng.choice(
        ("1540000000", "02583123456", "+85251234567", "1540000O000", "12345", "154000000000", "10086")
    )
    return _case(pair, guardian_phone=text)


def applied_twice(_rng: Random, pair: InventedStudent) -> Case:
    """Another live application with the same number."""
    return pair.application, Found((pair.row,), WORLD, AS_OF, "", ("a2",))


def source_down(_rng: Random, pair: InventedStudent) -> Case:
    """A registry that is not available."""
    return pair.application, Found((pair.row,), WORLD, AS_OF, "", (), available=False)


def type_unknown(rng: Random, pair: InventedStudent) -> Case:
    """An unknown document type."""
    return _case(pair, id_type=rng.choice(("学生证", "x", "10", "军官证")))


def _grade(pair: InventedStudent) -> int:
    return next(n for n in range(1, 13) if pair.row.grade == f"{numeral(n)}年级")


DIFFERENCES: Final[Mapping[str, Differ]] = MappingProxyType(
    {
        differ.__name__: differ
        for differ in (
            another_child,
            number_unknown,
            number_mistyped,
            name_character,
            name_homophone,
            name_order,
            name_dot,
            name_traditional,
            name_variant,
            name_lost,
            name_symbol,
            school_other,
            school_area,
            school_code,
            school_shared,
            grade_other,
            class_other,
            class_contradicts,
            entry_other,
            status_other,
            registry_twice,
            registry_blank,
            form_blank,
            phone_wrong,
            applied_twice,
            source_down,
            type_unknown,
        )
    }
)
"""Stratum -> a real difference: the outcome must never be `approved`."""
