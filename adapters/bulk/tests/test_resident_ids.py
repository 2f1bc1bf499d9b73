"""The column says what the scalar says, cell by cell, whatever is in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_bulk import ResidentIdFault, validate_resident_ids
from eduid_core.testing import strategies
from eduid_core.testing.fakes import damage, fake_residence_permit, fake_resident_id
from eduid_core.validation import Kind, inspect_number, is_resident_id
from eduid_core.validation.documents.check_digits import check_character

AS_OF = dt.date(2026, 9, 1)
CELLS = st.one_of(
    strategies.resident_ids(),
    strategies.resident_ids(permits=True),
    strategies.resident_ids(real_divisions=True),
    strategies.damaged(
        strategies.resident_ids(), how=["substitution", "swap", "letter", "truncation", "month"]
    ),
    strategies.retyped(strategies.resident_ids()),
    st.from_regex(r"[0-9]{17}[0-9Xx]", fullmatch=True),
    st.text("0123456789Xx\n?²٣\ud800", min_size=17, max_size=19),
    strategies.objects(),
)


class _Text(str):
    """A text with ideas of its own."""

    __slots__ = ()

    def __len__(self) -> int:
        return 3

    def replace(self, *_args: object) -> str:
        return "nothing"


def check(column: Any, cells: list[Any], as_of: dt.date | None) -> None:
    checked = validate_resident_ids(column, as_of=as_of)

    assert len(checked) == len(cells)
    assert checked.valid.tolist() == [is_resident_id(c, as_of=as_of) for c in cells]
    assert (checked.valid == (checked.code == ResidentIdFault.VALID)).all()


@settings(deadline=None, max_examples=400)
@given(st.lists(CELLS, max_size=30), st.sampled_from([None, AS_OF, dt.date(2170, 1, 1)]))
def test_every_cell_is_answered_as_the_scalar_answers_it(cells: list[Any], as_of: dt.date | None) -> None:
    """Any objects at all: nulls, lone surrogates, line feeds, texts of every length."""
    check(cells, cells, as_of)
    check(tuple(cells), cells, as_of)


@settings(deadline=None)
@given(
    st.lists(st.one_of(st.none(), CELLS.filter(lambda c: isinstance(c, str) and c.isprintable())), max_size=20)
)
def test_polars_and_arrow_columns_are_lists_of_texts_and_nulls(cells: list[str | None]) -> None:
    check(pl.Series(cells, dtype=pl.String), cells, AS_OF)
    check(pa.array(cells, type=pa.string()), cells, AS_OF)
    check(pa.chunked_array([pa.array(cells, type=pa.string())]), cells, AS_OF)


@settings(deadline=None)
@given(st.lists(st.text("0123456789X", max_size=20), max_size=20))
def test_numpy_columns_of_texts_and_of_objects(cells: list[str]) -> None:
    check(np.array(cells, dtype=object), cells, AS_OF)
    check(np.array(cells, dtype=np.str_), cells, AS_OF)


@settings(deadline=None, max_examples=300)
@given(st.lists(CELLS, min_size=1, max_size=20))
def test_the_code_is_a_finding_the_scalar_tells(cells: list[Any]) -> None:
    """For cells that need no folding each code but NOT_DIGITS is the code of a finding of `inspect_number`."""
    for cell, code in zip(cells, validate_resident_ids(cells, as_of=AS_OF).code, strict=True):
        told = inspect_number(cell, kind=Kind.RESIDENT_ID, as_of=AS_OF).codes
        plain = not isinstance(cell, str) or (len(cell) != 15 and len(cell) <= 64 and not _folds(told))
        if plain and code not in (ResidentIdFault.VALID, ResidentIdFault.NOT_DIGITS):
            assert ResidentIdFault(code).name in told or (told == ("EMPTY",) and code == ResidentIdFault.LENGTH)


def _folds(told: tuple[str, ...]) -> bool:
    return bool({"WIDTH_FOLDED", "SEPARATORS_REMOVED", "OUTER_TRIMMED"} & set(told))


def one(text: Any, as_of: dt.date | None = AS_OF) -> str:
    return ResidentIdFault(validate_resident_ids(["320098201503150010", text], as_of=as_of).code[1]).name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("320098201503150010", "VALID"),
        (None, "EMPTY"),
        ("", "EMPTY"),
        (5, "NOT_TEXT"),
        (b"320098201503150010", "NOT_TEXT"),
        ("3200982015031500100", "LENGTH"),
        ("32009820150315001", "LENGTH"),
        ("32009820150315O010", "NOT_DIGITS"),
        ("32009820150315001a", "NOT_DIGITS"),
        ("32009820150315001\n", "NOT_DIGITS"),
        ("3200982015031５0010", "NOT_DIGITS"),
        ("160098201503150010", "PROVINCE_UNKNOWN"),
        ("320000201503150010", "DIVISION_PREFECTURE_LEVEL"),
        ("830001201503150010", "PERMIT_DIVISION"),
        ("830100201503150010", "PERMIT_DIVISION"),
        ("320098201503150011", "CHECKSUM"),
        ("32009820150315001x", "CHECKSUM"),
        ("320098201513150012", "CHECKSUM"),
        (_Text("320098201503150010"), "VALID"),
        (_Text("32009820150315\n010"), "NOT_DIGITS"),
    ],
)
def test_worked_examples(text: Any, code: str) -> None:
    assert one(text) == code


def test_dates_are_judged_when_the_check_fits() -> None:
    assert one(fake_residence_permit(1)) == "BIRTH_IN_FUTURE"
    assert one(fake_residence_permit(1), None) == "VALID"
    impossible = (t for t in (f"3200982015023000{n}{c}" for n in range(10) for c in "0123456789X"))
    assert "BIRTH_DATE_IMPOSSIBLE" in {one(t) for t in impossible}


def test_every_day_of_every_year_as_the_scalar_has_it() -> None:
    """Exhaustive over months and days of four years, and over all years for two days."""
    bodies = [f"320098{y}{n:04}001" for y in ("1900", "2000", "2015", "2016") for n in range(10_000)]
    bodies += [f"320098{y:04}{day}001" for y in range(10_000) for day in ("0229", "0301")]
    check(cells := [b + check_character(b) for b in bodies], cells, AS_OF)


def test_long_columns_are_judged_in_pieces_with_the_same_answer() -> None:
    cells = [
        damage(fake_resident_id(i), i, "substitution") if i % 3 else fake_resident_id(i) for i in range(40_000)
    ]
    check(cells, cells, None)
    check([*cells, None], [*cells, None], None)
    check([], [], AS_OF)


def test_an_answer_shows_counts_only() -> None:
    assert repr(validate_resident_ids(["320098201503150010", "x"])) == "<Checked 1 of 2 valid>"
