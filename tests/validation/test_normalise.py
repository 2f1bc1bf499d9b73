"""Folding: four things are changed, each is recorded, and every place leads back to what was typed."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.testing import strategies
from eduid_core.validation.folding import BLANKS, DASHES, fold


@given(strategies.hostile_texts())
def test_every_kept_character_is_the_fold_of_the_one_it_came_from(text):
    typed = fold(text)

    assert typed.length == len(text)
    assert len(typed.index) == len(typed.text)
    assert list(typed.index) == sorted(set(typed.index))
    for char, at in zip(typed.text, typed.index, strict=True):
        assert char in (text[at], text[at].upper(), chr(max(ord(text[at]) - 0xFEE0, 0)).upper()) or char + text[
            at
        ] in ("(（", ")）")
    dropped = set(range(len(text))) - set(typed.index)
    assert all(text[i] in BLANKS | DASHES for i in dropped)


@given(strategies.hostile_texts())
def test_every_change_is_recorded_and_nothing_else(text):
    typed = fold(text)
    changed = set(range(len(text))) - set(typed.index)
    changed |= {at for char, at in zip(typed.text, typed.index, strict=True) if char != text[at]}
    recorded = {i for e in typed.edits for i in range(*e.at)}

    assert recorded == changed


@given(strategies.hostile_texts())
def test_folding_twice_is_folding_once(text):
    once = fold(text)
    twice = fold(once.text)

    assert twice.text == once.text
    assert twice.edits == ()


@pytest.mark.parametrize(
    ("text", "folded", "edits"),
    [
        ("", "", []),
        ("A1", "A1", []),
        ("a1", "A1", [("CASE_FOLDED", (0, 1))]),
        ("ａ", "A", [("CASE_FOLDED", (0, 1)), ("WIDTH_FOLDED", (0, 1))]),
        ("１２３", "123", [("WIDTH_FOLDED", (0, 3))]),
        ("Ａ１Ｚ", "A1Z", [("WIDTH_FOLDED", (0, 3))]),
        ("ｚ０９", "Z09", [("CASE_FOLDED", (0, 1)), ("WIDTH_FOLDED", (0, 3))]),
        ("1 -2", "12", [("SEPARATORS_REMOVED", (1, 3))]),
        (" 1 ", "1", [("OUTER_TRIMMED", (0, 1)), ("OUTER_TRIMMED", (2, 3))]),
        ("\u200b1\ufeff", "1", [("OUTER_TRIMMED", (0, 1)), ("OUTER_TRIMMED", (2, 3))]),
        ("1\u202e2", "12", [("SEPARATORS_REMOVED", (1, 2))]),
        ("1\u20692", "12", [("SEPARATORS_REMOVED", (1, 2))]),
        ("1\u00ad2", "12", [("SEPARATORS_REMOVED", (1, 2))]),
        ("（1）", "(1)", [("BRACKETS_FOLDED", (0, 1)), ("BRACKETS_FOLDED", (2, 3))]),
        ("  ", "", [("OUTER_TRIMMED", (0, 2))]),
        ("-", "", [("SEPARATORS_REMOVED", (0, 1))]),
        ("ßﬁİ", "ßﬁİ", []),
        ("²٣①", "²٣①", []),
        ("Хх", "Хх", []),
        ("\u3000", "", [("OUTER_TRIMMED", (0, 1))]),
        ("1\u30002", "12", [("SEPARATORS_REMOVED", (1, 2))]),
    ],
)
def test_worked_examples(text, folded, edits):
    typed = fold(text)

    assert typed.text == folded
    assert sorted((e.code, e.at) for e in typed.edits) == sorted(edits)


def test_what_counts_as_a_separator():
    for char in "-‐‑‒–—―−－ \t\u00a0\u2003\u3000\u200b\u200d\u2060":
        assert fold(f"1{char}2").text == "12"
    for char in "_/.·~":
        assert fold(f"1{char}2").text == f"1{char}2"


def test_full_width_is_folded_for_digits_and_letters_only():
    wide = {chr(ord(c) + 0xFEE0): c for c in string.digits + string.ascii_letters}

    for char, plain in wide.items():
        assert fold(char).text == plain.upper()
    for code in range(0xFF01, 0xFF5F):
        if chr(code) not in wide and chr(code) not in "（）－":
            assert fold(chr(code)).text == chr(code)


@given(strategies.hostile_texts(), st.data())
def test_a_span_leads_back_to_where_its_characters_came_from(text, data):
    typed = fold(text)
    start = data.draw(st.integers(0, len(typed.text)))
    end = data.draw(st.integers(start, len(typed.text)))
    a, b = typed.span(start, end)

    assert 0 <= a <= b <= len(text)
    if start < end:
        assert (a, b) == (typed.index[start], typed.index[end - 1] + 1)
    else:
        assert (a, b) == (0, len(text))


def test_characters_that_are_print_only_are_left_out_with_their_places():
    typed = fold("G123456(A)").without(frozenset({7, 9}))

    assert typed.text == "G123456A"
    assert typed.span(7, 8) == (8, 9)
