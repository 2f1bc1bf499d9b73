"""The events that each rule of an application emits."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import attrs

from eduid_core.workflow.application import commands as c
from eduid_core.workflow.application import events as e
from eduid_core.workflow.application import states as s
from eduid_core.workflow.application.drafts import merged
from eduid_core.workflow.application.returns import FIELD_OF_REASON, WHOLE
from eduid_core.workflow.forms import is_weak, person_of
from eduid_core.workflow.machine import Command, Event
from eduid_core.workflow.policy import Policy

Events = tuple[Event, ...]

CONTESTED_TIER: Final = 2


def opened(_: None, command: c.Open, policy: Policy) -> Events:
    """Open the application under the current policy."""
    return (
        e.ApplicationOpened(
            command.stamp,
            command.subject,
            command.account_id,
            policy.version,
            command.form,
            command.attestation,
            command.resumed_from,
        ),
    )


def saved(state: s.Draft | s.Returned, command: c.Save, _: Policy) -> Events:
    """Save the draft, with what others saved in other fields."""
    return (e.DraftSaved(command.stamp, merged(state, command)),)


def submitted(state: s.Draft, command: c.Submit, _: Policy) -> Events:
    """Submit the draft as the next revision."""
    consent = command.consent_text or state.file.consent
    rev = state.revision + 1
    return (e.ApplicationSubmitted(command.stamp, rev, command.basis, consent, command.contested),)


def matched(state: s.Submitted, command: c.RecordMatch, _: Policy) -> Events:
    """
    Approve if all fields agree, return the form for its own gaps, otherwise request a review.

    A gap that the applicant contests is not returned again: a person decides.
    """
    result, stamp = command.result, command.stamp
    if result.outcome == "approved" and s.Flag.DUPLICATE_SUSPECTED not in state.tally.flags:
        evidence = s.Evidence("registry@1", stamp.by, state.revision, result, _shares_claim(state))
        return (e.ApplicationAutoApproved(stamp, evidence, command.class_ref),)
    if result.outcome == "returned":
        items = tuple(item for item in _gaps(result) if item.field not in state.tally.contested)
        if items:
            return (e.ApplicationReturned(stamp, items, False, result, command.class_ref),)
        result = _contested(result)
    return (
        e.ReviewRequested(stamp, state.revision, result, command.teacher, command.class_ref, command.invited),
    )


def _gaps(result: s.MatchResult) -> tuple[s.ReturnItem, ...]:
    """Return the items of a return by the system: blank fields, and fields that cannot be right."""
    blank = [s.ReturnItem(field, code) for field, code, _ in result.fields]
    wrong = [s.ReturnItem(FIELD_OF_REASON[r], r) for r in result.reasons if r in FIELD_OF_REASON]
    return (*blank, *wrong) or tuple(s.ReturnItem(WHOLE, reason) for reason in result.reasons)


def _contested(result: s.MatchResult) -> s.MatchResult:
    """Return the result of a form whose every gap is contested."""
    return attrs.evolve(
        result,
        outcome="review",
        reasons=("CONTESTED", *result.reasons),
        tier=CONTESTED_TIER,
        suggestion="CONFIRM_DOCUMENT",
    )


_DUPLICATE: Final = "DUPLICATE_APPLICATION"


def _shares_claim(state: s.Submitted | s.PendingReview, *, decided: bool = False) -> bool:
    """Return whether the approval takes no unique claim; a cycle about the same student keeps its kind."""
    cycle = state.tally.cycle
    if cycle is not None and person_of(cycle.form) == person_of(state.form):
        return cycle.evidence.shares_claim
    return decided or is_weak(state.form)


def retried(state: s.PendingReview, command: c.RetryMatch, _: Policy) -> Events:
    """Match the same revision again."""
    return (e.MatchRetried(stamp=command.stamp, revision=state.revision),)


def approved(state: s.PendingReview, command: c.Approve, _: Policy) -> Events:
    """Record the approver, the basis and the revision."""
    method = f"review:{command.basis}"
    named = _DUPLICATE in state.match.reasons or s.Flag.DUPLICATE_SUSPECTED in state.tally.flags
    shares = _shares_claim(state, decided=named and bool(command.seconded_by))
    evidence = s.Evidence(method, command.by.id, state.revision, state.match, shares)
    return (e.ApplicationApproved(command.stamp, evidence),)


def returned(_: s.PendingReview, command: c.ReturnForCorrection, __: Policy) -> Events:
    """Return the items that a person named."""
    return (e.ApplicationReturned(command.stamp, command.items, True),)


def rejected(state: s.PendingReview, command: c.Reject, _: Policy) -> Events:
    """Reject; for a correction, only the correction is refused."""
    if _cycle(state) is s.CycleKind.CORRECTION:
        return (e.CorrectionRefused(stamp=command.stamp, code=command.code),)
    return (e.ApplicationRejected(stamp=command.stamp, code=command.code),)


def appealed(state: s.Rejected, command: c.Appeal, _: Policy) -> Events:
    """Appeal; the rejecting reviewer does not decide again."""
    return (
        e.ApplicationAppealed(
            stamp=command.stamp, statement=command.statement, rejected_by=state.by, to=command.to
        ),
    )


def escalated(state: s.PendingReview, command: c.Escalate, policy: Policy) -> Events:
    """Go one level up; the top level is reminded repeatedly."""
    top = len(policy.review.sla_working_days) - 1
    level = max(state.tally.level, min(state.tally.level + 1, top))  # an appeal may stand above the ladder
    return (e.ApplicationEscalated(stamp=command.stamp, level=level, to=command.to),)


def resubmitted(state: s.Returned, command: c.Resubmit, _: Policy) -> Events:
    """Submit the corrected form."""
    return (
        e.ApplicationResubmitted(
            command.stamp, state.revision + 1, command.form, command.contested, command.consent_text
        ),
    )


def amended(state: s.Submitted | s.PendingReview, command: c.Amend, _: Policy) -> Events:
    """Replace the waiting form."""
    return (e.ApplicationAmended(command.stamp, state.revision + 1, command.form, command.consent_text),)


def corrected(state: s.Approved, command: c.RequestCorrection, _: Policy) -> Events:
    """Submit a correction on top of the approval."""
    return (e.CorrectionRequested(command.stamp, state.revision + 1, command.form, command.consent_text),)


def reverified(state: s.Approved, command: c.StartReverification, policy: Policy) -> Events:
    """Match the approved form again; the card stays valid during the grace period."""
    return (
        e.ReverificationStarted(
            stamp=command.stamp,
            revision=state.revision + 1,
            school_year=command.school_year,
            grace_until=command.at + dt.timedelta(days=policy.timers.grace_days),
        ),
    )


def _cycle(state: Any) -> s.CycleKind | None:
    cycle: s.Cycle | None = state.tally.cycle
    return cycle.kind if cycle else None


def withdrawn(state: Any, command: Command, _: Policy) -> Events:
    """Withdraw; for a correction, only the correction is dropped."""
    if _cycle(state) is s.CycleKind.CORRECTION:
        return (e.CorrectionDropped(stamp=command.stamp),)
    return (e.ApplicationWithdrawn(stamp=command.stamp),)


def expired(state: Any, command: Command, _: Policy) -> Events:
    """End an unattended application; for a correction, only the correction is dropped."""
    if _cycle(state) is s.CycleKind.CORRECTION:
        return (e.CorrectionDropped(stamp=command.stamp),)
    return (e.ApplicationExpired(stamp=command.stamp),)
