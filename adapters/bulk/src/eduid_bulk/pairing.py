"""Finding the registry row of each form: keys of both sides, joined; keys that stand twice kept apart."""

from __future__ import annotations

from typing import Self

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from eduid_bulk.numbers import NO_KEY

__all__ = ["Pairs", "among", "others_of", "repeated"]

Keys = npt.NDArray[np.int64]


def repeated(keys: Keys) -> Keys:
    """Return the keys that stand more than once in *keys*, without `NO_KEY`."""
    ordered = np.sort(keys)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    found: Keys = twice[twice != NO_KEY]
    return found


def among(keys: Keys, few: Keys) -> npt.NDArray[np.bool_]:
    """Return which of *keys* are among the *few*."""
    if not len(few):
        return np.zeros(len(keys), dtype=bool)
    return pl.Series(keys).is_in(pl.Series(few).implode()).to_numpy()


@attrs.frozen(eq=False)
class Pairs:
    """
    The registry row of each form of one part.

    `count` is how many rows the key has: 0, 1, or 2 for more than one; `places` is where the one row stands.
    Where the count is not 1, any row may stand beside.
    """

    places: npt.NDArray[np.uint32] = attrs.field(repr=False)
    count: npt.NDArray[np.uint8] = attrs.field(repr=False)

    @classmethod
    def of(cls, forms: pl.DataFrame, held: pl.DataFrame) -> Self:
        """Pair *forms* with the rows of *held*, by their `key`."""
        keys, mine = held["key"].to_numpy(), forms["key"].to_numpy()
        twice = repeated(keys)
        single = keys != NO_KEY
        count = np.zeros(len(forms), dtype=np.uint8)
        if len(twice):
            single &= ~among(keys, twice)
            count[among(mine, twice)] = 2
        found, there = _joined(mine, keys, np.flatnonzero(single))
        places = np.zeros(len(forms), dtype=np.uint32)
        places[found], count[found] = there, 1
        return cls(places, count)

    def beside(self, forms: pl.DataFrame, others: pl.DataFrame, begin: int, size: int) -> pl.DataFrame:
        """Return *size* of the *forms*, from *begin*, with `count` and their rows of *others* beside them."""
        part = slice(begin, begin + size)
        rows = forms[part].with_columns(count=pl.Series(self.count[part]))
        return rows.hstack(others[self.places[part]]) if len(others) else rows


def others_of(held: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of *held* as they stand beside a form, `r_…`, each in one piece of memory."""
    return held.select(pl.exclude("key").name.prefix("r_")).rechunk()


def _joined(
    mine: Keys, keys: Keys, single: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return the places of *mine* whose key is at one of the places *single* of *keys*, and at which."""
    left = pl.LazyFrame({"key": mine, "at": np.arange(len(mine), dtype=np.uint32)})
    right = pl.LazyFrame({"key": keys[single], "place": single.astype(np.uint32)})
    pairs = left.join(right, on="key", how="inner").select("at", "place").collect(engine="streaming")
    return pairs["at"].to_numpy(), pairs["place"].to_numpy()
