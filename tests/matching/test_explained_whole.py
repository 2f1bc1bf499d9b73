"""Explanations as they are written down and read: the whole of a few, key by key and word by word."""

from __future__ import annotations

import json
import string

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.matching import (
    RULE_SET,
    Application,
    CandidateIndex,
    Found,
    Outcome,
    Policy,
    RegistryRow,
    SchoolIndex,
    applicant_view,
    explain,
    explanation_bytes,
    find_candidates,
    match,
    render,
)
from eduid_core.testing.invented_students import AS_OF

FORM = Application(
    "a1",
    "陈小雨",
    "320098201604150036",
    "海英小学",
    "四年级",
    "1班",
    "2023",
    guardian_phone="15400001234",
)
ROW = RegistryRow(
    "G320098201604150036",
    "陈小雨",
    "1",
    "320098201604150036",
    "2132000001",
    "海英小学",
    "四年级",
    "2班",
    "202309",
    "在读",
)
SCHOOLS = SchoolIndex.of([ROW])
ALIKE = evolve(ROW, class_name="1班")
POLICY = Policy()


def told(form=FORM, rows=(ROW,), day=AS_OF, candidates=None):
    found = Found(rows, SCHOOLS, day, "snapshot-1")
    return explain(match(form, found), form, found, candidates=candidates)


def field(name, code="EQUAL", note="", claimed="", held="", differs_at=()):
    return {
        "field": name,
        "code": code,
        "note": note,
        "claimed": claimed,
        "held": held,
        "differs_at": list(differs_at),
    }


def test_everything_that_decided_is_told_under_its_name():
    assert told() == {
        "application_id": "a1",
        "as_of": "2026-11-02",
        "snapshot": "snapshot-1",
        "policy": POLICY.version,
        "rule_set": RULE_SET.version,
        "rule_set_digest": RULE_SET.digest,
        "outcome": "review",
        "rule": "R9",
        "reasons": ["PLACEMENT_DIFFERS", "SYNTHETIC_NUMBER", "PHONE_UNASSIGNED_PREFIX"],
        "notes": [],
        "tier": 1,
        "suggestion": "TAKE_REGISTRY_VALUE",
        "fields": [
            field("id", claimed="32**************36"),
            field("name", claimed="陈*雨"),
            field("school", claimed="海英小学"),
            field("grade", claimed="四年级"),
            field("class", "DIFFERENT", claimed="1班", held="2班", differs_at=[0]),
            field("entry_year", claimed="2023"),
        ],
        "proposed": ["class"],
        "candidates": [],
    }


def test_without_a_day_or_a_row_nothing_stands_in_their_place():
    assert told(day=None)["as_of"] == ""
    missing = told(form=evolve(FORM, grade=""), rows=())
    assert missing["fields"] == [field("grade", "MISSING_APP")]


def test_an_edit_is_told_as_a_note_and_nothing_of_it_is_disputed():
    spaced = told(form=evolve(FORM, name="陈小雨 "), rows=(ALIKE,))

    assert spaced["notes"] == ["SPACE_REMOVED"]
    assert spaced["fields"][1] == field("name", "EQUAL_NORMALISED", "SPACE_REMOVED", claimed="陈** ")


def test_a_spelling_of_one_length_is_no_difference_to_point_at():
    wide = told(form=evolve(FORM, class_name="１班"), rows=(ALIKE,))["fields"][4]

    assert (wide["code"], wide["differs_at"]) == ("EQUAL_NORMALISED", [])


def test_a_candidate_is_told_by_what_a_teacher_knows_pupils_by():
    lost = evolve(FORM, id_number="320098201604150052", school_code="2132000001")
    found = Found((), SCHOOLS, AS_OF)
    candidates = find_candidates(lost, CandidateIndex.of([ROW]), found)

    assert told(form=lost, rows=(), candidates=candidates)["candidates"] == [
        {
            "name": "陈*雨",
            "id": "32**************36",
            "school": "海英小学",
            "grade": "四年级",
            "class": "2班",
            "codes": [
                "id=DIFFERENT",
                "name=EQUAL",
                "school=EQUAL",
                "grade=EQUAL",
                "class=DIFFERENT",
                "entry_year=EQUAL",
            ],
        }
    ]


@given(
    st.dictionaries(
        st.text(string.ascii_lowercase, min_size=1), st.text() | st.integers() | st.lists(st.text())
    )
)
def test_what_is_stored_is_ascii_without_blanks_whose_keys_are_in_order(explanation):
    """Canonical: equal data are equal bytes, whatever the order they were put together in."""
    written = explanation_bytes(explanation)
    backwards = dict(reversed(explanation.items()))

    assert written.isascii()
    assert written == explanation_bytes(backwards)
    assert json.loads(written) == explanation
    assert written == json.dumps(json.loads(written), sort_keys=True, separators=(",", ":")).encode()


VERSIONS = POLICY.version, RULE_SET.version
IN_WORDS = {
    "zh": """需要核对：核实后以学籍为准更正
- 年级、班级或入学年份与学籍不一致
- 测试号码
- 号段未收录，请核对
- 班级: 不一致; 1班 / 2班
规则版本 {}, 规则 {}, 条目 R9""",
    "en": """for a person to decide: when confirmed, take the registry's value
- grade, class or entry year differ
- synthetic number
- prefix not listed, please compare
- class: different; 1班 / 2班
policy {}, rules {}, rule R9""",
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_difference_in_words(lang):
    assert render(told(), lang=lang) == IN_WORDS[lang].format(*VERSIONS)


@pytest.mark.parametrize(
    ("lang", "first", "line"),
    [
        ("zh", "通过", "- 姓名: 一致（书写格式不同）; 已去除空格"),
        ("en", "approved", "- name: equal, written differently; a space was removed"),
    ],
)
def test_an_agreement_in_words_names_what_was_spelt_otherwise(lang, first, line):
    lines = render(told(form=evolve(FORM, name="陈小雨 "), rows=(ALIKE,)), lang=lang).splitlines()

    assert lines[0] == first
    assert line in lines


def test_words_are_chinese_unless_said_otherwise():
    assert render(told()) == render(told(), lang="zh") != render(told(), lang="en")


@pytest.mark.parametrize(
    ("form", "rows", "view"),
    [
        (FORM, (ALIKE,), {"outcome": "approved", "code": "CONSISTENT", "fields": []}),
        (FORM, (ROW,), {"outcome": "review", "code": "UNDER_REVIEW", "fields": []}),
        (FORM, (), {"outcome": "review", "code": "UNDER_REVIEW", "fields": []}),
        (
            evolve(FORM, grade="", guardian_phone="1"),
            (),
            {"outcome": "returned", "code": "FIELD_REQUIRED", "fields": ["grade"]},
        ),
    ],
)
def test_what_an_applicant_is_told_whole(form, rows, view):
    assert applicant_view(match(form, Found(rows, SCHOOLS, AS_OF))) == view


def test_what_is_returned_says_what_to_do_and_what_else_is_odd_about_the_form():
    verdict = match(evolve(FORM, grade=""), Found((), SCHOOLS, AS_OF))

    assert (verdict.outcome, verdict.suggestion, verdict.tier) == (Outcome.RETURNED, "MEND_FORM", 0)
    assert verdict.reasons == ("FIELD_REQUIRED", "SYNTHETIC_NUMBER", "PHONE_UNASSIGNED_PREFIX")
