"""The closed lists of texts without a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.testing import strategies
from eduid_core.validation.placeholders import (
    CELL_ERRORS,
    FIRST_CHARACTERS,
    PLACEHOLDERS,
    blanked,
    is_cell_error,
    is_placeholder,
)
from eduid_core.validation.schooling.patterns import squeeze


@pytest.mark.parametrize(
    "text", ["NULL", "nan", "无", "-", "/", "待补录", "ＮＡＮ", "——", "( null )", "N / A", "待　补录", "\\N"]
)
def test_a_placeholder_is_blank_in_any_width_case_and_spacing(text):
    assert is_placeholder(text)
    assert not is_cell_error(text)
    assert blanked(text) == ""


@pytest.mark.parametrize(
    "text", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "＃ｎ／ａ", "####", "Err:502"]
)
def test_a_spreadsheet_error_is_told_from_a_placeholder(text):
    assert is_cell_error(text)
    assert not is_placeholder(text)
    assert blanked(text) == ""


@pytest.mark.parametrize("text", ["?", "*", "□", "\ufffd", "0", "其他", "未分班", "一", "A", "1班"])
def test_signs_of_lost_characters_and_short_values_are_no_placeholders(text):
    assert blanked(text) == text


def wide(text: str) -> str:
    """Return *text* in full width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def test_the_lists_hold_folded_texts_and_share_none():
    assert not PLACEHOLDERS & CELL_ERRORS
    assert all(squeeze(text) == text for text in PLACEHOLDERS | CELL_ERRORS)
    assert all(is_placeholder(text) for text in PLACEHOLDERS)
    assert all(blanked(wide(text)) == "" for text in PLACEHOLDERS | CELL_ERRORS)
    assert all(is_cell_error(text) for text in CELL_ERRORS)


@given(text=strategies.hostile_texts() | st.sampled_from(sorted(PLACEHOLDERS | CELL_ERRORS)).map(str.lower))
def test_a_text_without_a_value_begins_with_one_of_the_first_characters(text):
    """Every engine may look at the first character only."""
    if text and text[0] not in FIRST_CHARACTERS:
        assert squeeze(text)
        assert not is_placeholder(text)
        assert not is_cell_error(text)


@given(text=strategies.person_names() | strategies.phones() | strategies.resident_ids())
def test_an_ordinary_value_is_kept(text):
    assert blanked(text) == text
