"""Findings, refusals, private values: what they show and what they never show."""

from __future__ import annotations

import copy
import json
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core import messages
from eduid_core.findings import AdapterError, CallerError, Finding, InvalidInput, Refused, Severity, finding
from eduid_core.private import IdNumber, OtpCode, PersonName, Phone, Private, PrivateText, mask_ends

KINDS = (PersonName, IdNumber, Phone, PrivateText, OtpCode)
kinds = st.sampled_from(KINDS)
texts = st.text(st.characters(codec=None), min_size=6, max_size=30)


@given(kinds, texts)
def test_no_form_of_a_private_value_shows_it(kind: type[Private], text: str) -> None:
    value = kind(text)

    shown = [
        repr(value),
        str(value),
        f"{value}",
        f"{value!r:>40}",
        value.mask(),
        repr([value]),
        f"{ {'k': value} }",
    ]

    assert not [s for s in shown if text in s]


@given(kinds, st.text(min_size=8, max_size=40))
def test_the_screen_form_keeps_the_length_and_at_most_seven_characters(kind: type[Private], text: str) -> None:
    value = kind(text)
    screened = value.screen()

    if screened != value.mask():
        assert len(screened) == len(text)
        assert sum(a == b for a, b in zip(screened, text, strict=True) if b != "*") <= 7


def test_a_private_value_is_not_pickled_nor_made_json_nor_changed() -> None:
    name = PersonName("陈小雨")

    with pytest.raises(TypeError):
        pickle.dumps(name)
    with pytest.raises(TypeError):
        json.dumps(name)
    with pytest.raises(AttributeError):
        name._value = "x"  # type: ignore[misc]
    for attribute in ("__len__", "__iter__", "__getitem__", "__dict__"):
        assert not hasattr(name, attribute)
    assert copy.deepcopy(name) is copy.copy(name) is name


def test_a_private_value_is_revealed_for_a_purpose_only() -> None:
    assert PersonName("陈小雨").reveal("test") == "陈小雨"
    with pytest.raises(ValueError, match="purpose"):
        PersonName("陈小雨").reveal("")


@given(kinds, kinds, st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_private_values_are_equal_by_kind_and_text(a: type[Private], b: type[Private], x: str, y: str) -> None:
    assert (a(x) == b(y)) == (a is b and x == y)
    assert a(x) != x
    assert bool(a(x)) == bool(x)
    if a(x) == b(y):
        assert hash(a(x)) == hash(b(y))


def test_a_traceback_with_locals_shows_no_private_value() -> None:
    def fail() -> None:
        held = {"name": PersonName("陈小雨"), "phone": Phone("15400001234")}
        raise AdapterError("x", repr(held))

    with pytest.raises(AdapterError) as caught:
        fail()
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())

    assert "陈小雨" not in shown
    assert "15400001234" not in shown


@pytest.mark.parametrize(
    ("value", "screen"),
    [
        (PersonName("陈雨"), "陈*"),
        (PersonName("陈小雨"), "陈*雨"),
        (PersonName("陈"), "*"),
        (IdNumber("320098201503150010"), "32**************10"),
        (IdNumber("H12345678"), "H******78"),
        (Phone("15400001234"), "154****1234"),
        (OtpCode("123456"), "<code:6>"),
    ],
)
def test_screen_forms(value: Private, screen: str) -> None:
    assert value.screen() == screen


@given(st.text(max_size=10), st.integers(0, 4), st.integers(0, 4))
def test_a_short_text_is_starred_whole(text: str, head: int, tail: int) -> None:
    masked = mask_ends(text, head=head, tail=tail)

    assert len(masked) == len(text)
    if len(text) <= head + tail:
        assert set(masked) <= {"*"}


def test_wrapping_again_keeps_the_text_and_takes_the_class() -> None:
    assert IdNumber.of(PersonName("x")) == IdNumber("x") == IdNumber.of("x")


def test_a_finding_takes_severity_and_clause_from_the_catalogue() -> None:
    found = finding("CHECKSUM", (17, 18))

    assert (found.severity, found.at, found.is_error) == (Severity.ERROR, (17, 18), True)
    assert found.clause
    assert finding("CHECKSUM", (0, 1), severity=Severity.DOUBT).severity is Severity.DOUBT


def test_a_code_nobody_knows_is_the_callers_error() -> None:
    for code in ("NO_SUCH_CODE", "reason_required"):
        with pytest.raises(CallerError):
            finding(code, (0, 0))


def test_an_exception_names_codes_only() -> None:
    error = InvalidInput([finding("CHECKSUM", (17, 18)), finding("SYNTHETIC_NUMBER", (0, 6))])

    assert str(error) == "CHECKSUM"
    assert [f.code for f in error.findings] == ["CHECKSUM", "SYNTHETIC_NUMBER"]


def test_severities_are_told_worst_first() -> None:
    assert sorted(Severity, key=lambda s: s.rank) == [Severity.ERROR, Severity.DOUBT, Severity.NOTE]


def test_a_refusal_speaks_both_languages_and_forgives_a_missing_parameter() -> None:
    refused = Refused("challenge_mismatch")

    assert "…" in refused.zh
    assert "…" in refused.en
    assert not refused.ok
    assert Refused("of_an_adapter").en == "of_an_adapter"


# --- the catalogue -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", messages.CATALOGUE)
def test_every_code_has_words_in_both_languages(code: str) -> None:
    entry = messages.CATALOGUE[code]

    assert entry.zh
    assert entry.en
    assert any("\u3400" <= c <= "\u9fff" for c in entry.zh)
    assert entry.en.isascii()


@pytest.mark.parametrize("code", messages.sms.TEMPLATES)
def test_every_short_message_fits_one_segment_and_names_nobody(code: str) -> None:
    text = messages.text(code, "zh", {"code": "123456", "minutes": 10, "count": 9999, "days": 365})

    assert len(f"【教育卡】{text}".encode("utf-16-le")) // 2 <= 70
    assert not {"name", "phone", "number"} & set(text.split())


def test_a_code_stands_once() -> None:
    with pytest.raises(AssertionError, match="twice"):
        messages._merged({"A": messages.Entry("甲", "a")}, {"A": messages.Entry("乙", "b")})


def test_findings_are_upper_case_and_refusals_lower() -> None:
    for code in messages.workflow.REFUSALS:
        assert code == code.lower()
    for table in (messages.validation.FINDINGS, messages.names.FINDINGS, messages.matching.REASONS):
        assert all(code == code.upper() for code in table)


def test_a_finding_is_a_value() -> None:
    assert (
        finding("CHECKSUM", (0, 1)) == finding("CHECKSUM", (0, 1)) != Finding("CHECKSUM", Severity.NOTE, (0, 1))
    )
