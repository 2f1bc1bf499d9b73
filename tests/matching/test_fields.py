"""Each comparator by itself: codes and notes."""

from __future__ import annotations

import datetime as dt
import itertools
from functools import lru_cache

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.matching import (
    Application,
    FieldCode,
    Found,
    Policy,
    RegistryRow,
    SchoolAlias,
    SchoolIndex,
    compare,
)
from eduid_core.matching.distance import osa
from eduid_core.matching.fields.classes import compare_class
from eduid_core.matching.fields.entry_years import compare_entry
from eduid_core.matching.fields.grades import compare_grade
from eduid_core.matching.fields.names import compare_name
from eduid_core.matching.placement import read_placement
from eduid_core.testing.strategies import person_names

POLICY = Policy()
AUTUMN, SUMMER = dt.date(2026, 11, 2), dt.date(2026, 8, 1)


# --- names
@pytest.mark.parametrize(
    ("claimed", "held", "code", "note"),
    [
        ("陈小雨", "陈小雨", "EQUAL", ""),
        ("陈小雨", "陈 小雨", "EQUAL_NORMALISED", "SPACE_REMOVED"),
        ("John Smith", "JOHN SMITH", "EQUAL_NORMALISED", "CASE_FOLDED"),
        ("\ue863雨", "䶮雨", "EQUAL_NORMALISED", "PUA_RESOLVED"),
        ("", "陈小雨", "MISSING_APP", ""),
        ("陈小雨", "\u200b", "MISSING_REG", ""),
        ("陈?雨", "陈小雨", "UNRESOLVABLE", "UNRESOLVABLE_GLYPH"),
        ("陈?雨", "陈?雨", "UNRESOLVABLE", "UNRESOLVABLE_GLYPH"),
        ("王?明", "陈小雨", "DIFFERENT", ""),
        ("蕭小雨", "萧小雨", "VARIANT", "TS_SAFE"),
        ("薑小雨", "姜小雨", "VARIANT", "TS_UNSAFE"),
        ("髙小雨", "高小雨", "VARIANT", "GLYPH_VARIANT"),
        ("蕭昇", "萧升", "VARIANT", "TS_UNSAFE"),
        ("艾力买买提", "艾力·买买提", "VARIANT", "DOT_MISSING"),
        ("CHEN XIAO YU", "陈小雨", "VARIANT", "PINYIN_ONLY"),
        ("lü bu", "吕布", "VARIANT", "PINYIN_ONLY"),
        ("陈晓雨", "陈小雨", "HOMOPHONE", "SAME_SOUND"),
        ("陈小明", "陈小雨", "SIMILAR", "NAME_NEAR"),
        ("陈雨小", "陈小雨", "SIMILAR", "NAME_NEAR"),
        ("小雨陈", "陈小雨", "SIMILAR", "NAME_ORDER"),
        ("王大明", "陈小雨", "DIFFERENT", ""),
        ("阿卜杜拉·甲乙", "阿卜杜拉·丙丁", "SIMILAR", "NAME_NEAR"),
    ],
)
def test_names(claimed, held, code, note):
    assert compare_name(claimed, held) == (FieldCode(code), note)


@given(claimed=person_names(), held=person_names())
def test_names_compare_the_same_both_ways(claimed, held):
    one, other = compare_name(claimed, held), compare_name(held, claimed)

    assert one == other


@given(name=person_names())
def test_a_name_is_equal_to_itself(name):
    assert compare_name(name, name) == (FieldCode.EQUAL, "")


# --- distance
@lru_cache
def slow(one: str, other: str) -> int:
    """Return the optimal string alignment distance by its recursive definition."""
    if not one or not other:
        return len(one) + len(other)
    best = min(
        slow(one[1:], other) + 1, slow(one, other[1:]) + 1, slow(one[1:], other[1:]) + (one[0] != other[0])
    )
    if len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]:
        best = min(best, slow(one[2:], other[2:]) + 1)
    return best


@pytest.mark.parametrize("limit", [0, 1, 2, 3])
def test_the_distance_is_the_textbook_one(limit):
    words = ["".join(word) for size in range(5) for word in itertools.product("abc", repeat=size)]
    for one, other in itertools.product(words, repeat=2):
        assert osa(one, other, limit=limit) == min(slow(one, other), limit + 1)


@given(one=st.text(alphabet="01", max_size=20), other=st.text(alphabet="01", max_size=20))
def test_the_distance_is_symmetric_and_zero_only_for_the_same(one, other):
    assert osa(one, other, limit=3) == osa(other, one, limit=3)
    assert (osa(one, other, limit=3) == 0) is (one == other)


# --- grades
@pytest.mark.parametrize(
    ("claimed", "held", "system", "day", "code", "note"),
    [
        ("四年级", "四年级", "six_three", AUTUMN, "EQUAL", ""),
        ("初二", "八年级", "six_three", AUTUMN, "EQUAL_NORMALISED", "GRADE_SPELLING"),
        ("初二", "七年级", "five_four", AUTUMN, "EQUAL_NORMALISED", "GRADE_SPELLING"),
        ("初四", "九年级", "five_four", AUTUMN, "EQUAL_NORMALISED", "GRADE_SPELLING"),
        ("初四", "九年级", "six_three", AUTUMN, "UNRESOLVABLE", "GRADE_UNREADABLE"),
        ("小六", "六年级", "five_four", AUTUMN, "UNRESOLVABLE", "GRADE_UNREADABLE"),
        ("高一", "十年级", "six_three", AUTUMN, "EQUAL_NORMALISED", "GRADE_SPELLING"),
        ("2023级", "四年级", "six_three", AUTUMN, "EQUAL_NORMALISED", "GRADE_COHORT"),
        ("四年级", "2023级", "six_three", AUTUMN, "EQUAL_NORMALISED", "GRADE_COHORT"),
        ("2029届", "四年级", "six_three", AUTUMN, "EQUAL_NORMALISED", "GRADE_COHORT"),
        ("2022级", "四年级", "six_three", AUTUMN, "DIFFERENT", ""),
        ("23级", "2023级", "six_three", AUTUMN, "EQUAL_NORMALISED", "GRADE_SPELLING"),
        ("2023级", "2029届", "six_three", AUTUMN, "UNRESOLVABLE", "GRADE_UNREADABLE"),
        ("2023级", "四年级", "six_three", None, "UNRESOLVABLE", "GRADE_UNREADABLE"),
        ("大班", "大班", "six_three", AUTUMN, "EQUAL", ""),
        ("大班", "中班", "six_three", AUTUMN, "UNRESOLVABLE", "GRADE_UNREADABLE"),
        ("四年级", "", "six_three", AUTUMN, "MISSING_REG", ""),
        ("四年级", "三年级", "six_three", SUMMER, "VARIANT", "GRADE_NOT_ROLLED"),
        ("四年级", "三年级", "six_three", None, "DIFFERENT", ""),
        ("四年级", "二年级", "six_three", SUMMER, "DIFFERENT", ""),
        ("三年级", "四年级", "six_three", SUMMER, "DIFFERENT", ""),
        ("七年级", "六年级", "six_three", SUMMER, "DIFFERENT", ""),
        ("七年级", "六年级", "five_four", SUMMER, "VARIANT", "GRADE_NOT_ROLLED"),
    ],
)
def test_grades(claimed, held, system, day, code, note):
    rules = {"system": system, "policy": POLICY}
    mine, theirs = (read_placement(text, "", "", **rules) for text in (claimed, held))

    assert compare_grade(mine, theirs, as_of=day, **rules) == (FieldCode(code), note)


def test_a_region_may_begin_junior_school_under_another_number():
    """In Shanghai 六年级 is 预初 and 初一 the seventh grade, under 五四."""
    policy = Policy(school_system="five_four", junior_one=7)

    rules = {"system": "five_four", "policy": policy}
    mine, theirs = (read_placement(text, "", "", **rules) for text in ("初一", "七年级"))

    assert compare_grade(mine, theirs, as_of=AUTUMN, **rules).code is FieldCode.EQUAL_NORMALISED


# --- classes
@pytest.mark.parametrize(
    ("claimed", "held", "code", "note"),
    [
        ("1班", "1班", "EQUAL", ""),
        ("四年级一班", "1班", "EQUAL_NORMALISED", "CLASS_SPELLING"),
        ("401班", "四（1）班", "EQUAL_NORMALISED", "CLASS_SPELLING"),
        ("2023级1班", "23级(1)班", "EQUAL_NORMALISED", "CLASS_SPELLING"),
        ("甲班", "四甲班", "EQUAL_NORMALISED", "CLASS_SPELLING"),
        ("a班", "A班", "EQUAL_NORMALISED", "CLASS_SPELLING"),
        ("甲班", "乙班", "DIFFERENT", ""),
        ("甲班", "1班", "DIFFERENT", ""),
        ("1班", "2班", "DIFFERENT", ""),
        ("1班", "", "MISSING_REG", ""),
        ("四十一班", "41班", "UNRESOLVABLE", "CLASS_AMBIGUOUS"),
        ("四十一班", "四年级11班", "UNRESOLVABLE", "CLASS_AMBIGUOUS"),
        ("一二班", "12班", "UNRESOLVABLE", "CLASS_AMBIGUOUS"),
        ("四十一班", "四十一班", "EQUAL", ""),
        ("向日葵班", "向日葵班", "EQUAL", ""),
        ("向日葵班", "向日葵 班", "EQUAL_NORMALISED", "CLASS_SPELLING"),
        ("向日葵班", "3班", "UNRESOLVABLE", "CLASS_UNREADABLE"),
        ("向日葵班", "玫瑰班", "DIFFERENT", ""),
        ("2023级", "1班", "UNRESOLVABLE", "CLASS_UNREADABLE"),
        ("五年级1班", "1班", "DIFFERENT", "CLASS_GRADE_CONFLICT"),
        ("1班", "501班", "DIFFERENT", "CLASS_GRADE_CONFLICT"),
        ("2022级1班", "1班", "DIFFERENT", "CLASS_YEAR_CONFLICT"),
        ("2029届1班", "1班", "EQUAL_NORMALISED", "CLASS_SPELLING"),
        ("2030届1班", "1班", "DIFFERENT", "CLASS_YEAR_CONFLICT"),
    ],
)
def test_classes(claimed, held, code, note):
    rules = {"system": "six_three", "policy": POLICY}
    mine, theirs = (read_placement("四年级", text, "202309", **rules) for text in (claimed, held))

    assert compare_class(mine, theirs, **rules) == (FieldCode(code), note)


# --- entry years
@pytest.mark.parametrize(
    ("claimed", "held", "number", "code", "note"),
    [
        ("2023", "202309", 4, "EQUAL", ""),
        ("2023", "202308", 4, "EQUAL", ""),
        ("2023", "202403", 4, "VARIANT", "ENTRY_SCHOOL_YEAR"),
        ("2024", "202403", 4, "EQUAL", ""),
        ("202303", "202309", 4, "DIFFERENT", ""),
        ("2023年", "202309", 4, "EQUAL_NORMALISED", "ENTRY_SPELLING"),
        ("2023-10", "202309", 4, "EQUAL_NORMALISED", "ENTRY_SPELLING"),
        ("2017", "202309", 4, "DIFFERENT", ""),
        ("2017", "202309", 8, "VARIANT", "ENTRY_YEAR_OTHER_STAGE"),
        ("2018", "202309", 8, "DIFFERENT", ""),
        ("2020", "202309", 11, "VARIANT", "ENTRY_YEAR_OTHER_STAGE"),
        ("2014", "202309", 11, "VARIANT", "ENTRY_YEAR_OTHER_STAGE"),
        ("2017", "202309", 11, "DIFFERENT", ""),
        ("2017", "202309", 0, "DIFFERENT", ""),
        ("2023", "", 4, "MISSING_REG", ""),
        ("2023", "202313", 4, "UNRESOLVABLE", "ENTRY_YEAR_UNREADABLE"),
        ("今年", "202309", 4, "UNRESOLVABLE", "ENTRY_YEAR_UNREADABLE"),
    ],
)
def test_entry_years(claimed, held, number, code, note):
    rules = {"system": "six_three", "policy": POLICY}
    mine, theirs = (read_placement(f"{number}年级", "1班", text, **rules) for text in (claimed, held))

    assert compare_entry(mine, theirs, **rules) == (FieldCode(code), note)


# --- numbers and schools, through the record
NUMBER = "320098201604150036"
FORM = Application("a1", "陈小雨", NUMBER, "南京市海英小学", "四年级", "1班", "2023")
ROW = RegistryRow(
    "G1", "陈小雨", "1", NUMBER, "2132000001", "南京市海英小学", "四年级", "1班", "202309", "在读"
)


def compared(field, form=None, row=None, schools=None):
    results = compare(
        evolve(FORM, **(form or {})), evolve(ROW, **(row or {})), Found(schools=schools, as_of=AUTUMN)
    )
    return next((result.code.value, result.note) for result in results if result.field == field)


@pytest.mark.parametrize(
    ("form", "row", "code", "note"),
    [
        ({}, {}, "EQUAL", ""),
        ({"id_type": "港澳台居民居住证"}, {}, "EQUAL", ""),
        ({"id_number": "320098 20160415 0036"}, {}, "EQUAL_NORMALISED", "ID_SPELLING"),
        ({"id_number": "320098201604150044"}, {}, "DIFFERENT", ""),
        ({"id_number": "320098201604150037"}, {}, "SIMILAR", "ID_TYPO"),
        ({"id_number": "320098201601450036"}, {}, "SIMILAR", "ID_TYPO"),
        ({}, {"id_number": "320098201604150037"}, "MISSING_REG", "REG_ID_BAD"),
        ({}, {"id_number": ""}, "MISSING_REG", ""),
        ({}, {"id_type": ""}, "MISSING_REG", "ID_TYPE"),
        ({"id_number": ""}, {}, "MISSING_APP", ""),
        ({"id_type": "护照", "id_number": "E12345678"}, {}, "DIFFERENT", "ID_TYPE"),
        (
            {"id_type": "回乡证", "id_number": "H1234567801"},
            {"id_type": "6", "id_number": "H12345678"},
            "EQUAL_NORMALISED",
            "ID_SPELLING",
        ),
        (
            {"id_type": "8", "id_number": "12345678 01"},
            {"id_type": "台胞证", "id_number": "12345678"},
            "EQUAL_NORMALISED",
            "ID_SPELLING",
        ),
    ],
)
def test_numbers(form, row, code, note):
    assert compared("id", form, row) == (code, note)


SCHOOLS = [
    ("2132000001", "南京市海英小学"),
    ("2132000002", "苏州市海英小学"),
    ("2132000003", "南京市晨光小学"),
    ("2132000004", "苏州市新城小学"),
    ("2132000005", "苏州市新城小学"),
]


@pytest.mark.parametrize(
    ("form", "code", "note"),
    [
        ({}, "EQUAL", ""),
        ({"school": "南京市 海英小学"}, "EQUAL_NORMALISED", "SCHOOL_SPELLING"),
        ({"school": "海英小学"}, "UNRESOLVABLE", "SCHOOL_AMBIGUOUS"),
        ({"school": "江苏省南京市海英小学"}, "EQUAL_NORMALISED", "AREA_PREFIX"),
        ({"school": "晨光小学"}, "DIFFERENT", "SCHOOL_OTHER"),
        ({"school": "南京市海英小学东校区"}, "SIMILAR", "SCHOOL_NEAR"),
        ({"school": "南京市海鹰小学"}, "SIMILAR", "SCHOOL_NEAR"),
        ({"school": "外国语学校"}, "DIFFERENT", "SCHOOL_UNKNOWN"),
        ({"school": "海小"}, "EQUAL_NORMALISED", "SCHOOL_ALIAS"),
        ({"school": "老海英"}, "DIFFERENT", "SCHOOL_UNKNOWN"),
        ({"school_code": "2132000001"}, "EQUAL", ""),
        ({"school_code": "2132000002"}, "DIFFERENT", "SCHOOL_CODE"),
        ({"school_code": "2132000001", "school": "晨光小学"}, "DIFFERENT", "SCHOOL_NAME_BESIDE_CODE"),
        ({"school_code": "2132000001", "school": "海英小学"}, "EQUAL_NORMALISED", "AREA_PREFIX"),
        ({"school": "南京市海英\ue000学"}, "UNRESOLVABLE", "UNRESOLVABLE_GLYPH"),
        ({"school": ""}, "MISSING_APP", ""),
    ],
)
def test_schools(form, code, note):
    aliases = [
        SchoolAlias(code="2132000001", alias="海小"),
        SchoolAlias(code="2132000001", alias="老海英", kind="FORMER", valid_to=dt.date(2020, 8, 31)),
    ]

    assert compared("school", form, None, SchoolIndex.of_names(SCHOOLS, aliases=aliases)) == (code, note)


def test_a_former_name_counts_in_its_time():
    alias = SchoolAlias(
        code="2132000001", alias="老海英", valid_from=dt.date(2001, 1, 1), valid_to=dt.date(2020, 8, 31)
    )
    index = SchoolIndex.of_names(SCHOOLS, aliases=[alias])

    assert index.resolve("老海英", as_of=dt.date(2020, 8, 31)).codes == {"2132000001"}
    assert not index.resolve("老海英", as_of=dt.date(2020, 9, 1)).codes
    assert not index.resolve("老海英", as_of=dt.date(2000, 9, 1)).codes
    assert not index.resolve("老海英").codes


@pytest.mark.parametrize("side", ["form", "row", "both"])
@pytest.mark.parametrize("sign", ["\ue000", "?", "\ufffd", "□"])
@pytest.mark.parametrize(
    ("field", "text"), [("class_name", "向日{}班"), ("school", "南京市海{}小学"), ("grade", "{}年级")]
)
def test_a_lost_character_is_never_equal(field, text, sign, side):
    lost = {field: text.format(sign)}

    code, _ = compared(
        field.removesuffix("_name"), lost if side != "row" else None, lost if side != "form" else None
    )

    assert code not in {"EQUAL", "EQUAL_NORMALISED"}
