"""
The plan of a file run: the outcome of every row, computed before anything is changed.

The plan depends on the two files, the policy, the day, and the state of the store when the run began. It is
stored first; afterwards the run only applies it, however often it is killed. The rows are read twice and never
held in memory: the first pass finds numbers that several rows share, the second judges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, islice
from typing import Final, NamedTuple, TypeVar

import attrs

from eduid_core.duplicates import Repeats
from eduid_core.private import IdNumber
from eduid_core.service.batch.assess import Assessment, Assessor
from eduid_core.service.batch.records import BatchRow, PlannedRow
from eduid_core.service.intents import FindHolders

__all__ = ["chunks", "make_plan"]

_CHUNK = 2000

T = TypeVar("T")
Together = dict[IdNumber, dict[str, bool]]
"""A person -> the valid applications of the file for them, if there are several, and whether each is new."""


def chunks(values: Iterable[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    """Yield *values* in order, *size* at a time."""
    left = iter(values)
    while chunk := tuple(islice(left, size)):
        yield chunk


def make_plan(
    rows: Iterable[BatchRow], assessor: Assessor, *, on_progress: Callable[[int], None] = lambda _: None
) -> Iterator[PlannedRow]:
    """Yield the planned result of each of *rows*, in order. No state changes; *rows* is read more than once."""
    together = _together(rows, assessor)
    flagged: set[str] = set()
    place = 0
    for chunk in chunks(rows):
        for planned in _planned(chunk, place, together, assessor):
            others = [other for other in planned.others if other not in flagged]
            flagged.update(others)
            yield attrs.evolve(planned, others=tuple(others)) if planned.others else planned
        place += len(chunk)
        on_progress(len(chunk))


def _planned(
    rows: Sequence[BatchRow], first: int, together: Together, assessor: Assessor
) -> Iterator[PlannedRow]:
    stood = assessor.alone(rows)
    others = _others(stood, together, assessor)
    for place, (row, one) in enumerate(zip(rows, stood, strict=True), start=first):
        beside = others.get(place - first, _ALONE)
        yield PlannedRow(
            place=place,
            line=row.line,
            application_id=one.form.application_id,
            result=assessor(one.form, beside.live, beside.approved)
            if one.fresh and any(beside)
            else one.result,
            others=beside.to_flag if one.fresh else (),
            fresh=one.fresh,
        )


# --- other applications of the same person -------------------------------------------------------------


class _Beside(NamedTuple):
    """Other applications of a person: how many live, how many approved, and those no other row flags."""

    live: int = 0
    approved: int = 0
    to_flag: tuple[str, ...] = ()


_ALONE: Final = _Beside()


def _together(rows: Iterable[BatchRow], assessor: Assessor) -> Together:
    """
    Return the persons with several applications in the file, and these applications.

    Rows with a return as their result are not valid applications: they neither count nor are counted.
    """
    seen = Repeats()
    for row in rows:
        seen.look_at(row.person)
    found: Together = {}
    for chunk in chunks(compress(rows, seen.suspects()) if seen else ()):
        for one in assessor.alone(chunk):
            if one.person is not None:
                found.setdefault(one.person, {})[one.form.application_id] = one.fresh
    return {person: ids for person, ids in found.items() if len(ids) > 1}


def _others(stood: Sequence[Assessment], together: Together, assessor: Assessor) -> dict[int, _Beside]:
    """
    Return, by place, the other applications of the same person.

    A new row of the file is judged beside the others itself. Every other live application must be flagged, by
    the first row that finds it.
    """
    people = [(place, one, one.person) for place, one in enumerate(stood) if one.person is not None]
    live = assessor.executor.perform_many([FindHolders("live_person", person) for _, _, person in people])
    approved = assessor.executor.perform_many([FindHolders("person", person) for _, _, person in people])
    found: dict[int, _Beside] = {}
    for (place, one, person), alive, done in zip(people, live, approved, strict=True):
        in_file = together.get(person, {})
        if not (alive or done or in_file):
            continue
        own = one.form.application_id
        gone = {*done, own}
        flagged = sorted(a for a in alive if a not in gone and not in_file.get(a))
        count = len(in_file.keys() - gone) + sum(a not in gone and a not in in_file for a in alive)
        found[place] = _Beside(count, len({*done} - {own}), tuple(flagged))
    return found
