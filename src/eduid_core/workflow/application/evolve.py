"""The fold of an application: events to state. Total: an event that does not fit has no effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from eduid_core.workflow.actors import Actor, Role
from eduid_core.workflow.application import events as e
from eduid_core.workflow.application import states as s
from eduid_core.workflow.application.rules import RULES
from eduid_core.workflow.machine import Event, State, Table

__all__ = ["TABLE"]

Fold = Callable[[Any, Any], Any]
_FRESH = s.ReviewTally()


def _opened(_: State | None, ev: e.ApplicationOpened) -> State:
    basis = s.Basis.SCHOOL_ATTESTED if ev.stamp.role is Role.IMPORTER else s.Basis.GUARDIAN_CONSENT
    file = s.ApplicationFile(ev.application_id, ev.account_id, ev.policy_version, basis)
    return s.Draft(file, ev.form, 0, _FRESH, ev.stamp.at)


def _saved(st: Any, ev: e.DraftSaved) -> Any:
    return attrs.evolve(st, form=ev.form) if isinstance(st, s.Draft | s.Returned) else st


def _tallied(st: Any, **changes: Any) -> Any:
    return attrs.evolve(st, tally=attrs.evolve(st.tally, **changes)) if st is not None else None


def _consented(st: Any, ev: e.GuardianConsented) -> Any:
    if st is None:
        return None
    return attrs.evolve(st, file=attrs.evolve(st.file, consent=ev.text, by_guardian=True))


def _submitted(st: Any, ev: e.ApplicationSubmitted) -> Any:
    if st is None:
        return None
    file, stamp = st.file, ev.stamp
    consent, by_guardian = file.consent, file.by_guardian
    if ev.consent_text and not by_guardian:
        consent, by_guardian = ev.consent_text, stamp.role is Role.GUARDIAN
    file = s.ApplicationFile(
        file.application_id, file.account_id, file.policy_version, ev.basis, consent, by_guardian
    )
    return s.Submitted(file, st.form, ev.revision, st.tally, stamp.at)


def _resubmitted(st: Any, ev: e.ApplicationResubmitted) -> Any:
    if st is None:
        return None
    old = st.tally
    tally = old if not old.edits else attrs.evolve(old, edits=0)
    return s.Submitted(st.file, ev.form, ev.revision, tally, ev.stamp.at)


def _amended(st: Any, ev: e.ApplicationAmended) -> Any:
    if st is None:
        return None
    flags = st.tally.flags | {s.Flag.AMENDED}
    tally = attrs.evolve(st.tally, edits=st.tally.edits + 1, flags=flags, waits_since=None)
    return s.Submitted(st.file, ev.form, ev.revision, tally, ev.stamp.at)


def _corrected(st: Any, ev: e.CorrectionRequested) -> Any:
    if not isinstance(st, s.Approved):
        return st
    tally = attrs.evolve(st.tally, cycle=s.Cycle(s.CycleKind.CORRECTION, st.form, st.evidence))
    return s.Submitted(st.file, ev.form, ev.revision, tally, ev.stamp.at)


def _reverified(st: Any, ev: e.ReverificationStarted) -> Any:
    if not isinstance(st, s.Approved):
        return st
    tally = s.ReviewTally(cycle=s.Cycle(s.CycleKind.REVERIFICATION, st.form, st.evidence, ev.grace_until))
    return s.Submitted(st.file, st.form, ev.revision, tally, ev.stamp.at)


def _grace_ended(st: Any, _: e.GraceEnded) -> Any:
    if st is None or st.tally.cycle is None:
        return st
    return _tallied(st, cycle=attrs.evolve(st.tally.cycle, grace_over=True))


def _approved(st: Any, ev: e.ApplicationAutoApproved | e.ApplicationApproved) -> Any:
    if st is None:
        return None
    return s.Approved(st.file, st.form, st.revision, _FRESH, ev.stamp.at, ev.evidence)


def _review(st: Any, ev: e.ReviewRequested) -> Any:
    if st is None:
        return None
    # A new revision starts at the first level again; an appeal stays above the level of the rejection.
    tally, since = st.tally, ev.stamp.at
    if tally.waits_since is not None:
        since, tally = tally.waits_since, attrs.evolve(tally, waits_since=None)
    elif tally.level != tally.appeals:
        tally = attrs.evolve(tally, level=tally.appeals)
    return s.PendingReview(st.file, st.form, st.revision, tally, since, ev.match)


def _retried(st: Any, ev: e.MatchRetried) -> Any:
    if not isinstance(st, s.PendingReview):
        return st
    tally = attrs.evolve(st.tally, waits_since=st.since)
    return s.Submitted(st.file, st.form, st.revision, tally, ev.stamp.at)


def _returned(st: Any, ev: e.ApplicationReturned) -> Any:
    if st is None:
        return None
    t = st.tally
    if ev.by_person:
        t = s.ReviewTally(t.returns + 1, t.edits, t.appeals, t.level, t.flags, t.cycle, t.refused_by)
    return s.Returned(st.file, st.form, st.revision, t, ev.stamp.at, ev.items, st.form, ev.match)


def _rejected(st: Any, ev: e.ApplicationRejected) -> Any:
    if not isinstance(st, s.PendingReview):
        return st
    return s.Rejected(st.file, st.form, st.revision, st.tally, ev.stamp.at, ev.code, st.match, ev.stamp.by)


def _appealed(st: Any, ev: e.ApplicationAppealed) -> Any:
    if not isinstance(st, s.Rejected):
        return st
    appeals, level = st.tally.appeals + 1, st.tally.level + 1
    tally = attrs.evolve(st.tally, appeals=appeals, level=level, refused_by=ev.rejected_by)
    return s.PendingReview(st.file, st.form, st.revision, tally, ev.stamp.at, st.match)


def _escalated(st: Any, ev: e.ApplicationEscalated) -> Any:
    if not isinstance(st, s.PendingReview):
        return st
    return attrs.evolve(_tallied(st, level=ev.level), since=ev.stamp.at)


def _kept(st: Any, ev: e.CorrectionDropped | e.CorrectionRefused) -> Any:
    """Return to the approval under a correction."""
    if st is None or st.tally.cycle is None:
        return st
    kept = st.tally.cycle
    return s.Approved(st.file, kept.form, st.revision, _FRESH, ev.stamp.at, kept.evidence)


def _ended(kind: Callable[..., State], *fields: str) -> Fold:
    """Return a fold into a final status, which copies these fields of its event."""

    def fold(st: Any, ev: Event) -> Any:
        if st is None:
            return None
        return kind(st.file, st.form, st.revision, st.tally, ev.stamp.at, *(getattr(ev, f) for f in fields))

    return fold


FOLD: dict[type[Event], Fold] = {
    e.ApplicationOpened: _opened,
    e.DraftSaved: _saved,
    e.GuardianConsented: _consented,
    e.DuplicateFlagged: lambda st, _: (
        _tallied(st, flags=st.tally.flags | {s.Flag.DUPLICATE_SUSPECTED}) if st else None
    ),
    e.ApplicationSubmitted: _submitted,
    e.ApplicationResubmitted: _resubmitted,
    e.ApplicationAmended: _amended,
    e.CorrectionRequested: _corrected,
    e.ReverificationStarted: _reverified,
    e.GraceEnded: _grace_ended,
    e.ApplicationAutoApproved: _approved,
    e.ApplicationApproved: _approved,
    e.ReviewRequested: _review,
    e.MatchRetried: _retried,
    e.ApplicationReturned: _returned,
    e.ApplicationRejected: _rejected,
    e.ApplicationAppealed: _appealed,
    e.ApplicationEscalated: _escalated,
    e.CorrectionDropped: _kept,
    e.CorrectionRefused: _kept,
    e.ApplicationWithdrawn: _ended(s.Withdrawn),
    e.ApplicationExpired: _ended(s.Expired),
    e.ApplicationRevoked: _ended(s.Revoked, "code"),
    e.ApplicationSuperseded: _ended(s.Superseded, "reason"),
}


def _of_account(state: Any, actor: Actor) -> bool:
    """A guardian or student acts on the applications of their own account."""
    return bool(state.file.account_id == actor.id)


TABLE = Table(
    "application",
    own={Role.GUARDIAN: _of_account, Role.STUDENT: _of_account},
    states=(
        s.Draft,
        s.Submitted,
        s.PendingReview,
        s.Returned,
        s.Approved,
        s.Rejected,
        s.Withdrawn,
        s.Expired,
        s.Revoked,
        s.Superseded,
    ),
    rules=RULES,
    fold=FOLD,
)
