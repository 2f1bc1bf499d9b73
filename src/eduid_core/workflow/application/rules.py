"""The transition table of an application: the rows are the specification."""

from __future__ import annotations

from typing import Any

from eduid_core.workflow.actors import Role
from eduid_core.workflow.application import commands as c
from eduid_core.workflow.application import emit
from eduid_core.workflow.application import events as e
from eduid_core.workflow.application import guards as g
from eduid_core.workflow.application import states as s
from eduid_core.workflow.kernel import Guard, Rule

__all__ = ["RULES"]

APPLICANT = frozenset({Role.STUDENT, Role.GUARDIAN, Role.IMPORTER})
PERSON = frozenset({Role.STUDENT, Role.GUARDIAN})
GUARDIAN = frozenset({Role.GUARDIAN})
SYSTEM = frozenset({Role.SYSTEM})
REVIEWER = frozenset({Role.TEACHER, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
ADMIN = frozenset({Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
TAKES_BACK = ADMIN | PERSON
RETIRES = ADMIN | SYSTEM

Names = tuple[Any, ...]


def _row(  # noqa: PLR0917 - positional, so that a row below is a line
    id_: str,
    at: Any,
    command: Any,
    actors: frozenset[Role],
    emits: Any,
    to: Any,
    events: Any,
    *guards: Guard,
) -> Rule:
    """Return a rule; a single status or event may stand for a tuple of one."""
    to, events = (x if isinstance(x, tuple) else (x,) for x in (to, events))
    return Rule(id=id_, at=at, command=command, actors=actors, emit=emits, to=to, events=events, guards=guards)


_saved, _flagged = emit.says(e.DraftSaved, "form"), emit.says(e.DuplicateFlagged)
_consented, _revoked = emit.says(e.GuardianConsented, "text"), emit.says(e.Revoked, "code")
_grace, _superseded = emit.says(e.GraceEnded), emit.says(e.Superseded, "reason")


def _unconsented(_: Any, command: c.WithdrawConsent, __: Any) -> tuple[e.Revoked, ...]:
    return (e.Revoked(stamp=command.stamp, code="CONSENT_WITHDRAWN"),)


_MATCHED: Names = (e.AutoApproved, e.ReviewRequested, e.Returned)
_OUT: Names = (s.Withdrawn, s.Approved)
_LEFT: Names = (e.Withdrawn, e.CorrectionDropped)
_OVER: Names = (s.Expired, s.Approved)
_ENDED: Names = (e.Expired, e.CorrectionDropped)

RULES = (
    _row("P1", None, c.Open, APPLICANT, emit.opened, s.Draft, e.Opened),
    _row("P2a", s.Draft, c.Save, APPLICANT, _saved, s.Draft, e.DraftSaved),
    _row("P2b", s.Returned, c.Save, APPLICANT, _saved, s.Returned, e.DraftSaved),
    _row("P3a", s.Draft, c.GrantConsent, GUARDIAN, _consented, s.Draft, e.GuardianConsented, g.proof_fresh),
    _row("P3b", s.Returned, c.GrantConsent, GUARDIAN, _consented, s.Returned, e.GuardianConsented,
         g.proof_fresh),
    _row("P4", s.Draft, c.Submit, APPLICANT, emit.submitted, s.Submitted, e.Submitted,
         g.complete, g.usable_number, g.consented, g.attested),
    _row("P5", s.Submitted, c.RecordMatch, SYSTEM, emit.matched, (s.Approved, s.PendingReview, s.Returned),
         _MATCHED, g.current),
    _row("P7a", s.Draft, c.FlagDuplicate, SYSTEM, _flagged, s.Draft, e.DuplicateFlagged),
    _row("P7b", s.Submitted, c.FlagDuplicate, SYSTEM, _flagged, s.Submitted, e.DuplicateFlagged),
    _row("P7c", s.PendingReview, c.FlagDuplicate, SYSTEM, _flagged, s.PendingReview, e.DuplicateFlagged),
    _row("P7d", s.Returned, c.FlagDuplicate, SYSTEM, _flagged, s.Returned, e.DuplicateFlagged),
    _row("P8", s.PendingReview, c.RetryMatch, SYSTEM, emit.retried, s.Submitted, e.MatchRetried, g.deferred),
    _row("P9a", s.Submitted, c.Amend, APPLICANT, emit.amended, s.Submitted, e.Amended,
         g.changed, g.mended_complete, g.still_consented, g.edits_left),
    _row("P9b", s.PendingReview, c.Amend, APPLICANT, emit.amended, s.Submitted, e.Amended,
         g.changed, g.mended_complete, g.still_consented, g.edits_left),
    _row("P10", s.PendingReview, c.ReturnForCorrection, REVIEWER, emit.returned, s.Returned, e.Returned,
         g.return_reasons, g.returns_left),
    _row("P11", s.Returned, c.Resubmit, APPLICANT, emit.resubmitted, s.Submitted, e.Resubmitted,
         g.items_answered, g.mended_complete, g.usable_number, g.still_consented),
    _row("P12", s.PendingReview, c.Approve, REVIEWER, emit.approved, s.Approved, e.Approved),
    _row("P13", s.PendingReview, c.Reject, REVIEWER, emit.rejected, (s.Rejected, s.Approved),
         (e.Rejected, e.CorrectionRefused), g.reject_reason),
    _row("P14", s.Rejected, c.Appeal, PERSON, emit.appealed, s.PendingReview, e.Appealed, g.appeals_left),
    _row("P15", s.PendingReview, c.Escalate, SYSTEM, emit.escalated, s.PendingReview, e.Escalated),
    _row("P17a", s.Draft, c.Withdraw, APPLICANT, emit.withdrawn, s.Withdrawn, e.Withdrawn),
    _row("P17b", s.Submitted, c.Withdraw, APPLICANT, emit.withdrawn, _OUT, _LEFT),
    _row("P17c", s.PendingReview, c.Withdraw, APPLICANT, emit.withdrawn, _OUT, _LEFT),
    _row("P17d", s.Returned, c.Withdraw, APPLICANT, emit.withdrawn, _OUT, _LEFT),
    _row("P17e", s.Rejected, c.Withdraw, APPLICANT, emit.withdrawn, s.Withdrawn, e.Withdrawn),
    _row("P18a", s.Draft, c.Expire, SYSTEM, emit.expired, s.Expired, e.Expired),
    _row("P18b", s.Returned, c.Expire, SYSTEM, emit.expired, _OVER, _ENDED),
    _row("P18c", s.Rejected, c.Expire, SYSTEM, emit.expired, s.Expired, e.Expired),
    _row("P19a", s.Approved, c.StartReverification, SYSTEM, emit.reverified, s.Submitted,
         e.ReverificationStarted),
    _row("P19b", s.Submitted, c.EndGrace, SYSTEM, _grace, s.Submitted, e.GraceEnded, g.in_grace),
    _row("P19c", s.PendingReview, c.EndGrace, SYSTEM, _grace, s.PendingReview, e.GraceEnded, g.in_grace),
    _row("P19d", s.Returned, c.EndGrace, SYSTEM, _grace, s.Returned, e.GraceEnded, g.in_grace),
    _row("P20a", s.Approved, c.Revoke, TAKES_BACK, _revoked, s.Revoked, e.Revoked, g.revoke_reason, g.seconded),
    _row("P20b", s.Submitted, c.Revoke, TAKES_BACK, _revoked, s.Revoked, e.Revoked,
         g.revoke_reason, g.on_an_approval, g.seconded),
    _row("P20c", s.PendingReview, c.Revoke, TAKES_BACK, _revoked, s.Revoked, e.Revoked,
         g.revoke_reason, g.on_an_approval, g.seconded),
    _row("P20d", s.Returned, c.Revoke, TAKES_BACK, _revoked, s.Revoked, e.Revoked,
         g.revoke_reason, g.on_an_approval, g.seconded),
    _row("P20e", s.Approved, c.WithdrawConsent, GUARDIAN, _unconsented, s.Revoked, e.Revoked),
    _row("P20f", s.Submitted, c.WithdrawConsent, GUARDIAN, _unconsented, s.Revoked, e.Revoked),
    _row("P20g", s.PendingReview, c.WithdrawConsent, GUARDIAN, _unconsented, s.Revoked, e.Revoked),
    _row("P20h", s.Returned, c.WithdrawConsent, GUARDIAN, _unconsented, s.Revoked, e.Revoked),
    _row("P21", s.Approved, c.RequestCorrection, APPLICANT, emit.corrected, s.Submitted, e.CorrectionRequested,
         g.changed, g.mended_complete, g.still_consented),
    _row("P22", s.Approved, c.Supersede, RETIRES, _superseded, s.Superseded, e.Superseded),
)  # fmt: skip
"""Rows, numbered as in the lifecycle's specification."""
