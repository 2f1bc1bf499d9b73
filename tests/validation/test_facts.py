"""Facts to the last character: where they are read from, and whose list of divisions names the places."""

from __future__ import annotations

import datetime as dt

import pytest

from eduid_core.findings import CallerError
from eduid_core.private import IdNumber
from eduid_core.testing.fakes import fake, fake_foreign_permanent_resident_15
from eduid_core.validation import Kind, Sex, Term, age_on, inspect_number, parse_phone, parse_resident_id
from eduid_core.validation.divisions.lookup import full_name, name_in
from eduid_core.validation.documents.check_digits import check_character, mrz_digit

AS_OF = dt.date(2026, 9, 1)
LATER = dt.date(2170, 9, 1)


class _Renamed:
    """A list in which the province has a new name."""

    def history(self, asked, /):
        return (Term(0, 9999, "新江苏省"),) if asked.code == "320000" else ()


@pytest.mark.parametrize(
    ("text", "kind", "fact"),
    [
        ("2132999999", Kind.SCHOOL_CODE, "province_name"),
        ("932999200806150014", Kind.FOREIGN_PERMANENT_RESIDENT, "province_of_first_issue"),
        (
            fake_foreign_permanent_resident_15(1),
            Kind.FOREIGN_PERMANENT_RESIDENT_15,
            "prefecture_of_first_issue",
        ),
        ("320098201503150010", Kind.RESIDENT_ID, "division_name"),
        ("320098201503150010", Kind.RESIDENT_ID, "division_name_at_birth"),
    ],
)
def test_a_callers_list_names_the_places_of_every_kind(text, kind, fact):
    ours = inspect_number(text, kind=kind, as_of=AS_OF).facts[fact]
    theirs = inspect_number(text, kind=kind, as_of=AS_OF, divisions=_Renamed()).facts[fact]

    assert str(ours).startswith("江苏省")
    assert theirs == f"新{ours}"


def test_the_name_at_birth_is_of_the_year_of_birth():
    """A code that changed its name: the old number tells both."""
    body = "12011021600315001"
    facts = inspect_number(body + check_character(body), as_of=LATER).facts

    assert facts["division_name"] == facts["division_name_at_birth"] == "天津市东丽区"
    old = "120110600315001"
    assert inspect_number(old, as_of=AS_OF).facts["division_name_at_birth"] == "天津市东郊区"
    assert inspect_number(old, as_of=AS_OF).facts["division_name"] == "天津市东丽区"


def test_names_that_are_no_names_are_left_out():
    """市辖区, 市区, 县 and 直辖 rows are filing, not places."""
    assert full_name("110101", 2000) == "北京市东城区"
    assert full_name("500228", 2020) == "重庆市梁平县"
    assert "市区" not in full_name("130120", 1983)
    assert "直辖" not in full_name("469021", 2020)
    assert "直辖" not in full_name("429004", 2020)


def test_inside_a_term_the_oldest_of_several_answers():
    assert name_in((Term(1980, 1990, "甲"), Term(1989, 2000, "乙")), 1989) == "甲"
    assert name_in((Term(1980, 1990, "甲"), Term(1991, 2000, "乙")), 1991) == "乙"


def _zone(number: str, nationality: str) -> str:
    clean = fake(Kind.PASSPORT_MRZ_TD3, 1)
    line = number + mrz_digit(number) + nationality + clean[57:87]
    return clean[:44] + line + mrz_digit(line[:10] + line[13:20] + line[21:43])


def test_filling_of_a_zone_is_not_part_of_its_fields():
    inspection = inspect_number(_zone("ZZ9999<<<", "D<<"), as_of=AS_OF)

    assert inspection.codes == ()
    assert inspection.facts["document_number"] == IdNumber("ZZ9999")
    assert inspection.facts["nationality"] == "D"


def test_parsing_is_lenient_unless_told_otherwise():
    body = "41272321600315001"
    text = body + check_character(body)

    assert [f.code for f in parse_resident_id(text, as_of=LATER).findings] == [
        "DIVISION_ABOLISHED_BEFORE_BIRTH"
    ]
    assert [f.code for f in parse_phone("15400001234").findings] == ["PHONE_UNASSIGNED_PREFIX"]


def test_a_mistake_of_the_caller_says_what_it_is():
    with pytest.raises(CallerError) as before:
        age_on(AS_OF, dt.date(2026, 8, 31))
    with pytest.raises(CallerError) as unknown:
        age_on(AS_OF, AS_OF, rule="lunar")
    with pytest.raises(CallerError) as kind:
        inspect_number("1", kind="licence", as_of=AS_OF)

    assert str(before.value) == "the day lies before the birth"
    assert str(unknown.value) == "no such rule of age"
    assert str(kind.value) == "no such kind of number"


@pytest.mark.parametrize(
    ("text", "codes"), [("L320098201OO3150011", 3), ("L3200982015O3150011", 2), ("L320098201503150O11", 3)]
)
def test_a_field_is_judged_exactly_when_none_of_its_characters_is_wrong(text, codes):
    """The division of a student number needs ten characters, the birth eight; a letter elsewhere spoils neither."""
    told = inspect_number(text, kind=Kind.STUDENT_NUMBER, as_of=AS_OF, role="guardian").codes

    assert ("SYNTHETIC_NUMBER" in told) == (text[1:11].isdigit())
    assert "STUDENT_ID_TEMPORARY" in told
    assert len(told) >= codes


def test_a_birth_in_the_future_is_seen_beside_a_letter_behind_it():
    told = inspect_number("L320098202703150O11", kind=Kind.STUDENT_NUMBER, as_of=AS_OF).codes
    assert "BIRTH_IN_FUTURE" in told
    told = inspect_number("L32009820270315O011", kind=Kind.STUDENT_NUMBER, as_of=AS_OF).codes
    assert "BIRTH_IN_FUTURE" in told
    told = inspect_number("L3200982O270315O011", kind=Kind.STUDENT_NUMBER, as_of=AS_OF).codes
    assert "BIRTH_IN_FUTURE" not in told


def test_sex_is_read_from_one_character():
    assert inspect_number("320098201503150010", as_of=AS_OF).facts["sex"] is Sex.MALE
    assert inspect_number("320098201503150029", as_of=AS_OF).facts["sex"] is Sex.FEMALE
