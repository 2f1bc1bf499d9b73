"""Resident numbers and permits: every rule of GB 11643-1999, each finding at its place."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from eduid_core.findings import InvalidInput, Severity
from eduid_core.testing import strategies
from eduid_core.validation import DivisionStatus, Kind, Sex, inspect_number, is_resident_id, parse_resident_id
from eduid_core.validation.ages import is_date
from eduid_core.validation.context import setting_of, yyyymmdd
from eduid_core.validation.divisions.lookup import table
from eduid_core.validation.documents.birth_and_division import birth_findings, division_findings, unremarkable
from eduid_core.validation.documents.check_digits import check_character
from eduid_core.validation.documents.resident import RESIDENCE_PERMIT, RESIDENT_ID, look, upgrade
from eduid_core.validation.documents.spec import examine
from eduid_core.validation.folding import Typed, fold
from eduid_core.validation.inspection import ordered

AS_OF = dt.date(2026, 9, 1)
VALID = "320098201503150010"


LATER = dt.date(2170, 9, 1)
"""The day of asking for numbers of real divisions: their holders are born in 2150 and later."""


def number(code: str = "320098", birth: str = "", sequence: str = "001") -> str:
    body = code + (birth or ("20150315" if code[2:4] == "00" and code[4:] != "00" else "21600315")) + sequence
    return body + check_character(body)


def told(text, as_of=None, **options):
    """Return (code, span) of every finding but the one all synthetic numbers carry."""
    day = as_of or (LATER if text[6:8] == "21" else AS_OF)
    return [
        (f.code, f.at)
        for f in inspect_number(text, as_of=day, **options).findings
        if f.code != "SYNTHETIC_NUMBER"
    ]


def test_a_valid_number_says_when_and_what_and_where():
    facts = dict(inspect_number(VALID, as_of=AS_OF).facts)

    assert facts["birth_date"] == dt.date(2015, 3, 15)
    assert facts["sex"] is Sex.MALE
    assert facts["division"] == "320098"
    assert facts["division_verdict"] is DivisionStatus.SYNTHETIC
    assert inspect_number(number(sequence="002"), as_of=AS_OF).facts["sex"] is Sex.FEMALE


@given(strategies.resident_ids())
def test_a_synthetic_number_is_valid_and_doubted(text):
    inspection = inspect_number(text, as_of=AS_OF)

    assert inspection.valid
    assert inspection.kind is Kind.RESIDENT_ID
    assert inspection.codes == ("SYNTHETIC_NUMBER",)
    assert inspection.canonical.reveal("test") == text
    assert inspection.also == ()


@given(strategies.resident_ids(real_divisions=True))
def test_a_number_of_a_division_in_force_calls_for_nothing(text):
    inspection = inspect_number(text, as_of=dt.date(2175, 1, 1))

    assert inspection.valid
    assert set(inspection.codes) <= {"DIVISION_ABOLISHED_BEFORE_BIRTH"}


@given(strategies.resident_ids(permits=True))
def test_a_permit_is_told_by_its_first_six_digits(text):
    inspection = inspect_number(text, as_of=dt.date(2175, 1, 1))

    assert inspection.valid
    assert inspection.kind is Kind.RESIDENCE_PERMIT
    assert inspection.codes == ()
    assert inspection.facts["origin"] == {"81": "HK", "82": "MO", "83": "TW"}[text[:2]]


@given(
    st.one_of(
        strategies.resident_ids(),
        strategies.damaged(strategies.resident_ids(), how=["substitution", "swap", "month"]),
        st.from_regex(r"[0-8][0-9]{16}[0-9X]", fullmatch=True),
    ),
    st.sampled_from([None, "student", "guardian"]),
    st.booleans(),
)
def test_the_short_way_and_the_long_way_say_the_same(text, role, strict):
    """A number that needs no folding takes a shorter way through the same rules."""
    assume(len(text) == 18)
    short = inspect_number(text, as_of=AS_OF, role=role, strict=strict)
    family = RESIDENCE_PERMIT if short.kind is Kind.RESIDENCE_PERMIT else RESIDENT_ID
    long = examine(family, fold(text), setting_of(AS_OF, role, strict))

    if text[:2] not in ("81", "82", "83") or text[2:6] == "0000":
        assert (short.kind, short.canonical, short.findings) == (long.kind, long.canonical, long.findings)
        assert dict(short.facts) == dict(long.facts)
    else:
        assert short.valid == long.valid
    spaced = inspect_number(f" {text}", as_of=AS_OF, role=role, strict=strict)
    assert [(f.code, (f.at[0] + 1, f.at[1] + 1)) for f in short.findings] == [
        (f.code, f.at) for f in spaced.findings if f.code != "OUTER_TRIMMED"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (VALID, []),
        ("32009820150315001X", [("CHECKSUM", (17, 18))]),
        (number(birth="20151315"), [("BIRTH_DATE_IMPOSSIBLE", (10, 12))]),
        (number(birth="20150015"), [("BIRTH_DATE_IMPOSSIBLE", (10, 12))]),
        (number(birth="20150230"), [("BIRTH_DATE_IMPOSSIBLE", (12, 14))]),
        (number(birth="20150100"), [("BIRTH_DATE_IMPOSSIBLE", (12, 14))]),
        (number(birth="20151232"), [("BIRTH_DATE_IMPOSSIBLE", (12, 14))]),
        (number(birth="20150229"), [("BIRTH_DATE_IMPOSSIBLE", (12, 14))]),
        (number(birth="20160229"), []),
        (number(birth="19000229"), [("BIRTH_DATE_IMPOSSIBLE", (12, 14))]),
        (number(birth="00000101"), [("BIRTH_DATE_IMPOSSIBLE", (6, 10))]),
        (number(birth="20260901"), []),
        (number(birth="20260902"), [("BIRTH_IN_FUTURE", (6, 14))]),
        (number(birth="19050902"), []),
        (number(birth="19050901"), [("AGE_IMPLAUSIBLE", (6, 14))]),
        (number(code="160101"), [("PROVINCE_UNKNOWN", (0, 2))]),
        (number(code="060101"), [("PROVINCE_UNKNOWN", (0, 2))]),
        (number(code="320100"), [("DIVISION_PREFECTURE_LEVEL", (0, 6))]),
        (number(code="320000"), [("DIVISION_PREFECTURE_LEVEL", (0, 6))]),
        (number(code="810001"), [("PERMIT_DIVISION", (0, 6))]),
        (number(code="830100"), [("PERMIT_DIVISION", (0, 6))]),
        (number(code="719901"), [("DIVISION_NOT_ISSUED", (0, 6))]),
        (number(code="320179"), [("DIVISION_STATISTICS_ONLY", (0, 6))]),
        (number(code="320171"), [("DIVISION_STATISTICS_ONLY", (0, 6))]),
        (number(code="320199"), [("DIVISION_UNKNOWN", (0, 6))]),
        (number(code="320101"), [("DIVISION_LEGACY_SUMMARY", (0, 6))]),
        (number(code="321119"), [("DIVISION_OBSERVED_EXCEPTION", (0, 6))]),
        (number(code="412723"), [("DIVISION_ABOLISHED_BEFORE_BIRTH", (0, 6))]),
        ("3200982015031500", [("LENGTH", (0, 16))]),
        ("3200982015031500101", [("LENGTH", (0, 19))]),
        ("32009820150315OO10", [("LETTER_IN_DIGITS", (14, 15)), ("LETTER_IN_DIGITS", (15, 16))]),
        ("3200982O150315001l", [("LETTER_IN_DIGITS", (7, 8)), ("LETTER_IN_DIGITS", (17, 18))]),
        ("32009820150315001Х", [("LOOKALIKE_X", (17, 18))]),
        ("32009820150315001×", [("LOOKALIKE_X", (17, 18))]),
        ("X20098201503150010", [("X_NOT_AT_END", (0, 1))]),
        ("3200982015031500１０", [("WIDTH_FOLDED", (16, 18))]),
        ("3200982015031500١0", [("NON_ASCII_DIGIT", (16, 17))]),
        ("320098201503150①10", [("NON_ASCII_DIGIT", (15, 16))]),
        ("320098201503150😀10", [("BAD_CHARACTER", (15, 16))]),
        (
            number(code="160101", birth="20151315")[:17] + "X",
            [("PROVINCE_UNKNOWN", (0, 2)), ("BIRTH_DATE_IMPOSSIBLE", (10, 12)), ("CHECKSUM", (17, 18))],
        ),
    ],
)
def test_each_finding_at_its_place(text, expected):
    """Worked examples, all in the synthetic space."""
    assert told(text) == expected


def test_independent_faults_are_told_together_and_consequences_are_not():
    """A letter leaves the date to be judged, not the check character."""
    assert told("32009820151315OO10") == [
        ("BIRTH_DATE_IMPOSSIBLE", (10, 12)),
        ("LETTER_IN_DIGITS", (14, 15)),
        ("LETTER_IN_DIGITS", (15, 16)),
    ]
    assert told("3O01982015031500I0") == [("LETTER_IN_DIGITS", (1, 2)), ("LETTER_IN_DIGITS", (16, 17))]
    assert told("32009820I51315OO10") == [
        (c, (at, at + 1))
        for c, at in (("LETTER_IN_DIGITS", 8), ("LETTER_IN_DIGITS", 14), ("LETTER_IN_DIGITS", 15))
    ]


def test_a_letter_is_told_with_the_digit_it_is_often_written_for():
    finding = inspect_number("320098201503I50010", as_of=AS_OF).errors[0]

    assert dict(finding.params) == {"k": 13, "hint": " (I→1?)"}
    assert "13" in finding.zh
    assert "I→1" in finding.en
    assert dict(inspect_number("320098201503Q50010", as_of=AS_OF).errors[0].params)["hint"] == ""


def test_a_length_says_what_is_expected_and_what_came():
    finding = inspect_number("32009820150315001", as_of=AS_OF).errors[0]

    assert finding.zh == "应为 18 位，现为 17 位"
    assert finding.en == "expected 18 characters, got 17"


def test_a_lower_case_x_is_folded_and_said():
    text = next(n for n in (number(sequence=f"{i:03}") for i in range(200)) if n.endswith("X"))

    assert told(text[:17] + "x") == [("CASE_FOLDED", (17, 18))]
    assert is_resident_id(text[:17] + "x")
    assert inspect_number(text[:17] + "x", as_of=AS_OF).canonical.reveal("test") == text


def test_a_pupils_age_is_looked_at_only_when_it_is_a_pupils_number():
    """The usual range is 5 to 22 years, both ends included."""
    for birth, unusual in (("20210901", False), ("20210902", True), ("20030902", False), ("20030901", True)):
        text = number(birth=birth)
        assert told(text) == []
        assert told(text, role="guardian") == []
        assert told(text, role="student") == ([("AGE_UNUSUAL_FOR_ROLE", (6, 14))] if unusual else [])


def test_strict_makes_errors_of_doubts_about_the_division():
    for code, graded in (
        ("412723", "error"),
        ("320199", "error"),
        ("719901", "error"),
        ("320179", "error"),
        ("320101", "note"),
        ("321119", "note"),
        ("320098", "doubt"),
    ):
        inspection = inspect_number(number(code=code), as_of=LATER, strict=True)
        assert inspection.findings[0].severity is Severity(graded)
        assert inspection.valid == (graded != "error")


def test_what_the_form_says_is_compared():
    assert told(VALID, birth_date=dt.date(2015, 3, 15), sex=Sex.MALE) == []
    assert told(VALID, birth_date=dt.date(2015, 3, 16), sex=Sex.FEMALE) == [
        ("BIRTH_DIFFERS_FROM_FORM", (6, 14)),
        ("SEX_DIFFERS_FROM_FORM", (16, 17)),
    ]
    assert told(number(birth="20151315"), birth_date=dt.date(2015, 3, 16)) == [
        ("BIRTH_DATE_IMPOSSIBLE", (10, 12))
    ]
    assert inspect_number(VALID, as_of=AS_OF, sex=Sex.FEMALE).valid


def test_a_declared_permit_starts_with_exactly_three_numbers():
    assert told(VALID, kind=Kind.RESIDENCE_PERMIT) == [("PERMIT_DIVISION", (0, 6))]
    assert told("3200982015031500O0", kind=Kind.RESIDENCE_PERMIT) == [
        ("PERMIT_DIVISION", (0, 6)),
        ("LETTER_IN_DIGITS", (16, 17)),
    ]
    assert told("3O0098201503150000", kind=Kind.RESIDENCE_PERMIT) == [("LETTER_IN_DIGITS", (1, 2))]
    permit = number(code="830000")
    assert told(permit, kind=Kind.RESIDENCE_PERMIT) == []
    assert inspect_number(f" {permit}", kind=Kind.RESIDENT_ID, as_of=LATER).kind is Kind.RESIDENCE_PERMIT
    assert inspect_number(permit, kind=Kind.RESIDENT_ID, as_of=LATER).kind is Kind.RESIDENCE_PERMIT
    assert not is_resident_id(number(code="830100"))
    assert is_resident_id(permit)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (VALID, True),
        (number(code="719901"), True),
        (number(code="320100"), False),
        (number(code="160101"), False),
        (number(code="960101"), False),
        (number(code="060101"), False),
        (number(code="810000"), True),
        (number(code="810001"), False),
        (number(birth="20150230"), False),
        (number(birth="00000101"), False),
        (number(birth="20160229"), True),
        (VALID[:17] + "1", False),
        (VALID + "0", False),
        (VALID[:17], False),
        (VALID[:17] + "x", False),
        (VALID[:17] + "a", False),
        (VALID[:17] + "０", False),
        ("²" + VALID[1:], False),
        ("a" + VALID[1:], False),
        (VALID.encode(), False),
        (int(VALID), False),
        (None, False),
    ],
)
def test_the_quick_question(text, answer):
    assert is_resident_id(text) is answer


def test_the_quick_question_looks_at_the_day_only_when_given():
    text = number(birth="20260902")

    assert is_resident_id(text)
    assert not is_resident_id(text, as_of=AS_OF)
    assert is_resident_id(text, as_of=dt.date(2026, 9, 2))
    assert is_resident_id(number(birth="20260831"), as_of=AS_OF)


@given(st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)))
def test_every_date_of_the_calendar_is_one(date):
    assert is_date(f"{yyyymmdd(date):08}")


def test_no_other_eight_digits_are_a_date():
    """Exhaustive over months and days, for a leap year, a common year and two centuries."""
    for year in (1900, 2000, 2015, 2016):
        days = {f"{year}-01-01"}
        day = dt.date(year, 1, 1)
        while day.year == year:
            days.add(f"{day:%Y%m%d}")
            day += dt.timedelta(1)
        assert {f"{year}{n:04}" for n in range(10_000) if is_date(f"{year}{n:04}")} == days - {f"{year}-01-01"}


def test_an_old_number_is_upgraded():
    """Reference example; two digits of century and a check are put in."""
    inspection = inspect_number("320098850607123", as_of=AS_OF)

    assert upgrade("320098850607123") == "320098198506071233"
    assert inspection.kind is Kind.RESIDENT_ID_15
    assert inspection.canonical.reveal("test") == "320098198506071233"
    assert inspection.facts["birth_date"] == dt.date(1985, 6, 7)
    assert inspection.codes == ("SYNTHETIC_NUMBER", "FORMAT_ONLY", "LEGACY_15")


@given(st.integers(0, 99), st.dates(dt.date(1900, 1, 1), dt.date(1999, 12, 31)), st.integers(0, 999))
def test_upgrading_loses_nothing(division, birth, sequence):
    old = f"3200{division:02}{birth:%y%m%d}{sequence:03}"
    new = upgrade(old)

    assert new[:6] + new[8:17] == old
    assert new[6:8] == "19"
    assert is_resident_id(new) == (division != 0)


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("320098851307123", {}, [("LEGACY_15", (0, 15)), ("BIRTH_DATE_IMPOSSIBLE", (8, 10))]),
        ("320098850632123", {}, [("LEGACY_15", (0, 15)), ("BIRTH_DATE_IMPOSSIBLE", (10, 12))]),
        (
            "320098050607123",
            {},
            [("FORMAT_ONLY", (0, 15)), ("LEGACY_15", (0, 15)), ("AGE_IMPLAUSIBLE", (6, 12))],
        ),
        (
            "320098850607996",
            {},
            [("FORMAT_ONLY", (0, 15)), ("LEGACY_15", (0, 15)), ("CENTENARIAN_SEQUENCE", (12, 15))],
        ),
        ("320098850607995", {}, [("FORMAT_ONLY", (0, 15)), ("LEGACY_15", (0, 15))]),
        ("32009885060712O", {}, [("LEGACY_15", (0, 15)), ("LETTER_IN_DIGITS", (14, 15))]),
        ("160101850607123", {}, [("PROVINCE_UNKNOWN", (0, 2)), ("LEGACY_15", (0, 15))]),
        (
            "320098850607123",
            {"role": "student"},
            [("LEGACY_ID_FOR_MINOR", (0, 15)), ("AGE_UNUSUAL_FOR_ROLE", (6, 12)), ("LEGACY_15", (0, 15))],
        ),
        ("320098850607123", {"role": "guardian"}, [("FORMAT_ONLY", (0, 15)), ("LEGACY_15", (0, 15))]),
        (
            "320098850607123",
            {"sex": Sex.FEMALE},
            [("FORMAT_ONLY", (0, 15)), ("LEGACY_15", (0, 15)), ("SEX_DIFFERS_FROM_FORM", (14, 15))],
        ),
        (
            "320098850607123",
            {"birth_date": AS_OF},
            [("FORMAT_ONLY", (0, 15)), ("LEGACY_15", (0, 15)), ("BIRTH_DIFFERS_FROM_FORM", (6, 12))],
        ),
    ],
)
def test_findings_in_an_old_number_stand_at_their_place_in_it(text, options, expected):
    assert sorted(told(text, **options)) == sorted(expected)
    assert sorted(told(text, kind=Kind.RESIDENT_ID, **options)) == sorted(expected)


def test_a_value_keeps_what_the_number_says():
    value = parse_resident_id(" 320098-20150315-0010", as_of=AS_OF)

    assert value.number.reveal("test") == VALID
    assert (value.birth_date, value.sex, value.division) == (dt.date(2015, 3, 15), Sex.MALE, "320098")
    assert value.kind is Kind.RESIDENT_ID
    assert value.division_verdict is DivisionStatus.SYNTHETIC
    assert value.age_on(AS_OF) == 11
    assert value.age_on(dt.date(2026, 3, 15), rule="next_day") == 10
    assert value.findings[0].code == "OUTER_TRIMMED"


@pytest.mark.parametrize("text", ["", None, "32009820150315001X", "G320098201503150010", "E12345678"])
def test_parsing_what_is_no_resident_id_raises_with_the_findings(text):
    with pytest.raises(InvalidInput) as caught:
        parse_resident_id(text, as_of=AS_OF)

    assert any(f.is_error for f in caught.value.findings)


def test_a_strict_or_a_pupils_number_can_be_parsed_as_such():
    with pytest.raises(InvalidInput):
        parse_resident_id(number(code="412723"), as_of=LATER, strict=True)
    with pytest.raises(InvalidInput):
        parse_resident_id("320098850607123", as_of=AS_OF, role="student")
    assert parse_resident_id("320098850607123", as_of=AS_OF).number.reveal("test") == "320098198506071233"


@given(
    st.from_regex(r"[0-8][0-9]{16}[0-9X]", fullmatch=True),
    st.sampled_from([None, dt.date(2015, 3, 15)]),
    st.sampled_from([None, *Sex]),
    st.sampled_from([None, "student"]),
)
def test_the_rules_tell_in_order_and_once(text, birth_date, sex, role):
    """`look` needs no sorting; the short way relies on it."""
    setting = attrs.evolve(setting_of(AS_OF, role), birth_date=birth_date, sex=sex)
    found = look(text, setting)

    assert found == ordered(list(found))


def test_a_span_of_nothing_is_the_whole():
    typed = Typed("", (), 3)

    assert typed.span(0, 0) == (0, 3)
    assert typed.span(0, 1) == (0, 3)


@given(
    st.one_of(
        strategies.resident_ids(real_divisions=True),
        strategies.resident_ids(),
        st.from_regex(r"[0-8][0-9]{17}", fullmatch=True),
    ),
    st.sampled_from([AS_OF, LATER, dt.date(2290, 1, 1)]),
)
def test_the_shorter_way_through_the_rules_is_taken_only_where_they_say_nothing(text, as_of):
    """`unremarkable` holds exactly for plain counties of whose division and birth the rules have nothing to say."""
    setting = setting_of(as_of)
    said = division_findings(text[:6], int(text[6:10]), setting) + birth_findings(text[6:14], setting, at=6)

    assert not (unremarkable(text, setting.today) and said)
    if text[:6] in table().plain:
        assert unremarkable(text, setting.today) == (not said)


def test_a_setting_is_plain_when_only_the_day_is_known():
    assert setting_of(AS_OF).plain
    assert setting_of(AS_OF, None, True).plain
    assert not setting_of(AS_OF, "student").plain
    for beside in ({"birth_date": AS_OF}, {"sex": Sex.MALE}, {"divisions": object()}):
        assert not attrs.evolve(setting_of(AS_OF), **beside).plain
