"""No repr, text, exception or drawing shows the number."""

from __future__ import annotations

import datetime as dt
import re

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.findings import InvalidInput
from eduid_core.testing import strategies
from eduid_core.testing.fakes import fake
from eduid_core.validation import (
    Kind,
    detect,
    draw,
    inspect_number,
    log_form,
    parse_phone,
    parse_resident_id,
    screen_form,
    suggest_repairs,
)

AS_OF = dt.date(2026, 9, 1)


def runs(text: str) -> set[str]:
    """Return every run of five digits in *text*."""
    return {text[i : i + 5] for i in range(len(text) - 4) if text[i : i + 5].isdigit() and text.isascii()}


@given(strategies.numbers(), st.sampled_from([None, *Kind]))
def test_no_form_of_an_inspection_shows_five_digits_of_the_number(text, kind):
    inspection = inspect_number(text, kind=kind, as_of=AS_OF)
    shown = f"{inspection!r} {inspection} {inspection.canonical} {inspection.facts!r} {inspection.findings!r}"
    shown += " ".join(f.zh + f.en for f in inspection.findings)

    assert not any(run in shown for run in runs(text))


@given(strategies.numbers(kinds=[k for k in Kind if k is not Kind.SCHOOL_CODE]))
def test_no_mask_shows_five_digits_in_a_row(text):
    for kind in (None, *Kind):
        if kind is Kind.SCHOOL_CODE:
            continue
        inspection = inspect_number(text, kind=kind, as_of=AS_OF)
        shown = " ".join((log_form(text, kind), screen_form(text, kind), *draw(text, inspection)))
        assert not any(run in shown for run in runs(text))


@given(strategies.damaged(strategies.resident_ids()))
def test_an_exception_names_codes_only(text):
    try:
        parse_resident_id(text, as_of=AS_OF)
    except InvalidInput as refusal:
        assert re.fullmatch(r"[A-Z_0-9]+(, [A-Z_0-9]+)*", str(refusal))  # noqa: PT017 - either answer is right
        assert not any(run in repr(refusal) for run in runs(text))  # noqa: PT017


def test_values_and_hints_redact_themselves():
    number = parse_resident_id("320098201503150010", as_of=AS_OF)
    phone = parse_phone("15400001234")
    repairs = suggest_repairs("320098201503150019", as_of=AS_OF, reviewer=True)

    assert repr(number) == "<ResidentId resident_id>"
    assert repr(phone) == "<PhoneNumber mobile_unassigned_prefix>"
    assert repr(repairs) == f"<Repairs {repairs.count} at {len(repairs.hints)} places>"
    assert all(repr(c) == "<id:18>" for c in repairs.candidates)
    assert "3200" not in repr(detect("320098201503150010", as_of=AS_OF))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1234567", "1****67"),
        ("12345678", "1*****78"),
        ("12345678901", "123****8901"),
        ("123456", "******"),
        ("", ""),
    ],
)
def test_a_short_phone_hides_four_digits_too(text, shown):
    assert screen_form(text, Kind.MOBILE) == shown


def test_a_school_code_is_nobodys_and_is_shown():
    assert screen_form("2119000001", Kind.SCHOOL_CODE) == "2119000001"


@pytest.mark.parametrize(
    ("kind", "screen"),
    [
        (Kind.RESIDENT_ID, r"32\*{14}\d[\dX]"),
        (Kind.RESIDENCE_PERMIT, r"8[123]\*{14}\d[\dX]"),
        (Kind.RESIDENT_ID_15, r"32\*{11}\d\d"),
        (Kind.STUDENT_NUMBER, r"G32\*{14}\d[\dX]"),
        (Kind.MOBILE, r"154\*{4}\d{4}"),
        (Kind.PASSPORT_CN, r"E\*{6}\d\d"),
        (Kind.MAINLAND_TRAVEL_PERMIT_HK_MO, r"[HM]\*{6}\d\d"),
        (Kind.TW_ID, r"Y\*{7}\d\d"),
        (Kind.PASSPORT_MRZ_TD3, r"P<\*{86}"),
        (None, r"3\*{15}\d[\dX]"),
    ],
)
def test_the_screen_form_of_each_kind(kind, screen):
    text = fake(kind or Kind.RESIDENT_ID, 1)

    assert re.fullmatch(screen, screen_form(text, kind))
    assert log_form(text, kind) == f"<{kind or 'unknown'}:{len(text)}>"


def test_a_wrong_place_is_marked_under_the_masked_number():
    text = "32009820151315001X"
    line, carets = draw(text, inspect_number(text, as_of=AS_OF))

    assert line == "32**************1X"
    assert carets == "^^^^^^    ^^     ^"


def test_a_letter_among_digits_is_shown_and_wide_characters_take_two_columns():
    text = "３２0098201503150O10"
    line, carets = draw(text, inspect_number(text, as_of=AS_OF))

    assert line == "３２*************O10"
    assert carets == "^^^^" + "^^^^" + " " * 9 + "^"


def test_what_cannot_be_printed_is_not():
    line, _ = draw("3200\x1b[31m", inspect_number("3200\x1b[31m", as_of=AS_OF))

    assert line[4] == "\ufffd"
    assert len(draw("1" * 1000, inspect_number("1" * 1000, as_of=AS_OF))[0]) == 64


def test_attrs_values_keep_the_number_private_too():
    fields = attrs.asdict(inspect_number("320098201503150010", as_of=AS_OF), recurse=False)

    assert "3200" not in repr({k: v for k, v in fields.items() if k != "_facts_of"})
