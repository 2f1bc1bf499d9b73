"""Every code of the room has words in both languages, and something that provokes it."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from attrs import evolve

from eduid_audit.evaluation.score import cases
from eduid_core.matching import (
    FieldCode,
    Found,
    Policy,
    RegistryRow,
    SchoolAlias,
    SchoolIndex,
    inspect_registry,
    match,
    not_compared,
    shrunk,
)
from eduid_core.matching.candidates import CandidateIndex, find_candidates
from eduid_core.matching.decision_table import APPROVING, CONSISTENT, FIELD_RULES, LATTICE
from eduid_core.matching.form_check import SPELLING_EDITS
from eduid_core.matching.matcher import compare
from eduid_core.matching.registry_shrinkage import RegistryShrinkage
from eduid_core.messages import CATALOGUE
from eduid_core.messages.matching import FIELD_CODES, FIELD_NAMES, NOTES, REASONS, SUGGESTIONS
from eduid_core.testing.fakes import fake_resident_id
from eduid_core.testing.invented_students import AS_OF, WORLD, invented_student
from eduid_core.validation.schooling.patterns import numeral

ROOM = Path(__file__).parents[2] / "src/eduid_core/matching"


def test_every_reason_rule_field_code_and_suggestion_has_two_texts():
    codes = {rule.reason for rule in (*LATTICE, *FIELD_RULES, CONSISTENT)} | {code.value for code in FieldCode}
    codes |= {rule.suggestion for rule in (*LATTICE, *FIELD_RULES)} | {row.note for row in APPROVING} - {""}

    assert codes <= REASONS.keys()
    assert CATALOGUE.keys() >= SPELLING_EDITS
    assert set(FIELD_CODES) == {code.value for code in FieldCode}
    assert all(entry.zh and entry.en for entry in REASONS.values())
    assert all(zh and en for zh, en in FIELD_NAMES.values())


def test_every_code_written_in_the_room_is_in_the_catalogue():
    words = set()
    for path in ROOM.rglob("*.py"):
        words |= set(re.findall(r'"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)"', _without_exports(path)))
    tables = {"TRANSFERRED_OUT", "MERGED_INTO", "SECOND_PLATE"}

    assert words - tables <= CATALOGUE.keys()


def _without_exports(path: Path) -> str:
    return re.sub(r"__all__ = \[.*?\]", "", path.read_text("utf-8"), flags=re.DOTALL)


def test_texts_hold_no_parameter():
    """A matching text speaks of codes only; there is nothing to fill in that could be personal."""
    assert not any("{" in entry.zh + entry.en for entry in REASONS.values())


OF_THE_LIFECYCLE = {
    "ANOTHER_PERSON": "service/test_corrections.py",
    "ANSWERS_USED_UP": "service/test_answer_limits.py",
    "CONTESTED": "workflow/test_returns.py",
}
"""Reasons that no comparison gives, each with the test that provokes it."""


@pytest.mark.parametrize(("code", "test"), OF_THE_LIFECYCLE.items())
def test_a_reason_of_the_lifecycle_is_provoked_by_its_own_test(code, test):
    assert code in (Path(__file__).parents[1] / test).read_text("utf-8")


@pytest.fixture(scope="module")
def provoked():
    """Return every code that a labelled set, the registry report and a few special cases bring out."""
    seen = set()
    for case in cases(seed=21, size=6000, difference_percent=70):
        verdict = match(case.application, case.found)
        seen |= {
            *verdict.reasons,
            *verdict.notes,
            verdict.suggestion,
            *(result.code.value for result in verdict.fields),
        }
    return seen | set(_special()) | {"UNDER_REVIEW", *OF_THE_LIFECYCLE}


def _special():
    """Yield the codes of cases that the labelled set does not hold."""
    pair = invented_student(Random(9), with_code=True)
    grade = next(n for n in range(1, 13) if pair.row.grade == f"{numeral(n)}年级")
    found = Found((pair.row,), WORLD, AS_OF)
    summer = Found((pair.row,), WORLD, AS_OF.replace(month=8))
    lower = evolve(pair.row, grade=f"{numeral(grade - 1)}年级")
    index = SchoolIndex.of([pair.row], aliases=[SchoolAlias(code=pair.row.school_code, alias="老校")])
    grown = fake_resident_id(1, birth=AS_OF.replace(year=1990))
    forms = [
        ({"id_number": grown}, evolve(found, rows=(evolve(pair.row, id_number=grown),)), Policy()),
        ({"id_type": "Z", "id_number": ""}, found, Policy()),
        ({}, found, Policy(synthetic="review")),
        ({}, evolve(found, rows=(evolve(pair.row, guardian_phone="15400009999"),)), Policy()),
        *(
            ({}, evolve(found, rows=(evolve(pair.row, status=status),)), Policy())
            for status in ("在籍不在校", "借读", "异动")
        ),
        ({"grade": "大班"}, found, Policy()),
        ({"grade": f"{pair.row.entry_month[:4]}级"}, found, Policy()),
        ({"class_name": "向日葵班"}, found, Policy()),
        ({"class_name": "四十一班"}, found, Policy()),
        ({"entry_year": "去年"}, found, Policy()),
        ({}, evolve(summer, rows=(lower,)), Policy()),
        (
            {},
            evolve(found, rows=(evolve(pair.row, entry_month=f"{int(pair.row.entry_month[:4]) + 1}03"),)),
            Policy(),
        ),
        ({"name": "Chen Xiaoyu"}, evolve(found, rows=(evolve(pair.row, name="陈小雨"),)), Policy()),
        ({"school": "老校", "school_code": ""}, evolve(found, schools=index), Policy()),
        ({"name": "吴昇"}, evolve(found, rows=(evolve(pair.row, name="吴升"),)), Policy()),
        ({"name": "李甯"}, evolve(found, rows=(evolve(pair.row, name="李宁"),)), Policy()),
        ({"name": "小雨陈"}, evolve(found, rows=(evolve(pair.row, name="陈小雨"),)), Policy()),
        ({"grade": "一年级"}, evolve(found, rows=(evolve(pair.row, grade="一年级"),)), Policy()),
        ({"grade": "十二年级"}, evolve(found, rows=(evolve(pair.row, grade="十二年级"),)), Policy()),
    ]
    for changes, case, policy in forms:
        verdict = match(evolve(pair.application, **changes), case, policy=policy)
        yield from (*verdict.reasons, *verdict.notes, verdict.suggestion)
    failed = not_compared()
    yield from (*failed.reasons, failed.suggestion)
    stage_only = evolve(pair.application, school="小学")
    yield from (result.note for result in compare(stage_only, pair.row, found))
    rows = ({"id_number": "32009820160415003X"}, {"id_type": "护照"}, {"id_type": "学生证"})
    for row in (evolve(pair.row, **changes) for changes in rows):
        yield from (result.note for result in compare(pair.application, row, found))
    typo = evolve(pair.application, id_number=pair.row.id_number.reveal("test")[:17] + "?")
    yield from (result.note for result in compare(typo, pair.row, found))
    boxed = evolve(pair.application, id_number="G" + pair.row.id_number.reveal("test"))
    yield from (one.note for one in find_candidates(boxed, CandidateIndex.of([pair.row]), found).found)
    twin = evolve(pair.row, id_number="320098201604150036", student_number="G1")
    bad = RegistryRow(name="?", id_type="1", id_number="1", status="?")
    none = evolve(pair.row, id_number="")
    same = evolve(pair.row, name="陈小雨", id_number="", student_number="G" + pair.row.id_number.reveal("test"))
    rows = [pair.row, pair.row, twin, bad, none, same, evolve(same, student_number=same.student_number)]
    yield from (problem.code for problem in inspect_registry(rows, as_of=AS_OF).problems)
    guards = [*shrunk({"a": 9}, {}, policy=Policy()), *shrunk({"a": 9}, {"a": 1}, policy=Policy())]
    yield from (one.code for one in guards if isinstance(one, RegistryShrinkage))


@pytest.mark.parametrize("code", sorted(REASONS))
def test_every_code_is_provoked(code, provoked):
    assert code in provoked


def test_the_notes_and_the_suggestions_are_part_of_the_one_table():
    assert NOTES.keys() <= REASONS.keys()
    assert SUGGESTIONS.keys() <= REASONS.keys()
