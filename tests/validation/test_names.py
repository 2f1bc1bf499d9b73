"""Names: the normal form, the findings and their places, every code point."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.findings import Severity
from eduid_core.messages import CATALOGUE
from eduid_core.messages.names import FINDINGS
from eduid_core.private import PersonName
from eduid_core.testing.strategies import person_names
from eduid_core.validation.names.inspect import NAME_CAP, fold_name, has_lost_glyph, inspect_name, is_plain_name
from eduid_core.validation.names.tables import FOLD, HAN, LATIN, LOST, NATIONAL

ODD = st.text(
    alphabet=st.sampled_from("陈雨·.•． 　\t\u200b\ufe00\uf9d1\u2f00\ue863\ue000?Ａab'’-\u0301 e\u30fb豈〇𠮷"),
    max_size=8,
)
TWELVE = "\ufa0e\ufa0f\ufa11\ufa13\ufa14\ufa1f\ufa21\ufa23\ufa24\ufa27\ufa28\ufa29"


def codes(text, **more):
    return [(found.code, found.at) for found in inspect_name(text, **more).findings]


# --- the normal form
@pytest.mark.parametrize(
    ("text", "folded", "notes"),
    [
        ("陈小雨", "陈小雨", ()),
        ("买买提·艾力", "买买提·艾力", ()),
        (" 陈\u3000小雨\t", "陈小雨", ("SPACE_REMOVED",)),
        ("陈\u200b小\ufeff雨", "陈小雨", ("INVISIBLE_REMOVED",)),
        ("陈\ufe00小雨\U000e0100", "陈小雨", ("VARIATION_SELECTOR_DROPPED",)),
        ("\uf900", "豈", ("COMPAT_FOLDED",)),
        ("\u2f00\u2e9f\u2ef3", "一母龟", ("RADICAL_FOLDED",)),
        ("\ue863雨", "䶮雨", ("PUA_RESOLVED",)),
        ("Ｊｏｈｎ", "John", ("WIDTH_FOLDED",)),
        ("John   Smith ", "John Smith", ("SPACE_REMOVED",)),
        ("O’Brien", "O'Brien", ("PUNCTUATION_FOLDED",)),
        ("艾力.买买提", "艾力·买买提", ("DOT_NORMALISED",)),
        ("艾力 . 买买提", "艾力·买买提", ("SPACE_REMOVED", "DOT_NORMALISED")),
        ("J. Smith", "J. Smith", ()),
        ("E\u0301va", "Éva", ("COMPAT_FOLDED",)),
        (TWELVE, TWELVE, ()),
    ],
)
def test_folding(text, folded, notes):
    assert fold_name(text) == (folded, notes)


@pytest.mark.parametrize(
    "code",
    [
        0x2022,
        0x30FB,
        0xFF65,
        0xFF0E,
        0x2027,
        0x22C5,
        0x2219,
        0x387,
        0x25CF,
        0x25E6,
        0x2024,
        0x16EB,
        0x2E31,
        0x1427,
        0xFE52,
        0x318D,
        0x119E,
        0xFF61,
        0x3002,
    ],
)
def test_every_dot_form_becomes_the_dot_of_the_norm(code):
    assert fold_name(f"艾力{chr(code)}买买提")[0] == "艾力·买买提"


@given(text=ODD | st.text(max_size=12) | person_names())
def test_the_normal_form_is_idempotent_and_composed(text):
    folded, _ = fold_name(text)

    assert fold_name(folded) == (folded, ())
    assert unicodedata.is_normalized("NFC", folded)


@given(text=ODD | person_names())
def test_a_plain_name_is_one_about_which_nothing_is_said(text):
    if is_plain_name(text):
        assert fold_name(text) == (text, ())
        assert inspect_name(text).findings == ()


def test_every_code_point_folds_in_every_company_and_stays_folded():
    """Alone, between characters, and between letters: 3.3 million texts, none raises, each is idempotent."""
    for code in range(0x110000):
        char = chr(code)
        folded, notes = fold_name(f"王{char}明{char}a{char}b")
        assert notes == () or fold_name(folded)[0] == folded


# --- findings
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("EMPTY", (0, 0))]),
        (" \u200b", [("EMPTY", (0, 2))]),
        ("王2明", [("NAME_BAD_CHARACTER", (1, 2))]),
        ("王２明", [("NAME_BAD_CHARACTER", (1, 2)), ("WIDTH_FOLDED", (1, 2))]),
        ("王😀明", [("NAME_BAD_CHARACTER", (1, 2))]),
        ("王の明", [("NAME_BAD_CHARACTER", (1, 2))]),
        ("王-明", [("NAME_BAD_CHARACTER", (1, 2))]),
        ("王\ud800", [("NAME_BAD_CHARACTER", (1, 2))]),
        ("王?", [("UNRESOLVABLE_GLYPH", (1, 2))]),
        ("王\ue000", [("UNRESOLVABLE_GLYPH", (1, 2))]),
        ("王\u2e80", [("UNRESOLVABLE_GLYPH", (1, 2))]),
        ("·王明", [("NAME_DOT_PLACE", (0, 3))]),
        ("王··明", [("NAME_DOT_PLACE", (0, 4))]),
        ("王", [("NAME_VERY_SHORT", (0, 1))]),
        ("王x明", [("NAME_MIXED_SCRIPT", (0, 3))]),
        ("John Smith", [("NAME_LATIN", (0, 10))]),
        ("བཀྲ་ཤིས", [("NAME_NATIONAL_SCRIPT", (0, 7))]),
        ("王མ", [("NAME_MIXED_SCRIPT", (0, 2))]),
        ("王•明", [("DOT_NORMALISED", (1, 2))]),
        ("王 明", [("SPACE_REMOVED", (1, 2))]),
        ("王\U00030000", [("BEYOND_GB18030_2022", (1, 2))]),
        ("王\U0002ebf0", [("BEYOND_GB18030_2022", (1, 2))]),
        ("\uf900王", [("COMPAT_FOLDED", (0, 1))]),
        ("\ue863王", [("PUA_RESOLVED", (0, 1))]),
        ("陈" * 51, [("NAME_LONG", (0, 51))]),
        ("陈" * 101, [("NAME_TOO_LONG", (0, 101))]),
        ("陈" * (NAME_CAP + 1), [("TOO_LONG_INPUT", (0, NAME_CAP + 1))]),
        ("〇𠮷䶮" + TWELVE, []),
    ],
)
def test_findings_and_their_places(text, expected):
    assert codes(text) == expected


def test_a_foreign_document_may_carry_latin_letters():
    assert codes("Anne-Marie O'Brien", latin=True) == []
    assert codes("Ö", latin=True) == [("NAME_VERY_SHORT", (0, 1))]


@pytest.mark.parametrize("thing", [None, 5, b"x", [], object(), 1.5, float("nan")])
def test_what_is_no_text_is_said_to_be_none(thing):
    assert [found.code for found in inspect_name(thing).findings] == ["NOT_TEXT"]


def test_a_text_over_the_cap_comes_back_as_it_is():
    """Nothing is looked for in it, not even what would be folded."""
    assert fold_name("陈 " * NAME_CAP) == ("陈 " * NAME_CAP, ("TOO_LONG_INPUT",))
    assert fold_name("陈" * NAME_CAP + " ")[1] == ("TOO_LONG_INPUT",)
    assert fold_name("陈" * (NAME_CAP - 1) + " ") == ("陈" * (NAME_CAP - 1), ("SPACE_REMOVED",))
    assert codes("陈" * (NAME_CAP + 1)) == [("TOO_LONG_INPUT", (0, NAME_CAP + 1))]


def test_a_private_name_is_looked_into():
    assert inspect_name(PersonName("陈 小雨")).name == PersonName("陈小雨")


@given(text=ODD | st.text(max_size=20))
def test_places_lie_inside_and_an_error_is_what_makes_it_invalid(text):
    told = inspect_name(text)

    assert all(0 <= found.at[0] <= found.at[1] <= len(text) for found in told.findings)
    assert told.valid is all(found.severity is not Severity.ERROR for found in told.findings)
    assert [found.at for found in told.findings] == sorted(found.at for found in told.findings)
    assert told.name is None or told.name.reveal("test") == fold_name(text)[0]


@given(text=ODD)
def test_every_edit_of_folding_is_a_finding_and_the_reverse(text):
    edits = {code for code in FINDINGS if CATALOGUE[code].severity == "note"} | {"WIDTH_FOLDED"}
    told = {found.code for found in inspect_name(text).findings} & edits - {"BEYOND_GB18030_2022"}
    folded, notes = fold_name(text)

    if folded:
        assert told == set(notes)


@pytest.mark.parametrize(
    "points",
    [
        pytest.param([*range(0x40000), *range(0x40000, 0x110000, 61)], id="assigned planes"),
        pytest.param(range(0x110000), id="all", marks=pytest.mark.full),
    ],
)
def test_every_code_point_is_classified_as_the_table_says(points):
    """By the ranges of the reference alone: a name character, a lost one, a letter, folded, or not allowed."""
    han, lost, latin = (re.compile(f"[{body}]") for body in (HAN + NATIONAL, LOST, LATIN))
    spaces = "\t\n\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
    for code in points:
        char = chr(code)
        told = {found.code for found in inspect_name(f"王{char}明").findings}
        plain = unicodedata.normalize("NFC", FOLD[code][0] if code in FOLD else char)
        bad = any(
            not (han.match(c) or latin.match(c) or lost.match(c) or c in "·." or c in spaces) for c in plain
        )
        if unicodedata.combining(char) or char in "'-.":
            continue
        assert ("NAME_BAD_CHARACTER" in told) is bad or any(latin.match(c) for c in plain), hex(code)
        assert ("UNRESOLVABLE_GLYPH" in told) is any(lost.match(c) is not None for c in plain), hex(code)


def test_the_national_scripts_hold_letters_and_no_digit():
    """By Unicode's own categories: letters, the vowel and tone signs on them, and the tsheg between syllables."""
    national = re.compile(f"[{NATIONAL}]")
    kinds = {unicodedata.category(char) for char in map(chr, range(0x110000)) if national.match(char)}

    assert kinds - {"Lo", "Lm", "Mn", "Mc", "Po", "Cn"} == set()
    for script in "བཀྲ་ཤིས", "ᠪᠠᠭᠠᠲᠤᠷ", "مەمەت", "ꆈꌠ", "ꓡꓲ", "김민수", "ᥖᥭ":
        assert inspect_name(script).valid
    assert not inspect_name("བཀྲ༡").valid


def test_python_itself_does_not_know_the_newer_characters():
    """Why the ranges are our own: the category of Extension I may be unassigned, 〇 is a letter number."""
    assert unicodedata.category("〇") == "Nl"
    assert inspect_name("王\U0002ebf0〇").valid


def test_a_lost_glyph_is_seen():
    assert has_lost_glyph("王?")
    assert not has_lost_glyph("王")


def test_every_code_has_words_and_is_provoked():
    """Each code of names, grades and classes: two texts; each name code by one of these inputs."""
    inputs = [
        "王2",
        "·王",
        "陈" * 60,
        "陈" * 120,
        "王",
        "王x",
        "John",
        "མཁས",
        "王?",
        "王\U00030000",
        " 王明",
        "王\u200b明",
        "王\ufe00明",
    ]
    inputs += ["\uf900王", "\u2f00王", "王•明", "O’Brien", "\ue863王"]
    seen = {found.code for text in inputs for found in inspect_name(text).findings}
    schooling = {"GRADE_UNREADABLE", "CLASS_UNREADABLE", "CLASS_AMBIGUOUS", "ENTRY_YEAR_UNREADABLE"}

    assert seen >= set(FINDINGS) - schooling
    assert all(entry.zh and entry.en and entry.severity for entry in FINDINGS.values())
