"""Schools by columns: what is asked about once for many rows is what would be said of each of them."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_bulk import comparators
from eduid_bulk.encode import FORM_TEXTS, HELD_TEXTS, EncodingContext
from eduid_bulk.kernel import Kernel
from eduid_core.matching import Application, Policy, RegistryRow, SchoolIndex
from eduid_core.matching.fields.schools import compare_school

AS_OF = dt.date(2026, 11, 2)
SCHOOLS = [(f"南京市玄武区海英第{n}小学", f"213200000{n}") for n in (1, 2, 3)]
NAMES = ["海英第1小学", "南京市海英第2小学", "玄武区海英□小学", " 海英第1小学", "", " "]
CODES = ["2132000001", "２１３２０００００１", " "]
PLAIN = st.sampled_from(SCHOOLS)
HELD = PLAIN | st.tuples(PLAIN.map(lambda cells: cells[0]) | st.sampled_from(NAMES), st.sampled_from(CODES))
CLAIMED = st.tuples(
    PLAIN.map(lambda cells: cells[0]) | st.sampled_from(NAMES), st.just("") | st.sampled_from(CODES)
)
PAIR = st.tuples(CLAIMED, PLAIN | HELD)


def marks(pairs, schools):
    """Return what the kernel makes of forms and rows that name a school and nothing else."""
    reading = EncodingContext(as_of=AS_OF, policy=Policy())
    sides = []
    for place, columns in enumerate((FORM_TEXTS, HELD_TEXTS)):
        given = {
            "school": [pair[place][0] for pair in pairs],
            "school_code": [pair[place][1] for pair in pairs],
        }
        texts = {name: given.get(name, [""] * len(pairs)) for name in columns}
        sides.append({name: reading.texts_of(name).codes(pl.Series(cells)) for name, cells in texts.items()})
    nothing, one = pl.lit(0, pl.UInt8), pl.lit(1, pl.UInt8)
    frame = pl.DataFrame({**sides[0], **{f"r_{name}": codes for name, codes in sides[1].items()}}).with_columns(
        pl.lit("陈小雨").alias("name"), pl.lit("陈小雨").alias("r_name"),
        row=pl.int_range(len(pairs)), r_row=pl.int_range(len(pairs)), count=one, said=nothing, shared=False, needs_scalar=False,
        birth=pl.lit(20150315, pl.Int32), r_needs_scalar=False, r_filed=True, r_status=nothing,
    )  # fmt: skip
    return Kernel(reading, schools).mark(frame).tolist()


@settings(max_examples=400)
@given(pairs=st.lists(PAIR, min_size=1, max_size=30), others=st.lists(HELD, max_size=2))
def test_rows_are_alike_exactly_where_the_comparator_says_the_same_of_their_schools(pairs, others):
    """Names of one school, of two, of none, nearly written, with a code beside them or another one."""
    held = [cells for _, cells in pairs] + others
    schools = SchoolIndex.of(RegistryRow(school=name, school_code=code) for name, code in held)
    said = [
        compare_school(
            Application(school=mine[0], school_code=mine[1]),
            RegistryRow(school=theirs[0], school_code=theirs[1]),
            schools,
            AS_OF,
        )
        for mine, theirs in pairs
    ]

    by_mark = dict(zip(marks(pairs, schools), said, strict=True))

    assert len(set(said)) == len(by_mark)
    assert [by_mark[mark] for mark in marks(pairs, schools)] == said


def test_of_schools_that_lie_apart_one_pair_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred schools, each claimed by a pupil of the next one."""
    asked = []
    monkeypatch.setattr(
        comparators, "compare_school", lambda *args: asked.append(args) or compare_school(*args)
    )
    cells = [(f"南京市玄武区海英第{n}小学", f"21320{n:05}") for n in range(200)]
    schools = SchoolIndex.of(RegistryRow(school=name, school_code=code) for name, code in cells)
    pairs = [((mine[0], ""), theirs) for mine, theirs in zip(cells, cells[1:] + cells[:1], strict=True)]

    assert len(set(marks(pairs, schools))) == 1
    assert len(asked) == 1
