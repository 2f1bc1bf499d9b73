"""About the room itself: every code is provoked, has two texts and a clause, and stands on the page."""

from __future__ import annotations

import datetime as dt
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

import eduid_core.validation as room
from eduid_core.findings import finding
from eduid_core.messages.validation import FINDINGS
from eduid_core.testing.fakes import fake
from eduid_core.validation import (
    Kind,
    Severity,
    Sex,
    compare_with_id,
    compare_with_school,
    inspect_number,
    inspect_phone,
)
from eduid_core.validation.documents.catalogue import EXAMINERS, FAMILIES, LONGEST
from eduid_core.validation.documents.check_digits import check_character

ROOT = Path(__file__).parents[2]
AS_OF = dt.date(2026, 9, 1)
LATER = dt.date(2170, 9, 1)
K = Kind


def number(code: str, birth: str = "21600315") -> str:
    return code + birth + "001" + check_character(f"{code}{birth}001")


def look(text, kind=None, as_of=AS_OF, **options):
    return inspect_number(text, kind=kind, as_of=as_of, **options).findings


class _Source:
    def history(self, asked, /):
        return (room.Term(2190, 9999, "新设区"),) if asked.code == "320098" else ()


VALID = "320098201503150010"
PROVOKED_BY = {
    "EMPTY": lambda: look(""),
    "NOT_TEXT": lambda: look(5),
    "TOO_LONG_INPUT": lambda: look("1" * 200),
    "LINE_UNREADABLE": lambda: (finding("LINE_UNREADABLE", (0, 3)),),  # raised by whoever reads lines
    "KIND_UNKNOWN": lambda: look("陈小雨"),
    "KIND_AMBIGUOUS": lambda: look("M99999001"),
    "KIND_DIFFERS_FROM_DECLARED": lambda: look(VALID, K.OTHER_DOCUMENT),
    "LOOKS_LIKE_DATE": lambda: look("20150315"),
    "LOOKS_LIKE_ORGANISATION_CODE": lambda: look("91110000600037341L"),
    "LENGTH": lambda: look(VALID[:17]),
    "FORMAT": lambda: look("A99999001", K.MAINLAND_TRAVEL_PERMIT_HK_MO),
    "FORMAT_ONLY": lambda: look("H99999001"),
    "OUTER_TRIMMED": lambda: look(f" {VALID}"),
    "WIDTH_FOLDED": lambda: look("３" + VALID[1:]),
    "SEPARATORS_REMOVED": lambda: look(f"{VALID[:6]} {VALID[6:]}"),
    "CASE_FOLDED": lambda: look(f"g{VALID}"),
    "BRACKETS_FOLDED": lambda: look("G123456（A）"),
    "BAD_CHARACTER": lambda: look("😀" + VALID[1:]),
    "NON_ASCII_DIGIT": lambda: look("٣" + VALID[1:]),
    "LETTER_IN_DIGITS": lambda: look("E" + VALID[1:], K.RESIDENT_ID),
    "LOOKALIKE_X": lambda: look(VALID[:17] + "Х"),
    "X_NOT_AT_END": lambda: look("X" + VALID[1:], K.RESIDENT_ID),
    "PROVINCE_UNKNOWN": lambda: look(number("160101")),
    "DIVISION_PREFECTURE_LEVEL": lambda: look(number("320100"), as_of=LATER),
    "DIVISION_UNKNOWN": lambda: look(number("320199"), as_of=LATER),
    "DIVISION_STATISTICS_ONLY": lambda: look(number("320171"), as_of=LATER),
    "DIVISION_NOT_ISSUED": lambda: look(number("719901"), as_of=LATER),
    "PERMIT_DIVISION": lambda: look(number("830100"), as_of=LATER),
    "SYNTHETIC_NUMBER": lambda: look(VALID),
    "DIVISION_CREATED_AFTER_BIRTH": lambda: look(VALID, divisions=_Source()),
    "DIVISION_LEGACY_SUMMARY": lambda: look(number("320101"), as_of=LATER),
    "DIVISION_OBSERVED_EXCEPTION": lambda: look(number("321119"), as_of=LATER),
    "DIVISION_ABOLISHED_BEFORE_BIRTH": lambda: look(number("412723"), as_of=LATER),
    "BIRTH_DATE_IMPOSSIBLE": lambda: look(number("320098", "20151315")),
    "BIRTH_IN_FUTURE": lambda: look(number("320098")),
    "AGE_IMPLAUSIBLE": lambda: look(number("320098", "18800101")),
    "AGE_UNUSUAL_FOR_ROLE": lambda: look(number("320098", "19850607"), role="student"),
    "CHECKSUM": lambda: look(VALID[:17] + "1"),
    "BIRTH_DIFFERS_FROM_FORM": lambda: look(VALID, birth_date=dt.date(2015, 3, 16)),
    "SEX_DIFFERS_FROM_FORM": lambda: look(VALID, sex=Sex.FEMALE),
    "LEGACY_15": lambda: look("320098850607123"),
    "CENTURY_GUESSED": lambda: look(fake(K.FOREIGN_PERMANENT_RESIDENT_15, 1)),
    "CENTENARIAN_SEQUENCE": lambda: look("320098850607996"),
    "LEGACY_ID_FOR_MINOR": lambda: look("320098850607123", role="student"),
    "NATIONALITY_UNKNOWN": lambda: look(fake(K.PASSPORT_MRZ_TD3, 1)),
    "MRZ_CHECK": lambda: look(fake(K.PASSPORT_MRZ_TD3, 1)[:87] + "<"),
    "DOCUMENT_EXPIRED": lambda: look(fake(K.PASSPORT_MRZ_TD3, 1), as_of=LATER),
    "TW_RESIDENT_FORM": lambda: look("Y899900000"),
    "STUDENT_ID_TYPE": lambda: look(f"A{VALID}", K.STUDENT_NUMBER),
    "STUDENT_ID_DOUBLE_PREFIX": lambda: look(f"LG{VALID}"),
    "STUDENT_ID_J_CHECK": lambda: look(f"J{VALID[:17]}1"),
    "STUDENT_ID_TEMPORARY": lambda: look(f"L{VALID}"),
    "STUDENT_ID_G_DIFFERS": lambda: compare_with_id(f"G{VALID}", "320098201503150029"),
    "SCHOOL_PROVINCE_MISMATCH": lambda: compare_with_school(f"L{VALID}", "2133999999"),
    "SCHOOL_CATEGORY_UNKNOWN": lambda: look("9932999999", K.SCHOOL_CODE),
    "SCHOOL_PROVINCE_UNKNOWN": lambda: look("2119000001", K.SCHOOL_CODE),
    "PHONE_LETTER": lambda: inspect_phone("138OO138OOO").findings,
    "PHONE_EXTENSION": lambda: inspect_phone("15400001234转8").findings,
    "PHONE_TWO_NUMBERS": lambda: inspect_phone("15400001234/15400001235").findings,
    "PHONE_NOT_IN_PLAN": lambda: inspect_phone("12000000000").findings,
    "PHONE_UNASSIGNED_PREFIX": lambda: inspect_phone("15400001234").findings,
    "PHONE_SATELLITE": lambda: inspect_phone("13490000000").findings,
    "PHONE_IOT": lambda: inspect_phone("1440000000000").findings,
    "LANDLINE_FOR_SMS": lambda: inspect_phone("02589999001").findings,
    "PHONE_SERVICE_NUMBER": lambda: inspect_phone("10086").findings,
    "PHONE_COUNTRY_NOT_SUPPORTED": lambda: inspect_phone("+85251230000").findings,
    "PHONE_PREFIX_DROPPED": lambda: inspect_phone("+8615400001234").findings,
}


@pytest.mark.parametrize("code", sorted(FINDINGS))
def test_every_code_is_provoked_with_its_severity_and_both_texts(code):
    """Each row of the catalogue has an input that brings it about."""
    provoked = [f for f in PROVOKED_BY[code]() if f.code == code]
    entry = FINDINGS[code]

    assert provoked
    assert provoked[0].severity is Severity(entry.severity)
    assert provoked[0].clause == entry.clause != ""
    assert provoked[0].zh
    assert provoked[0].en
    assert "…" not in provoked[0].zh + provoked[0].en
    assert {f for _, f, _, _ in string.Formatter().parse(entry.zh) if f} <= set(dict(provoked[0].params))


def test_no_provocation_is_of_a_code_that_is_no_more():
    assert set(PROVOKED_BY) == set(FINDINGS)


def test_codes_are_upper_snake_and_every_code_in_the_source_is_in_the_catalogue():
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", code) for code in FINDINGS)
    source = "".join(p.read_text("utf-8") for p in (ROOT / "src/eduid_core/validation").rglob("*.py"))
    used = set(re.findall(r'found\(\s*"([A-Z0-9_]+)"', source))
    assert used <= set(FINDINGS) | {c for c in used if c.startswith("NAME_")}


def test_every_kind_can_be_examined_and_has_a_longest_length():
    assert set(EXAMINERS) == set(Kind)
    assert set(LONGEST) == {None, *Kind}
    assert all(family.kind is kind for kind, family in FAMILIES.items())


def test_the_public_names_are_sorted_documented_and_there():
    assert sorted(room.__all__) == room.__all__
    for name in room.__all__:
        assert getattr(room, name).__doc__


def test_the_reference_page_is_the_one_the_tables_make():
    """docs/reference/validation.md is generated; a code, kind or clause that changed must be rendered anew."""
    made = subprocess.run(
        [sys.executable, str(ROOT / "tools/docs_validation.py")],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    ).stdout
    page = (ROOT / "docs/reference/validation.md").read_text("utf-8")

    assert page == made
    assert all(f"`{code}`" in page for code in FINDINGS)
    assert all(f"`{kind}`" in page for kind in Kind)


def test_importing_the_room_loads_no_table_and_no_phone_library():
    """Measured in a fresh process: divisions and phones are read when first needed."""
    script = "import sys, eduid_core.validation; print([m for m in ('stdnum', 'stdnum.numdb', 'phonenumbers') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert out.strip() == "[]"
