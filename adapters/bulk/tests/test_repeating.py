"""Columns whose texts repeat, read as numbers: the same texts as any other reader finds."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_bulk import parquet_dictionary
from eduid_bulk.dictionary import TextDictionary
from eduid_bulk.parquet_dictionary import read_repeating

CELLS = st.sampled_from(["", "一年级", "二年级", "3班", " ", "\U00030000", None]) | st.text("甲乙", max_size=3)
COLUMN = st.lists(CELLS, max_size=40)


def read(path, names, rows):
    return list(read_repeating(path, names, rows=rows))


@settings(max_examples=60)
@given(
    column=COLUMN,
    group=st.integers(1, 13),
    rows=st.integers(1, 50),
    few=st.sampled_from([1, 1 << 16]),
    kind=st.sampled_from([pa.string(), pa.large_string()]),
)
def test_every_text_stands_where_it_stood_whatever_the_groups(column, group, rows, few, kind):
    """Nulls are blank; texts of many kinds in one column change nothing; no batch but the last is small."""
    was, parquet_dictionary._FEW = parquet_dictionary._FEW, few
    try:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "file.parquet"
            pq.write_table(pa.table({"班级": pa.array(column, kind)}), path, row_group_size=group)
            batches = read(path, {"class": "班级"}, rows)
    finally:
        parquet_dictionary._FEW = was
    sizes = [count for count, _ in batches]

    assert [text for _, (part,) in batches for text in part.cast(pl.String).to_list()] == [
        text or "" for text in column
    ]
    assert sizes == [len(part) for _, (part,) in batches]
    assert all(rows <= size < rows + group for size in sizes[:-1])


@given(
    column=COLUMN.map(lambda cells: [cell or "" for cell in cells]),
    other=COLUMN.map(lambda c: [x or "" for x in c]),
)
def test_a_text_has_one_number_however_it_was_read(column, other):
    """A column of an enumeration and one of plain text agree on the number of each text."""
    texts = TextDictionary()
    kind = pl.Enum(sorted(set(column) | {""}))
    codes = texts.codes(pl.Series(column, dtype=kind)), texts.codes(pl.Series(other, dtype=pl.String))

    assert [texts.texts[code] for code in codes[0].tolist()] == column
    assert [texts.texts[code] for code in codes[1].tolist()] == other
    assert len(set(texts.texts)) == len(texts.texts)


@pytest.mark.parametrize("names", [{}, {"class": "班级"}, {"class": "班级", "grade": "年级"}])
def test_a_file_without_rows_is_one_batch_of_none(tmp_path, names):
    empty = pa.array([], pa.string())
    pq.write_table(pa.table({"班级": empty, "年级": empty}), tmp_path / "file.parquet")

    ((count, columns),) = read(tmp_path / "file.parquet", names, 10)

    assert (count, [len(column) for column in columns]) == (0, [0] * len(names))


def test_a_heading_with_a_dot_is_no_path(tmp_path):
    pq.write_table(pa.table({"班级": ["1班"], "班级.旧": ["2班"]}), tmp_path / "file.parquet")

    ((_, (column,)),) = read(tmp_path / "file.parquet", {"class": "班级"}, 10)

    assert column.cast(pl.String).to_list() == ["1班"]
