"""The look-up key: one for every spelling of a number, none for what cannot be one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.matching import kind_of, lookup_key
from eduid_core.matching.keys import ID_TYPES, squeeze_number
from eduid_core.private import IdNumber
from eduid_core.testing.strategies import noisy_students
from eduid_core.validation import Kind

NUMBER = "32009820160415001X"


@pytest.mark.parametrize(
    "spelling",
    [
        NUMBER,
        NUMBER.lower(),
        f" {NUMBER}\u200b",
        "320098-20160415-001X",
        "320098 20160415 001x",
        "３２００９８２０１６０４１５００１ｘ",
        IdNumber(NUMBER),
    ],
)
@pytest.mark.parametrize(
    "id_type", ["", "1", "居民身份证", "身份证", "港澳台居民居住证", "resident_id", "学生证"]
)
def test_every_spelling_has_one_key(id_type, spelling):
    assert lookup_key(id_type, spelling) == NUMBER


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "320098201604150010", "3200982016041500", "abc", "x" * 1000, "\ud800", "²" * 18]
)
def test_what_is_no_resident_number_has_no_key(text):
    assert lookup_key("1", text) is None


def test_the_old_fifteen_digits_have_the_key_of_the_eighteen():
    assert lookup_key("1", "320098850607123") == lookup_key("1", "320098198506071233") == "320098198506071233"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("6", "H1234567801"), ("回乡证", "h12345678")),
        (("8", "1234567801"), ("台胞证", "12345678")),
        (("8", "1234567890(A)"), ("台胞证", "12345678")),
        (("A", "e 1234-5678"), ("护照", "E12345678")),
        (("passport_cn", "E12345678"), ("护照", "E12345678")),
        (("Z", "甲1"), ("其他", "甲1")),
        (("foreign_permanent_resident_15", "QMA110098151501"), ("9", "qma110098151501")),
    ],
)
def test_other_documents_are_joined_by_their_lifelong_part(one, other):
    assert lookup_key(*one) == lookup_key(*other) is not None


def test_two_kinds_never_share_a_key():
    keys = {kind: lookup_key(kind.value, "E12345678") for kind in Kind}
    families = [
        {Kind.PASSPORT_CN, Kind.PASSPORT_OTHER},
        {Kind.FOREIGN_PERMANENT_RESIDENT, Kind.FOREIGN_PERMANENT_RESIDENT_15},
    ]
    for one, key in keys.items():
        for other, their in keys.items():
            if key is not None and one != other and key == their and not key.startswith("?"):
                assert {one, other} in families


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("居民身份证", Kind.RESIDENT_ID),
        ("身份证", Kind.RESIDENT_ID),
        ("1", Kind.RESIDENT_ID),
        ("", Kind.RESIDENT_ID),
        ("港澳台居民居住证", Kind.RESIDENCE_PERMIT),
        ("港澳居民来往内地通行证", Kind.MAINLAND_TRAVEL_PERMIT_HK_MO),
        ("回乡证", Kind.MAINLAND_TRAVEL_PERMIT_HK_MO),
        ("6", Kind.MAINLAND_TRAVEL_PERMIT_HK_MO),
        ("7", Kind.MAINLAND_TRAVEL_PERMIT_HK_MO),
        ("台湾居民来往大陆通行证", Kind.MAINLAND_TRAVEL_PERMIT_TW),
        ("台胞证", Kind.MAINLAND_TRAVEL_PERMIT_TW),
        ("8", Kind.MAINLAND_TRAVEL_PERMIT_TW),
        ("外国人永久居留身份证", Kind.FOREIGN_PERMANENT_RESIDENT),
        ("9", Kind.FOREIGN_PERMANENT_RESIDENT),
        ("护照", Kind.PASSPORT_OTHER),
        ("A", Kind.PASSPORT_OTHER),
        ("ａ", Kind.PASSPORT_OTHER),
        ("其他", Kind.OTHER_DOCUMENT),
        ("Z", Kind.OTHER_DOCUMENT),
        (" hk_id ", Kind.HK_ID),
        ("学生证", None),
        ("mobile", None),
        ("student_number", None),
        ("2", None),
    ],
)
def test_every_text_of_a_document_type_is_known(text, kind):
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("6", "QQ9991075", Kind.HK_ID),
        ("6", "qq999107(5)", Kind.HK_ID),
        ("6", "H99999032", Kind.MAINLAND_TRAVEL_PERMIT_HK_MO),
        ("香港特区护照/身份证明", "QQ9991075", Kind.HK_ID),
        ("香港特区护照／身份证明", "M99999032", Kind.MAINLAND_TRAVEL_PERMIT_HK_MO),
        ("7", "79995954", Kind.MO_ID),
        ("澳门特区护照/身份证明", "7999595(4)", Kind.MO_ID),
        ("7", "M99999032", Kind.MAINLAND_TRAVEL_PERMIT_HK_MO),
        ("7-澳门特区护照/身份证明", "79995954", Kind.MO_ID),
        ("回乡证", "QQ9991075", Kind.MAINLAND_TRAVEL_PERMIT_HK_MO),
        ("6", "", Kind.MAINLAND_TRAVEL_PERMIT_HK_MO),
    ],
)
def test_the_number_tells_which_document_of_hong_kong_or_macao_it_is(text, number, kind):
    """6 and 7 of the national list mean an identity card or a travel permit; other texts mean one kind."""
    assert kind_of(text, number) is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1-居民身份证", Kind.RESIDENT_ID),
        ("1－居民身份证", Kind.RESIDENT_ID),
        ("B-户口簿", Kind.RESIDENT_ID),
        ("C-港澳台居民居住证", Kind.RESIDENCE_PERMIT),
        ("9.境外永久居住证", Kind.FOREIGN_PERMANENT_RESIDENT),
        ("8-台湾居民往来大陆通行证", Kind.MAINLAND_TRAVEL_PERMIT_TW),
        ("A-护照", Kind.PASSPORT_OTHER),
        ("1-护照", None),
        ("A-居民身份证", None),
        ("X-护照", None),
    ],
)
def test_a_number_of_the_national_list_before_a_text_must_mean_the_same(text, kind):
    assert kind_of(text) is kind


def test_one_number_under_two_words_has_one_key():
    assert lookup_key("回乡证", "M99999609") == lookup_key("香港特区护照/身份证明", "M99999609")
    assert lookup_key("户口簿", "320098201503150010") == lookup_key("", "320098201503150010")


def test_every_kind_of_document_can_be_named():
    assert set(ID_TYPES.values()) == set(Kind) - {
        Kind.STUDENT_NUMBER,
        Kind.SCHOOL_CODE,
        Kind.MOBILE,
        Kind.LANDLINE,
    }


@given(id_type=st.text(max_size=20), number=st.text(max_size=40))
def test_any_texts_have_a_key_or_none_and_the_same_twice(id_type, number):
    key = lookup_key(id_type, number)

    assert key == lookup_key(id_type, number)
    assert key is None or key


@given(pair=noisy_students())
def test_a_noisy_form_keeps_its_key(pair):
    assert lookup_key(pair.application.id_type, pair.application.id_number) == lookup_key(
        pair.row.id_type, pair.row.id_number
    )


@given(text=st.text(max_size=60))
def test_squeezing_twice_is_squeezing_once(text):
    assert squeeze_number(squeeze_number(text)) == squeeze_number(text)
