"""Every other kind: cards of foreigners, travel permits, passports, local IDs, student numbers, school codes."""

from __future__ import annotations

import datetime as dt

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.findings import Severity
from eduid_core.private import IdNumber, PersonName
from eduid_core.testing import strategies
from eduid_core.testing.fakes import FUTURE_AS_OF, fake, fake_foreign_permanent_resident, fake_student_number
from eduid_core.validation import (
    DivisionStatus,
    Kind,
    Sex,
    compare_with_id,
    compare_with_school,
    inspect_number,
)
from eduid_core.validation.documents.check_digits import check_character, mrz_digit
from eduid_core.validation.documents.nationalities import ALPHA_3, NUMERIC

AS_OF = dt.date(2026, 9, 1)
K = Kind


def told(text, kind, **options):
    return [
        (f.code, f.at)
        for f in inspect_number(text, kind=kind, as_of=AS_OF, **options).findings
        if f.code != "FORMAT_ONLY"
    ]


def checked(body: str) -> str:
    return body + check_character(body)


def with_mrz(body: str) -> str:
    return body + mrz_digit(body)


CARD = "932999200806150014"
OLD = with_mrz("QMA32010806151")
SYNTHETIC_9 = ("SYNTHETIC_NUMBER", (3, 6))
SYNTHETIC_Q = ("SYNTHETIC_NUMBER", (0, 3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CARD, [SYNTHETIC_9]),
        (CARD[:17] + "5", [SYNTHETIC_9, ("CHECKSUM", (17, 18))]),
        (checked("93290020080615001"), [SYNTHETIC_9]),
        (checked("93289920080615001"), [("NATIONALITY_UNKNOWN", (3, 6))]),
        (checked("93200020080615001"), [("NATIONALITY_UNKNOWN", (3, 6))]),
        (checked("93215621600615001"), [("BIRTH_IN_FUTURE", (6, 14))]),
        (checked("97199920080615001"), [("PROVINCE_UNKNOWN", (1, 3)), SYNTHETIC_9]),
        (checked("98399920080615001"), [("PROVINCE_UNKNOWN", (1, 3)), SYNTHETIC_9]),
        (checked("93299920081315001"), [SYNTHETIC_9, ("BIRTH_DATE_IMPOSSIBLE", (10, 12))]),
        (checked("83299920080615001"), [("FORMAT", (0, 1)), SYNTHETIC_9]),
        ("93O999200806150014", [("LETTER_IN_DIGITS", (2, 3)), SYNTHETIC_9]),
        ("932O99200806150014", [("LETTER_IN_DIGITS", (3, 4))]),
        ("9329992O0806150014", [SYNTHETIC_9, ("LETTER_IN_DIGITS", (7, 8))]),
        ("O32999200806150014", [("LETTER_IN_DIGITS", (0, 1)), SYNTHETIC_9]),
        ("93299920080615001", [("LENGTH", (0, 17))]),
    ],
)
def test_a_foreign_permanent_residents_card(text, expected):
    assert told(text, K.FOREIGN_PERMANENT_RESIDENT) == expected


def test_the_card_says_what_was_so_at_its_first_issue():
    facts = dict(inspect_number(CARD, as_of=AS_OF).facts)

    assert facts == {
        "birth_date": dt.date(2008, 6, 15),
        "sex": Sex.MALE,
        "sex_provenance": "second-hand",
        "province_of_first_issue": "江苏省",
        "nationality_at_first_issue": "999",
    }
    american = checked("93284021600615002")
    assert inspect_number(american, as_of=FUTURE_AS_OF).facts["nationality_at_first_issue"] == "USA"
    assert inspect_number(american, as_of=FUTURE_AS_OF).codes == ()
    assert told(CARD, K.FOREIGN_PERMANENT_RESIDENT, sex=Sex.FEMALE)[-1] == ("SEX_DIFFERS_FROM_FORM", (16, 17))
    assert told(CARD, K.FOREIGN_PERMANENT_RESIDENT, birth_date=AS_OF)[-1] == (
        "BIRTH_DIFFERS_FROM_FORM",
        (6, 14),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (OLD, [SYNTHETIC_Q, ("CENTURY_GUESSED", (7, 9))]),
        (
            OLD[:14] + str((int(OLD[14]) + 1) % 10),
            [SYNTHETIC_Q, ("CENTURY_GUESSED", (7, 9)), ("CHECKSUM", (14, 15))],
        ),
        (with_mrz("QZZ32010806151"), [SYNTHETIC_Q, ("CENTURY_GUESSED", (7, 9))]),
        (with_mrz("QLZ32010806151"), [("NATIONALITY_UNKNOWN", (0, 3)), ("CENTURY_GUESSED", (7, 9))]),
        (with_mrz("RAA32010806151"), [("NATIONALITY_UNKNOWN", (0, 3)), ("CENTURY_GUESSED", (7, 9))]),
        (
            with_mrz("QMA32010813151"),
            [SYNTHETIC_Q, ("CENTURY_GUESSED", (7, 9)), ("BIRTH_DATE_IMPOSSIBLE", (9, 11))],
        ),
        (
            with_mrz("QMA32010806321"),
            [SYNTHETIC_Q, ("CENTURY_GUESSED", (7, 9)), ("BIRTH_DATE_IMPOSSIBLE", (11, 13))],
        ),
        (with_mrz("QMA19010806151"), [SYNTHETIC_Q, ("PROVINCE_UNKNOWN", (3, 5)), ("CENTURY_GUESSED", (7, 9))]),
        (with_mrz("QMA81000806151"), [SYNTHETIC_Q, ("PROVINCE_UNKNOWN", (3, 5)), ("CENTURY_GUESSED", (7, 9))]),
        (with_mrz("QMA32990806151"), [SYNTHETIC_Q, ("DIVISION_UNKNOWN", (3, 7)), ("CENTURY_GUESSED", (7, 9))]),
        ("Q1A" + OLD[3:], [("FORMAT", (1, 2)), ("CENTURY_GUESSED", (7, 9))]),
        ("QMA3O01" + OLD[7:], [SYNTHETIC_Q, ("LETTER_IN_DIGITS", (4, 5)), ("CENTURY_GUESSED", (7, 9))]),
        ("QMA3201O8" + OLD[9:], [SYNTHETIC_Q, ("LETTER_IN_DIGITS", (7, 8)), ("CENTURY_GUESSED", (7, 9))]),
    ],
)
def test_an_old_card_of_fifteen_characters(text, expected):
    assert told(text, K.FOREIGN_PERMANENT_RESIDENT_15) == expected


@pytest.mark.parametrize(
    ("digits", "as_of", "birth"),
    [
        ("080615", AS_OF, dt.date(2008, 6, 15)),
        ("260901", AS_OF, dt.date(2026, 9, 1)),
        ("260902", AS_OF, dt.date(1926, 9, 2)),
        ("850615", AS_OF, dt.date(1985, 6, 15)),
        ("850615", dt.date(2101, 1, 1), dt.date(2085, 6, 15)),
        ("000229", AS_OF, dt.date(2000, 2, 29)),
    ],
)
def test_the_latest_century_that_is_not_in_the_future_is_taken(digits, as_of, birth):
    inspection = inspect_number(with_mrz(f"QMA3201{digits}1"), as_of=as_of)

    assert inspection.facts["birth_date"] == birth
    assert inspection.facts["prefecture_of_first_issue"] == "江苏省南京市"
    assert inspection.facts["nationality_at_first_issue"] == "QMA"
    assert inspection.facts["sex"] is Sex.MALE
    assert inspection.facts["sex_provenance"] == "second-hand"


def test_the_two_forms_of_a_card_are_one_document():
    assert (
        inspect_number(OLD, kind=K.FOREIGN_PERMANENT_RESIDENT, as_of=AS_OF).kind
        is K.FOREIGN_PERMANENT_RESIDENT_15
    )
    assert (
        inspect_number(CARD, kind=K.FOREIGN_PERMANENT_RESIDENT_15, as_of=AS_OF).kind
        is K.FOREIGN_PERMANENT_RESIDENT
    )
    assert inspect_number("320098201503150010", kind=K.RESIDENT_ID_15, as_of=AS_OF).kind is K.RESIDENT_ID


@given(st.integers(0, 2**32), st.sampled_from(Sex))
def test_generated_cards_are_valid(seed, sex):
    inspection = inspect_number(fake_foreign_permanent_resident(seed, sex=sex), as_of=AS_OF)

    assert inspection.codes == ("SYNTHETIC_NUMBER",)
    assert inspection.facts["sex"] is sex


def test_the_nationalities_are_those_of_iso_3166():
    """Compared with CLDR: 249 countries, alpha-3 and numeric naming the same one."""
    aliases = get_global("territory_aliases")

    assert len(NUMERIC) == 249
    assert all(aliases[number] == aliases[alpha] for number, alpha in NUMERIC.items())
    assert len(ALPHA_3) == 249 + 26
    assert not {c for c in ALPHA_3 if "QMA" <= c <= "QZZ"}


@pytest.mark.parametrize(
    ("kind", "text", "canonical", "codes"),
    [
        (K.MAINLAND_TRAVEL_PERMIT_HK_MO, "H99999001", "H99999001", []),
        (K.MAINLAND_TRAVEL_PERMIT_HK_MO, "h9999900102", "H99999001", ["CASE_FOLDED"]),
        (K.MAINLAND_TRAVEL_PERMIT_HK_MO, "M99999001", "M99999001", []),
        (K.MAINLAND_TRAVEL_PERMIT_HK_MO, "K99999001", None, ["FORMAT"]),
        (K.MAINLAND_TRAVEL_PERMIT_HK_MO, "H9999900", None, ["LENGTH"]),
        (K.MAINLAND_TRAVEL_PERMIT_HK_MO, "H9999900O", None, ["LETTER_IN_DIGITS"]),
        (K.MAINLAND_TRAVEL_PERMIT_HK_MO, "199999001", None, ["FORMAT"]),
        (K.MAINLAND_TRAVEL_PERMIT_TW, "99999001", "99999001", []),
        (K.MAINLAND_TRAVEL_PERMIT_TW, "9999900102", "99999001", []),
        (K.MAINLAND_TRAVEL_PERMIT_TW, "9999900102(B)", "99999001", []),
        (K.MAINLAND_TRAVEL_PERMIT_TW, "9999900102（B）", "99999001", ["BRACKETS_FOLDED", "BRACKETS_FOLDED"]),
        (K.MAINLAND_TRAVEL_PERMIT_TW, "9999900102B", "99999001", []),
        (K.MAINLAND_TRAVEL_PERMIT_TW, "20150315", "20150315", ["LOOKS_LIKE_DATE"]),
        (K.MAINLAND_TRAVEL_PERMIT_TW, "19991231", "19991231", ["LOOKS_LIKE_DATE"]),
        (K.MAINLAND_TRAVEL_PERMIT_TW, "20151315", "20151315", []),
        (K.MAINLAND_TRAVEL_PERMIT_TW, "18991231", "18991231", []),
        (K.MAINLAND_TRAVEL_PERMIT_TW, "2015031502", "20150315", []),
        (K.MAINLAND_TRAVEL_PERMIT_TW, "2015O315", None, ["LETTER_IN_DIGITS"]),
        (K.MAINLAND_TRAVEL_PERMIT_TW, "9999900102(B", None, ["LENGTH", "BAD_CHARACTER", "LETTER_IN_DIGITS"]),
        (K.EXIT_PERMIT_HK_MO, "CZ9999900", "CZ9999900", []),
        (K.EXIT_PERMIT_HK_MO, "C99999000", "C99999000", []),
        (K.EXIT_PERMIT_HK_MO, "W99999000", "W99999000", []),
        (K.EXIT_PERMIT_HK_MO, "X99999000", None, ["FORMAT"]),
        (K.PASSPORT_CN, "EI9999900", None, ["FORMAT", "SYNTHETIC_NUMBER"]),
        (K.PASSPORT_CN, "EO9999900", None, ["FORMAT", "SYNTHETIC_NUMBER"]),
        (K.PASSPORT_CN, "E99999999", "E99999999", []),
        (K.PASSPORT_CN, "EA9999999", "EA9999999", []),
        (K.PASSPORT_CN, "EZ9999999", "EZ9999999", []),
        (K.PASSPORT_CN, "G99999999", "G99999999", []),
        (K.PASSPORT_CN, "149999999", "149999999", []),
        (K.PASSPORT_CN, "159999999", "159999999", []),
        (K.PASSPORT_CN, "169999999", None, ["FORMAT"]),
        (K.PASSPORT_CN, "D9999999", "D9999999", []),
        (K.PASSPORT_CN, "DE9999999", "DE9999999", []),
        (K.PASSPORT_CN, "S99999999", "S99999999", []),
        (K.PASSPORT_CN, "SE9999999", "SE9999999", []),
        (K.PASSPORT_CN, "P99999999", "P99999999", []),
        (K.PASSPORT_CN, "PE9999999", "PE9999999", []),
        (K.PASSPORT_CN, "KJ9999999", "KJ9999999", []),
        (K.PASSPORT_CN, "K99999999", "K99999999", []),
        (K.PASSPORT_CN, "MA9999999", "MA9999999", []),
        (K.PASSPORT_CN, "M99999999", "M99999999", []),
        (K.PASSPORT_CN, "EAA999999", None, ["LETTER_IN_DIGITS"]),
        (K.PASSPORT_CN, "E9999999", None, ["FORMAT"]),
        (K.PASSPORT_CN, "E9999999\u2460", None, ["NON_ASCII_DIGIT"]),
        (K.PASSPORT_CN, "E9999", None, ["LENGTH"]),
        (K.PASSPORT_OTHER, "zz9999900", "ZZ9999900", ["CASE_FOLDED"]),
        (K.PASSPORT_OTHER, "Z9999", "Z9999", []),
        (K.PASSPORT_OTHER, "Z99999999999", "Z99999999999", []),
        (K.PASSPORT_OTHER, "Z999", None, ["LENGTH"]),
        (K.PASSPORT_OTHER, "Z999999999999", None, ["LENGTH"]),
        (K.PASSPORT_OTHER, "ZZ99_9900", None, ["BAD_CHARACTER"]),
        (K.HK_ID, "G123456(A)", "G123456A", []),
        (
            K.HK_ID,
            "g123456（a）",
            "G123456A",
            ["CASE_FOLDED", "BRACKETS_FOLDED", "CASE_FOLDED", "BRACKETS_FOLDED"],
        ),
        (K.HK_ID, "G1234563", None, ["CHECKSUM"]),
        (K.HK_ID, "G123456B", None, ["FORMAT"]),
        (K.HK_ID, "GG12345O3", None, ["LETTER_IN_DIGITS"]),
        (K.HK_ID, "G(123456)A", None, ["LENGTH", "BAD_CHARACTER", "BAD_CHARACTER"]),
        (K.MO_ID, "7999000(1)", "79990001", []),
        (K.MO_ID, "79990001", "79990001", []),
        (K.MO_ID, "69990001", None, ["FORMAT"]),
        (K.MO_ID, "7999000O", None, ["LETTER_IN_DIGITS"]),
        (K.MO_ID, "19990315", "19990315", ["LOOKS_LIKE_DATE"]),
        (K.MO_ID, "18990315", "18990315", []),
        (K.MO_ID, "19991315", "19991315", []),
        (K.TW_ID, "Y999999999", None, ["TW_RESIDENT_FORM", "CHECKSUM"]),
        (K.TW_ID, "Y399999999", None, ["FORMAT"]),
        (K.TW_ID, "YE99999999", None, ["FORMAT"]),
        (K.TW_ID, "Y1999O9999", None, ["LETTER_IN_DIGITS"]),
        (K.TW_ID, "9199999999", None, ["FORMAT"]),
        (K.OTHER_DOCUMENT, "TEST-0001", "TEST0001", ["SEPARATORS_REMOVED"]),
        (K.OTHER_DOCUMENT, "出生证TEST", "出生证TEST", []),
        (K.OTHER_DOCUMENT, "TEST\x000001", None, ["BAD_CHARACTER"]),
        (K.OTHER_DOCUMENT, "", "", ["EMPTY"]),
        (K.OTHER_DOCUMENT, "  ", "", ["EMPTY"]),
        (K.OTHER_DOCUMENT, None, "", ["EMPTY"]),
        (K.OTHER_DOCUMENT, "T" * 65, None, ["TOO_LONG_INPUT"]),
        (K.SCHOOL_CODE, "2119000001", None, ["SCHOOL_PROVINCE_UNKNOWN"]),
        (K.SCHOOL_CODE, "2132999999", "2132999999", []),
        (K.SCHOOL_CODE, "2182999999", "2182999999", []),
        (K.SCHOOL_CODE, "2183999999", None, ["SCHOOL_PROVINCE_UNKNOWN"]),
        (K.SCHOOL_CODE, "9932999999", "9932999999", ["SCHOOL_CATEGORY_UNKNOWN"]),
        (K.SCHOOL_CODE, "O132999999", None, ["LETTER_IN_DIGITS"]),
        (K.SCHOOL_CODE, "21O2999999", None, ["LETTER_IN_DIGITS"]),
        (K.SCHOOL_CODE, "213299999", None, ["LENGTH"]),
    ],
)
def test_forms_and_canonical_spellings(kind, text, canonical, codes):
    inspection = inspect_number(text, kind=kind, as_of=AS_OF)

    assert [c for c in inspection.codes if c not in ("FORMAT_ONLY", "KIND_DIFFERS_FROM_DECLARED")] == codes
    assert inspection.canonical == (None if canonical is None else IdNumber(canonical))
    assert inspection.kind is kind


def test_what_the_other_documents_say():
    assert inspect_number("H99999001", as_of=AS_OF).facts["origin"] == "HK"
    assert inspect_number("M99999001", kind=K.MAINLAND_TRAVEL_PERMIT_HK_MO, as_of=AS_OF).facts["origin"] == "MO"
    assert inspect_number("99999001", as_of=AS_OF).facts["origin"] == "TW"
    assert dict(inspect_number("2132999999", as_of=AS_OF).facts) == {
        "category": "21",
        "category_name": "小学",
        "province_name": "江苏省",
    }
    assert inspect_number("9932999999", kind=K.SCHOOL_CODE, as_of=AS_OF).facts["category_name"] == ""
    assert dict(inspect_number("TEST0001", kind=K.OTHER_DOCUMENT, as_of=AS_OF).facts) == {}
    assert dict(inspect_number("G123456A", as_of=AS_OF).facts) == {}
    for text, form in (
        ("E99999999", "ordinary"),
        ("DE9999999", "diplomatic"),
        ("SE9999999", "service"),
        ("PE9999999", "public_affairs"),
        ("KJ9999999", "hk_sar"),
        ("MA9999999", "mo_sar"),
    ):
        assert inspect_number(text, kind=K.PASSPORT_CN, as_of=AS_OF).facts["passport_type"] == form


@pytest.mark.parametrize(
    ("second", "sex"),
    [
        ("1", "male"),
        ("2", "female"),
        ("8", "male"),
        ("9", "female"),
        ("A", "male"),
        ("B", "female"),
        ("C", "male"),
        ("D", "female"),
    ],
)
def test_the_second_character_of_a_taiwan_number_tells_the_sex(second, sex):
    texts = (f"Y{second}999000{n}{c}" for n in range(10) for c in range(10))
    inspection = next(i for i in (inspect_number(t, kind=K.TW_ID, as_of=AS_OF) for t in texts) if i.valid)

    assert inspection.facts["sex"] == sex
    assert ("TW_RESIDENT_FORM" in inspection.codes) == (second not in "12")


def test_an_empty_number_of_another_document_is_for_a_person_to_look_at():
    inspection = inspect_number("", kind=K.OTHER_DOCUMENT, as_of=AS_OF)

    assert inspection.valid
    assert [f.severity for f in inspection.findings] == [Severity.DOUBT]
    assert inspect_number(5, kind=K.OTHER_DOCUMENT, as_of=AS_OF).codes == ("NOT_TEXT",)


G, J, L = (fake_student_number(1, letter=letter) for letter in "GJL")
SYNTHETIC_1 = ("SYNTHETIC_NUMBER", (1, 7))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (G, [SYNTHETIC_1]),
        ("G320098201503150010", [SYNTHETIC_1]),
        ("G320098201503150011", [SYNTHETIC_1, ("CHECKSUM", (18, 19))]),
        ("G320098201513150010", [SYNTHETIC_1, ("BIRTH_DATE_IMPOSSIBLE", (11, 13)), ("CHECKSUM", (18, 19))]),
        ("J320098201503150010", [SYNTHETIC_1]),
        ("J320098201503150011", [SYNTHETIC_1, ("STUDENT_ID_J_CHECK", (18, 19))]),
        (
            "J320098201513150011",
            [SYNTHETIC_1, ("BIRTH_DATE_IMPOSSIBLE", (11, 13)), ("STUDENT_ID_J_CHECK", (18, 19))],
        ),
        ("J32009820150315001O", [SYNTHETIC_1, ("LETTER_IN_DIGITS", (18, 19))]),
        ("L320098201503150010", [("STUDENT_ID_TEMPORARY", (0, 1)), SYNTHETIC_1]),
        ("L320098201503150011", [("STUDENT_ID_TEMPORARY", (0, 1)), SYNTHETIC_1]),
        ("L32009820150315001X", [("STUDENT_ID_TEMPORARY", (0, 1)), SYNTHETIC_1, ("X_NOT_AT_END", (18, 19))]),
        ("L320098202703150011", [("STUDENT_ID_TEMPORARY", (0, 1)), SYNTHETIC_1, ("BIRTH_IN_FUTURE", (7, 15))]),
        ("L320100201503150011", [("STUDENT_ID_TEMPORARY", (0, 1)), ("DIVISION_PREFECTURE_LEVEL", (1, 7))]),
        ("L190100201503150011", [("STUDENT_ID_TEMPORARY", (0, 1)), ("PROVINCE_UNKNOWN", (1, 3))]),
        (
            "L412723201503150011",
            [("STUDENT_ID_TEMPORARY", (0, 1)), ("DIVISION_ABOLISHED_BEFORE_BIRTH", (1, 7))],
        ),
        ("L500157201503150011", [("STUDENT_ID_TEMPORARY", (0, 1))]),
        ("L32O098201503150011", [("STUDENT_ID_TEMPORARY", (0, 1)), ("LETTER_IN_DIGITS", (3, 4))]),
        ("L3200982O1503150011", [("STUDENT_ID_TEMPORARY", (0, 1)), ("LETTER_IN_DIGITS", (8, 9))]),
        ("A320098201503150010", [("STUDENT_ID_TYPE", (0, 1)), SYNTHETIC_1]),
        ("1320098201503150010", [("FORMAT", (0, 1)), SYNTHETIC_1]),
        ("LG320098201503150010", [("STUDENT_ID_DOUBLE_PREFIX", (0, 2))]),
        ("GL 320098201503150010", [("STUDENT_ID_DOUBLE_PREFIX", (0, 2)), ("SEPARATORS_REMOVED", (2, 3))]),
        ("GA320098201503150010", [("LENGTH", (0, 20))]),
        ("G32009820150315001", [("LENGTH", (0, 18))]),
        ("g320098201503150010", [("CASE_FOLDED", (0, 1)), SYNTHETIC_1]),
    ],
)
def test_a_student_number_by_its_type_letter(text, expected):
    """G holds an ID; the check of J is a doubt, for its rule is assumed; L has none at all."""
    assert told(text, K.STUDENT_NUMBER) == expected


def test_sex_and_home_are_never_read_from_a_j_or_l_number():
    """They hold the school's division and no identity number."""
    for text in (J, L):
        facts = inspect_number(text, as_of=AS_OF).facts
        assert set(facts) == {"number_type", "school_division", "birth_date_hint"}
        assert facts["number_type"] == text[0]
        assert facts["school_division"] == text[1:7]
    facts = inspect_number(G, as_of=AS_OF).facts
    assert facts["number_type"] == "G"
    assert facts["division_verdict"] is DivisionStatus.SYNTHETIC
    assert facts["sex"] in tuple(Sex)


def test_a_school_under_the_city_itself_is_a_doubt():
    inspection = inspect_number("L320100201503150011", as_of=AS_OF)

    assert inspection.valid
    assert [f.code for f in inspection.doubts] == ["DIVISION_PREFECTURE_LEVEL"]


def test_a_student_number_is_compared_with_the_id_and_the_school():
    body = "320098201503150010"

    assert compare_with_id(f"G{body}", body) == ()
    assert [(f.code, f.at) for f in compare_with_id(f"G{body}", "320098201503150029")] == [
        ("STUDENT_ID_G_DIFFERS", (0, 19))
    ]
    assert compare_with_id(f"J{body}", "320098201503150029") == ()
    assert compare_with_id("", "") == ()
    assert compare_with_school(f"L{body}", "2132999999") == ()
    assert [(f.code, f.at) for f in compare_with_school(f"L{body}", "2133999999")] == [
        ("SCHOOL_PROVINCE_MISMATCH", (1, 3))
    ]
    assert [f.code for f in compare_with_school(f"J{body}", "2133999999")] == ["SCHOOL_PROVINCE_MISMATCH"]
    assert compare_with_school(f"G{body}", "2133999999") == ()


MRZ = fake(K.PASSPORT_MRZ_TD3, 1)
UTOPIA = [("NATIONALITY_UNKNOWN", (54, 57))]


def put(at: int, text: str) -> str:
    return MRZ[:at] + text + MRZ[at + len(text) :]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MRZ, UTOPIA),
        (MRZ[:44] + "\n" + MRZ[44:], [("SEPARATORS_REMOVED", (44, 45)), ("NATIONALITY_UNKNOWN", (55, 58))]),
        (put(53, str((int(MRZ[53]) + 1) % 10)), [("MRZ_CHECK", (53, 54)), *UTOPIA, ("MRZ_CHECK", (87, 88))]),
        (put(87, str((int(MRZ[87]) + 1) % 10)), [*UTOPIA, ("MRZ_CHECK", (87, 88))]),
        (put(63, str((int(MRZ[63]) + 1) % 10)), [*UTOPIA, ("MRZ_CHECK", (63, 64)), ("MRZ_CHECK", (87, 88))]),
        (put(71, str((int(MRZ[71]) + 1) % 10)), [*UTOPIA, ("MRZ_CHECK", (71, 72)), ("MRZ_CHECK", (87, 88))]),
        (put(86, "1"), [*UTOPIA, ("MRZ_CHECK", (86, 87)), ("MRZ_CHECK", (87, 88))]),
        (put(72, "1"), [*UTOPIA, ("MRZ_CHECK", (86, 87)), ("MRZ_CHECK", (87, 88))]),
        (put(86, "0"), UTOPIA),
        (put(0, "V"), [("FORMAT", (0, 1)), *UTOPIA]),
        (put(54, "CHN"), []),
        (put(54, "D<<"), []),
        (put(3, "é"), [("BAD_CHARACTER", (3, 4))]),
        (MRZ[:80], [("LENGTH", (0, 80))]),
    ],
)
def test_a_machine_readable_zone(text, expected):
    """ICAO 9303: each of the five check digits at its place."""
    assert told(text, K.PASSPORT_MRZ_TD3) == expected


def _zone(birth: str, expiry: str) -> str:
    line = MRZ[44:57] + birth + mrz_digit(birth) + "F" + expiry + mrz_digit(expiry) + MRZ[72:87]
    return MRZ[:44] + line + mrz_digit(line[:10] + line[13:20] + line[21:43])


def test_the_dates_of_a_zone_have_two_digits_of_year():
    def look(birth, expiry="991231"):
        return inspect_number(_zone(birth, expiry), kind=K.PASSPORT_MRZ_TD3, as_of=AS_OF)

    assert look("080615").facts["birth_date"] == dt.date(2008, 6, 15)
    assert look("850615").facts["birth_date"] == dt.date(1985, 6, 15)
    assert look("08<<<<").facts["birth_date"] is None
    assert [f.at for f in look("081315").errors] == [(57, 63)]
    assert look("080615", "260831").codes == ("NATIONALITY_UNKNOWN", "DOCUMENT_EXPIRED")
    assert look("080615", "260901").codes == ("NATIONALITY_UNKNOWN",)
    assert [f.at for f in look("080615", "991331").errors] == [(65, 71)]
    assert [f.at for f in look("080615", "99123<").errors] == [(65, 71)]


def test_a_zone_says_who_and_what():
    facts = inspect_number(_zone("080615", "991231"), as_of=AS_OF).facts

    assert facts["name"] == PersonName("SPECIMEN TEST")
    assert facts["document_number"] == IdNumber(MRZ[44:53])
    assert (facts["nationality"], facts["sex"], facts["expires"]) == ("UTO", Sex.FEMALE, dt.date(2099, 12, 31))
    unsaid = _zone("080615", "991231")
    assert inspect_number(unsaid[:64] + "<" + unsaid[65:], as_of=AS_OF).facts["sex"] is None
    male = unsaid[:64] + "M" + unsaid[65:]
    assert inspect_number(male, as_of=AS_OF).facts["sex"] is Sex.MALE


@given(strategies.numbers(kinds=[K.HK_ID, K.TW_ID]))
def test_generated_local_numbers_fit_their_check(text):
    assert inspect_number(text, as_of=AS_OF).codes == ()
