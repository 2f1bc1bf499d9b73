"""
The plan of a file run: every row's outcome, computed before anything is changed.

It depends on the two files, the policy, the day and what the store held when the run began. It is stored in one
commit; from then on the run only carries it out, however often it is killed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import attrs

from eduid_core.matching import Application as Form
from eduid_core.matching import Found
from eduid_core.plugins import RegistryQuery, RegistrySource
from eduid_core.private import IdNumber
from eduid_core.service.desk import Desk
from eduid_core.service.erasure import Erased
from eduid_core.service.filerun.records import FormRow, Planned
from eduid_core.service.handlers import match_result
from eduid_core.service.intents import Holders, Load
from eduid_core.workflow import Policy, State
from eduid_core.workflow.application import states as status
from eduid_core.workflow.forms import differs, person_of

__all__ = ["make_plan", "unchanged"]

_CHUNK = 500

T = TypeVar("T")

RETURNED = "returned"

CLOSED = (Erased, status.Withdrawn, status.Expired, status.Revoked, status.Superseded, status.Rejected)
"""Statuses in which a file's row says nothing to an application any more."""


def unchanged(state: State | None, form: Form) -> bool:
    """Return whether *form* says nothing new to an application in *state*: it was judged as it is."""
    if isinstance(state, CLOSED):
        return True
    if state is None or isinstance(state, status.Draft | status.Submitted):
        return False
    return not differs(_last_form(state), form)


def _last_form(state: State) -> Form:
    return state.form  # type: ignore[attr-defined,no-any-return]  # every status of an application


def standing(state: State) -> status.MatchResult:
    """Return the outcome under which an application that nothing happens to stands."""
    if isinstance(state, status.Approved):
        by_machine = state.evidence.method.startswith("registry")
        match = state.evidence.match
        return (
            match
            if by_machine
            else attrs.evolve(match, outcome="approved", reasons=("APPROVED_BY_PERSON",), tier=0)
        )
    if isinstance(state, status.PendingReview):
        return state.match
    if isinstance(state, status.Returned):
        codes = dict.fromkeys(item.code for item in state.items)
        return state.match or status.MatchResult(RETURNED, ("RETURNED_BY_PERSON", *codes))
    return status.MatchResult("review", ("APPLICATION_CLOSED",), tier=1)


def make_plan(
    rows: Sequence[FormRow],
    *,
    desk: Desk,
    registry: RegistrySource,
    policy: Policy,
    as_of: dt.date,
    told: Callable[[int], None] = lambda _: None,
) -> list[Planned]:
    """Return what each of *rows* comes to, in order. Nothing is changed."""
    states = _states(desk, [row.form.application_id for row in rows])
    judge = _Judge(registry, policy, as_of)
    results: list[status.MatchResult] = []
    for number, row in enumerate(rows, start=1):
        state = states.get(row.form.application_id)
        kept = state is not None and unchanged(state, row.form)
        results.append(standing(state) if kept and state else judge(row.form, (), 0))
        if number % _CHUNK == 0:
            told(_CHUNK)
    told(len(rows) % _CHUNK)
    others = _others(desk, rows, results)
    for place, (live, approved) in others.items():
        if not unchanged(states.get(rows[place].form.application_id), rows[place].form):
            results[place] = judge(rows[place].form, live, approved)
    return [
        Planned(
            place=place,
            line=row.line,
            application_id=row.form.application_id,
            result=result,
            others=others.get(place, ((), 0))[0],
            fresh=not unchanged(states.get(row.form.application_id), row.form),
        )
        for place, (row, result) in enumerate(zip(rows, results, strict=True))
    ]


class _Judge:
    """Matches one form against the registry as of one day."""

    def __init__(self, registry: RegistrySource, policy: Policy, as_of: dt.date) -> None:
        self._registry, self._policy, self._as_of = registry, policy, as_of

    def __call__(self, form: Form, live: Sequence[str], approved: int) -> status.MatchResult:
        if self._policy.file_consent == "required":
            return status.MatchResult(RETURNED, ("CONSENT_REQUIRED",))
        answer = self._registry.find(RegistryQuery(person=person_of(form), form=form))
        found = Found(
            rows=answer.rows,
            schools=answer.schools,
            as_of=self._as_of,
            snapshot=answer.snapshot,
            also_applied=("live",) * len(live) + ("approved",) * approved,
            available=answer.available,
        )
        return match_result(form, found, self._policy)


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _states(desk: Desk, ids: Sequence[str]) -> dict[str, State]:
    found: dict[str, State] = {}
    for chunk in _chunks(ids):
        loaded = desk.perform_many([Load("application", key) for key in chunk])
        found.update((key, one.state) for key, one in zip(chunk, loaded, strict=True) if one.state is not None)
    return found


def _others(
    desk: Desk,
    rows: Sequence[FormRow],
    results: Sequence[status.MatchResult],
) -> dict[int, tuple[tuple[str, ...], int]]:
    """
    Return, by place, the live applications of the same person and how many approved ones there are.

    Rows that came out as returned are not valid applications: they neither count nor are counted.
    """
    places: defaultdict[IdNumber, list[int]] = defaultdict(list)
    for place, (row, result) in enumerate(zip(rows, results, strict=True)):
        key = person_of(row.form) if result.outcome != RETURNED else None
        if key is not None:
            places[key].append(place)
    found: dict[int, tuple[tuple[str, ...], int]] = {}
    for people in _chunks(list(places)):
        live = desk.perform_many([Holders("live_person", p) for p in people])
        approved = desk.perform_many([Holders("person", p) for p in people])
        for person, alive, done in zip(people, live, approved, strict=True):
            same = {rows[p].form.application_id: p for p in places[person]}
            for application_id, place in same.items():
                others = tuple(sorted({*alive, *same} - {*done, application_id}))
                count = len({*done} - {application_id})
                if others or count:
                    found[place] = (others, count)
    return found
