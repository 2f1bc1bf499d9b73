"""Finding the registry row of each form: keys of both sides, joined; keys that stand twice kept apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from eduid_bulk.numbers import NO_KEY

__all__ = ["among", "repeated", "side_by_side"]

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


def side_by_side(forms: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """
    Return *forms* in their order with the columns of *held* beside them as `r_…`, and `count`.

    `count` is how many rows the key has: 0, 1, or 2 for more than one. Where it is not 1, any row may stand
    beside.
    """
    keys, mine = held["key"].to_numpy(), forms["key"].to_numpy()
    twice = repeated(keys)
    single = keys != NO_KEY
    count = np.zeros(len(forms), dtype=np.uint8)
    if len(twice):
        single &= ~among(keys, twice)
        count[among(mine, twice)] = 2
    places = _places(mine, keys, np.flatnonzero(single))
    found = places >= 0
    count[found] = 1
    if len(held):
        beside = held.select(pl.exclude("key").name.prefix("r_"))[np.where(found, places, 0)]
        forms = forms.hstack(beside)
    return forms.with_columns(count=pl.Series(count))


def _places(mine: Keys, keys: Keys, single: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Return for each of *mine* the place in *keys* of the same key, among the places *single*; -1 for none."""
    left = pl.LazyFrame({"key": mine, "at": np.arange(len(mine), dtype=np.uint32)})
    right = pl.LazyFrame({"key": keys[single], "place": single.astype(np.uint32)})
    pairs = left.join(right, on="key", how="inner").select("at", "place").collect(engine="streaming")
    places = np.full(len(mine), -1, dtype=np.int64)
    places[pairs["at"].to_numpy()] = pairs["place"].to_numpy()
    return places
