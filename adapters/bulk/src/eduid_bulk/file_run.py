"""
`match` by columns, for callers that read a file in batches and hold no whole file.

The registry is laid out once, in the order of its keys; each batch of forms finds its rows there. A verdict
that `match` gives to both sample forms of a class holds for the whole class. If the two verdicts differ, or the
kernel marks a row alone, the scalar function decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from eduid_bulk.encode import EncodingContext
from eduid_bulk.id_features import NO_KEY
from eduid_bulk.kernel import ALONE, Kernel, Member
from eduid_bulk.reconcile import FORM_COLUMNS, HELD_COLUMNS
from eduid_bulk.records import shown
from eduid_bulk.verdicts import report
from eduid_core.matching import Application, Found, Policy, RegistryRow, SchoolIndex, Verdict, match

__all__ = ["FileRunMatcher"]


class FileRunMatcher:
    """The verdicts of `match` for single forms, against the rows of a registry as of a given day."""

    def __init__(
        self, rows: Sequence[RegistryRow], schools: SchoolIndex, *, as_of: dt.date, policy: Policy
    ) -> None:
        """Lay *rows* out; *schools* is the index of all of them."""
        named = policy.guardian_phone_must_agree and any(row.guardian_phone for row in rows)
        self._reading = EncodingContext(as_of=as_of, policy=policy, phones=named)
        self._rows, self._schools = rows, schools
        self._shelf = _Shelf(self._reading.held(_framed(rows, HELD_COLUMNS))[0])
        self._kernel = Kernel(self._reading, schools)
        self._verdicts: list[Verdict | None] = []

    def __call__(self, forms: Sequence[Application], /) -> list[Verdict | None]:
        """Return the verdict of `match` for each of *forms*; None for a form that is left to `match`."""
        try:
            return self._verdicts_of(forms)
        except Exception as error:  # noqa: BLE001 - one form must not stop the others
            report(type(error).__name__)
            return [None] * len(forms)

    def _verdicts_of(self, forms: Sequence[Application]) -> list[Verdict | None]:
        narrow, _ = self._reading.forms(_framed(forms, FORM_COLUMNS))
        classes = self._kernel.settle(self._shelf.beside(narrow)).tolist()
        for members in self._kernel.members[len(self._verdicts) :]:
            self._verdicts.append(self._decided(members, forms))
        return [None if each == ALONE else self._verdicts[each] for each in classes]

    def _decided(self, members: Sequence[Member], forms: Sequence[Application]) -> Verdict | None:
        """Return the common verdict of all *members*; None if they differ."""
        try:
            said = {
                self._match(forms[row], self._rows[at : at + 1] if at >= 0 else ()) for row, at, _ in members
            }
        except Exception:  # noqa: BLE001 - left to `match`, which reports it
            return None
        return said.pop() if len(said) == 1 else None

    def _match(self, form: Application, rows: Sequence[RegistryRow]) -> Verdict:
        found = Found(tuple(rows), self._schools, self._reading.as_of)
        return match(form, found, policy=self._reading.policy)


class _Shelf:
    """Registry rows in the order of their keys: a few forms find their rows without a scan of all rows."""

    def __init__(self, held: pl.DataFrame) -> None:
        order = np.argsort(held["key"].to_numpy(), kind="stable")
        self._keys = held["key"].to_numpy()[order]
        self._rows = held.select(pl.exclude("key").name.prefix("r_"))[order]

    def beside(self, forms: pl.DataFrame) -> pl.DataFrame:
        """
        Return *forms* with the kernel's columns: the row of the same key joined to each, none of
        them `shared`.
        """
        keys = forms["key"].to_numpy()
        first = np.searchsorted(self._keys, keys, "left")
        count = np.minimum(np.searchsorted(self._keys, keys, "right") - first, 2)
        count[keys == NO_KEY] = 0
        rows = self._rows[np.where(count > 0, first, 0)]
        return forms.hstack(rows).with_columns(count=pl.Series(count), shared=pl.lit(value=False))


def _framed(records: Sequence[Any], columns: Iterable[str]) -> pl.DataFrame:
    """Return *records* as a frame of texts, with the number of each row."""
    texts = {name: list(map(shown(name), records)) for name in columns}
    frame = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))
    return frame.with_columns(row=pl.int_range(len(frame), dtype=pl.UInt32))
