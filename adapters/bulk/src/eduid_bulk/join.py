"""
Join forms with registry rows: the keys of both sides are sorted together, and repeated keys are
separated.
"""

from __future__ import annotations

from typing import Any, Final, Self

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from eduid_bulk.id_features import NO_KEY

__all__ = ["Pairs", "among", "others_of", "repeated"]

_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
"""An odd number for multiplicative hashing, with well-mixed high bits; the golden ratio of 64 bits."""

Keys = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]


def repeated(keys: Keys) -> Keys:
    """Return the keys that occur more than once in *keys*, without `NO_KEY`."""
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
    The registry row of each form in a part.

    `count` is the number of rows with the key: 0, 1, or 2 for more than one; `places` is the place of the row.
    If the count is not 1, any row may be joined. `twins` are the places of the forms that share a key with
    another form.
    """

    places: npt.NDArray[np.uint32] = attrs.field(repr=False)
    count: npt.NDArray[np.uint8] = attrs.field(repr=False)
    twins: npt.NDArray[np.uint32] = attrs.field(repr=False)

    @classmethod
    def of(cls, forms: pl.DataFrame, held: pl.DataFrame) -> Self:
        """Join *forms* with the rows of *held*, by their `key`."""
        keys = np.concatenate([forms["key"].to_numpy(), held["key"].to_numpy()])
        order, begins, first = *_side_by_side(keys), np.uint32(len(forms))
        places, count = np.zeros(len(forms), dtype=np.uint32), np.zeros(len(forms), dtype=np.uint8)
        again = np.flatnonzero(~begins)
        one, other = order[again - 1], order[again]
        found = (one < first) & (other >= first)
        places[one[found]], count[one[found]] = other[found] - first, 1
        crowd, sizes = _whole_groups(begins, again[~found])
        of = np.repeat(np.arange(len(sizes)), sizes)
        is_form = order[crowd] < first
        each, mine = order[crowd][is_form], np.bincount(of[is_form], minlength=len(sizes))
        last = order[crowd][np.cumsum(sizes) - 1] - first
        under = np.minimum(sizes - mine, 2)
        places[each], count[each] = np.where(under, last, 0)[of[is_form]], under[of[is_form]]
        count[keys[: len(forms)] == NO_KEY] = 0
        twins = each[(mine > 1)[of[is_form]]]
        return cls(places, count, twins[keys[twins] != NO_KEY])

    def beside(self, forms: pl.DataFrame, others: pl.DataFrame, begin: int, size: int) -> pl.DataFrame:
        """Return *size* of the *forms*, from *begin*, joined with `count` and their rows of *others*."""
        part = slice(begin, begin + size)
        rows = forms[part].with_columns(count=pl.Series(self.count[part]))
        return rows.hstack(others[self.places[part]]) if len(others) else rows


def others_of(held: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of *held* with the prefix `r_`, each in one piece of memory."""
    return held.select(pl.exclude("key").name.prefix("r_")).rechunk()


def _side_by_side(keys: Keys) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.bool_]]:
    """
    Return the places of *keys*, equal ones adjacent and in their order, and the first place of each key.

    The sort uses a hash of each key with its place in the low bits. If different keys share a hash, which is
    detected, the keys themselves are sorted.
    """
    low = np.uint64(len(keys).bit_length())
    below = (np.uint64(1) << low) - np.uint64(1)
    marks = keys.view(np.uint64) * _MULTIPLIER
    marks &= ~below
    marks |= np.arange(len(keys), dtype=np.uint64)
    marks.sort()
    order = (marks & below).astype(np.uint32)
    marks >>= low
    begins = _begins(marks)
    alike = np.flatnonzero(~begins)
    if (keys[order[alike]] != keys[order[alike - 1]]).any():
        order = np.argsort(keys, kind="stable").astype(np.uint32)
        begins = _begins(keys[order])
    return order, begins


def _begins(ordered: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return which elements of *ordered* differ from the previous one."""
    begins = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    return begins


def _whole_groups(begins: npt.NDArray[np.bool_], few: Places) -> tuple[Places, Places]:
    """
    Return all members of groups that contain any of *few*, and the group sizes; *begins* marks the
    groups.
    """
    starts = np.flatnonzero(begins)
    groups = np.unique(np.searchsorted(starts, few, "right")) - 1
    sizes = np.append(starts, len(begins))[groups + 1] - starts[groups]
    shifts = starts[groups] - np.cumsum(sizes) + sizes
    return np.arange(sizes.sum()) + np.repeat(shifts, sizes), sizes
