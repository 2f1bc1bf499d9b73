"""Laws of the small parts: distances, tables of characters, aliases and areas, the months of a school year."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.matching import Application, FieldCode, Policy, RegistryRow, SchoolAlias, SchoolIndex, han
from eduid_core.matching.distance import osa
from eduid_core.matching.fields.entry_years import compare_entry
from eduid_core.matching.fields.grades import compare_grade
from eduid_core.matching.fields.names import compare_name
from eduid_core.matching.fields.schools import compare_school
from eduid_core.matching.placement import read_placement
from eduid_core.matching.schools import fits_within, school_code_form

WORDS = st.text("abc", max_size=7)


@given(left=WORDS, right=WORDS, limit=st.integers(0, 3), head=WORDS, tail=WORDS)
def test_what_two_texts_share_at_their_ends_costs_nothing(left, right, limit, head, tail):
    assert osa(head + left + tail, head + right + tail, limit=limit) <= osa(left, right, limit=limit)


@given(left=WORDS, right=WORDS)
def test_a_limit_cuts_and_changes_nothing_else(left, right):
    whole = osa(left, right, limit=20)

    assert [osa(left, right, limit=limit) for limit in range(4)] == [
        min(whole, limit + 1) for limit in range(4)
    ]


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [
        ("ab", "ba", 1),
        ("abcd", "badc", 2),
        ("aab", "ba", 2),
        ("ca", "abc", 3),
        ("xab", "bax", 2),
        ("abab", "baba", 2),
    ],
)
def test_neighbours_that_changed_places_cost_one(left, right, distance):
    assert osa(left, right, limit=4) == distance


# --- tables of characters
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"))))
def test_a_frozen_table_holds_every_pair_and_no_other(pairs):
    frozen = han._freeze(pairs)

    assert {(one, other) for one, others in frozen.items() for other in others} == set(pairs)


@pytest.mark.parametrize(("one", "other"), [("㐂", "䶮"), ("甲", "乙"), ("甲", "〇"), ("a", "甲")])
def test_characters_without_an_entry_are_their_own_form(one, other):
    """Two of them are alike only where they are one."""
    for alike in (han.is_safe_pair, han.is_ts_pair, han.is_variant_pair):
        assert not alike(one, other)
        assert not alike(other, one)
        assert alike(one, one)
        assert alike(other, other)


def test_a_pair_is_alike_both_ways():
    for one, other in ["蕭萧", "昇升", "峯峰", "甯宁"]:
        assert han.is_ts_pair(one, other) == han.is_ts_pair(other, one)
        assert han.is_safe_pair(one, other) == han.is_safe_pair(other, one)
        assert han.is_variant_pair(one, other)
        assert han.is_variant_pair(other, one)


def test_every_safe_character_of_a_text_is_simplified_where_it_stands():
    assert han.safe_form("蕭雨陳") == "萧雨陈"


@pytest.mark.parametrize(
    ("latin", "name", "spelt"),
    [
        ("lü", "吕", True),
        ("lv", "吕", True),
        ("lyu", "吕", True),
        ("lu", "吕", True),
        ("LU", "吕", True),
        ("lux", "吕", False),
        ("xi'an", "西安", True),
        ("xi-an", "西安", True),
        ("xi an", "西安", True),
        ("xixan", "西安", False),
        ("xi_an", "西安", False),
    ],
)
def test_a_name_may_be_spelt_as_passports_and_keyboards_do(latin, name, spelt):
    assert han.spells(latin, name) is spelt


# --- names
@pytest.mark.parametrize(
    ("claimed", "held", "code", "note"),
    [
        ("艾力买买提江沙", "艾力买买提江西", FieldCode.SIMILAR, "NAME_NEAR"),
        ("艾力买买提江", "艾力买大山江", FieldCode.SIMILAR, "NAME_NEAR"),
        ("艾力买买提江", "艾力大山上江", FieldCode.DIFFERENT, ""),
        ("艾力买买提", "艾力大山提", FieldCode.DIFFERENT, ""),
        ("艾力·买买提", "艾力买买提", FieldCode.VARIANT, "DOT_MISSING"),
        ("艾力·买买提", "艾·力买买提", FieldCode.VARIANT, "DOT_MISSING"),
        ("王?", "王小明", FieldCode.DIFFERENT, ""),
        ("陈小雨", "Chen Xiaoyu", FieldCode.VARIANT, "PINYIN_ONLY"),
        ("Chen Xiaoyu", "陈小雨", FieldCode.VARIANT, "PINYIN_ONLY"),
        ("王?", "王明", FieldCode.UNRESOLVABLE, "UNRESOLVABLE_GLYPH"),
    ],
)
def test_how_near_a_name_may_be_depends_on_its_length(claimed, held, code, note):
    """Two slips in six characters are near, three are not; a lost character stands for one, not for two."""
    assert tuple(compare_name(claimed, held)) == (code, note)


# --- schools
DAY = dt.date(2026, 11, 2)


@pytest.mark.parametrize(
    ("first", "last", "day", "holds"),
    [
        (None, None, None, True),
        (DAY, None, None, False),
        (None, DAY, None, False),
        (DAY, DAY, None, False),
        (DAY, DAY, DAY, True),
        (None, DAY, DAY + dt.timedelta(1), False),
        (DAY, None, DAY - dt.timedelta(1), False),
        (None, None, DAY, True),
    ],
)
def test_an_alias_holds_between_its_days_and_without_a_day_only_undated(first, last, day, holds):
    assert SchoolAlias(code="2132000001", alias="海小", valid_from=first, valid_to=last).holds_on(day) is holds


def test_a_name_of_the_time_is_a_spelling_in_its_time_only():
    alias = SchoolAlias(code="2132000001", alias="海小", valid_to=DAY)
    schools = SchoolIndex.of([RegistryRow(school_code="2132000001", school="海英小学")], aliases=[alias])

    assert schools.resolve("海小", as_of=DAY) == ({"2132000001"}, "SCHOOL_ALIAS")
    assert not schools.resolve("海小", as_of=DAY + dt.timedelta(1)).codes
    assert not schools.resolve("海小").codes


@pytest.mark.parametrize(
    ("areas", "held", "code", "fits"),
    [
        ((), (), "2132000001", True),
        (("江苏省",), ("南京市",), "2132000001", True),
        (("江苏省", "南京市"), ("南京市",), "2132000001", True),
        (("江苏省", "苏州市"), ("南京市",), "2132000001", False),
        (("浙江省",), ("南京市",), "2132000001", False),
        (("苏州市",), ("南京市",), "2132000001", False),
        (("苏州市",), ("南京市",), "", False),
        (("苏州市",), ("南京市",), "21XX000001", False),
        (("江苏省", "江苏省"), ("江苏省",), "2132000001", False),
        (("玄武区", "南京市"), ("南京市", "玄武区"), "2132000001", False),
    ],
)
def test_an_area_is_held_or_is_the_province_of_the_code(areas, held, code, fits):
    """The code proves the province and nothing else, and only where the name does not hold it."""
    assert fits_within(areas, held, code) is fits


def test_a_school_whose_code_is_cut_short_lies_nowhere_else():
    """Its code proves no province, and so lets no other town pass for it."""
    schools = SchoolIndex.of([RegistryRow(school_code="21", school="南京市海英小学")])

    assert schools.resolve("南京市海英小学").codes == {"21"}
    assert not schools.resolve("苏州市海英小学").codes


def test_the_names_known_to_the_letter_are_those_of_one_readable_school_without_an_alias():
    """The short way may look a name up here, and finds what the long way would resolve it to."""
    named = {
        "1": "海英小学",
        "2": "晨光小学",
        "3": "晨光小学",
        "4": "育□小学",
        "5": "新市小学",
        "6": "明远 小学",
        "7": "",
    }
    rows = [RegistryRow(school_code=f"213200000{n}", school=name) for n, name in named.items()]
    rows.append(RegistryRow(school_code="", school="无码小学"))
    schools = SchoolIndex.of(rows, aliases=[SchoolAlias(code="2132000001", alias="新市小学")])

    assert dict(schools.exact) == {"海英小学": "2132000001", "明远 小学": "2132000006"}
    assert all(schools.resolve(name).codes == {code} for name, code in schools.exact.items())
    assert set(schools.names) == {"海英小学", "晨光小学", "育□小学", "新市小学", "明远小学"}


@pytest.mark.parametrize("text", ["2132000001", " 2132000001", "２１３２０００００１", "213200 0001"])
def test_a_school_code_is_one_however_it_is_spelt(text):
    assert school_code_form(text) == "2132000001"


def by_name(text, held, *, day=DAY, alias=()):
    row = RegistryRow(school_code="2132000001", school=held)
    return compare_school(Application(school=text), row, SchoolIndex.of([row], aliases=alias), day)


def test_a_former_name_without_a_code_counts_in_its_time_only():
    alias = [SchoolAlias(code="2132000001", alias="老海英", valid_to=DAY)]

    assert by_name("老海英", "海英小学", alias=alias) == (FieldCode.EQUAL_NORMALISED, "SCHOOL_ALIAS")
    assert by_name("老海英", "海英小学", alias=alias, day=DAY + dt.timedelta(1)).code is FieldCode.DIFFERENT


@pytest.mark.parametrize(
    ("text", "note"), [("海英学小", "SCHOOL_NEAR"), ("海荧中学", "SCHOOL_NEAR"), ("江荧中学", "SCHOOL_UNKNOWN")]
)
def test_a_school_is_near_within_two_slips(text, note):
    assert by_name(text, "海英小学").note == note


# --- the school year
@pytest.mark.parametrize(
    ("claimed", "held", "code", "note"),
    [
        ("202308", "202309", FieldCode.EQUAL_NORMALISED, "ENTRY_SPELLING"),
        ("202307", "202309", FieldCode.DIFFERENT, ""),
        ("202403", "202309", FieldCode.VARIANT, "ENTRY_SCHOOL_YEAR"),
        ("202407", "202309", FieldCode.VARIANT, "ENTRY_SCHOOL_YEAR"),
        ("202408", "202309", FieldCode.DIFFERENT, ""),
    ],
)
def test_august_belongs_to_the_coming_school_year_and_july_to_the_last(claimed, held, code, note):
    rules = {"system": "six_three", "policy": Policy()}
    mine, theirs = (read_placement("四年级", "1班", text, **rules) for text in (claimed, held))

    assert compare_entry(mine, theirs, **rules) == (code, note)


@pytest.mark.parametrize(
    ("claimed", "held", "code"),
    [
        ("六年级", "五年级", FieldCode.VARIANT),
        ("五年级", "四年级", FieldCode.VARIANT),
        ("初一", "六年级", FieldCode.DIFFERENT),
    ],
)
def test_a_registry_may_lag_behind_by_one_year_of_the_same_stage(claimed, held, code):
    in_window = dt.date(2026, 9, 15)

    rules = {"system": "six_three", "policy": Policy()}
    mine, theirs = (read_placement(text, "", "", **rules) for text in (claimed, held))

    assert compare_grade(mine, theirs, as_of=in_window, **rules).code is code


LIKE = ("六年级", "1班", "202109")


@pytest.mark.parametrize(
    "texts", [LIKE, ("五年级", *LIKE[1:]), (LIKE[0], "2班", LIKE[2]), (*LIKE[:2], "202209"), ("", "", "")]
)
def test_a_placement_is_the_same_however_much_of_it_another_has(texts):
    """Only the value of an equal text is taken over, and then the very one."""
    rules = {"system": "six_three", "policy": Policy()}
    like = read_placement(*LIKE, **rules)
    beside = read_placement(*texts, like=like, **rules)

    assert beside == read_placement(*texts, **rules)
    pairs = zip(
        texts,
        LIKE,
        (beside.grade, beside.class_, beside.entry),
        (like.grade, like.class_, like.entry),
        strict=True,
    )
    assert all(mine is theirs for text, known, mine, theirs in pairs if text == known)


def test_a_grade_that_cannot_be_read_has_no_number():
    assert read_placement("", "1班", "202109", system="six_three", policy=Policy()).number == 0
