"""The short run of the fuzz of pairs; the long one is by hand (`make soak`, RESULTS.md)."""

from __future__ import annotations

import importlib.util
import random
import secrets
import time
from pathlib import Path

import pytest
from attrs import evolve

from eduid_core.matching import Found, RegistryRow, match
from eduid_core.matching.matcher import compare
from eduid_core.testing.invented_students import AS_OF, WORLD, invented_student
from eduid_core.validation import Kind, inspect_number, inspect_phone
from eduid_core.validation.names.inspect import inspect_name
from eduid_core.validation.schooling.parse import parse_class, parse_entry_year, parse_grade

_SPEC = importlib.util.spec_from_file_location("fuzz_matching", Path(__file__).with_name("fuzz_matching.py"))
fuzz = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(fuzz)

STUDENT = invented_student(random.Random(4))
PATTERNS = (
    "a",
    " ",
    "1",
    "一",
    "南京市",
    "(",
    "-",
    ".",
    "#",
    "ab1一 ",
    "十",
    "·",
    "\u200b",
    "1 ",
    "\U0010fffd",
)
LENGTHS = [
    *((200_000, pattern) for pattern in PATTERNS),
    *(pytest.param(10_000_000, pattern, marks=pytest.mark.full) for pattern in ("南京市", "1 ", "#", "ab1一 ")),
]
SECONDS = 20
"""Processor time for a million characters in every field; what is not linear takes hours for ten of them."""


def test_every_pair_has_one_verdict_in_both_engines():
    """Forms and rows with junk in their fields: no exception, no difference, no approval with a blank field."""
    assert fuzz.run(3000, seed=20261129) == 3000


@pytest.mark.full
def test_a_hundredth_of_the_soak_with_a_fresh_seed(capsys):
    seed = secrets.randbelow(2**32)
    with capsys.disabled():
        print(
            f"\nfuzz of pairs: seed {seed}; to repeat: tests/fuzz/fuzz_matching.py --count 20000 --seed {seed}"
        )

    assert fuzz.run(20_000, seed) == 20_000


def test_a_broken_engine_would_be_noticed(monkeypatch):
    """The target can fail: another verdict of the columns ends the run."""
    other = fuzz.match(STUDENT.application, [])
    monkeypatch.setattr(fuzz.FileRunMatcher, "_verdicts_of", lambda _, forms: [other] * len(forms))
    with pytest.raises(AssertionError):
        fuzz.run(1000, seed=1)


def test_every_reason_of_junk_is_reached():
    fuzz.run(3000, seed=3)

    assert {"FIELD_REQUIRED", "ID_NUMBER_ABSENT", "REG_ID_TYPE_UNKNOWN", "SCHOOL_STAGE_ONLY"} <= set(fuzz.SEEN)
    assert fuzz.SEEN["approved"] > 100


@pytest.mark.parametrize(("length", "pattern"), LENGTHS)
def test_a_long_text_takes_linear_time(length, pattern):
    """In each field of either side, and in every parser, up to ten million characters."""
    text = (pattern * length)[:length]
    begun = time.process_time()
    for name in ("name", "id_number", "school", "class_name"):
        form = evolve(STUDENT.application, **{name: text})
        row = evolve(STUDENT.row, **{name: text[1:] + "陈"})
        match(form, Found((STUDENT.row,), WORLD, AS_OF))
        match(STUDENT.application, Found((row,), WORLD, AS_OF))
        compare(form, row, Found((row,)))
    for look in (inspect_name, inspect_phone, parse_class, parse_grade, parse_entry_year):
        look(text)
    for kind in (Kind.RESIDENT_ID, Kind.OTHER_DOCUMENT, None):
        inspect_number(text, kind=kind, as_of=AS_OF)

    assert time.process_time() - begun < SECONDS * max(length, 250_000) / 1_000_000


def test_a_row_of_nothing_is_compared():
    assert match(evolve(STUDENT.application, id_type="其他"), [RegistryRow()]).outcome
