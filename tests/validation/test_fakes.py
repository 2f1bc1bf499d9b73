"""Synthetic numbers: recognisable, the same for the same seed, and valid where their space allows it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.testing import strategies
from eduid_core.testing.fakes import (
    FUTURE_AS_OF,
    damage,
    fake,
    fake_mobile,
    fake_residence_permit,
    fake_resident_id,
    fake_resident_id_15,
    fake_school_code,
    fake_student_number,
    is_fake,
)
from eduid_core.validation import Kind, Sex, inspect_number, is_resident_id

AS_OF = dt.date(2026, 9, 1)
SEEDS = st.integers(0, 2**32)
INVALID_BY_DESIGN = {Kind.SCHOOL_CODE, Kind.PASSPORT_CN}
BORN_LATER = {Kind.RESIDENCE_PERMIT}
DOUBTED = {
    Kind.RESIDENT_ID: "SYNTHETIC_NUMBER",
    Kind.RESIDENT_ID_15: "SYNTHETIC_NUMBER",
    Kind.FOREIGN_PERMANENT_RESIDENT: "SYNTHETIC_NUMBER",
    Kind.FOREIGN_PERMANENT_RESIDENT_15: "SYNTHETIC_NUMBER",
    Kind.STUDENT_NUMBER: "SYNTHETIC_NUMBER",
    Kind.MOBILE: "PHONE_UNASSIGNED_PREFIX",
    Kind.PASSPORT_MRZ_TD3: "NATIONALITY_UNKNOWN",
}


@given(st.sampled_from(Kind), SEEDS)
def test_every_fake_is_told_as_one_in_whatever_spelling(kind, seed):
    text = fake(kind, seed)

    assert fake(kind, seed) == text
    assert is_fake(text)
    assert is_fake(f" {text.lower()} ")


@given(st.sampled_from(Kind), SEEDS)
def test_every_fake_inspects_as_its_kind_says(kind, seed):
    inspection = inspect_number(
        fake(kind, seed), kind=kind, as_of=FUTURE_AS_OF if kind in BORN_LATER else AS_OF
    )

    assert inspection.valid == (kind not in INVALID_BY_DESIGN)
    if kind in DOUBTED:
        assert DOUBTED[kind] in inspection.codes
    if kind in BORN_LATER:
        assert inspection.codes == ()


@given(
    SEEDS,
    st.sampled_from(["11", "32", "65", "71"]),
    st.sampled_from(Sex),
    st.dates(dt.date(2005, 1, 1), dt.date(2020, 1, 1)),
)
def test_a_fake_resident_id_is_made_to_measure(seed, province, sex, birth):
    text = fake_resident_id(seed, province=province, sex=sex, birth=birth)
    facts = inspect_number(text, as_of=AS_OF).facts

    assert is_resident_id(text)
    assert (text[:4], facts["sex"], facts["birth_date"]) == (f"{province}00", sex, birth)


@given(SEEDS)
def test_with_a_real_division_the_holder_is_not_born_yet(seed):
    text = fake_resident_id(seed, division="320102")

    assert is_fake(text)
    assert int(text[6:10]) >= 2150
    assert inspect_number(text, as_of=FUTURE_AS_OF, role="student").codes == ()


def test_options_of_the_other_fakes():
    assert fake_resident_id_15(1, province="11")[:4] == "1100"
    assert inspect_number(fake_resident_id_15(1, sex=Sex.FEMALE), as_of=AS_OF).facts["sex"] is Sex.FEMALE
    assert fake_residence_permit(1, origin="810000", sex=Sex.MALE).startswith("810000")
    assert fake_school_code(1, category="31")[:4] == "3119"
    assert [fake_student_number(1, letter=c)[0] for c in "GJL"] == list("GJL")
    assert inspect_number(fake_student_number(5, letter="J"), as_of=AS_OF).codes == ("SYNTHETIC_NUMBER",)
    assert fake_resident_id(1, province=None)[2:4] == "00"
    assert len({fake_mobile(seed) for seed in range(100)}) == 100


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        5,
        b"x",
        "320102",
        "陈小雨",
        "320000201503150010",
        "460098201503150010",
        "13800000000",
        "900098201503150010",
        "810000201503150010",
        "1" * 200,
    ],
)
def test_what_is_not_synthetic_is_not_told_as_synthetic(text):
    assert not is_fake(text)


@given(SEEDS, SEEDS)
def test_each_damage_does_what_its_label_says(seed, slip):
    text = fake_resident_id(seed)

    assert [i for i in range(18) if damage(text, slip, "substitution")[i] != text[i]].__len__() == 1
    swapped = damage(text, slip, "swap")
    assert sorted(swapped) == sorted(text)
    assert swapped != text
    assert any(c in "OIlBSZ" for c in damage(text, slip, "letter"))
    assert len(damage(text, slip, "truncation")) == 17
    assert damage(text, slip, "month")[10:12] == "13"
    for how in ("substitution", "swap", "letter", "truncation", "month"):
        assert not inspect_number(damage(text, slip, how), kind=Kind.RESIDENT_ID, as_of=AS_OF).valid


@given(strategies.student_numbers(letters="JL"), strategies.school_codes(), strategies.phones())
def test_the_strategies_make_what_they_say(number, school, phone):
    assert number[0] in "JL"
    assert is_fake(number)
    assert is_fake(school)
    assert is_fake(phone)


@given(
    strategies.resident_ids(
        sexes=[Sex.FEMALE], provinces=["32"], min_birth=dt.date(2010, 1, 1), max_birth=dt.date(2010, 12, 31)
    )
)
def test_resident_ids_can_be_narrowed(text):
    facts = inspect_number(text, as_of=AS_OF).facts

    assert (text[:4], text[6:10], facts["sex"]) == ("3200", "2010", Sex.FEMALE)


@given(st.one_of(strategies.resident_ids(real_divisions=True), strategies.resident_ids(permits=True)))
def test_numbers_of_real_divisions_belong_to_nobody_living(text):
    assert is_fake(text)
    assert is_resident_id(text)
