"""The registry's own faults, one by one: who is one person, what is one number, how much may vanish."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.matching import Policy, RegistryRow, inspect_registry, shrunk
from eduid_core.matching.quality import _person
from eduid_core.testing.invented_students import AS_OF
from eduid_core.validation.documents.check_digits import check_character


def number(body: str) -> str:
    return body + check_character(body)


BOY, OTHER_BOY, GIRL = (number("32009820160415" + sequence) for sequence in ("003", "005", "004"))
ROW = RegistryRow("G" + BOY, "陈小雨", "1", BOY, "2132000001", "海英小学", "四年级", "1班", "202309", "在读")
TWIN = evolve(ROW, id_number=OTHER_BOY, student_number="G" + OTHER_BOY)


def faults(*rows):
    return [(one.code, one.rows) for one in inspect_registry(rows, as_of=AS_OF).problems]


def test_a_good_row_alone_has_no_fault():
    """Nothing is shared by one row."""
    assert faults(ROW) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, True),
        ({"name": "王大明"}, False),
        ({"name": "陈小雨 "}, True),
        ({"id_number": GIRL}, False),
        ({"id_number": number("32009820150415003")}, False),
        ({"id_number": number("32009820160416003")}, False),
        ({"id_number": number("32009810160415003")}, False),
        ({"status": "毕业"}, False),
        ({"id_number": BOY}, False),
        ({"id_number": "", "student_number": "G" + OTHER_BOY}, True),
        ({"id_number": "", "student_number": "L1"}, False),
        ({"id_type": "A", "id_number": "E12345678", "student_number": "G" + OTHER_BOY}, True),
        ({"id_type": "A", "id_number": OTHER_BOY, "student_number": "L1"}, False),
    ],
)
def test_one_person_is_one_name_sex_and_birth_under_unlike_numbers(changes, told):
    """Read off a resident number, or off the student number where there is none."""
    other = evolve(TWIN, **changes)

    assert (("REG_SAME_PERSON", (0, 1)) in faults(ROW, other)) is told


@pytest.mark.parametrize(
    "text", ["32009820160415A036", "3200982016041500²6", "٣20098201604150036", "32009820160415003"]
)
def test_what_is_no_number_makes_no_person(text):
    """Not even a character that Python takes for a digit."""
    assert _person(evolve(ROW, id_number=text, student_number="L1")) is None


def test_the_last_character_may_be_an_x():
    body = next(b for n in range(3, 99, 2) if check_character(b := f"32009820160415{n:03}") == "X")

    assert _person(evolve(ROW, id_number=number(body))) == ("陈小雨", "20160415", "male")


def test_a_person_is_told_with_the_whole_birth_and_a_word_for_the_sex():
    girl = evolve(ROW, id_number=GIRL)

    assert _person(ROW) == ("陈小雨", "20160415", "male")
    assert _person(girl) == ("陈小雨", "20160415", "female")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id_type": "A", "id_number": "E12345678"}, None),
        ({"id_type": "A", "id_number": BOY}, "REG_ID_BAD"),
        ({"id_type": "1", "id_number": "E12345678"}, "REG_ID_BAD"),
        ({"name": "Anna Maria Smith"}, None),
        ({"name": "王?"}, "REG_NAME_BAD"),
        ({"id_number": ""}, "REG_NO_ID"),
    ],
)
def test_a_number_is_judged_by_its_type_and_a_name_may_be_latin(changes, code):
    assert [one for one, _ in faults(evolve(ROW, **changes))] == ([code] if code else [])


# --- the vanish guard
STRICT = Policy(vanish_share_source=5, vanish_share_school=20)


def test_what_vanished_is_told_by_school_with_both_counts():
    before, after = {"a": 10, "b": 80, "c": 5}, {"b": 9, "c": 5}
    told = [(one.code, one.school_code, one.before, one.after) for one in shrunk(before, after, policy=STRICT)]

    assert told == [
        ("SNAPSHOT_SUSPECT", "", 95, 14),
        ("SNAPSHOT_SUSPECT", "a", 10, 0),
        ("SNAPSHOT_SUSPECT", "b", 80, 9),
    ]


def test_an_empty_registry_is_told_as_a_whole():
    (one,) = shrunk({"a": 10, "b": 80}, {"a": 0}, policy=STRICT)

    assert (one.code, one.school_code, one.before, one.after) == ("SNAPSHOT_EMPTY", "", 90, 0)


@given(
    before=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 5)),
    after=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 5)),
    share=st.integers(0, 100),
)
def test_a_school_is_suspect_when_more_than_the_share_is_gone(before, after, share):
    """Counted in whole rows; a school that is gone has lost all it had."""
    told = shrunk(before, after, policy=Policy(vanish_share_source=100, vanish_share_school=share))
    lost = {
        code: (rows, after.get(code, 0))
        for code, rows in before.items()
        if rows and 100 * (rows - after.get(code, 0)) > share * rows
    }

    if sum(after.values()):
        assert {one.school_code: (one.before, one.after) for one in told} == lost
