"""The scan for spreadsheet errors in columns finds what the scalar rule finds."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_bulk.cell_errors import cell_errors
from eduid_core.matching.engine import is_cell_error
from eduid_core.validation.placeholders import CELL_ERRORS

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
ERRORS = [*sorted(CELL_ERRORS), "Err:508", "#####"]
SPELLED = [
    spelled for error in ERRORS for spelled in (error, error.lower(), error.translate(WIDE), f" {error} ")
]


def found(texts: list[str]) -> dict[int, str]:
    frame = pl.DataFrame({"name": ["陈小雨"] * len(texts), "school": texts})
    return cell_errors(frame, ["name", "school"], {})


@pytest.mark.parametrize("error", SPELLED)
def test_every_error_is_found_in_every_spelling(error: str) -> None:
    assert is_cell_error(error)
    assert found(["海英小学", error]) == {1: "school"}


@given(
    texts=st.lists(st.sampled_from(SPELLED) | st.text(alphabet="#:：＃N/A!errERR0五 ", max_size=9), min_size=1)
)
def test_a_column_has_the_errors_of_its_cells(texts: list[str]) -> None:
    assert found(texts) == {at: "school" for at, text in enumerate(texts) if is_cell_error(text)}
