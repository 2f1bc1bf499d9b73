"""Any object gets an answer: nothing is raised, nothing takes long, every span lies in what was typed."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_core.findings import CallerError, InvalidInput
from eduid_core.testing import strategies
from eduid_core.validation import (
    Kind,
    classify_phone,
    detect,
    draw,
    inspect_number,
    inspect_phone,
    is_resident_id,
    parse_phone,
    parse_resident_id,
    suggest_repairs,
)
from eduid_core.validation.names.inspect import inspect_name
from eduid_core.validation.schooling.parse import EntryYear, parse_class, parse_entry_year, parse_grade
from eduid_core.validation.synthetic import is_fake

AS_OF = dt.date(2026, 9, 1)
ENTRANCES = [
    is_resident_id,
    lambda x: is_resident_id(x, as_of=AS_OF),
    lambda x: inspect_number(x, as_of=AS_OF),
    lambda x: inspect_number(x, as_of=AS_OF, role="student", strict=True),
    inspect_phone,
    lambda x: inspect_phone(x, region="HK"),
    lambda x: inspect_phone(x, region="nowhere"),
    classify_phone,
    lambda x: detect(x, as_of=AS_OF),
    lambda x: suggest_repairs(x, as_of=AS_OF),
    is_fake,
    inspect_name,
    parse_grade,
    parse_class,
    parse_entry_year,
    *(lambda x, kind=kind: inspect_number(x, kind=kind, as_of=AS_OF) for kind in Kind),
]


@settings(max_examples=500)
@given(strategies.objects())
def test_no_entrance_raises_for_any_object(thing):
    """Every door of the room answers every object."""
    for enter in ENTRANCES:
        enter(thing)


class _Liar(str):
    """A text that lies about itself."""

    __slots__ = ()

    def __len__(self) -> int:
        raise RuntimeError

    def __getitem__(self, key: object) -> str:
        raise RuntimeError

    def isascii(self) -> bool:
        raise RuntimeError

    def isdigit(self) -> bool:
        raise RuntimeError


class _NoClass:
    """An object that will not say what it is."""

    @property
    def __class__(self):
        raise RuntimeError


def test_a_text_of_a_subclass_is_read_as_the_text_it_is():
    """A subclass of str may have its own len() and slices; they are not asked."""
    liar = _Liar("320098201503150010")

    assert is_resident_id(liar)
    assert inspect_number(liar, as_of=AS_OF).valid
    assert inspect_phone(_Liar("15400001234")).valid


def test_a_name_and_a_grade_of_a_subclass_are_read_as_the_text_they_are():
    """The doors for names and schooling ask no more of a text than the others."""
    assert inspect_name(_Liar("陈小雨")).name.reveal("test") == "陈小雨"
    assert parse_grade(_Liar(" 四年级")) == parse_grade("四")
    assert parse_class(_Liar("四年级1班")) == parse_class("401班")


class _LyingDate(dt.date):
    """A day that will not tell its year."""

    @property
    def year(self) -> int:
        raise RuntimeError


def test_a_day_of_a_subclass_is_read_as_the_day_it_is():
    assert parse_entry_year(_LyingDate(2023, 9, 1)) == EntryYear(2023, 9)


def test_an_object_that_lies_about_its_class_is_no_text():
    for enter in ENTRANCES:
        enter(_NoClass())

    assert inspect_number(_NoClass(), as_of=AS_OF).codes == ("NOT_TEXT",)
    assert not is_resident_id(_NoClass())
    assert [found.code for found in inspect_name(_NoClass()).findings] == ["NOT_TEXT"]
    assert parse_grade(_NoClass()) is parse_class(_NoClass()) is parse_entry_year(_NoClass()) is None


@pytest.mark.parametrize(
    "text", ["1" * 10**6, " " * 10**6, "\ud800" * 10**6, "3200982015" * 10**5, "-" * 10**6]
)
def test_a_megabyte_is_answered_in_under_a_millisecond(text):
    """The length is looked at before anything else."""
    for enter in ENTRANCES:
        enter(text)
        times = []
        for _ in range(5):
            start = time.perf_counter()
            enter(text)
            times.append(time.perf_counter() - start)
        assert min(times) < 0.001


@given(strategies.hostile_texts(), st.sampled_from([None, *Kind]))
def test_every_span_lies_in_what_was_typed(text, kind):
    inspection = inspect_number(text, kind=kind, as_of=AS_OF)

    assert all(0 <= f.at[0] <= f.at[1] <= len(text) for f in inspection.findings)
    assert all(f.zh and f.en and "…" not in f.zh + f.en for f in inspection.findings)


@given(strategies.hostile_texts(), st.sampled_from([None, *Kind]))
def test_findings_are_told_by_place_then_by_severity_and_never_twice(text, kind):
    findings = inspect_number(text, kind=kind, as_of=AS_OF).findings

    assert [(f.at[0], f.severity.rank) for f in findings] == sorted(
        (f.at[0], f.severity.rank) for f in findings
    )
    assert len(set(findings)) == len(findings)


@given(strategies.hostile_texts(), st.sampled_from([None, *Kind]))
def test_valid_means_that_no_finding_is_an_error(text, kind):
    inspection = inspect_number(text, kind=kind, as_of=AS_OF)

    assert inspection.valid == (not inspection.errors)
    assert inspection.valid == (inspection.canonical is not None)
    assert bool(inspection.facts) <= inspection.valid
    assert set(inspection.errors) | set(inspection.doubts) | set(inspection.notes) == set(inspection.findings)


@settings(max_examples=500)
@given(
    st.one_of(
        strategies.resident_ids(), strategies.resident_ids(real_divisions=True), strategies.hostile_texts()
    ),
    st.sampled_from([None, AS_OF, dt.date(2170, 1, 1)]),
)
def test_what_is_a_resident_id_inspects_as_valid(text, as_of):
    """`is_resident_id` True implies a valid inspection on the same day."""
    if is_resident_id(text, as_of=as_of):
        inspection = inspect_number(text, as_of=as_of or dt.date(9999, 1, 1))
        assert inspection.valid
        assert inspection.kind in (Kind.RESIDENT_ID, Kind.RESIDENCE_PERMIT)


@given(
    st.one_of(
        strategies.resident_ids(),
        strategies.resident_ids(permits=True),
        strategies.damaged(strategies.resident_ids()),
    )
)
def test_a_plain_valid_number_is_a_resident_id(text):
    """The quick question and the full one agree wherever nothing had to be folded."""
    inspection = inspect_number(text, kind=Kind.RESIDENT_ID, as_of=dt.date(2180, 1, 1))
    plain = inspection.valid and len(text) == 18 and not inspection.notes

    assert is_resident_id(text) == (
        plain or (inspection.valid and len(text) == 18 and "CASE_FOLDED" not in inspection.codes)
    )


@given(strategies.numbers(), st.sampled_from([None, *Kind]))
def test_inspecting_the_canonical_spelling_changes_nothing(text, kind):
    inspection = inspect_number(text, kind=kind, as_of=AS_OF)
    if inspection.canonical is not None and inspection.kind is not None:
        canonical = inspection.canonical.reveal("test")
        again = inspect_number(canonical, kind=inspection.kind, as_of=AS_OF)
        assert again.canonical == inspection.canonical


@given(
    strategies.retyped(strategies.numbers(kinds=[k for k in Kind if k is not Kind.PASSPORT_MRZ_TD3])),
    st.sampled_from([k for k in Kind if k is not Kind.PASSPORT_MRZ_TD3]),
)
def test_how_a_number_is_typed_does_not_change_what_it_is(text, kind):
    """Blanks, hyphens, width and case are noise: the same canonical value, and every change is recorded."""
    plain = (
        "".join(c for c in text if c not in " \u3000-–\u200b\u00a0")
        .translate({c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)})
        .upper()
    )
    typed, clean = (inspect_number(t, kind=kind, as_of=AS_OF) for t in (text, plain))

    assert typed.canonical == clean.canonical
    assert {f.code for f in typed.errors} == {f.code for f in clean.errors}
    assert (text == plain) or set(typed.codes) & {
        "WIDTH_FOLDED",
        "SEPARATORS_REMOVED",
        "CASE_FOLDED",
        "OUTER_TRIMMED",
        "PHONE_LETTER",
        "FORMAT",
        "LETTER_IN_DIGITS",
        "X_NOT_AT_END",
    }


@given(strategies.objects())
def test_parse_returns_a_value_or_raises_invalid_input_only(thing):
    for parse in (lambda x: parse_resident_id(x, as_of=AS_OF), parse_phone):
        try:
            parse(thing)
        except InvalidInput as refusal:
            assert any(f.is_error for f in refusal.findings)  # noqa: PT017 - either answer is right


def test_an_unknown_kind_is_the_callers_mistake():
    with pytest.raises(CallerError):
        inspect_number("1", kind="driving_licence", as_of=AS_OF)


@given(strategies.hostile_texts())
def test_drawing_never_prints_a_control_character(text):
    for line in draw(text, inspect_number(text, as_of=AS_OF)):
        assert line.isprintable()
