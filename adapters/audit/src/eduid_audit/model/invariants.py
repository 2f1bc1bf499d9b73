"""
The invariants of the lifecycle as data: an id, a sentence, and a predicate over a house or over a step.

The ids I1 to I14 are those of the lifecycle's specification, J1 and on are the library's own. If an invariant
states more or less than the specification, its sentence tells so: I2 lets a suspended card keep its SIM (a lost
card is no lost phone), and I3 has the later application reviewed while the earlier are flagged. I13 (a strict
policy never approves by the registry alone) waits for a policy that can be strict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs

from eduid_audit.model.canon import open_task
from eduid_audit.model.cast import POLICY, T0
from eduid_audit.model.house import CALENDAR, ModelState, ModelStep
from eduid_core.workflow import Role, card, comms_card, next_deadline
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import events as happened
from eduid_core.workflow.application import states as app
from eduid_core.workflow.effects import WINDOWED
from eduid_core.workflow.forms import age_at, person_of
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.review_task import events as task_events
from eduid_core.workflow.review_task import states as task
from eduid_core.workflow.reviewer_grant import states as grant

__all__ = ["OF_HOUSES", "OF_STEPS", "RESTING", "Invariant"]


@attrs.frozen
class Invariant:
    """A rule that must hold: *holds* is called with a house, or with an accepted step."""

    id: str
    sentence: str
    holds: Callable[[Any], bool]


KEYS = ("A", "B")
RESTING: Final = frozenset({
    account.ActiveAccount, account.AbandonedAccount, account.ClosedAccount,
    grant.DeclinedGrant, grant.EndedGrant, grant.RevokedGrant,
    app.Withdrawn, app.Expired, app.Revoked, app.Superseded,
    task.Unassigned, task.Assigned, task.AwaitingSecond, task.Completed, task.Cancelled,
    card.ActiveCard, card.SuspendedCard, card.ExpiredCard, card.RevokedCard,
    comms_card.LinkedNumber, comms_card.ActiveCommsCard, comms_card.ReleasedCommsCard,
})  # fmt: skip
"""Statuses without an own deadline; a review task uses the deadline of its application."""


def _cycle(s: Any) -> app.Cycle | None:
    return None if s is None or s.terminal else s.tally.cycle


def _approved(s: Any) -> bool:
    """Return whether an approval is valid, possibly under a cycle."""
    return isinstance(s, app.Approved) or _cycle(s) is not None


def _card_stands_on_an_approval(h: ModelState) -> bool:
    for key in KEYS:
        if isinstance(h["card", key], card.ActiveCard):
            state = h["application", key]
            cycle = _cycle(state)
            good = isinstance(state, app.Approved) or (
                cycle is not None and not cycle.grace_over and not isinstance(state, app.Rejected)
            )
            if not good:
                return False
    return True


def _no_sim_without_card(h: ModelState) -> bool:
    live = (comms_card.LinkedNumber, comms_card.ActiveCommsCard)
    return not any(
        isinstance(h["comms_card", k], live) and isinstance(h["card", k], card.RevokedCard | None) for k in KEYS
    )


def _one_person_one_approval(h: ModelState) -> bool:
    for key in KEYS:
        state = h["application", key]
        if _approved(state):
            person = person_of(_cycle(state).form if _cycle(state) else state.form)  # type: ignore[union-attr]
            others = h.holders("person", person) - {key}
            if key not in h.holders("person", person) or (others and not _shares_claim(h, {key, *others})):
                return False
    return True


def _shares_claim(h: ModelState, keys: set[str]) -> bool:
    """Return whether two persons decided against a claim in all but one of the approvals *keys*."""
    approvals = [_cycle(h["application", key]) or h["application", key] for key in keys]
    return sum(not approval.evidence.shares_claim for approval in approvals) <= 1


def _claims_are_of_approvals(h: ModelState) -> bool:
    return all(_approved(h["application", o]) for kind, _, o in h.claims if kind == "person")


def _marks_are_true(h: ModelState) -> bool:
    for kind, value, owner in h.claims:
        if kind == "live_person":
            s = h["application", owner]
            form = s.handed_in if isinstance(s, app.Returned) else getattr(s, "form", None)
            waits = isinstance(s, app.Submitted | app.PendingReview | app.Returned)
            if not waits or form is None or person_of(form) != value:
                return False
    return all(
        key in h.holders("live_person", person_of(s.form))
        for key in KEYS
        if isinstance(s := h["application", key], app.Submitted | app.PendingReview)
    )


def _consented(h: ModelState) -> bool:
    return all(consent_given(h["application", key]) for key in KEYS)


def consent_given(s: Any) -> bool:
    """Return whether a submitted form has the guardian's consent, or needs none."""
    if not isinstance(s, app.Submitted | app.PendingReview | app.Approved | app.Rejected):
        return True
    if s.file.by_guardian or s.file.basis is app.Basis.SCHOOL_ATTESTED:
        return True
    age = age_at(s.form, T0)
    return bool(s.file.consent) and age is not None and age >= POLICY.consent_age_years


def _deadlines(h: ModelState) -> bool:
    return all(waits_in_time(state) for _, state in h.states)


def waits_in_time(state: Any) -> bool:
    """Return whether a state needs no deadline, or has one."""
    return state is None or type(state) in RESTING or next_deadline(state, POLICY, CALENDAR) is not None


def _task_beside_review(h: ModelState) -> bool:
    for key in KEYS:
        s, t = h["application", key], h["review_task", key]
        if isinstance(s, app.PendingReview) != open_task(t):
            return False
        if open_task(t) and t.brief.about != s.revision:
            return False
        if s is not None and s.terminal and not isinstance(h["card", key], card.RevokedCard | None):
            return False
    return True


def _nobody_barred_holds(h: ModelState) -> bool:
    return all(holds_fairly(h["review_task", key]) for key in KEYS)


def holds_fairly(t: Any) -> bool:
    """Return whether the holder of a task may decide it."""
    return not open_task(t) or getattr(t, "assignee", "") not in t.brief.barred


def _refuser_barred(h: ModelState) -> bool:
    for key in KEYS:
        s, t = h["application", key], h["review_task", key]
        if isinstance(s, app.PendingReview) and open_task(t):
            family = {s.file.account_id, s.tally.refused_by} - {""}
            if not family <= t.brief.barred:
                return False
    return True


OF_HOUSES: Final = (
    Invariant("I1", "a card in use rests on an approval, or on one within its grace period",
              _card_stands_on_an_approval),
    Invariant("I2", "no SIM card is in service without a card or with a revoked card", _no_sim_without_card),
    Invariant("I3", "one person has one approval, unless they share its claim; its application holds the claim",
              _one_person_one_approval),
    Invariant("I3 claim", "only an approval holds the claim of a person", _claims_are_of_approvals),
    Invariant("I3 live", "the index of live applications names the submitted ones and no others", _marks_are_true),
    Invariant("I5", "no form is submitted without the consent it needs", _consented),
    Invariant("I7", "every waiting status has a deadline", _deadlines),
    Invariant("I12", "a task is open exactly while its application is in review; an ended one has no card",
              _task_beside_review),
    Invariant("J1", "the holder of a task may decide it", _nobody_barred_holds),
    Invariant("J2", "the family and the rejecting reviewer are barred from the task", _refuser_barred),
)  # fmt: skip


# --- steps -------------------------------------------------------------------------------------------------


def _events(step: ModelStep) -> list[Any]:
    return [e for w in step.write.streams for e in w.events] if step.write else []


_BY_PERSON = (happened.ApplicationApproved, happened.ApplicationRejected, happened.CorrectionRefused)


def _decisions_have_authors(step: ModelStep) -> bool:
    """
    Check that a person's decision comes from a task of the current revision, the system's from a
    match of it.
    """
    made, key = _events(step), step.command.subject
    done = [e for e in made if isinstance(e, task_events.ReviewCompleted)]
    current = getattr(step.before["application", key], "revision", 0)
    for e in made:
        by_person = isinstance(e, _BY_PERSON) or (isinstance(e, happened.ApplicationReturned) and e.by_person)
        if by_person and not (done and done[0].about == current and done[0].decided_by == e.stamp.by):
            return False
        if isinstance(e, happened.ApplicationAutoApproved) and not _agreed(e, current):
            return False
    return True


def _agreed(e: happened.ApplicationAutoApproved, current: int) -> bool:
    evidence = e.evidence
    return e.stamp.role is Role.SYSTEM and evidence.revision == current and evidence.match.outcome == "approved"


def _alone_when_automatic(step: ModelStep) -> bool:
    """Check that the system approves no person with another live application."""
    if not any(isinstance(e, happened.ApplicationAutoApproved) for e in _events(step)):
        return True
    state = step.before["application", step.command.subject]
    flagged = app.Flag.DUPLICATE_SUSPECTED in state.tally.flags
    return not flagged and not step.before.holders("person", person_of(state.form)) - {step.command.subject}


def _posted_once(step: ModelStep) -> bool:
    if step.write is None:
        return True
    names = {WINDOWED, *(e.name for e in _events(step))}
    identities = [(t.template, t.subject, t.revision, t.event, t.recipient) for t in step.write.messages]
    return len(identities) == len(set(identities)) and all(t.event in names for t in step.write.messages)


def no_machine_refuses(events: Any) -> bool:
    """Return whether no rejection comes from the system."""
    machines = {Role.SYSTEM, Role.IMPORTER, Role.ANONYMOUS}
    refusals = (happened.ApplicationRejected, happened.CorrectionRefused, happened.ApplicationRevoked)
    return not any(isinstance(e, refusals) and e.stamp.role in machines for e in events)


def _grace_respected(step: ModelStep) -> bool:
    """Check that no deadline ends an approval under re-verification before its grace period."""
    if not any(isinstance(e, happened.ApplicationExpired) for e in _events(step)):
        return True
    before = step.before["application", step.command.subject]
    cycle = _cycle(before)
    return cycle is None or cycle.grace_until is None or cycle.grace_over or isinstance(before, app.Rejected)


def _reviewer_fit(step: ModelStep) -> bool:
    return reviewer_fit(step.before["review_task", step.command.subject], step.command)


def reviewer_fit(t: Any, command: Any) -> bool:
    """Return whether the author of an accepted decision may make it now, about this revision."""
    if not isinstance(command, task_commands.CompleteReview | task_commands.SecondReview):
        return True
    second = isinstance(command, task_commands.SecondReview)
    lease = not isinstance(t, task.InReview) or (t.lease_until > T0 and t.assignee == command.by.id)
    mine = second or command.by.role is not Role.TEACHER or getattr(t, "assignee", "") == command.by.id
    other = not second or command.by.id != t.first_by
    stands = command.grant_active and command.eligible and command.by.assurance >= 2
    current = command.expected_rev == t.brief.about
    return all((lease, mine, other, stands, current, command.by.id not in t.brief.barred))


def _levels_rise(step: ModelStep) -> bool:
    for e in _events(step):
        if isinstance(e, happened.ApplicationEscalated):
            before = step.before["application", step.command.subject]
            return bool(e.level >= before.tally.level and e.level >= min(before.tally.level + 1, 1))
    return True


def _two_for_identity(step: ModelStep) -> bool:
    before = step.before["review_task", step.command.subject]
    done = [e for e in _events(step) if isinstance(e, task_events.ReviewCompleted)]
    if not done or done[0].decision.outcome != "approve" or not before.brief.needs_second:
        return True
    return bool(done[0].seconded_by) and done[0].seconded_by != done[0].decided_by


OF_STEPS: Final = (
    Invariant("I4", "a decision has its author and is about the current revision", _decisions_have_authors),
    Invariant(
        "I3 alone", "the machine approves no person with another live application", _alone_when_automatic
    ),
    Invariant("I8", "every message comes from an event of its commit, and is posted once", _posted_once),
    Invariant("I10", "the machine never rejects a student", lambda step: no_machine_refuses(_events(step))),
    Invariant("I14", "the deciding reviewer is assigned, entitled, present and not a party", _reviewer_fit),
    Invariant("J3", "no timer ends an approval before its grace period", _grace_respected),
    Invariant("J4", "escalation only raises the level", _levels_rise),
    Invariant("J5", "an approval against a differing number has two authors", _two_for_identity),
)
