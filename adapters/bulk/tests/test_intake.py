"""Reading by several threads: whatever comes first, what is known in the end is the same."""

from __future__ import annotations

import datetime as dt
import itertools
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_bulk import byte_columns
from eduid_bulk.application_ids import ApplicationIds
from eduid_bulk.encode import EncodingContext
from eduid_bulk.load import LoadedFiles
from eduid_bulk.partitions import Partitions
from eduid_bulk.reconcile import sources
from eduid_bulk.sources import Source
from eduid_core.matching import Policy
from eduid_registry_file.applications import id_fault

IDS = {"row": pl.UInt32, "application_id": pl.String}
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._\-]{0,63}")
FORM = {"application_id": "a1", "name": "陈小雨", "id_type": "1", "id_number": "320098201503150010", "school": "海英小学",
        "grade": "四年级", "class": "1班", "entry_year": "2023", "guardian_phone": "15400001234"}  # fmt: skip
HELD = {"student_number": "G1", "name": "陈小雨", "id_type": "A", "id_number": "E12345678", "school_code": "2132000001",
        "school": "海英小学", "grade": "四年级", "class": "1班", "entry_month": "202309", "status": "在读"}  # fmt: skip


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize(
    ("batches", "twice"),
    [(("ab", "bc", "de"), [1, 2]), (("ab", "cd", "ef"), []), (("ab", "ab", "cd"), [0, 1, 2, 3])],
)
def test_ids_that_stand_in_two_batches_are_found_in_whatever_order_they_come(order, batches, twice):
    frames = [
        pl.DataFrame({"row": [2 * n, 2 * n + 1], "application_id": list(ids)}) for n, ids in enumerate(batches)
    ]
    ids = ApplicationIds()
    for place in order:
        ids.look_at(frames[place])

    assert sorted(ids.suspects().tolist()) == twice


LETTERED = st.text("aZ09._-", max_size=3).map("b".__add__) | st.sampled_from(["a" * 18, "A" * 64, "A" * 65])
ANY_ID = LETTERED | st.sampled_from(
    ["", " ", "é1", "1", "13800138000", "320098201503150010", " a", "a,b", "陈1"]
)


@given(ids=st.lists(LETTERED, max_size=20) | st.lists(ANY_ID, max_size=20))
def test_an_id_is_wrong_where_the_scalar_says_so_and_plain_where_there_is_nothing_to_say(ids):
    """By a look at all bytes at once where every id is plain, and id by id where one is not."""
    seen = ApplicationIds()

    seen.look_at(pl.DataFrame({"row": range(len(ids)), "application_id": ids}, schema=IDS))

    faults = {row: id_fault(text.strip()) for row, text in enumerate(ids)}
    assert seen.wrong == {row: fault for row, fault in faults.items() if fault}
    assert not seen.plain or all(PLAIN.fullmatch(text) for text in ids)


@given(texts=st.lists(st.text("aeEé1", max_size=5), min_size=1, max_size=9))
def test_a_short_column_is_the_block_that_arrow_makes(texts):
    column, was = pl.Series(["sliced off", *texts], dtype=pl.String)[1:], byte_columns.SHORT
    few = byte_columns.block_of(column)
    try:
        byte_columns.SHORT = 0
        arrow = byte_columns.block_of(column)
    finally:
        byte_columns.SHORT = was

    for block in (few, arrow):
        ends = [int(end) for end in block.ends]
        assert [block.cells[a:b].tobytes().decode() for a, b in itertools.pairwise(ends)] == texts


@given(texts=st.lists(st.text("aeEé1", max_size=5), max_size=9), piece=st.integers(1, 7))
def test_what_a_block_holds_is_what_its_texts_hold(texts, piece):
    """However its bytes are cut."""
    block, was = byte_columns.block_of(pl.Series(texts, dtype=pl.String)), byte_columns._PIECE
    try:
        byte_columns._PIECE = piece
        held = block.holds_letter("e"), block.consists_of("ae1")
    finally:
        byte_columns._PIECE = was

    assert held == (any({"e", "E"} & set(text) for text in texts), set("".join(texts)) <= set("ae1"))


def test_rows_of_a_passport_and_the_names_of_a_school_are_gathered_from_all_stretches(tmp_path, monkeypatch):
    """Six rows under one passport, two in each stretch; a school that has two codes, a code that has two names."""
    mine, theirs = tmp_path / "a.parquet", tmp_path / "r.parquet"
    pl.DataFrame([FORM]).write_parquet(mine)
    schools = [("海英小学", "1"), ("海英小学", "2"), ("海英小学", "1"), ("玄武小学", "2"), ("玄武小学", ""), ("海英小学", "1")]  # fmt: skip
    rows = [HELD | {"school": name, "school_code": code} for name, code in schools]
    pl.DataFrame(rows).write_parquet(theirs, row_group_size=2)
    intake = LoadedFiles(*sources(mine, theirs), EncodingContext(as_of=dt.date(2026, 11, 2), policy=Policy()))
    forwards, backwards = intake.applications.stretches(), intake.registry.stretches(rows=2)[::-1]
    monkeypatch.setattr(
        Source, "stretches", lambda source: backwards if source is intake.registry else forwards
    )

    index = intake.read(Partitions(1), Partitions(1))

    assert list(intake.strange_held.values()) == [[0, 1, 2, 3, 4, 5]]
    assert index.names == {"海英小学": frozenset("12"), "玄武小学": frozenset("2")}
