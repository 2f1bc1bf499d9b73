"""The transition table of an application: the rows are the specification."""

from __future__ import annotations

from typing import Any

from eduid_core.workflow.actors import Role
from eduid_core.workflow.application import commands as c
from eduid_core.workflow.application import emit
from eduid_core.workflow.application import events as e
from eduid_core.workflow.application import guards as g
from eduid_core.workflow.application import states as s
from eduid_core.workflow.machine import row, says

__all__ = ["RULES"]

APPLICANT = frozenset({Role.STUDENT, Role.GUARDIAN, Role.IMPORTER})
PERSON = frozenset({Role.STUDENT, Role.GUARDIAN})
GUARDIAN = frozenset({Role.GUARDIAN})
IMPORTER = frozenset({Role.IMPORTER})
SYSTEM = frozenset({Role.SYSTEM})
REVIEWER = frozenset({Role.TEACHER, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
ADMIN = frozenset({Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
TAKES_BACK = ADMIN | PERSON
RETIRES = ADMIN | SYSTEM
LINKS = REVIEWER | SYSTEM

Names = tuple[Any, ...]


_flagged = says(e.DuplicateFlagged)
_consented, _revoked = says(e.GuardianConsented, "text"), says(e.ApplicationRevoked, "code")
_grace, _superseded = says(e.GraceEnded), says(e.ApplicationSuperseded, "reason")


def _unconsented(_: Any, command: c.WithdrawConsent, __: Any) -> tuple[e.ApplicationRevoked, ...]:
    return (e.ApplicationRevoked(stamp=command.stamp, code="CONSENT_WITHDRAWN"),)


_voided = says(e.ConsentVoided)
_asked = says(e.GuardianAsked, "guardian", "phone", "nonce", "minutes")
_linked, _unlinked = says(e.GuardianLinked, "guardian", "link", "way"), says(e.GuardianUnlinked, "guardian")
_LIVING: Names = tuple(
    zip("abcdef", (s.Draft, s.Submitted, s.PendingReview, s.Returned, s.Approved, s.Rejected), strict=True)
)
_MATCHED: Names = (e.ApplicationAutoApproved, e.ReviewRequested, e.ApplicationReturned)
_OUT: Names = (s.Withdrawn, s.Approved)
_LEFT: Names = (e.ApplicationWithdrawn, e.CorrectionDropped)
_OVER: Names = (s.Expired, s.Approved)
_ENDED: Names = (e.ApplicationExpired, e.CorrectionDropped)

RULES = (
    row("P1", None, c.Open, APPLICANT, emit.opened, s.Draft, e.ApplicationOpened),
    row("P1b", s.Withdrawn, c.Open, IMPORTER, emit.opened, s.Draft, e.ApplicationOpened, g.undone),
    row("P2a", s.Draft, c.Save, APPLICANT, emit.saved, s.Draft, e.DraftSaved, g.draft_known, g.draft_merges),
    row("P2b", s.Returned, c.Save, APPLICANT, emit.saved, s.Returned, e.DraftSaved, g.draft_known,
         g.draft_merges),
    row("P3a", s.Draft, c.GrantConsent, GUARDIAN, _consented, s.Draft, e.GuardianConsented, g.proof_fresh),
    row("P3b", s.Returned, c.GrantConsent, GUARDIAN, _consented, s.Returned, e.GuardianConsented,
         g.proof_fresh),
    row("P4", s.Draft, c.Submit, APPLICANT, emit.submitted, s.Submitted, e.ApplicationSubmitted,
         g.complete, g.usable_number, g.consented, g.agreed, g.attested),
    row("P5", s.Submitted, c.RecordMatch, SYSTEM, emit.matched, (s.Approved, s.PendingReview, s.Returned),
         _MATCHED, g.current),
    row("P7a", s.Draft, c.FlagDuplicate, SYSTEM, _flagged, s.Draft, e.DuplicateFlagged),
    row("P7b", s.Submitted, c.FlagDuplicate, SYSTEM, _flagged, s.Submitted, e.DuplicateFlagged),
    row("P7c", s.PendingReview, c.FlagDuplicate, SYSTEM, _flagged, s.PendingReview, e.DuplicateFlagged),
    row("P7d", s.Returned, c.FlagDuplicate, SYSTEM, _flagged, s.Returned, e.DuplicateFlagged),
    row("P8", s.PendingReview, c.RetryMatch, SYSTEM, emit.retried, s.Submitted, e.MatchRetried, g.deferred),
    row("P9a", s.Submitted, c.Amend, APPLICANT, emit.amended, s.Submitted, e.ApplicationAmended,
         g.changed, g.mended_complete, g.still_consented, g.still_agreed, g.edits_left),
    row("P9b", s.PendingReview, c.Amend, APPLICANT, emit.amended, s.Submitted, e.ApplicationAmended,
         g.changed, g.mended_complete, g.still_consented, g.still_agreed, g.edits_left),
    row("P10", s.PendingReview, c.ReturnForCorrection, REVIEWER, emit.returned, s.Returned,
         e.ApplicationReturned,
         g.return_reasons, g.returns_left),
    row("P11", s.Returned, c.Resubmit, APPLICANT, emit.resubmitted, s.Submitted, e.ApplicationResubmitted,
         g.items_answered, g.contests_left, g.mended_complete, g.usable_number, g.still_consented,
         g.still_agreed),
    row("P12", s.PendingReview, c.Approve, REVIEWER, emit.approved, s.Approved, e.ApplicationApproved),
    row("P13", s.PendingReview, c.Reject, REVIEWER, emit.rejected, (s.Rejected, s.Approved),
         (e.ApplicationRejected, e.CorrectionRefused), g.reject_reason),
    row("P14", s.Rejected, c.Appeal, PERSON, emit.appealed, s.PendingReview, e.ApplicationAppealed,
         g.appeals_left),
    row("P15", s.PendingReview, c.Escalate, SYSTEM, emit.escalated, s.PendingReview, e.ApplicationEscalated),
    row("P17a", s.Draft, c.Withdraw, APPLICANT, emit.withdrawn, s.Withdrawn, e.ApplicationWithdrawn),
    row("P17b", s.Submitted, c.Withdraw, APPLICANT, emit.withdrawn, _OUT, _LEFT),
    row("P17c", s.PendingReview, c.Withdraw, APPLICANT, emit.withdrawn, _OUT, _LEFT),
    row("P17d", s.Returned, c.Withdraw, APPLICANT, emit.withdrawn, _OUT, _LEFT),
    row("P17e", s.Rejected, c.Withdraw, APPLICANT, emit.withdrawn, s.Withdrawn, e.ApplicationWithdrawn),
    row("P17f", s.Approved, c.Withdraw, IMPORTER, emit.withdrawn, s.Withdrawn, e.ApplicationWithdrawn),
    row("P18a", s.Draft, c.ExpireApplication, SYSTEM, emit.expired, s.Expired, e.ApplicationExpired),
    row("P18b", s.Returned, c.ExpireApplication, SYSTEM, emit.expired, _OVER, _ENDED),
    row("P18c", s.Rejected, c.ExpireApplication, SYSTEM, emit.expired, s.Expired, e.ApplicationExpired),
    row("P19a", s.Approved, c.StartReverification, SYSTEM, emit.reverified, s.Submitted,
         e.ReverificationStarted),
    row("P19b", s.Submitted, c.EndGrace, SYSTEM, _grace, s.Submitted, e.GraceEnded, g.in_grace),
    row("P19c", s.PendingReview, c.EndGrace, SYSTEM, _grace, s.PendingReview, e.GraceEnded, g.in_grace),
    row("P19d", s.Returned, c.EndGrace, SYSTEM, _grace, s.Returned, e.GraceEnded, g.in_grace),
    row("P20a", s.Approved, c.RevokeApplication, TAKES_BACK, _revoked, s.Revoked, e.ApplicationRevoked,
         g.revoke_reason, g.seconded),
    row("P20b", s.Submitted, c.RevokeApplication, TAKES_BACK, _revoked, s.Revoked, e.ApplicationRevoked,
         g.revoke_reason, g.on_an_approval, g.seconded),
    row("P20c", s.PendingReview, c.RevokeApplication, TAKES_BACK, _revoked, s.Revoked, e.ApplicationRevoked,
         g.revoke_reason, g.on_an_approval, g.seconded),
    row("P20d", s.Returned, c.RevokeApplication, TAKES_BACK, _revoked, s.Revoked, e.ApplicationRevoked,
         g.revoke_reason, g.on_an_approval, g.seconded),
    row("P20e", s.Approved, c.WithdrawConsent, GUARDIAN, _unconsented, s.Revoked, e.ApplicationRevoked),
    row("P20f", s.Submitted, c.WithdrawConsent, GUARDIAN, _unconsented, s.Revoked, e.ApplicationRevoked),
    row("P20g", s.PendingReview, c.WithdrawConsent, GUARDIAN, _unconsented, s.Revoked, e.ApplicationRevoked),
    row("P20h", s.Returned, c.WithdrawConsent, GUARDIAN, _unconsented, s.Revoked, e.ApplicationRevoked),
    row("P20i", s.Rejected, c.WithdrawConsent, GUARDIAN, _unconsented, s.Revoked, e.ApplicationRevoked),
    row("P20j", s.Draft, c.WithdrawConsent, GUARDIAN, _voided, s.Draft, e.ConsentVoided),
    row("P21", s.Approved, c.RequestCorrection, APPLICANT, emit.corrected, s.Submitted, e.CorrectionRequested,
         g.changed, g.mended_complete, g.still_consented, g.still_agreed),
    row("P22", s.Approved, c.Supersede, RETIRES, _superseded, s.Superseded, e.ApplicationSuperseded),
    *(row(f"P23{n}", at, c.AskGuardian, SYSTEM, _asked, at, e.GuardianAsked) for n, at in _LIVING),
    *(row(f"P24{n}", at, c.LinkGuardian, LINKS, _linked, at, e.GuardianLinked) for n, at in _LIVING),
    *(row(f"P25{n}", at, c.UnlinkGuardian, SYSTEM, _unlinked, at, e.GuardianUnlinked, g.linked)
      for n, at in _LIVING),
)  # fmt: skip
"""Rows, numbered as in the lifecycle's specification."""
