"""Grades, classes and entry years as people write them."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.validation.schooling.parse import (
    CLASSES,
    Ambiguous,
    ClassText,
    EntryYear,
    Grade,
    Stage,
    numeral_value,
    parse_class,
    parse_class_form,
    parse_entry_form,
    parse_entry_year,
    parse_grade,
)
from eduid_core.validation.schooling.patterns import BLANK, numeral, squeeze

P, J, S = Stage.PRIMARY, Stage.JUNIOR, Stage.SENIOR


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("四年级", Grade(index=4)),
        ("4年级", Grade(index=4)),
        ("４年级", Grade(index=4)),
        (" 四 年级 ", Grade(index=4)),
        ("4", Grade(index=4)),
        ("04", Grade(index=4)),
        ("四", Grade(index=4)),
        ("第四年级", Grade(index=4)),
        ("十二年级", Grade(index=12)),
        ("预初", Grade(index=6)),
        ("小学四年级", Grade(P, 4)),
        ("小四", Grade(P, 4)),
        ("初二", Grade(J, 2)),
        ("初中二年级", Grade(J, 2)),
        ("初2", Grade(J, 2)),
        ("初四", Grade(J, 4)),
        ("高一", Grade(S, 1)),
        ("高中三年级", Grade(S, 3)),
        ("2022级", Grade(entry_year=2022)),
        ("22级", Grade(entry_year=2022)),
        ("2025届", Grade(grad_year=2025)),
        ("十三年级", None),
        ("0年级", None),
        ("高四", None),
        ("小七", None),
        ("大班", None),
        ("四年级一班", None),
        ("", None),
        ("四" * 50, None),
        (None, None),
        (4, None),
    ],
)
def test_grades(text, grade):
    assert parse_grade(text) == grade


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2022级1班", ClassText(Grade(entry_year=2022), 1)),
        ("22级3班", ClassText(Grade(entry_year=2022), 3)),
        ("2022级（1）班", ClassText(Grade(entry_year=2022), 1)),
        ("2025届3班", ClassText(Grade(grad_year=2025), 3)),
        ("2022级", ClassText(Grade(entry_year=2022))),
        ("初二(3)班", ClassText(Grade(J, 2), 3)),
        ("初二3班", ClassText(Grade(J, 2), 3)),
        ("高一12班", ClassText(Grade(S, 1), 12)),
        ("小学四年级1班", ClassText(Grade(P, 4), 1)),
        ("四年级一班", ClassText(Grade(index=4), 1)),
        ("四年级十二班", ClassText(Grade(index=4), 12)),
        ("四年级四十一班", ClassText(Grade(index=4), 41)),
        ("四年级一十班", ClassText(Grade(index=4), 10)),
        ("4年级12班", ClassText(Grade(index=4), 12)),
        ("4年3班", ClassText(Grade(index=4), 3)),
        ("九年级", ClassText(Grade(index=9))),
        ("四（1）班", ClassText(Grade(index=4), 1)),
        ("四【1】班", ClassText(Grade(index=4), 1)),
        ("4(1)", ClassText(Grade(index=4), 1)),
        ("401班", ClassText(Grade(index=4), 1)),
        ("101", ClassText(Grade(index=1), 1)),
        ("４０１班", ClassText(Grade(index=4), 1)),
        ("四1班", ClassText(Grade(index=4), 1)),
        ("4-1班", ClassText(Grade(index=4), 1)),
        ("四甲班", ClassText(Grade(index=4), label="甲")),
        ("八A班", ClassText(Grade(index=8), label="A")),
        ("四(a)班", ClassText(Grade(index=4), label="A")),
        ("甲班", ClassText(label="甲")),
        ("实验班", ClassText(label="实验")),
        ("12班", ClassText(number=12)),
        ("(3)班", ClassText(number=3)),
        ("第3班", ClassText(number=3)),
        ("十一班", ClassText(number=11)),
        ("1", ClassText(number=1)),
        ("01", ClassText(number=1)),
        ("400班", None),
        ("00班", None),
        ("初23班", None),
        ("高四1班", None),
        ("初五（2）班", None),
        ("四年级0班", None),
        ("大班", None),
        ("", None),
        (None, None),
        ("1" * 50, None),
    ],
)
def test_classes(text, read):
    assert parse_class(text) == read


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("四十一班", {ClassText(number=41), ClassText(Grade(index=4), 11)}),
        ("一十班", {ClassText(number=10), ClassText(Grade(index=1), 10)}),
        ("第一十二班", {ClassText(number=12), ClassText(Grade(index=1), 12)}),
        ("二十班", {ClassText(number=20), ClassText(Grade(index=2), 10)}),
        ("一二班", {ClassText(Grade(index=1), 2), ClassText(number=12)}),
    ],
)
def test_what_has_two_honest_readings_keeps_both(text, readings):
    read = parse_class(text)

    assert isinstance(read, Ambiguous)
    assert set(read.readings) == readings


@pytest.mark.parametrize(
    ("text", "stage", "year"),
    [
        ("小学2023级", Stage.PRIMARY, 2023),
        ("初2025级", Stage.JUNIOR, 2025),
        ("初中25级", Stage.JUNIOR, 2025),
        ("高中２０２５级", Stage.SENIOR, 2025),
        ("二〇二三级", None, 2023),
        ("小学二零二三级", Stage.PRIMARY, 2023),
    ],
)
def test_a_cohort_may_name_its_stage(text, stage, year):
    assert parse_grade(text) == Grade(stage, entry_year=year)
    assert parse_class(f"{text}（12）班") == ClassText(Grade(stage, entry_year=year), 12)


@pytest.mark.parametrize("text", ["0401", "0401班", "四年级（1班）", "四(1班)", "四年级1班"])
def test_a_class_beside_its_grade_in_other_spellings(text):
    assert parse_class(text) == ClassText(Grade(index=4), 1)


def test_four_digits_are_not_guessed():
    """1012班 may be grade 10 class 12 or a room; nobody says which."""
    assert parse_class("1012班") is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2023", EntryYear(2023)),
        ("2023年", EntryYear(2023)),
        ("２０２３", EntryYear(2023)),
        ("202309", EntryYear(2023, 9)),
        ("20230901", EntryYear(2023, 9)),
        ("2023-09", EntryYear(2023, 9)),
        ("2023/9/1", EntryYear(2023, 9)),
        ("2023.9", EntryYear(2023, 9)),
        ("2023年9月", EntryYear(2023, 9)),
        ("2023 年 09 月 01 日", EntryYear(2023, 9)),
        ("2023-09-01 00:00:00", EntryYear(2023, 9)),
        (dt.date(2023, 9, 1), EntryYear(2023, 9)),
        (dt.datetime(2023, 9, 1, 8, 30), EntryYear(2023, 9)),
        ("202313", None),
        ("202300", None),
        ("1899", None),
        ("23", None),
        ("2023级", EntryYear(2023)),
        ("二〇二三年", EntryYear(2023)),
        ("2023学年", EntryYear(2023)),
        ("2023-2024学年第一学期", EntryYear(2023)),
        ("2023秋", EntryYear(2023, 9)),
        ("2023年秋季", EntryYear(2023, 9)),
        ("2024春", EntryYear(2024, 3)),
        ("2023/9/1 0:00", EntryYear(2023, 9)),
        ("2023年9月1日 00:00", EntryYear(2023, 9)),
        ("45170", EntryYear(2023, 9)),
        ("45170.0", EntryYear(2023, 9)),
        ("32873", None),
        ("62000", None),
        ("20239", None),
        ("20232", None),
        ("٢٠٢٣", None),
        ("", None),
        (None, None),
        (2023, None),
    ],
)
def test_entry_years(text, read):
    assert parse_entry_year(text) == read


def test_numerals_and_back():
    assert all(numeral_value(numeral(number)) == number for number in range(1, 100))
    assert [numeral_value(text) for text in ("", "〇", "一百", "²", "-1", "1.0")] == [0] * 6


@given(thing=st.text(max_size=45) | st.none() | st.integers() | st.binary() | st.dates())
def test_anything_at_all_is_answered(thing):
    assert parse_grade(thing) is None or isinstance(parse_grade(thing), Grade)
    assert parse_class(thing) is None or isinstance(parse_class(thing), ClassText | Ambiguous)
    assert parse_entry_year(thing) is None or isinstance(parse_entry_year(thing), EntryYear)


def test_every_short_text_of_numerals_is_answered():
    """All 66,429 texts of up to five of these nine characters, in each of the three parsers."""
    for length in range(6):
        for chars in product("一二九十1班级年第", repeat=length):
            text = "".join(chars)
            for parse in (parse_class, parse_grade, parse_entry_year):
                assert parse(text) == parse(squeeze(text)), (parse.__name__, text)


@given(text=st.text(alphabet="四十一2年级初班第（）() 甲aＡ０-", max_size=8))
def test_the_way_of_writing_does_not_matter(text):
    assert parse_class(text) == parse_class(squeeze(text))
    assert squeeze(squeeze(text)) == squeeze(text)


def test_the_blank_characters_are_those_that_squeezing_drops():
    assert {char for char in map(chr, range(0x110000)) if not squeeze(char)} == BLANK


def test_the_table_of_plain_classes_says_what_the_forms_say():
    """A plain spelling is looked up; the forms, in their order, read the same from it."""
    for text, known in CLASSES.items():
        assert parse_class(text) == known == parse_class_form(squeeze(text))


@given(st.integers(0, 999_999))
def test_a_plain_year_or_month_is_read_as_the_forms_read_it(number):
    """Four or six ASCII digits need no pattern; whatever is none falls through to the patterns."""
    for text in (f"{number % 10_000:04d}", f"{number:06d}"):
        assert parse_entry_year(text) == parse_entry_form(text)
