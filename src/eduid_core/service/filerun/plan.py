"""
The plan of a file run: every row's outcome, computed before anything is changed.

It depends on the two files, the policy, the day and what the store held when the run began. It is stored before
anything else is; from then on the run only carries it out, however often it is killed. The rows are walked
twice and never held: first to find the numbers that several rows name, then to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, islice
from typing import TypeVar

from eduid_core.private import IdNumber
from eduid_core.repeats import Repeats
from eduid_core.service.filerun.judge import Judge, Stood, unchanged
from eduid_core.service.filerun.records import Planned, Row
from eduid_core.service.intents import Holders

__all__ = ["chunks", "make_plan"]

_CHUNK = 2000

T = TypeVar("T")
Together = dict[IdNumber, frozenset[str]]
"""A person -> the applications of the file that stand for them, where there are several."""


def chunks(values: Iterable[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    """Yield *values* in order, *size* at a time."""
    left = iter(values)
    while chunk := tuple(islice(left, size)):
        yield chunk


def make_plan(
    rows: Iterable[Row], judge: Judge, *, told: Callable[[int], None] = lambda _: None
) -> Iterator[Planned]:
    """Yield what each of *rows* comes to, in order. Nothing is changed; *rows* is walked more than once."""
    together = _together(rows, judge)
    place = 0
    for chunk in chunks(rows):
        yield from _planned(chunk, place, together, judge)
        place += len(chunk)
        told(len(chunk))


def _planned(rows: Sequence[Row], first: int, together: Together, judge: Judge) -> Iterator[Planned]:
    stood = judge.alone(rows)
    others = _others(stood, together, judge)
    for place, (row, one) in enumerate(zip(rows, stood, strict=True), start=first):
        live, approved = others.get(place - first, ((), 0))
        fresh = not unchanged(one.state, one.form)
        doubted = fresh and bool(live or approved)
        yield Planned(
            place=place,
            line=row.line,
            application_id=one.form.application_id,
            result=judge(one.form, live, approved) if doubted else one.result,
            others=live,
            fresh=fresh,
        )


# --- other applications of the same person -------------------------------------------------------------


def _together(rows: Iterable[Row], judge: Judge) -> Together:
    """
    Return who stands together in the file.

    Rows that come out as returned are not valid applications: they neither count nor are counted.
    """
    seen = Repeats()
    for row in rows:
        seen.look_at(row.person)
    found: dict[IdNumber, set[str]] = {}
    for chunk in chunks(compress(rows, seen.suspects()) if seen else ()):
        for one in judge.alone(chunk):
            if one.person is not None:
                found.setdefault(one.person, set()).add(one.form.application_id)
    return {person: frozenset(ids) for person, ids in found.items() if len(ids) > 1}


def _others(stood: Sequence[Stood], together: Together, judge: Judge) -> dict[int, tuple[tuple[str, ...], int]]:
    """Return, by place, the live applications of the same person and how many approved ones there are."""
    people = [(place, one, one.person) for place, one in enumerate(stood) if one.person is not None]
    live = judge.desk.perform_many([Holders("live_person", person) for _, _, person in people])
    approved = judge.desk.perform_many([Holders("person", person) for _, _, person in people])
    found: dict[int, tuple[tuple[str, ...], int]] = {}
    for (place, one, person), alive, done in zip(people, live, approved, strict=True):
        own = one.form.application_id
        others = tuple(sorted({*alive, *together.get(person, ())} - {*done, own}))
        count = len({*done} - {own})
        if others or count:
            found[place] = (others, count)
    return found
