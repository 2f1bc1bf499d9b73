"""
Application ids by column: find the rows that `eduid_registry_file` would set aside, with the fault.

An id of plain letters and digits, with at least one letter and no eleven digits in a row, can hold neither a
phone nor an ID number; any other id is checked by the scalar function. Ids that increase from row to row are
distinct; otherwise, equal hashes select the rows whose ids are then counted exactly.
"""

from __future__ import annotations

import itertools
import string
from collections import Counter
from collections.abc import Iterable
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from eduid_bulk.byte_columns import SMALL, block_of
from eduid_registry_file.applications import id_fault, names_a_person

__all__ = ["ApplicationIds", "stripped"]

_PLAIN: Final = r"^[A-Za-z0-9._\-]{1,64}$"
_FIRST_A_LETTER: Final = r"^[A-Za-z][A-Za-z0-9._\-]*$"
_LETTER: Final = "[A-Za-z]"
_NAMES: Final = ("application_id", "name", "guardian_name")
_CHARACTERS: Final = string.ascii_letters + string.digits + "._-"
_LONGEST: Final = 64
_ELEVEN: Final = 11
_HOLDS_NUMBER: Final = "[0-9]{11}"
_WORDY: Final = r"[A-Za-z]{3}|[^\x00-\x7f]{2}"
"""Text that may be a person's name."""


def stripped(ids: pl.Series) -> pl.Series:
    """Return *ids* without surrounding blanks, as Python strips them."""
    needs_scalar = np.flatnonzero(~ids.str.contains(_PLAIN).to_numpy())
    if not len(needs_scalar):
        return ids
    return ids.scatter(needs_scalar.tolist(), [ids[place].strip() for place in needs_scalar.tolist()])


def _lettered(ids: pl.Series) -> npt.NDArray[np.bool_]:
    """
    Return which *ids* begin with a letter, consist of letters, digits and hyphens, and hold no eleven
    digits in a row.
    """
    block = block_of(ids)
    lengths = np.diff(block.ends)
    fits = (lengths > 0) & (lengths <= _LONGEST)
    if (lengths > _ELEVEN).any():
        fits &= ~ids.str.contains(_HOLDS_NUMBER).to_numpy()
    if not (fits.all() and block.consists_of(_CHARACTERS)):
        lettered: npt.NDArray[np.bool_] = fits & ids.str.contains(_FIRST_A_LETTER).to_numpy()
        return lettered
    small = block.cells[block.ends[:-1]] | SMALL
    return (small >= ord("a")) & (small <= ord("z"))


@attrs.frozen(eq=False, repr=False)
class _Batch:
    """A summary of the ids in a batch: a hash of each, the first and the last, and whether they increase."""

    rows: npt.NDArray[np.uint32]
    hashes: npt.NDArray[np.uint64]
    first: str
    last: str
    growing: bool


@attrs.define(eq=False)
class ApplicationIds:
    """
    The ids of a file, batch by batch: `wrong` holds the row and the fault of each unusable id.

    Batches may be examined in any order, and several at once.
    """

    wrong: dict[int, str] = attrs.field(factory=dict, repr=False)
    _batches: list[_Batch] = attrs.field(factory=list, repr=False)
    plain: bool = True
    """Whether every id so far begins with a letter and consists of letters, digits and hyphens."""
    wordy: bool = False
    """Whether an id so far holds text that may be a person's name."""

    def look_at(self, frame: pl.DataFrame) -> None:
        """Examine the ids of a batch."""
        ids, rows = frame["application_id"], frame["row"].to_numpy()
        if not len(ids):
            return
        plain = _lettered(ids)
        if not plain.all():
            self.plain = False
            ids = stripped(ids)
            lettered = ids.str.contains(_PLAIN) & ids.str.contains(_LETTER)
            plain |= (lettered & ~ids.str.contains(_HOLDS_NUMBER)).to_numpy()
        for place in np.flatnonzero(~plain).tolist():
            code = id_fault(ids[place])
            if code:
                self.wrong[int(rows[place])] = code
        self.wordy = self.wordy or bool(ids.str.contains(_WORDY).any())
        growing = bool((ids.shift(1) < ids).all())
        self._batches.append(_Batch(rows, ids.hash().to_numpy(), ids[0], ids[-1], growing))

    def look_at_names(self, frame: pl.DataFrame) -> None:
        """Examine whether the ids of a batch hold the name of the student or of the guardian of their row."""
        folded = frame.select(
            "row",
            "application_id",
            *(
                pl.col(name).str.replace_all(r"[\s·]", "").str.to_uppercase().alias(f"~{name}")
                for name in _NAMES
            ),
            *_NAMES[1:],
        )
        suspects = folded.filter(
            pl.any_horizontal(
                (pl.col(f"~{name}").str.len_chars() > 1)
                & pl.col("~application_id").str.contains(pl.col(f"~{name}"), literal=True)
                for name in _NAMES[1:]
            )
        )
        for row, text, *names in suspects.select("row", *_NAMES).iter_rows():
            if row not in self.wrong and names_a_person(text.strip(), *names):
                self.wrong[row] = "APPLICATION_ID_PERSONAL"

    def suspects(self) -> npt.NDArray[np.uint32]:
        """Return the rows with possibly repeated ids."""
        batches = sorted(self._batches, key=lambda batch: int(batch.rows[0]))
        growing = all(batch.growing for batch in batches)
        if growing and all(one.last < other.first for one, other in itertools.pairwise(batches)):
            return np.empty(0, dtype=np.uint32)
        hashes = np.concatenate([batch.hashes for batch in batches])
        ordered = np.sort(hashes)
        twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if not len(twice):
            return np.empty(0, dtype=np.uint32)
        return np.concatenate([batch.rows for batch in batches])[np.isin(hashes, twice)]

    def count(self, suspects: Iterable[tuple[int, str]]) -> None:
        """Count the ids of the suspect rows, and record those that occur more than once."""
        pairs = list(suspects)
        counts = Counter(text for _, text in pairs)
        for row, text in pairs:
            if counts[text] > 1:
                self.wrong.setdefault(row, "APPLICATION_ID_REPEATED")
