"""
Fallback to `match`: fetch the rows that the kernel marks alone, and two rows of each class, and decide them.

Two forms with the same number put each other in doubt, unless one is returned on its own. So a row with a
repeated key is judged twice, as in a file run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import attrs
import numpy as np

from eduid_bulk.encode import form_of
from eduid_bulk.kernel import Member
from eduid_bulk.sources import Source
from eduid_bulk.verdicts import ScalarReference
from eduid_core.matching import Application, RegistryRow

__all__ = ["ScalarRows", "decide_classes", "decide_left", "fetch"]

Key = int | str | None


class ByRow(Protocol):
    """The cells of rows, by row number."""

    def __getitem__(self, row: int, /) -> Mapping[str, Any]:
        """Return the cells of a row by column."""
        ...


@attrs.define(eq=False)
class ScalarRows:
    """The rows left to the scalar function: the key of each form's row, and the registry rows of each key."""

    keys: dict[int, Key] = attrs.field(factory=dict, repr=False)
    held: dict[Key, Sequence[int]] = attrs.field(factory=dict, repr=False)

    def rows(self, key: Key) -> Sequence[int]:
        """Return the registry rows of *key*, in their order."""
        return () if key is None else self.held.get(key, ())


def fetch(source: Source, rows: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return the cells of *rows* of *source*, by row number."""
    wanted = np.unique(np.fromiter(rows, dtype=np.uint32))
    found: dict[int, dict[str, Any]] = {}
    if not len(wanted):
        return found
    for frame in source.batches():
        present = frame["row"].to_numpy()
        places = (
            np.searchsorted(present, wanted[(wanted >= present[0]) & (wanted <= present[-1])])
            if len(frame)
            else []
        )
        if len(places):
            found.update((cells["row"], cells) for cells in frame[places].iter_rows(named=True))
    return found


def held_row(cells: Mapping[str, Any]) -> RegistryRow:
    """Return the registry row with these *cells* by column."""
    fields = {name: cells[name] for name in _HELD}
    return RegistryRow(class_name=cells["class"], **fields)


_HELD = (
    "student_number",
    "name",
    "id_type",
    "id_number",
    "school_code",
    "school",
    "grade",
    "entry_month",
    "status",
    "guardian_phone",
)


def decide_classes(
    members: Sequence[Sequence[Member]],
    reference: ScalarReference,
    forms: ByRow,
    held: ByRow,
) -> list[int]:
    """
    Return the number of the verdict on each class, decided for each of its *members*.

    Raises:
        AssertionError: `match` distinguishes two members; the kernel ignored an input of a rule.
    """
    verdicts = []
    for pairs in members:
        said = {
            reference.decide(form_of(forms[row]), [held_row(held[at])] if at >= 0 else [], others=int(shared))
            for row, at, shared in pairs
        }
        if len(said) > 1:
            raise AssertionError("two rows of one class are told apart")
        verdicts.append(said.pop())
    return verdicts


def decide_left(
    scalar_rows: ScalarRows,
    reference: ScalarReference,
    forms: Mapping[int, Mapping[str, Any]],
    held: Mapping[int, Mapping[str, Any]],
) -> dict[int, int]:
    """Return the number of the verdict on each row left; rows with the same number are judged together."""
    verdicts: dict[int, int] = {}
    valid: defaultdict[Key, list[int]] = defaultdict(list)
    for row, key in scalar_rows.keys.items():
        verdicts[row] = reference.decide(*_case(row, key, scalar_rows, forms, held))
        if key is not None and not reference.is_returned(verdicts[row]):
            valid[key].append(row)
    for key, rows in valid.items():
        if len(rows) > 1:
            for row in rows:
                verdicts[row] = reference.decide(
                    *_case(row, key, scalar_rows, forms, held), others=len(rows) - 1
                )
    return verdicts


def _case(
    row: int,
    key: Key,
    scalar_rows: ScalarRows,
    forms: Mapping[int, Mapping[str, Any]],
    held: Mapping[int, Mapping[str, Any]],
) -> tuple[Application, list[RegistryRow]]:
    return form_of(forms[row]), [held_row(held[at]) for at in scalar_rows.rows(key)]
