"""Texts that stand for nothing never agree, and what is nearly the same text is not the same."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from eduid_core.matching import Application, Found, Outcome, RegistryRow, SchoolIndex, lookup_key, match
from eduid_core.testing import strategies
from eduid_core.testing.invented_students import AS_OF, WORLD
from eduid_core.validation.placeholders import CELL_ERRORS, PLACEHOLDERS
from eduid_core.validation.schooling.parse import Ambiguous, parse_class, parse_grade

from .agreeing import FORM as AGREEING
from .agreeing import ROW as AGREEING_ROW

FORM = evolve(AGREEING, class_name="1班", school_code="", guardian_name="")
ROW = evolve(AGREEING_ROW, class_name="1班")
FIELDS = ("name", "id_number", "school", "grade", "class_name", "entry_year")
JUNK = (
    "NULL",
    "null",
    "nan",
    "无",
    "-",
    "/",
    "待补录",
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
)


def decided(
    form: dict[str, object], row: dict[str, object], *others: RegistryRow
) -> tuple[str, dict[str, tuple[str, str]]]:
    """Return outcome and field results of the agreeing pair with changes on both sides."""
    held = evolve(ROW, **row)
    found = Found((held,), SchoolIndex.of([held, *others]), dt.date(2026, 11, 2))
    verdict = match(evolve(FORM, **form), found)
    return verdict.outcome.value, {r.field: (r.code.value, r.note) for r in verdict.fields}


@st.composite
def spelt(draw: st.DrawFn) -> str:
    """Draw a placeholder or a spreadsheet error, in another width, case or spacing."""
    text = draw(st.sampled_from(sorted(PLACEHOLDERS | CELL_ERRORS)))
    if draw(st.booleans()):
        text = text.lower()
    if draw(st.booleans()):
        text = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    blank = st.sampled_from(("", " ", "\u3000", "\u200b", "\t"))
    return draw(blank) + text[:1] + draw(blank) + text[1:] + draw(blank)


@given(student=strategies.students(), field=st.sampled_from(FIELDS), mine=spelt(), theirs=spelt())
def test_texts_without_a_value_on_both_sides_are_never_approved(student, field, mine, theirs):
    """A placeholder or a spreadsheet error is blank, however it is spelt: it agrees with nothing."""
    held = {"entry_year": "entry_month"}.get(field, field)
    row = evolve(student.row, **{held: theirs})

    verdict = match(evolve(student.application, **{field: mine}), Found((row,), WORLD, AS_OF))

    assert verdict.outcome is Outcome.RETURNED
    assert verdict.reasons[0] == "FIELD_REQUIRED"


@given(
    student=strategies.students(),
    field=st.sampled_from(("student_number", "id_type", "status", "school_code")),
    text=spelt(),
)
def test_a_text_without_a_value_in_the_registry_is_for_a_person(student, field, text):
    verdict = match(student.application, Found((evolve(student.row, **{field: text}),), WORLD, AS_OF))

    assert verdict.outcome is Outcome.REVIEW


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("field", FIELDS)
def test_junk_is_not_equal_to_the_same_junk(field, junk):
    """`#N/A`, `无`, `nan`, `-` on both sides approved."""
    held = {"entry_year": "entry_month"}.get(field, field)

    assert decided({field: junk}, {held: junk})[0] == "returned"


@pytest.mark.parametrize("text", ["无锡市小学", "陈无", "-1", "N1", "空山", "#1", "NA1", "暂行"])
def test_a_text_that_only_begins_like_a_placeholder_is_a_value(text):
    assert Application(school=text).school == text


def test_an_application_id_is_no_field_of_the_form():
    assert Application(application_id="NULL").application_id == "NULL"


# --- numbers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["台胞证", "回乡证", "护照", "其他", "学生证"])
@given(
    number=st.from_regex(r"[A-Z]?[0-9]{8}", fullmatch=True),
    tail=st.from_regex(r"-?[A-Za-z]{1,3}", fullmatch=True),
)
def test_text_after_a_number_makes_it_another_number(kind, number, tail):
    """`12345678-x` is not `12345678`."""
    assert lookup_key(kind, number + tail) != lookup_key(kind, number)


def test_a_travel_permit_with_trailing_text_in_the_registry_is_another_one():
    outcome, _ = decided(
        {"id_type": "台胞证", "id_number": "12345678"}, {"id_type": "台胞证", "id_number": "12345678-x"}
    )

    assert outcome == "review"


@pytest.mark.parametrize("written", ["1234567801", "12345678 01", "1234567801(A)", "１２３４５６７８"])
def test_a_reissue_of_a_travel_permit_is_the_same_permit(written):
    assert lookup_key("台胞证", written) == lookup_key("台胞证", "12345678")


@given(
    number=st.sampled_from(("()", "-()", "...", "·", "( -)", "-", "无证件号码")),
    kind=st.sampled_from(("其他", "", "护照", "学生证", "台胞证")),
)
def test_a_number_of_signs_only_is_no_number(number, kind):
    """Three characters of kind 其他 ended the run: no condition and no field stood."""
    row = evolve(ROW, id_type=kind, id_number=number)
    verdict = match(evolve(FORM, id_type=kind, id_number=number), Found((row,), None, AS_OF))

    assert verdict.outcome is not Outcome.APPROVED
    assert kind != "其他" or verdict.reasons[0] == "ID_NUMBER_ABSENT"


@pytest.mark.parametrize("id_type", ["学生证", "军官证", "??"])
def test_an_unknown_document_type_in_the_registry_is_for_a_person(id_type):
    """It was passed over where the number was a resident number."""
    outcome, fields = decided({}, {"id_type": id_type})

    assert outcome == "review"
    assert fields["id"] == ("UNRESOLVABLE", "REG_ID_TYPE_UNKNOWN")


# --- schools --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("official", ["开发区小学", "南京市小学", "小学", "江苏省南京市中学", "沛县初级中学"])
@pytest.mark.parametrize("written", ["小学", "中学", "初级中学", "学校", " 小 学"])
@pytest.mark.parametrize("code", ["", "2132000001"])
def test_a_stage_word_alone_leads_to_no_school(official, written, code):
    """小学 was 开发区小学, the only school with that core."""
    outcome, fields = decided({"school": written, "school_code": code}, {"school": official})

    assert outcome == "review"
    assert fields["school"] == ("UNRESOLVABLE", "SCHOOL_STAGE_ONLY")


@pytest.mark.parametrize(
    ("written", "official"),
    [("开发区小学", "开发区小学"), ("开发区小学", "南京市开发区小学")],
)
def test_a_school_named_after_its_area_keeps_its_name(written, official):
    assert decided({"school": written}, {"school": official})[0] == "approved"


def test_a_school_named_after_another_area_is_another_school():
    assert decided({"school": "江北区小学"}, {"school": "开发区小学"})[0] == "review"


# --- classes and grades ---------------------------------------------------------------------------------


@given(
    first=st.integers(1, 9),
    second=st.integers(1, 9),
    blank=st.sampled_from((" ", "  ", "\u3000", "\t")),
    end=st.sampled_from(("班", "")),
)
def test_two_numbers_apart_are_not_one_number(first, second, blank, end):
    """`1 2班` is not `12班`: a grade and a class, or one number torn apart."""
    apart, joined = f"{first}{blank}{second}{end}", f"{first}{second}{end}"

    assert decided({"class_name": apart}, {"class_name": joined})[0] == "review"
    assert decided({"class_name": joined}, {"class_name": apart})[0] == "review"


def test_the_readings_of_two_numbers_apart_are_a_grade_and_a_class_or_one_number():
    read = parse_class("1 2班")

    assert isinstance(read, Ambiguous)
    assert {(one.grade.index if one.grade else 0, one.number) for one in read.readings} == {(1, 2), (0, 12)}


@pytest.mark.parametrize(
    ("apart", "joined"),
    [("四 （1） 班", "四(1)班"), ("4 01班", "401班"), ("四 1班", "四1班"), ("2022级 1 班", "2022级1班")],
)
def test_blanks_that_separate_no_number_are_noise(apart, joined):
    assert parse_class(apart) == parse_class(joined)


@given(numbers=st.lists(st.integers(0, 12), min_size=3, max_size=19))
def test_many_numbers_apart_are_no_class(numbers):
    assert parse_class(" ".join(map(str, numbers))) is None


@given(first=st.integers(1, 9), second=st.integers(0, 9))
def test_two_digits_apart_are_no_grade(first, second):
    assert parse_grade(f"{first} {second}年级") is None


@given(student=strategies.noisy_students())
def test_honest_noise_is_still_noise(student):
    """The words of this module take nothing away from an honest form."""
    assume(student.application.school)
    found = Found((student.row,), WORLD, AS_OF)

    assert match(student.application, found).outcome is Outcome.APPROVED
