"""
The check: all walks to their end, all laws on the results, and the report.

A failure names its check, so that a test can tell which check detected which fault.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import attrs

from eduid_audit.model import invariants as law
from eduid_audit.model.cast import POLICY
from eduid_audit.model.house import CALENDAR, ModelState, ModelStep, forget, give, passing, timers
from eduid_audit.model.laws import LawFailure, edge_failures
from eduid_audit.model.offers import CONTENTS
from eduid_audit.model.views import VIEWS, ComposedWalk
from eduid_audit.model.walk import MOST, Walk, reaching, walk
from eduid_core import messages
from eduid_core.workflow import Command, Role, evolve, next_deadline
from eduid_core.workflow.account import states as account
from eduid_core.workflow.lifecycle import GENERAL_REFUSALS, TABLES

__all__ = [
    "OF_THE_SERVICE",
    "LawFailure",
    "ModelReport",
    "WalkLine",
    "check",
    "check_aggregate",
    "check_view",
    "uncovered",
]

OF_THE_SERVICE = {
    "session_ended": "tests/service/test_sessions.py",
    "ticket_wrong": "tests/service/test_sessions.py",
    "second_factor_wrong": "tests/service/test_sessions.py",
    "second_factor_absent": "tests/service/test_sessions.py",
    "text_too_long": "tests/service/test_door.py",
    "username_unusable": "tests/service/test_door.py",
    "application_limit_exceeded": "tests/service/test_answer_limits.py",
    "try_limit_exceeded": "tests/service/test_answer_limits.py",
    "username_taken": "tests/service/test_usernames.py",
    "password_too_weak": "tests/service/test_service.py",
    "password_too_long": "tests/service/test_accounts.py",
    "login_failed": "tests/service/test_accounts.py",
    "idempotency_conflict": "tests/service/test_service.py",
    "conflict": "tests/service/test_service.py",
    "text_unusable": "tests/service/test_data_keys.py",
    "unknown_field": "tests/service/test_drafts.py",
    "approvals_stand": "tests/service/test_guardians.py",
    "phone_of_student": "tests/service/test_guardians.py",
    "message_answered": "tests/service/test_unanswered.py",
    "homeroom_taken": "tests/workflow/test_claims.py",
    "grant_exists": "tests/workflow/test_claims.py",
    "number_in_use": "tests/workflow/test_claims.py",
}
"""Refusals that come from no table, with the test that provokes each."""


REFUSED_LATE = {
    ("retry_match", "invalid_transition"),
    ("complete_review", "return_limit_exceeded"),
    ("complete_review", "person_taken"),
    ("second_review", "person_taken"),
    ("record_match", "person_taken"),
}
"""
Commands that their own aggregate accepts and another may refuse: a review begun, the last return, the person
taken.
"""


@attrs.frozen
class WalkLine:
    """A walk in the report."""

    name: str
    states: int
    edges: int
    refusals: int
    seconds: float


@attrs.frozen
class ModelReport:
    """The walked states and the failed checks."""

    lines: tuple[WalkLine, ...]
    failures: tuple[LawFailure, ...]
    codes: frozenset[str] = frozenset()

    def caught(self) -> set[str]:
        """Return the names of the failed checks."""
        return {f.check for f in self.failures}


class _Enough(Exception):
    """A wanted check has failed; the rest is skipped."""


class _Failures(dict[LawFailure, None]):
    """The failures so far, each once; it stops at the first of the *wanted* checks."""

    def __init__(self, wanted: frozenset[str]) -> None:
        super().__init__()
        self.wanted = wanted

    def note(self, found: Iterable[LawFailure]) -> None:
        for failure in found:
            self[failure] = None
            if failure.check in self.wanted:
                raise _Enough


Checked = tuple[list[WalkLine], set[str]]


def check_aggregate(aggregate: str, failures: _Failures) -> Checked:
    """Walk *aggregate*, all its walks together, and compare it with its table."""
    names = [name for name in CONTENTS if name.partition(":")[0] == aggregate]
    walks = [
        walk(
            name,
            lambda edge: failures.note(edge_failures(aggregate, edge)),
            lambda state: failures.note(_state_failures(aggregate, state)),
        )
        for name in names
    ]
    failures.note(_table_failures(aggregate, walks))
    failures.note(_refusal_failures(aggregate, walks))
    for w in walks:
        failures.note(_walk_failures(w))
    lines = [
        WalkLine(n, len(w.states), w.edges, w.refusals.total(), w.seconds)
        for n, w in zip(names, walks, strict=True)
    ]
    return lines, {code for w in walks for _, _, code in w.refusals}


def _table_failures(aggregate: str, walks: list[Walk]) -> Iterable[LawFailure]:
    """Check that every row is taken, to all its results, and that every status is reached."""
    table = TABLES[aggregate]
    taken: dict[Any, set[Any]] = defaultdict(set)
    for w in walks:
        for cell, ways in w.taken.items():
            taken[cell] |= ways
    for r in table.rules:
        ways = taken[r.at or type(None), r.command]
        if {to for _, to in ways} != {s.status for s in r.to}:
            yield LawFailure("rows", f"{aggregate} {r.id}")
        if {name for names, _ in ways for name in names} != {e.name for e in r.events}:
            yield LawFailure("events come", f"{aggregate} {r.id}")
    reached = {getattr(s, "status", "") for w in walks for s in w.states}
    if missing := {s.status for s in table.states} - reached:
        yield LawFailure("statuses", f"{aggregate} {sorted(missing)}")


def _refusal_failures(aggregate: str, walks: list[Walk]) -> Iterable[LawFailure]:
    """Check that exactly the refusals documented by the rows occur."""
    met = {refusal for w in walks for refusal in w.refusals}
    documented: dict[tuple[str, str], set[str]] = defaultdict(set)
    for r in TABLES[aggregate].rules:
        status = r.at.status if r.at else ""
        for g in r.guards:
            documented[status, r.command.name].add(g.code)
            if (status, r.command.name, g.code) not in met:
                yield LawFailure("refusals met", f"{aggregate} {r.id} {g.code}")
    for status, command, code in met:
        if code not in documented[status, command] and code not in GENERAL_REFUSALS:
            yield LawFailure("refusals documented", f"{aggregate} {status} {command} {code}")


def _state_failures(aggregate: str, state: Any) -> Iterable[LawFailure]:
    """Check that a waiting state has a deadline, and that the system may give the due command there."""
    where = f"{aggregate} {state.status if state is not None else '-'}"
    if not law.waits_in_time(state):
        yield LawFailure("I7", where)
    if not law.consent_given(state):
        yield LawFailure("I5", where)
    if aggregate == "review_task" and not law.holds_fairly(state):
        yield LawFailure("J1", where)
    due = next_deadline(state, POLICY, CALENDAR)
    if due is not None:
        found = [r for r in TABLES[aggregate].rules if (r.at, r.command.name) == (type(state), due.what)]
        if not found or Role.SYSTEM not in found[0].actors:
            yield LawFailure("timers", f"{where} {due.what}")


def _walk_failures(w: Walk) -> Iterable[LawFailure]:
    """Check that every state has a way out, and that every event folds into every status."""
    yield from (LawFailure("ends", where) for where in w.odd)
    ends = {n for n, s in enumerate(w.states) if s is not None and (s.terminal or s.status in _ENDS)}
    for lost in set(range(len(w.states))) - reaching(w.ways, ends):
        yield LawFailure("I6", f"{w.aggregate} {w.states[lost].status if w.states[lost] else '-'}")
    if w.aggregate == "account":
        yield from _recoverable(w)
    yield from _total(w)


_ENDS = {"completed", "cancelled", "released"}


def _recoverable(w: Walk) -> Iterable[LawFailure]:
    """Check that a phone can be proved again from every account: no person is locked out permanently."""
    fresh = {
        n
        for n, s in enumerate(w.states)
        if isinstance(s, account.ActiveAccount | account.LockedAccount)
        and s.codes is None
        and s.standing.proved_at is not None
    }
    back = reaching(w.ways, fresh)
    for n, s in enumerate(w.states):
        if isinstance(s, account.ActiveAccount | account.LockedAccount) and n not in back:
            yield LawFailure("I6", f"account {s.status}: never proved again")


def _total(w: Walk) -> Iterable[LawFailure]:
    some = {type(s): s for s in w.states}
    for state in some.values():
        for event in w.events.values():
            try:
                evolve(state, event)
            except Exception:  # noqa: BLE001 - any error is the finding
                yield LawFailure("I9", f"{w.aggregate} {event.name}")


# --- the house ---------------------------------------------------------------------------------------------


def check_view(view: ComposedWalk, failures: _Failures) -> Checked:
    """Walk several composed aggregates and check every state and step against the invariants."""
    began, first = time.perf_counter(), ModelState()
    place, houses = {first.key: 0}, [first]
    ways: dict[int, set[int]] = defaultdict(set)
    codes: Counter[str] = Counter()
    edges = 0

    def to(house: ModelState) -> int:
        there = place.setdefault(house.key, len(houses))
        if there == len(houses):
            houses.append(house)
            failures.note(LawFailure(i.id, view.name) for i in law.OF_HOUSES if not i.holds(house))
        return there

    for here, house in enumerate(houses):
        if here > MOST:
            failures.note([LawFailure("ends", view.name)])
            break
        fired = [t.command for t in timers(house)]
        for command in (*view.commands, *fired):
            step = give(house, command)
            if step is None:
                continue
            if step.refused is not None:
                codes[step.refused.code] += 1
                failures.note(_refused(view, step, fired))
                continue
            edges += 1
            ways[here].add(to(step.after))
            failures.note(LawFailure(i.id, view.name) for i in law.OF_STEPS if not i.holds(step))
        for then in passing(house):
            ways[here].add(to(then))
    ends = {n for n, h in enumerate(houses) if _ended(h)}
    if len(reaching(ways, ends)) < len(houses):
        failures.note([LawFailure("I6", view.name)])
    line = WalkLine(
        f"{view.name}: {view.aggregates}", len(houses), edges, codes.total(), time.perf_counter() - began
    )
    return [line], set(codes)


def _refused(view: ComposedWalk, step: ModelStep, fired: list[Command]) -> Iterable[LawFailure]:
    """Check that effects of an accepted command are not refused, nor due commands."""
    command, code = step.command, step.refused.code if step.refused else ""
    if step.late and (command.name, code) not in REFUSED_LATE:
        yield LawFailure("followed", f"{view.name} {command.name} {code}")
    if any(command is c for c in fired):
        yield LawFailure("timers", f"{view.name} {command.name} {code}")


def _ended(h: ModelState) -> bool:
    applications = [s for (aggregate, _), s in h.states if aggregate == "application" and s is not None]
    if not applications:
        return any(isinstance(s, account.AbandonedAccount) for _, s in h.states)
    return all(s.terminal for s in applications)


def check(
    aggregates: Iterable[str] = tuple(TABLES),
    views: Iterable[ComposedWalk] = VIEWS,
    *,
    wanted: Iterable[str] = (),
) -> ModelReport:
    """Walk all aggregates and views, and return the report; stop at the first *wanted* failure."""
    forget()
    lines: list[WalkLine] = []
    codes: set[str] = set()
    failures = _Failures(frozenset(wanted))
    try:
        for checked in (
            *(check_aggregate(a, failures) for a in aggregates),
            *(check_view(v, failures) for v in views),
        ):
            lines += checked[0]
            codes |= checked[1]
    except _Enough:
        pass
    return ModelReport(tuple(lines), tuple(failures), frozenset(codes))


def uncovered(report: ModelReport) -> set[str]:
    """Return the refusals of the catalogue that neither a walk nor a test of the service provokes."""
    return set(messages.workflow.REFUSALS) - report.codes - set(OF_THE_SERVICE)
