"""The character tables: what is safe, what is a hint, what is a sound."""

from __future__ import annotations

import unicodedata

import pytest

from eduid_core.matching import FieldCode, han
from eduid_core.matching.fields.names import compare_name

TABLES = han._tables()


@pytest.mark.parametrize("pair", ["蕭萧", "陳陈", "張张", "榮荣", "頔𬱖", "劉刘", "趙赵", "羅罗"])
def test_safe_pairs(pair):
    assert han.is_safe_pair(*pair)
    assert han.safe_form(pair[0]) == pair[1]


@pytest.mark.parametrize(
    "pair",
    [
        "乾干",
        "昇升",
        "瀋沈",
        "濛蒙",
        "薑姜",
        "範范",
        "嶽岳",
        "穀谷",
        "餘余",
        "於于",
        "雲云",
        "後后",
        "鬱郁",
        "黨党",
        "鐘钟",
        "鍾钟",
        "峯峰",
        "喆哲",
        "甯宁",
    ],
)
def test_what_may_be_two_legal_names_is_never_safe(pair):
    assert not han.is_safe_pair(*pair)
    assert compare_name(f"王{pair[0]}", f"王{pair[1]}").code is FieldCode.VARIANT


def test_a_safe_simplified_form_is_no_character_of_traditional_usage_and_has_one_source():
    """The rule of the table, read off the table and the standard library alone."""
    assert len(set(TABLES.safe.values())) == len(TABLES.safe) == 3230
    for simplified in TABLES.safe.values():
        with pytest.raises(UnicodeEncodeError):
            simplified.encode("big5")


def test_every_traditional_character_in_a_name_is_a_variant_of_its_simplified_form():
    """All pairs of the table are classified: none is equal, none is merely different."""
    for traditional, simplified in TABLES.simplified.items():
        compared = compare_name(f"王{traditional}", f"王{simplified}")
        assert compared.code is FieldCode.VARIANT
        assert compared.note == ("TS_SAFE" if traditional in TABLES.safe else "TS_UNSAFE")


def test_every_known_variant_is_told_as_one():
    for char, others in TABLES.variants.items():
        for other in others:
            assert compare_name(f"王{char}", f"王{other}").code in {
                FieldCode.VARIANT,
                FieldCode.EQUAL_NORMALISED,
            }


@pytest.mark.parametrize(
    "reading",
    [
        "单shan",
        "曾zeng",
        "解xie",
        "查zha",
        "翟zhai",
        "仇qiu",
        "乐yue",
        "区ou",
        "盖ge",
        "覃qin",
        "尉yu",
        "员yun",
        "洗xian",
        "秘bi",
        "黑he",
        "万mo",
    ],
)
def test_surname_readings_are_known(reading):
    assert reading[1:] in han.sounds_of(reading[0])


def test_readings_are_plain_letters_and_cover_the_common_characters():
    assert all(sound.isascii() and sound.isalpha() and sound.islower() for sound in TABLES.sounds)
    assert sum(bool(han.sounds_of(chr(code))) for code in range(0x4E00, 0x9FA6)) > 20_000


def test_a_character_without_reading_sounds_like_nothing_but_itself():
    assert not han.same_sound("\U0003347f", "一")
    assert han.same_sound("\U0003347f", "\U0003347f")


@pytest.mark.parametrize(
    ("latin", "chinese", "spelled"),
    [
        ("chenxiaoyu", "陈小雨", True),
        ("Chen Xiao-Yu", "陈小雨", True),
        ("shan xiong", "单雄", True),
        ("lyu bu", "吕布", True),
        ("lv bu", "吕布", True),
        ("chen", "陈小雨", False),
        ("chenxiaoyuan", "陈小雨", False),
        ("陈小雨", "陈小雨", False),
        ("", "", False),
        ("a1", "啊", False),
    ],
)
def test_pinyin(latin, chinese, spelled):
    assert han.spells(latin, chinese) is spelled


def test_the_tables_hold_characters_that_folding_keeps():
    """A table entry that folding replaces could never be reached."""
    for char in TABLES.simplified:
        assert unicodedata.normalize("NFC", char) == char
