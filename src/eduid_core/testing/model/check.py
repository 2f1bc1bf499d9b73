"""
The check: every walk to its end, every law on what was walked, and the report.

A failure names its check, so that a test can say which check caught which fault.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import attrs

from eduid_core import messages
from eduid_core.testing.model import invariants as law
from eduid_core.testing.model.cast import POLICY
from eduid_core.testing.model.house import CALENDAR, House, forget, give, passing, timers
from eduid_core.testing.model.offers import CONTENTS
from eduid_core.testing.model.views import VIEWS, View
from eduid_core.testing.model.walk import MOST, Edge, Walk, reaching, walk
from eduid_core.workflow import Role, evolve, next_deadline
from eduid_core.workflow.account import vocabulary as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.lifecycle import GENERAL_REFUSALS, TABLES
from eduid_core.workflow.reviewer_grant import vocabulary as grant

__all__ = ["OF_THE_SERVICE", "Failure", "Line", "Report", "check", "check_aggregate", "check_view", "uncovered"]

OF_THE_SERVICE = {
    "username_taken": "tests/service/test_service.py",
    "password_too_weak": "tests/service/test_service.py",
    "idempotency_conflict": "tests/service/test_service.py",
    "conflict": "tests/service/test_service.py",
    "homeroom_taken": "tests/workflow/test_claims.py",
    "grant_exists": "tests/workflow/test_claims.py",
    "number_in_use": "tests/workflow/test_claims.py",
}
"""Refusals that no table makes: who provokes them."""


REFUSED_LATE = {
    ("retry_match", "invalid_transition"),
    ("complete_review", "return_limit_exceeded"),
    ("complete_review", "person_taken"),
    ("second_review", "person_taken"),
    ("record_match", "person_taken"),
}
"""What its own aggregate takes and another may refuse: a review begun, the last return, the person taken."""


@attrs.frozen
class Failure:
    """A check that does not hold, and where: codes and statuses only."""

    check: str
    where: str


@attrs.frozen
class Line:
    """One walk in the report."""

    name: str
    states: int
    edges: int
    refusals: int
    seconds: float


@attrs.frozen
class Report:
    """What was walked and what did not hold."""

    lines: tuple[Line, ...]
    failures: tuple[Failure, ...]
    codes: frozenset[str] = frozenset()

    def caught(self) -> set[str]:
        """Return the names of the checks that failed."""
        return {f.check for f in self.failures}


# --- one aggregate -----------------------------------------------------------------------------------------


def _edge_failures(aggregate: str, edge: Edge) -> Iterable[Failure]:
    rule = {(r.at or type(None), r.command): r for r in TABLES[aggregate].rules}.get(
        (type(edge.before), type(edge.command))
    )
    where = f"{aggregate} {edge.before.status if edge.before else '-'} {edge.command.name}"
    if rule is None:
        yield Failure("cells", where)
        return
    if edge.command.by.role not in rule.actors:
        yield Failure("roles", where)
    if not {type(e) for e in edge.events} <= set(rule.events):
        yield Failure("events", where)
    if type(edge.after) not in rule.to:
        yield Failure("targets", where)
    if not law.no_machine_refuses(edge.events):
        yield Failure("I10", where)
    if not law.reviewer_fit(edge.before, edge.command):
        yield Failure("I14", where)
    yield from (Failure(name, where) for name, holds in _OF_EDGES if not holds(edge))


def _counted(edge: Edge) -> bool:
    """A guess is answered only after it was counted, and counts fall only with a flow that begins."""
    before, after = getattr(edge.before, "codes", None), getattr(edge.after, "codes", None)
    if isinstance(edge.command, account.VerifyChallenge) and not (before and before.tries):
        return False
    if isinstance(edge.command, account.CountAttempt):
        return bool(before and after and after.tries == before.tries + 1 <= POLICY.account.otp_tries_per_flow)
    if before is None or after is None or isinstance(edge.command, account.ResolveAppeal):
        return True
    over = (edge.command.at - before.started_at).total_seconds() >= POLICY.account.flow_life_s
    return bool(over or (after.tries >= before.tries and after.sends >= before.sends))


def _proved(edge: Edge) -> bool:
    """A phone that changed is not proved, and nothing that needs a proof is done without one."""
    after = getattr(edge.after, "standing", None)
    if isinstance(edge.command, account.ChangePhone | account.ResolveAppeal) and after is not None:
        return after.proved_at is None or not any(e.name == "PhoneChanged" for e in edge.events)
    if isinstance(edge.command, account.CompleteRecovery):
        proved_for = edge.before.standing.proved_for  # type: ignore[union-attr]
        return proved_for is account.Purpose.RECOVERY
    return True


def _matched(edge: Edge) -> bool:
    return not isinstance(edge.command, account.VerifyChallenge) or edge.command.matches


def _from_above(edge: Edge) -> bool:
    """Whoever verifies, declines or revokes a grant stands above it and is not its holder."""
    if not isinstance(edge.command, grant.Verify | grant.Decline | grant.Return | grant.Revoke):
        return True
    claim = edge.before.claim  # type: ignore[union-attr]
    rank = {grant.Position.SCHOOL_ADMIN: 1, grant.Position.DISTRICT_ADMIN: 2}.get(claim.position, 0)
    level = {Role.SCHOOL_ADMIN: 1, Role.DISTRICT_ADMIN: 2, Role.OPERATOR: 3}[edge.command.by.role]
    own = isinstance(edge.command, grant.Verify) and claim.teacher_id == edge.command.by.id
    return level > rank and not own


def _limited(edge: Edge) -> bool:
    """Nobody edits, returns or appeals beyond the limit; a school's later file is no edit by the applicant."""
    tally, limits = getattr(edge.before, "tally", None), POLICY.review
    if tally is None or edge.command.by.role is Role.IMPORTER:
        return True
    return not (
        (isinstance(edge.command, app.Amend) and tally.edits >= limits.max_edits)
        or (isinstance(edge.command, app.ReturnForCorrection) and tally.returns >= limits.max_returns)
        or (isinstance(edge.command, app.Appeal) and tally.appeals >= limits.max_appeals)
    )


_OF_EDGES = (("J10", _limited), ("J6", _counted), ("J7", _proved), ("J8", _matched), ("J9", _from_above))
"""Codes are counted; a new phone is not proved; only a match passes; grants come from above; limits hold."""


class _Enough(Exception):
    """A wanted check has failed; no need to go on."""


class _Failures(dict[Failure, None]):
    """The failures so far, each once; it has enough with the first of the *wanted* checks."""

    def __init__(self, wanted: frozenset[str]) -> None:
        super().__init__()
        self.wanted = wanted

    def note(self, found: Iterable[Failure]) -> None:
        for failure in found:
            self[failure] = None
            if failure.check in self.wanted:
                raise _Enough


Checked = tuple[list[Line], set[str]]


def check_aggregate(aggregate: str, failures: _Failures) -> Checked:
    """Walk *aggregate*, all its walks together, and hold it to its table."""
    names = [name for name in CONTENTS if name.partition(":")[0] == aggregate]
    walks = [
        walk(
            name,
            lambda edge: failures.note(_edge_failures(aggregate, edge)),
            lambda state: failures.note(_state_failures(aggregate, state)),
        )
        for name in names
    ]
    failures.note(_table_failures(aggregate, walks))
    for w in walks:
        failures.note(_walk_failures(w))
    lines = [
        Line(n, len(w.states), w.edges, w.refusals.total(), w.seconds)
        for n, w in zip(names, walks, strict=True)
    ]
    return lines, {code for w in walks for _, _, code in w.refusals}


def _table_failures(aggregate: str, walks: list[Walk]) -> Iterable[Failure]:
    """Every row is taken, to all it leads to; every refusal it documents is met, and no other."""
    table = TABLES[aggregate]
    taken: dict[Any, set[Any]] = defaultdict(set)
    for w in walks:
        for cell, ways in w.taken.items():
            taken[cell] |= ways
    met = {refusal for w in walks for refusal in w.refusals}
    documented: dict[tuple[str, str], set[str]] = defaultdict(set)
    for r in table.rules:
        status = r.at.status if r.at else ""
        ways = taken[r.at or type(None), r.command]
        if {to for _, to in ways} != {s.status for s in r.to}:
            yield Failure("rows", f"{aggregate} {r.id}")
        if {name for names, _ in ways for name in names} != {e.name for e in r.events}:
            yield Failure("events come", f"{aggregate} {r.id}")
        for g in r.guards:
            documented[status, r.command.name].add(g.code)
            if (status, r.command.name, g.code) not in met:
                yield Failure("refusals met", f"{aggregate} {r.id} {g.code}")
    for status, command, code in met:
        if code not in documented[status, command] and code not in GENERAL_REFUSALS:
            yield Failure("refusals documented", f"{aggregate} {status} {command} {code}")
    if missing := {s.status for s in table.states} - {
        getattr(s, "status", "") for w in walks for s in w.states
    }:
        yield Failure("statuses", f"{aggregate} {sorted(missing)}")


def _state_failures(aggregate: str, state: Any) -> Iterable[Failure]:
    """A waiting state has a deadline, and what falls due is a command that the machine may give there."""
    where = f"{aggregate} {state.status if state is not None else '-'}"
    if not law.waits_in_time(state):
        yield Failure("I7", where)
    if not law.consent_given(state):
        yield Failure("I5", where)
    if aggregate == "review_task" and not law.holds_fairly(state):
        yield Failure("J1", where)
    due = next_deadline(state, POLICY, CALENDAR)
    if due is not None:
        found = [r for r in TABLES[aggregate].rules if (r.at, r.command.name) == (type(state), due.what)]
        if not found or Role.SYSTEM not in found[0].actors:
            yield Failure("timers", f"{where} {due.what}")


def _walk_failures(w: Walk) -> Iterable[Failure]:
    """Every state has a way out; every event folds into every status."""
    yield from (Failure("ends", where) for where in w.odd)
    ends = {n for n, s in enumerate(w.states) if s is not None and (s.terminal or s.status in _ENDS)}
    for lost in set(range(len(w.states))) - reaching(w.ways, ends):
        yield Failure("I6", f"{w.aggregate} {w.states[lost].status if w.states[lost] else '-'}")
    if w.aggregate == "account":
        yield from _recoverable(w)
    yield from _total(w)


_ENDS = {"completed", "cancelled", "released"}


def _recoverable(w: Walk) -> Iterable[Failure]:
    """From every account a phone can be proved again: nobody is locked out for ever."""
    fresh = {
        n
        for n, s in enumerate(w.states)
        if isinstance(s, account.Active | account.Locked)
        and s.codes is None
        and s.standing.proved_at is not None
    }
    back = reaching(w.ways, fresh)
    for n, s in enumerate(w.states):
        if isinstance(s, account.Active | account.Locked) and n not in back:
            yield Failure("I6", f"account {s.status}: never proved again")


def _total(w: Walk) -> Iterable[Failure]:
    some = {type(s): s for s in w.states}
    for state in some.values():
        for event in w.events.values():
            try:
                evolve(state, event)
            except Exception:  # noqa: BLE001 - any error is the finding
                yield Failure("I9", f"{w.aggregate} {event.name}")


# --- the house ---------------------------------------------------------------------------------------------


def check_view(view: View, failures: _Failures) -> Checked:
    """Walk a composed house and hold every state and step of it to the invariants."""
    began, first = time.perf_counter(), House()
    place, houses = {first.key: 0}, [first]
    ways: dict[int, set[int]] = defaultdict(set)
    codes: Counter[str] = Counter()
    edges = 0

    def to(house: House) -> int:
        there = place.setdefault(house.key, len(houses))
        if there == len(houses):
            houses.append(house)
            failures.note(Failure(i.id, view.name) for i in law.OF_HOUSES if not i.holds(house))
        return there

    for here, house in enumerate(houses):
        if here > MOST:
            failures.note([Failure("ends", view.name)])
            break
        fired = [t.command for t in timers(house)]
        for command in (*view.commands, *fired):
            step = give(house, command)
            if step is None:
                continue
            if step.refused is not None:
                codes[step.refused.code] += 1
                if step.late and (command.name, step.refused.code) not in REFUSED_LATE:
                    failures.note([Failure("followed", f"{view.name} {command.name} {step.refused.code}")])
                if any(command is c for c in fired):
                    failures.note([Failure("timers", f"{view.name} {command.name} {step.refused.code}")])
                continue
            edges += 1
            ways[here].add(to(step.after))
            failures.note(Failure(i.id, view.name) for i in law.OF_STEPS if not i.holds(step))
        for then in passing(house):
            ways[here].add(to(then))
    ends = {n for n, h in enumerate(houses) if _ended(h)}
    if len(reaching(ways, ends)) < len(houses):
        failures.note([Failure("I6", view.name)])
    line = Line(
        f"{view.name}: {view.aggregates}", len(houses), edges, codes.total(), time.perf_counter() - began
    )
    return [line], set(codes)


def _ended(h: House) -> bool:
    applications = [s for (aggregate, _), s in h.states if aggregate == "application" and s is not None]
    if not applications:
        return any(isinstance(s, account.Abandoned) for _, s in h.states)
    return all(s.terminal for s in applications)


def check(
    aggregates: Iterable[str] = tuple(TABLES),
    views: Iterable[View] = VIEWS,
    *,
    wanted: Iterable[str] = (),
) -> Report:
    """Walk everything and return what was seen and what did not hold; end with the first *wanted* failure."""
    forget()
    lines: list[Line] = []
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
    return Report(tuple(lines), tuple(failures), frozenset(codes))


def uncovered(report: Report) -> set[str]:
    """Return the refusals of the catalogue that neither a walk met nor a test of the service provokes."""
    return set(messages.workflow.REFUSALS) - report.codes - set(OF_THE_SERVICE)
