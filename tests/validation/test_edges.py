"""Limits hit to the character, and places told exactly: what a change of one sign in the code would move."""

from __future__ import annotations

import datetime as dt

import pytest

from eduid_core.private import IdNumber
from eduid_core.testing.fakes import fake
from eduid_core.validation import (
    Kind,
    PhoneClass,
    Sex,
    Slip,
    Term,
    classify_phone,
    inspect_number,
    inspect_phone,
    suggest_repairs,
)
from eduid_core.validation.ages import is_date
from eduid_core.validation.divisions.lookup import full_name, history
from eduid_core.validation.documents.check_digits import check_character, mrz_digit
from eduid_core.validation.folding import fold
from eduid_core.validation.names.gb18030 import LEGACY
from eduid_core.validation.names.inspect import NAME_CAP, fold_name, inspect_name, is_plain_name
from eduid_core.validation.phones.prefixes import PlanRow
from eduid_core.validation.schooling.parse import (
    Ambiguous,
    ClassText,
    EntryYear,
    Grade,
    Stage,
    parse_class,
    parse_entry_year,
    parse_grade,
)
from eduid_core.validation.schooling.patterns import squeeze
from eduid_core.validation.synthetic import is_fake
from eduid_core.validation.templates import misfits

AS_OF = dt.date(2026, 9, 1)


def names(text):
    return [(found.code, found.at) for found in inspect_name(text).findings]


# --- names
@pytest.mark.parametrize(
    ("size", "codes"),
    [
        (2, []),
        (50, []),
        (51, ["NAME_LONG"]),
        (100, ["NAME_LONG"]),
        (101, ["NAME_TOO_LONG"]),
        (NAME_CAP, ["NAME_TOO_LONG"]),
        (NAME_CAP + 1, ["TOO_LONG_INPUT"]),
    ],
)
def test_the_limits_of_a_name(size, codes):
    text = "陈" * size

    assert [found.code for found in inspect_name(text).findings] == codes
    assert is_plain_name(text) is (not codes)


def test_the_limits_of_a_name_hold_for_one_that_had_to_be_folded():
    """The blank is not counted, the place is that of the whole text as it was typed."""
    assert names(" " + "陈" * 50) == [("SPACE_REMOVED", (0, 1))]
    assert set(names(" " + "陈" * 51)) == {("SPACE_REMOVED", (0, 1)), ("NAME_LONG", (0, 52))}


def test_a_name_too_long_says_what_is_allowed():
    told = inspect_name("陈" * 101).findings[0]

    assert "100" in told.zh
    assert "100" in told.en


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("艾力.买买提", [("DOT_NORMALISED", (2, 3))]),
        ("艾力.买.提", [("DOT_NORMALISED", (2, 3)), ("DOT_NORMALISED", (4, 5))]),
        ("王.", [("NAME_BAD_CHARACTER", (1, 2))]),
        ("J. Smith", [("NAME_LATIN", (0, 8))]),
        ("E\u0301va", [("COMPAT_FOLDED", (0, 2)), ("NAME_LATIN", (0, 4))]),
        (
            "E\u200b\u0301va",
            [("COMPAT_FOLDED", (0, 3)), ("NAME_LATIN", (0, 5)), ("INVISIBLE_REMOVED", (1, 2))],
        ),
        (None, [("NOT_TEXT", (0, 0))]),
    ],
)
def test_places_in_a_name(text, told):
    assert names(text) == told


def test_only_the_table_says_what_a_space_is():
    """A separator of ASCII and the letter X at either end stay what they are."""
    assert fold_name("\x1f陈\x1f")[0] == "\x1f陈\x1f"
    assert fold_name("陈\x85")[0] == "陈\x85"
    assert fold_name("XiX ")[0] == "XiX"


# --- grades, classes, years
def test_the_limit_of_a_class_text_is_forty_characters():
    assert parse_grade("四年级" + " " * 37) == Grade(index=4)
    assert parse_grade("四年级" + " " * 38) is None
    assert parse_class("401班" + " " * 36) == ClassText(Grade(index=4), 1)
    assert parse_class("401班" + " " * 37) is None
    assert parse_entry_year("2023" + " " * 36) == EntryYear(2023)
    assert parse_entry_year("2023" + " " * 37) is None


def test_the_last_grade_of_each_stage_has_classes():
    assert parse_class("12年级3班") == ClassText(Grade(index=12), 3)
    assert parse_class("小学六年级3班") == ClassText(Grade(Stage.PRIMARY, 6), 3)
    assert parse_class("初四3班") == ClassText(Grade(Stage.JUNIOR, 4), 3)
    assert parse_class("高三3班") == ClassText(Grade(Stage.SENIOR, 3), 3)
    assert parse_class("高四3班") is parse_class("初五3班") is None


def test_two_numerals_side_by_side_are_tens_and_ones():
    assert parse_class("二三班") == Ambiguous((ClassText(Grade(index=2), 3), ClassText(number=23)))


# --- numbers
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1234567ABCDEFGH", None),
        ("12345678ABCDEFG", Kind.RESIDENT_ID_15),
        ("12345678ABCDEFGH", None),
        ("123456789ABCDEFG", Kind.RESIDENT_ID),
    ],
)
def test_a_text_is_taken_for_a_number_when_more_than_half_of_it_is_digits(text, kind):
    assert inspect_number(text, as_of=AS_OF).kind is kind


def test_the_province_is_two_digits_whatever_follows():
    """32 and a 1 of the next field is not 3210, which is a city."""
    body = "93215620080615001"
    card = inspect_number(body + check_character(body), as_of=AS_OF)
    school = inspect_number("2132100001", kind=Kind.SCHOOL_CODE, as_of=AS_OF)

    assert card.facts["province_of_first_issue"] == school.facts["province_name"] == "江苏省"


def test_a_city_district_row_is_filing_and_no_place():
    assert full_name("140120", 1983) == "山西省太原市"


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        # a letter beside a field does not spare the field, a letter in it does
        (
            "999O99200806150014",
            Kind.FOREIGN_PERMANENT_RESIDENT,
            [("PROVINCE_UNKNOWN", (1, 3)), ("LETTER_IN_DIGITS", (3, 4))],
        ),
        (
            "932777O00806150014",
            Kind.FOREIGN_PERMANENT_RESIDENT,
            [("NATIONALITY_UNKNOWN", (3, 6)), ("LETTER_IN_DIGITS", (6, 7))],
        ),
        (
            "93299920270815O014",
            Kind.FOREIGN_PERMANENT_RESIDENT,
            [("SYNTHETIC_NUMBER", (3, 6)), ("BIRTH_IN_FUTURE", (6, 14)), ("LETTER_IN_DIGITS", (14, 15))],
        ),
        ("2199O00001", Kind.SCHOOL_CODE, [("SCHOOL_PROVINCE_UNKNOWN", (2, 4)), ("LETTER_IN_DIGITS", (4, 5))]),
        (
            "320102O9900101001X",
            Kind.RESIDENCE_PERMIT,
            [("PERMIT_DIVISION", (0, 6)), ("LETTER_IN_DIGITS", (6, 7))],
        ),
        ("11010119900101O010", Kind.RESIDENT_ID, [("LETTER_IN_DIGITS", (14, 15))]),
        (
            "13012219990315O01X",
            Kind.RESIDENT_ID,
            [("DIVISION_ABOLISHED_BEFORE_BIRTH", (0, 6)), ("LETTER_IN_DIGITS", (14, 15))],
        ),
        # brackets are print only where they stand around the last character
        ("A123456(33", Kind.HK_ID, [("LENGTH", (0, 10)), ("BAD_CHARACTER", (7, 8))]),
        ("A123456X3)", Kind.HK_ID, [("LENGTH", (0, 10)), ("BAD_CHARACTER", (9, 10))]),
        # remarks on the whole number
        ("19900101", Kind.MO_ID, [("LOOKS_LIKE_DATE", (0, 8)), ("FORMAT_ONLY", (0, 8))]),
        ("20150101", Kind.MAINLAND_TRAVEL_PERMIT_TW, [("LOOKS_LIKE_DATE", (0, 8)), ("FORMAT_ONLY", (0, 8))]),
        ("AC00000003", Kind.TW_ID, [("TW_RESIDENT_FORM", (0, 10))]),
        (
            "913201000000000005",
            None,
            [
                ("LOOKS_LIKE_ORGANISATION_CODE", (0, 18)),
                ("NATIONALITY_UNKNOWN", (3, 6)),
                ("BIRTH_DATE_IMPOSSIBLE", (6, 10)),
                ("CHECKSUM", (17, 18)),
            ],
        ),
    ],
)
def test_places_in_a_number(text, kind, told):
    assert [(f.code, f.at) for f in inspect_number(text, kind=kind, as_of=AS_OF).findings] == told


def test_the_sex_on_a_foreigners_card_is_held_against_the_form():
    male, female = (inspect_number("932999200806150014", as_of=AS_OF, sex=sex).codes for sex in Sex)

    assert {male, female} == {("SYNTHETIC_NUMBER",), ("SYNTHETIC_NUMBER", "SEX_DIFFERS_FROM_FORM")}


def _zone(*, number="ZZ99999<<", nationality="D<<", birth="080422", digit="", rest="<" * 15):
    """Return a clean zone of one's own fields; *rest* is the optional field with its check digit."""
    clean = fake(Kind.PASSPORT_MRZ_TD3, 1)
    birth += digit or mrz_digit(birth)
    line = number + mrz_digit(number) + nationality + birth + clean[64:72] + rest
    return clean[:44] + line + mrz_digit(line[:10] + line[13:20] + line[21:43])


def test_only_the_filler_is_stripped_from_a_zone():
    """X is a letter of a number, and XXX the nationality of nobody's national."""
    zone = inspect_number(_zone(number="ZZ9999X<<", nationality="XXX"), as_of=AS_OF)

    assert zone.codes == ()
    assert zone.facts["document_number"] == IdNumber("ZZ9999X")
    assert zone.facts["nationality"] == "XXX"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, []),
        ({"birth": "<80422"}, []),
        ({"birth": "041399", "digit": "<"}, [("BIRTH_DATE_IMPOSSIBLE", (57, 63)), ("MRZ_CHECK", (63, 64))]),
        ({"rest": "X" + "<" * 14}, [("MRZ_CHECK", (86, 87))]),
    ],
)
def test_only_the_filler_stands_for_what_is_unknown(fields, told):
    """In a date of birth, and as the check digit of an empty field."""
    assert [(f.code, f.at) for f in inspect_number(_zone(**fields), as_of=AS_OF).findings] == told


def test_a_birth_on_the_day_of_asking_is_of_this_century():
    assert inspect_number(_zone(birth="260901"), as_of=AS_OF).facts["birth_date"] == AS_OF


def test_what_is_wrong_with_a_zone_is_counted_for_the_reader():
    """A hyphen is no separator here; places are counted from one."""
    clean = fake(Kind.PASSPORT_MRZ_TD3, 1)
    hyphen = inspect_number(clean[:50] + "-" + clean[51:], kind=Kind.PASSPORT_MRZ_TD3, as_of=AS_OF).findings
    short = inspect_number(clean[:-1], kind=Kind.PASSPORT_MRZ_TD3, as_of=AS_OF).findings

    assert [(f.code, f.at, f.en) for f in hyphen] == [
        ("BAD_CHARACTER", (50, 51), "the character at position 51 is not allowed")
    ]
    assert [(f.code, f.at, f.en) for f in short] == [("LENGTH", (0, 87), "expected 88 characters, got 87")]


def test_a_phone_in_brackets_is_classified():
    assert classify_phone("(025)89999001") is PhoneClass.LANDLINE
    assert classify_phone("025.89999001") is PhoneClass.LANDLINE


class _Plan:
    """A caller's plan that gives one old prefix to a new network."""

    def row(self, asked, /):
        return PlanRow(PhoneClass.MOBILE, "新网") if asked.prefix.startswith("138") else None


def test_a_callers_plan_is_asked_of_a_plain_number_too():
    plain = inspect_phone("13800001234")

    assert plain.also == ()
    assert plain.facts["allocated_carrier"] == "移动"
    assert inspect_phone("13800001234", plan=_Plan()).facts["allocated_carrier"] == "新网"


def test_an_old_number_is_judged_as_strictly_as_a_new_one():
    doubt, error = (
        inspect_number("130122990315001", kind=Kind.RESIDENT_ID_15, as_of=AS_OF, strict=strict)
        for strict in (False, True)
    )

    assert (
        [f.code for f in doubt.doubts] == [f.code for f in error.errors] == ["DIVISION_ABOLISHED_BEFORE_BIRTH"]
    )


class _Prefixes:
    """A caller's plan that notes what it is asked."""

    def __init__(self):
        self.asked = set()

    def row(self, asked, /):
        self.asked.add(asked.prefix)


def test_a_plan_is_asked_for_seven_digits():
    """The number of a person is nobody's business."""
    plan = _Prefixes()
    inspect_phone("15400001234", plan=plan)

    assert plan.asked == {"1540000"}


class _NewCity:
    """A list that knows one prefecture more."""

    def history(self, asked, /):
        return (Term(0, 9999, "新市"),) if asked.code == "329900" else ()


@pytest.mark.parametrize(
    ("text", "more", "told"),
    [
        ("USA320185061514", {}, []),
        ("USA3299O5061510", {}, [("DIVISION_UNKNOWN", (3, 7)), ("LETTER_IN_DIGITS", (7, 8))]),
        ("USA3201851399O0", {}, [("BIRTH_DATE_IMPOSSIBLE", (9, 11)), ("LETTER_IN_DIGITS", (13, 14))]),
        ("USA329905061515", {}, [("DIVISION_UNKNOWN", (3, 7))]),
        ("USA329905061515", {"divisions": _NewCity()}, []),
        ("USA320100022912", {"as_of": dt.date(2000, 1, 1)}, [("BIRTH_IN_FUTURE", (7, 13))]),
    ],
)
def test_places_in_an_old_foreigners_card(text, more, told):
    given = {"as_of": AS_OF, **more}
    found = inspect_number(text, kind=Kind.FOREIGN_PERMANENT_RESIDENT_15, **given).findings

    assert sorted((f.code, f.at) for f in found) == sorted([*told, ("CENTURY_GUESSED", (7, 9))])


def test_the_century_of_an_old_foreigners_card_is_that_of_the_day_of_asking():
    asked = inspect_number(
        "USA320105061510", as_of=dt.date(2010, 1, 1), kind=Kind.FOREIGN_PERMANENT_RESIDENT_15
    )

    assert asked.facts["birth_date"] == dt.date(2005, 6, 15)


@pytest.mark.parametrize("last", range(990, 1000))
def test_the_last_four_sequences_of_the_old_number_are_those_of_centenarians(last):
    told = inspect_number(f"320102990315{last}", as_of=AS_OF).codes

    assert ("CENTENARIAN_SEQUENCE" in told) is (last > 995)


def test_role_and_strictness_count_beside_a_birth_from_the_form():
    said = {"as_of": AS_OF, "birth_date": dt.date(1999, 3, 15), "kind": Kind.RESIDENT_ID_15}
    lenient = inspect_number("130122990315001", **said)

    assert [f.code for f in lenient.doubts] == ["DIVISION_ABOLISHED_BEFORE_BIRTH"]
    assert "LEGACY_ID_FOR_MINOR" not in lenient.codes
    assert not inspect_number("130122990315001", strict=True, **said).valid
    assert "LEGACY_ID_FOR_MINOR" in inspect_number("130122990315001", role="student", **said).codes


def test_there_is_no_year_nought():
    assert not is_date("00000229")
    assert is_date("00040229")


def test_a_letter_in_the_year_of_a_student_number_leaves_the_birth_unjudged():
    told = inspect_number("L320098O01503150011", kind=Kind.STUDENT_NUMBER, as_of=AS_OF).codes

    assert told == ("STUDENT_ID_TEMPORARY", "LETTER_IN_DIGITS")


def test_a_synthetic_number_is_looked_for_in_128_characters():
    assert is_fake("320098201503150010" + " " * 110)
    assert not is_fake("320098201503150010" + " " * 111)


# --- repairs
def _found(text, **said):
    return [(h.slip, h.at) for h in suggest_repairs(text, as_of=said.pop("as_of", AS_OF), **said).hints]


def test_repairs_are_looked_for_in_64_characters():
    assert _found("320098201503105010" + " " * 46)
    assert not _found("320098201503105010" + " " * 47)


@pytest.mark.parametrize("digit", "0123456789")
def test_an_x_at_the_end_may_have_been_mistyped_as_any_digit(digit):
    told = suggest_repairs("32009820150315007" + digit, as_of=AS_OF, reviewer=True)

    assert IdNumber("32009820150315007X") in told.candidates
    assert (Slip.SUBSTITUTION, (17, 18)) in _found("32009820150315007" + digit)


def test_the_last_two_digits_may_have_changed_places():
    assert (Slip.SWAP, (16, 18)) in _found("320098201503150001")


def test_an_x_that_changed_places_is_a_swap_only_if_the_person_is_born():
    text = "3200982027031500X1"

    assert _found(text, as_of=dt.date(2028, 1, 1)) == [(Slip.SWAP, (16, 18))]
    assert _found(text) == [(Slip.LETTER, (16, 17))]


def test_for_a_student_an_unusual_age_is_no_repair():
    text = "320098201303150002"

    assert suggest_repairs(text, as_of=AS_OF).count == 9
    assert suggest_repairs(text, as_of=AS_OF, role="student").count == 8


def test_a_letter_in_a_number_of_the_wrong_length_is_not_guessed_at():
    assert _found("32009820150315001") == [(Slip.MISSING, (14, 17))]
    assert not _found("320098201503150X1")


# --- the tables that are built when the room is imported
@pytest.mark.parametrize("dash", "\u2010\u2011\u2012\u2013\u2014\u2212")
def test_every_dash_parts_a_grade_from_a_class(dash):
    assert parse_class(f"4{dash}1班") == ClassText(Grade(index=4), 1)


def test_only_brackets_are_folded_to_brackets():
    assert squeeze("［〔【〖[｛{X］〕】〗]｝}\u2015") == "(((((((X)))))))\u2015"


def test_the_first_grade_is_there_and_none_before_it():
    assert [parse_grade(text) for text in ("1", "01", "一", "一年级")] == [Grade(index=1)] * 4
    assert parse_grade("初") is parse_grade("小学0") is parse_grade("高中0年级") is parse_grade("0") is None


def test_the_ends_of_the_folded_ranges():
    assert fold_name("！")[0] == "!"
    assert fold_name("～")[0] == "~"
    assert fold_name("\uff5f")[0] == "\uff5f"
    assert fold_name("\u2fd5") == ("龠", ("RADICAL_FOLDED",))
    assert fold_name("\u2fd6") == ("\u2fd6", ())


def test_no_legacy_position_is_read_as_private_use():
    assert not [code for code in LEGACY.values() if 0xE000 <= code <= 0xF8FF]


# --- what the last mutation run found untold
def test_a_source_of_divisions_is_asked_about_every_code():
    """The table of ordinary codes answers only where nobody brought a source."""

    class Young:
        def history(self, _):
            return (Term(2020, 9999, "新设区"),)

    body, as_of = "11010120150315001", dt.date(2026, 9, 1)
    text = body + check_character(body)

    assert _codes(inspect_number(text, as_of=as_of)) == []
    assert _codes(inspect_number(text, as_of=as_of, divisions=Young())) == ["DIVISION_CREATED_AFTER_BIRTH"]


def test_two_numbers_in_one_field_are_placed_where_they_stand():
    told = inspect_phone(" 15400001234、15400001235 ")

    assert [f.at for f in told.findings if f.code == "PHONE_TWO_NUMBERS"] == [(1, 24)]


def test_a_code_nobody_ever_had_has_no_history():
    assert history("999999") == ()


def test_the_day_somebody_turns_121_is_too_late():
    body = "11010119050901001"

    for day, codes in ((1, ["AGE_IMPLAUSIBLE"]), (31, [])):
        as_of = dt.date(2026, 9 if day == 1 else 8, day)
        assert _codes(inspect_number(body + check_character(body), as_of=as_of)) == codes


def test_of_two_templates_of_one_length_the_one_that_fits_better_is_judged_by():
    typed = fold("1234")

    assert misfits(typed, ("AAA9", "9999")) == ("1234", ())


def test_an_x_at_the_end_is_no_fault_of_a_text_too_short():
    told = inspect_number("3200982015031500X", kind=Kind.RESIDENT_ID, as_of=dt.date(2026, 9, 1))

    assert _codes(told) == ["LENGTH"]


def test_86_without_a_plus_is_dialled_where_the_reader_stands():
    assert classify_phone("8610086", region="HK") is PhoneClass.INVALID
    assert classify_phone("+8610086", region="HK") is PhoneClass.SERVICE


def _codes(told):
    return [f.code for f in told.findings]
