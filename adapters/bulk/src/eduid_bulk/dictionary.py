"""
Distinct texts as small numbers: each text is processed once, however many rows hold it.

Grades, classes, schools and the like repeat by the thousand. A `TextDictionary` gives every distinct text a
number, the same in every batch and on both sides, and stores the results of a scalar function in a table by
that number.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["Codes", "TextDictionary", "distinct"]

_NARROW: Final = 1 << 20
"""The largest difference between the least and the greatest of narrow values."""

Codes = npt.NDArray[np.uint32]


def distinct(values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the distinct *values* in order, the first place of each, and each value's rank among them."""
    if len(values) and (least := int(values.min())) > int(values.max()) - _NARROW:
        return _distinct_narrow(values, least)
    known = np.unique(values)
    back = np.searchsorted(known, values)
    first = np.empty(len(known), dtype=np.intp)
    first[back[::-1]] = np.arange(len(values) - 1, -1, -1)  # of several writes the last one wins
    return known, first, back


def _distinct_narrow(
    values: npt.NDArray[Any], least: int
) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the same for whole numbers from *least* in a small range: one table has room for them all."""
    above = values - least
    first = np.full(int(above.max()) + 1, -1, dtype=np.intp)
    first[above[::-1]] = np.arange(len(values) - 1, -1, -1)  # of several writes the last one wins
    known = np.flatnonzero(first >= 0)
    place = np.empty(len(first), dtype=np.intp)
    place[known] = np.arange(len(known))
    return known.astype(values.dtype) + values.dtype.type(least), first[known], place.take(above)


class TextDictionary:
    """The distinct texts of one or more columns, numbered by first occurrence; 0 is the blank."""

    def __init__(self) -> None:
        """Begin without texts."""
        self._kind = pl.Categorical(pl.Categories.random())
        self._alive = pl.Series([""], dtype=self._kind)  # the numbering is dropped with its last column
        self._tables: dict[Callable[[str], Any], npt.NDArray[Any]] = {}
        self._numbers: dict[str, int] = {}
        self._lock = threading.RLock()  # both sides are read concurrently
        self.texts: list[str] = [""]

    def __len__(self) -> int:
        return len(self.texts)

    def codes(self, column: pl.Series) -> Codes:
        """Return the numbers of the texts of *column*, which holds no null."""
        if isinstance(column.dtype, pl.Enum):
            with self._lock:
                own = self._noted(column.dtype.categories)
            codes: Codes = own.take(column.to_physical().to_numpy())
            return codes
        with self._lock:
            if len(column) and (column == column[0]).all():
                return np.full(len(column), self._noted(column[:1])[0], dtype=np.uint32)
            return self._noted(column)

    def _noted(self, column: pl.Series) -> Codes:
        """Return the numbers of a column, after adding its new texts."""
        numbered = column.cast(self._kind)
        codes = numbered.to_physical().to_numpy()
        if len(codes) and int(codes.max()) >= len(self.texts):
            known = numbered.unique()
            self.texts += [""] * (int(codes.max()) + 1 - len(self.texts))
            for code, text in zip(known.to_physical().to_list(), known.cast(pl.String).to_list(), strict=True):
                self.texts[code] = text
        return codes

    def code(self, text: str) -> int:
        """Return the number of a single *text*; -1 if it has not occurred yet."""
        if len(self._numbers) < len(self.texts):
            self._numbers = {known: code for code, known in enumerate(self.texts)}
        return self._numbers.get(text, -1)

    def table(self, look: Callable[[str], Any], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return the result of *look* for every text, by number; each is computed once."""
        with self._lock:
            table = self._tables.get(look, np.empty(0, dtype=dtype))
            if len(table) < len(self.texts):
                new = [look(text) for text in self.texts[len(table) :]]
                table = np.concatenate([table, np.array(new, dtype=dtype)])
                self._tables[look] = table
            return table
