"""
Seeded faults: the tables are broken on purpose, one at a time, to prove that the check detects it.

A fault changes a row like an edit of the source, rule and documentation together, so that a law detects it and
not the row's own description. `seeded(name)` inserts the fault and removes it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import attrs

from eduid_core.workflow import card, comms_card
from eduid_core.workflow.account import events as account_events
from eduid_core.workflow.account import states as account
from eduid_core.workflow.actors import Role
from eduid_core.workflow.application import events as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.deadlines import DUE, Deadline
from eduid_core.workflow.lifecycle import TABLES
from eduid_core.workflow.machine import Rule, Table
from eduid_core.workflow.reactions.applications import REACTIONS
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.review_task import events as task_events
from eduid_core.workflow.review_task import states as task

__all__ = ["FAULTS", "SeededFault", "seeded"]

Break = Callable[[], None]


@attrs.frozen
class SeededFault:
    """A fault: the broken part, the change, the walk that shows it, and the checks that may detect it."""

    name: str
    walk: str
    put_in: Break
    caught_by: tuple[str, ...]


def _row(aggregate: str, id_: str, change: Callable[[Rule], Rule | None]) -> Break:
    """Return a fault that changes or removes a row."""

    def put_in() -> None:
        table = TABLES[aggregate]
        (old,) = (r for r in table.rules if r.id == id_)
        new, cell = change(old), (old.at or type(None), old.command)
        table.rules = tuple(x for r in table.rules if (x := new if r is old else r) is not None)
        if new is None:
            del table.index[cell]
            return
        table.index[cell] = new
        table.roles[old.command] = table.roles[old.command] | new.actors

    return put_in


def _without(aggregate: str, id_: str, code: str, which: int = 0) -> Break:
    """Return a fault that drops the guard with *code* from a row."""

    def drop(rule: Rule) -> Rule:
        of_code = [g for g in rule.guards if g.code == code]
        return attrs.evolve(rule, guards=tuple(g for g in rule.guards if g is not of_code[which]))

    return _row(aggregate, id_, drop)


def _by(aggregate: str, id_: str, *roles: Role) -> Break:
    return _row(aggregate, id_, lambda rule: attrs.evolve(rule, actors=rule.actors | set(roles)))


def _gone(aggregate: str, id_: str) -> Break:
    return _row(aggregate, id_, lambda _: None)


def _fold(aggregate: str, event: type, step: Callable[[Any, Any], Any]) -> Break:
    def put_in() -> None:
        TABLES[aggregate].fold[event] = step

    return put_in


def _no_reaction(event: type, keep: Callable[[Any], bool] = lambda _: False) -> Break:
    """Return a fault that drops the effects of *event*, except those for which *keep* is true."""

    def put_in() -> None:
        old = REACTIONS[event]
        REACTIONS[event] = lambda b, e, a: tuple(x for x in old(b, e, a) if keep(x))

    return put_in


def _no_deadline(state: type) -> Break:
    return lambda: DUE.pop(state)  # type: ignore[return-value]


def _due(state: type, what: str) -> Break:
    def put_in() -> None:
        def due(s: Any, _: Any, __: Any) -> Deadline:
            return Deadline(s.since + dt.timedelta(days=14), what)

        DUE[state] = due

    return put_in


def _is(name: str) -> Callable[[Any], bool]:
    """Return a predicate for effects other than *name* (of an effect, or of the command that follows)."""
    return lambda x: name not in {type(x).__name__, type(getattr(x, "command", None)).__name__}


def _auto(_: Any, command: Any, __: Any) -> Any:
    evidence = status.Evidence(method="registry@1", by="system", revision=command.rev, match=command.result)
    return (app.ApplicationAutoApproved(stamp=command.stamp, evidence=evidence),)


def _stale_task(rule: Rule) -> Rule:
    kept = tuple(g for g in rule.guards if g.code != "stale_revision")
    return attrs.evolve(rule, guards=kept)


def _keep_codes(s: Any, e: Any) -> Any:
    """Begin every flow again, so that no attempt is ever counted."""
    codes = account.Codes(purpose=e.purpose, started_at=e.stamp.at, last_sent_at=e.stamp.at)
    return attrs.evolve(s, codes=attrs.evolve(codes, challenges=(e.challenge,), sends=1))


_UNCOUNTED = lambda s, _: s  # noqa: E731 - a fold that forgets
A, R, T, C, S, G = "application", "review_task", "account", "card", "comms_card", "reviewer_grant"

FAULTS: Final[Mapping[str, SeededFault]] = {
    f.name: f
    for f in (
        SeededFault("a decision without the revision", R, _row(R, "R6b", _stale_task), ("I14",)),
        SeededFault("the second person is the first", "review", _without(R, "R7", "second_approval_required"),
              ("J5",)),
        SeededFault("a decision of an inactive grant", R, _without(R, "R6a", "grant_inactive"), ("I14",)),
        SeededFault("a second without a grant", R, _without(R, "R7", "grant_inactive"), ("I14",)),
        SeededFault("a decision for another class", R, _without(R, "R6b", "not_eligible_reviewer"), ("I14",)),
        SeededFault("a decision in a weak session", R, _without(R, "R6a", "assurance_too_low"), ("I14",)),
        SeededFault("a decision about one's own child", R, _without(R, "R6a", "conflict_of_interest"),
              ("I14",)),
        SeededFault("a decision by a teacher not asked", R, _without(R, "R6b", "not_assigned"), ("I14",)),
        SeededFault("a lease ignored", R, _without(R, "R6c", "lease_expired"), ("I14",)),
        SeededFault("a task on another's screen decided", R, _without(R, "R6c", "task_taken"), ("I14",)),
        SeededFault("a task claimed by the family", R, _without(R, "R3a", "conflict_of_interest"), ("J1",)),
        SeededFault("a task handed to the family", R, _without(R, "R4", "conflict_of_interest"), ("J1",)),
        SeededFault("a lease taken over by anybody", R, _row(R, "R5b", lambda r: attrs.evolve(r, guards=())),
              ("J1",)),
        SeededFault("a closed task decided again", R, _row(R, "R6e", lambda r: attrs.evolve(r, guards=(),
              emit=TABLES[R].index[task.Assigned, task_commands.CompleteReview].emit)), ("events", "targets")),
        SeededFault("no lease timer", R, _no_deadline(task.InReview), ("I7",)),
        SeededFault("no task cancelled on an edit", "review", _no_reaction(app.ApplicationAmended,
              _is("CancelTask")), ("I12",)),
        SeededFault("no task cancelled on withdrawal", "review", _no_reaction(app.ApplicationWithdrawn,
              _is("CancelTask")),
              ("I12",)),
        SeededFault("no task opened", "review", _no_reaction(app.ReviewRequested), ("I12",)),
        SeededFault("no task opened on appeal", "review", _no_reaction(app.ApplicationAppealed), ("I12",)),
        SeededFault("an edit refused by a task begun", "review", _gone(R, "R10c"), ("followed",)),
        SeededFault("the machine rejects", A, _by(A, "P13", Role.SYSTEM), ("I10",)),
        SeededFault("the machine approves a difference", "review",
              _row(A, "P5", lambda r: attrs.evolve(r, emit=_auto)),
              ("I4",)),
        SeededFault("an answer about an old revision", "review", _row(A, "P5", lambda r: attrs.evolve(r,
              guards=(),
              emit=_auto)), ("I4",)),
        SeededFault("a flagged duplicate approved", "person", _row(A, "P5", lambda r: attrs.evolve(r,
              emit=_auto)),
              ("I3 alone", "I4")),
        SeededFault("no claim of the person", "person", _no_reaction(app.ApplicationAutoApproved,
              _is("ClaimKey")), ("I3",)),
        SeededFault("a claim never freed", "person", _no_reaction(app.ApplicationWithdrawn, _is("ReleaseKey")),
              ("I3 claim", "I3 live")),
        SeededFault("no mark of the live", "person", _no_reaction(app.ApplicationSubmitted, _is("ClaimKey")),
              ("I3 live",)),
        SeededFault("a card not revoked at the end", "card", _no_reaction(app.ApplicationWithdrawn,
              _is("RevokeCard")),
              ("I1", "I12")),
        SeededFault("a card not held after its grace", "card", _no_reaction(app.GraceEnded), ("I1",)),
        SeededFault("a card not held on a refusal", "card", _no_reaction(app.ApplicationRejected,
              _is("Suspend")), ("I1",)),
        SeededFault("a person lifts what the lifecycle holds", "card", _fold(C, card.CardReinstated, lambda s,
              e: card.ActiveCard(
              card=s.card, since=e.stamp.at)), ("I1",)),
        SeededFault("a lost card found by an approval", C, _fold(C, card.CardReinstated, lambda s,
              e: card.ActiveCard(
              card=s.card, since=e.stamp.at) if s else s), ("rows",)),
        SeededFault("a SIM that outlives its card", "sim", _no_reaction(card.CardRevoked), ("I2",)),
        SeededFault("no carrier's term", S, _no_deadline(comms_card.OrderedSim), ("I7",)),
        SeededFault("swapped target", A, _fold(A, app.ApplicationReturned,
              TABLES[A].fold[app.ApplicationWithdrawn]), ("targets",)),
        SeededFault("an approval without its author", "review", _no_reaction(task_events.ReviewCompleted),
              ("I12",)),
        SeededFault("no draft term", A, _no_deadline(status.Draft), ("I7",)),
        SeededFault("no escalation", A, _no_deadline(status.PendingReview), ("I7",)),
        SeededFault("a grace cut short", "review", _due(status.Returned, "expire"), ("J3",)),
        SeededFault("no end of grace", "card", _gone(A, "P19b"), ("timers",)),
        SeededFault("no consent asked", A, _without(A, "P4", "guardian_consent_required"), ("I5",)),
        SeededFault("a younger number put in", A, _without(A, "P9a", "guardian_consent_required"), ("I5",)),
        SeededFault("consent kept for another guardian", A, _fold(A, app.DraftSaved, lambda s, e: attrs.evolve(
              s, form=e.form) if isinstance(s, status.Draft | status.Returned) else s), ("J11",)),
        SeededFault("a link by a wrong code", T, _without(T, "A6g", "challenge_mismatch"), ("J8",)),
        SeededFault("no way out of a return", A, _gone(A, "P18b"), ("timers",)),
        SeededFault("a return without end", A, _without(A, "P10", "return_limit_exceeded"), ("J10",)),
        SeededFault("an edit without end", A, _without(A, "P9b", "edit_limit_exceeded"), ("J10",)),
        SeededFault("a guess not counted", T, _fold(T, account_events.AttemptCounted, _UNCOUNTED), ("J6",)),
        SeededFault("a count lost with a new code", T, _fold(T, account_events.ChallengeIssued, _keep_codes),
              ("J6",)),
        SeededFault("a wrong code passes", T, _without(T, "A3b", "challenge_mismatch"), ("J8",)),
        SeededFault("an uncounted guess answered", T, _without(T, "A6d", "challenge_required"), ("J6",)),
        SeededFault("a recovery by a proof for another purpose", T, _without(T, "A8d", "insufficient_evidence"),
              ("J7",)),
        SeededFault("a new phone taken for proved", T, _fold(T, account_events.PhoneChanged, lambda s,
              e: attrs.evolve(
              s, person=attrs.evolve(s.person, phone=e.phone))), ("J7",)),
        SeededFault("no end of registration", T, _no_deadline(account.ChallengeSent), ("I7",)),
        SeededFault("a lock for ever", T, _gone(T, "A7b"), ("timers",)),
        SeededFault("one's own claim verified", G, _without(G, "T2", "conflict_of_interest"), ("J9",)),
        SeededFault("a grant revoked from below", G, _without(G, "T7", "forbidden"), ("J9",)),
        SeededFault("no end of a claim", G, _gone(G, "T6b"), ("timers",)),
        SeededFault("an event that breaks the fold", C, _fold(C, card.CardRevoked, lambda s,
              e: card.RevokedCard(
              card=s.card, since=e.stamp.at, reason=e.reason)), ("I9",)),
    )
}  # fmt: skip


@contextmanager
def seeded(name: str) -> Iterator[SeededFault]:
    """Insert the fault *name*; on exit, restore the tables."""
    tables: list[tuple[Table, Any]] = [
        (t, (t.rules, dict(t.index), dict(t.fold), dict(t.roles))) for t in TABLES.values()
    ]
    kept: list[tuple[dict[Any, Any], dict[Any, Any]]] = [(d, dict(d)) for d in (REACTIONS, DUE)]
    FAULTS[name].put_in()
    try:
        yield FAULTS[name]
    finally:
        for table, (rules, *maps) in tables:
            table.rules = rules
            kept += zip((table.index, table.fold, table.roles), maps, strict=True)
        for now, before in kept:
            now.clear()
            now.update(before)
