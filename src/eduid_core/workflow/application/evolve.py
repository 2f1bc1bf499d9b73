"""The fold of an application: events to state. Total: an event that does not fit has no effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from eduid_core.matching import Application as Form
from eduid_core.workflow.actors import Role
from eduid_core.workflow.application import commands as c
from eduid_core.workflow.application import events as e
from eduid_core.workflow.application import states as s
from eduid_core.workflow.application.returns import Contests, contested_fields, still_contested
from eduid_core.workflow.application.rules import RULES
from eduid_core.workflow.forms import names_another_guardian
from eduid_core.workflow.links import Confirmation
from eduid_core.workflow.machine import Command, Event, State, Table, becoming, changed

__all__ = ["TABLE"]

_St = s.ApplicationState | None
Fold = Callable[[Any, Any], _St]
"""A step of one event type: the table holds steps of many types, so their arguments are `Any`."""
_FRESH = s.ReviewTally()


def _opened(st: State | None, ev: e.ApplicationOpened) -> s.Draft:
    """Open an application; one begun anew goes on counting its revisions."""
    basis = s.Basis.SCHOOL_ATTESTED if ev.stamp.role is Role.IMPORTER else s.Basis.GUARDIAN_CONSENT
    file = s.ApplicationFile(ev.application_id, ev.account_id, ev.policy_version, basis)
    file = _given_by(file, ev)
    return s.Draft(file, ev.form, st.revision if st else 0, _FRESH, ev.stamp.at)


def _given_by(file: s.ApplicationFile, ev: Any) -> s.ApplicationFile:
    """Return *file* with the origin of the form of *ev*: a file, or a person's edit."""
    if ev.stamp.role is Role.IMPORTER:
        return changed(file, brought=ev.form, is_edited=False)
    return file if file.brought is None or file.is_edited else changed(file, is_edited=True)


def _saved(st: _St, ev: e.DraftSaved) -> _St:
    if not isinstance(st, s.Draft | s.Returned):
        return st
    return changed(st, form=ev.form, file=changed(_of_guardian(st, ev), drafts=st.file.drafts + 1))


def _of_guardian(st: Any, ev: Any) -> s.ApplicationFile:
    """
    Return the file for the form of *ev*. If it names another guardian or phone, the guardian's consent is void
    until it is given anew; links that the former phone confirmed end with it.
    """
    file, phones = _given_by(st.file, ev), (st.form.guardian_phone, ev.form.guardian_phone)
    if file.by_guardian and names_another_guardian(st.form, ev.form):
        file = changed(file, consent="", by_guardian=False)
    if file.guardians and phones[0] != phones[1]:
        kept = tuple(g for g in file.guardians if g.way not in _BY_FORM)
        file = changed(file, guardians=kept)
    text = getattr(ev, "consent_text", "")
    if text and not file.by_guardian:
        file = changed(file, consent=text, by_guardian=ev.stamp.role is Role.GUARDIAN)
    return file


_BY_FORM: Final = frozenset({Confirmation.APPLICATION, Confirmation.STUDENT})
"""The confirmations of a link to an application that its guardian phone gave."""


def _linked(st: _St, ev: e.GuardianLinked) -> _St:
    if st is None:
        return None
    others = tuple(g for g in st.file.guardians if g.account_id != ev.guardian)
    guardian = s.LinkedGuardian(ev.guardian, ev.link, ev.way)
    return changed(st, file=changed(st.file, guardians=(*others, guardian)))


def _unlinked(st: _St, ev: e.GuardianUnlinked) -> _St:
    if st is None:
        return None
    others = tuple(g for g in st.file.guardians if g.account_id != ev.guardian)
    return changed(st, file=changed(st.file, guardians=others))


def _voided(st: _St, _: e.ConsentVoided) -> _St:
    return changed(st, file=changed(st.file, consent="", by_guardian=False)) if st is not None else None


def _tallied(st: _St, **changes: Any) -> _St:
    return changed(st, tally=changed(st.tally, **changes)) if st is not None else None


def _consented(st: _St, ev: e.GuardianConsented) -> _St:
    if st is None:
        return None
    return changed(st, file=changed(st.file, consent=ev.text, by_guardian=True))


def _submitted(st: _St, ev: e.ApplicationSubmitted) -> _St:
    if st is None:
        return None
    file, stamp = st.file, ev.stamp
    consent, by_guardian = file.consent, file.by_guardian
    if ev.consent_text and not by_guardian:
        consent, by_guardian = ev.consent_text, stamp.role is Role.GUARDIAN
    file = changed(file, basis=ev.basis, consent=consent, by_guardian=by_guardian)
    tally = _contesting(st.tally, ev.contested)
    return becoming(s.Submitted, st, file=file, tally=tally, revision=ev.revision, since=stamp.at)


def _contesting(tally: s.ReviewTally, contested: Contests) -> s.ReviewTally:
    """Return *tally* with the contests of a submission."""
    fields = contested_fields(contested)
    if not fields:
        return tally
    return changed(
        tally,
        flags=tally.flags | {s.Flag.CONTESTED},
        contested=tally.contested | fields,
        contests=(*tally.contests, *sorted(fields)),
    )


def _kept_contests(tally: s.ReviewTally, before: Form, after: Form) -> s.ReviewTally:
    """Return *tally* without contests of values that an edit has replaced."""
    if not tally.contested:
        return tally
    return changed(tally, contested=still_contested(tally.contested, before, after))


def _resubmitted(st: _St, ev: e.ApplicationResubmitted) -> _St:
    if st is None:
        return None
    old = _kept_contests(st.tally, getattr(st, "handed_in", st.form), ev.form)
    tally = _contesting(old if not old.edits else changed(old, edits=0), ev.contested)
    file = _of_guardian(st, ev)
    return becoming(
        s.Submitted, st, file=file, form=ev.form, revision=ev.revision, tally=tally, since=ev.stamp.at
    )


def _amended(st: _St, ev: e.ApplicationAmended) -> _St:
    if st is None:
        return None
    flags = st.tally.flags | {s.Flag.AMENDED}
    tally = _kept_contests(st.tally, st.form, ev.form)
    tally = changed(tally, edits=tally.edits + 1, flags=flags, waits_since=None)
    file = _of_guardian(st, ev)
    return becoming(
        s.Submitted, st, file=file, form=ev.form, revision=ev.revision, tally=tally, since=ev.stamp.at
    )


def _corrected(st: _St, ev: e.CorrectionRequested) -> _St:
    if not isinstance(st, s.Approved):
        return st
    given: dict[str, Any] = {"consent": st.file.consent, "by_guardian": st.file.by_guardian}
    tally = changed(st.tally, cycle=s.Cycle(s.CycleKind.CORRECTION, st.form, st.evidence, **given))
    file = _of_guardian(st, ev)
    return becoming(
        s.Submitted, st, file=file, form=ev.form, revision=ev.revision, tally=tally, since=ev.stamp.at
    )


def _reverified(st: _St, ev: e.ReverificationStarted) -> _St:
    if not isinstance(st, s.Approved):
        return st
    tally = s.ReviewTally(cycle=s.Cycle(s.CycleKind.REVERIFICATION, st.form, st.evidence, ev.grace_until))
    return becoming(s.Submitted, st, revision=ev.revision, tally=tally, since=ev.stamp.at)


def _grace_ended(st: _St, _: e.GraceEnded) -> _St:
    if st is None or st.tally.cycle is None:
        return st
    return _tallied(st, cycle=changed(st.tally.cycle, grace_over=True))


def _placed(file: s.ApplicationFile, ev: Any) -> s.ApplicationFile:
    """Return *file* with the place of the comparison in *ev*, if the registry told one."""
    return changed(file, place=ev.class_ref) if any(ev.class_ref) else file


def _auto_approved(st: _St, ev: e.ApplicationAutoApproved) -> _St:
    if st is None:
        return None
    file = _placed(st.file, ev)
    return becoming(s.Approved, st, file=file, tally=_FRESH, since=ev.stamp.at, evidence=ev.evidence)


def _approved(st: _St, ev: e.ApplicationApproved) -> _St:
    if st is None:
        return None
    return becoming(s.Approved, st, tally=_FRESH, since=ev.stamp.at, evidence=ev.evidence)


def _review(st: _St, ev: e.ReviewRequested) -> _St:
    if st is None:
        return None
    # A new revision starts at the first level again; an appeal stays above the level of the rejection.
    tally, since = st.tally, ev.stamp.at
    if tally.waits_since is not None:
        since, tally = tally.waits_since, changed(tally, waits_since=None)
    elif tally.level != tally.appeals:
        tally = changed(tally, level=tally.appeals)
    file = _placed(st.file, ev)
    return becoming(s.PendingReview, st, file=file, tally=tally, since=since, match=ev.match)


def _retried(st: _St, ev: e.MatchRetried) -> _St:
    if not isinstance(st, s.PendingReview):
        return st
    tally = changed(st.tally, waits_since=st.since)
    return becoming(s.Submitted, st, tally=tally, since=ev.stamp.at)


def _returned(st: _St, ev: e.ApplicationReturned) -> _St:
    if st is None:
        return None
    t = st.tally
    if ev.by_person:
        t = changed(t, returns=t.returns + 1, waits_since=None)
    since, file = ev.stamp.at, _placed(st.file, ev)
    return becoming(
        s.Returned, st, file=file, tally=t, since=since, items=ev.items, handed_in=st.form, match=ev.match
    )


def _rejected(st: _St, ev: e.ApplicationRejected) -> _St:
    if not isinstance(st, s.PendingReview):
        return st
    return becoming(s.Rejected, st, since=ev.stamp.at, code=ev.code, by=ev.stamp.by)


def _appealed(st: _St, ev: e.ApplicationAppealed) -> _St:
    if not isinstance(st, s.Rejected):
        return st
    appeals, level = st.tally.appeals + 1, st.tally.level + 1
    tally = changed(st.tally, appeals=appeals, level=level, refused_by=ev.rejected_by)
    return becoming(s.PendingReview, st, tally=tally, since=ev.stamp.at)


def _escalated(st: _St, ev: e.ApplicationEscalated) -> _St:
    if not isinstance(st, s.PendingReview):
        return st
    return changed(st, tally=changed(st.tally, level=ev.level), since=ev.stamp.at)


def _kept(st: _St, ev: e.CorrectionDropped | e.CorrectionRefused) -> _St:
    """Return to the approval under a correction, and to the consent that covers it."""
    if st is None or st.tally.cycle is None:
        return st
    kept, file = st.tally.cycle, st.file
    if kept.consent != file.consent or kept.by_guardian is not file.by_guardian:
        file = changed(file, consent=kept.consent, by_guardian=kept.by_guardian)
    return becoming(
        s.Approved, st, file=file, form=kept.form, tally=_FRESH, since=ev.stamp.at, evidence=kept.evidence
    )


def _ended(kind: type[s.Expired | s.Revoked | s.Superseded], *fields: str) -> Fold:
    """Return a fold into a final status, which copies these fields of its event."""

    def fold(st: _St, ev: Event) -> _St:
        if st is None:
            return None
        return becoming(kind, st, since=ev.stamp.at, **{f: getattr(ev, f) for f in fields})

    return fold


def _withdrawn(st: _St, ev: e.ApplicationWithdrawn) -> _St:
    if st is None:
        return None
    return becoming(s.Withdrawn, st, since=ev.stamp.at, by_file=ev.stamp.role is Role.IMPORTER)


FOLD: dict[type[Event], Fold] = {
    e.ApplicationOpened: _opened,
    e.DraftSaved: _saved,
    e.GuardianConsented: _consented,
    e.ConsentVoided: _voided,
    e.GuardianAsked: lambda st, _: st,
    e.GuardianLinked: _linked,
    e.GuardianUnlinked: _unlinked,
    e.DuplicateFlagged: lambda st, _: (
        _tallied(st, flags=st.tally.flags | {s.Flag.DUPLICATE_SUSPECTED}) if st else None
    ),
    e.ApplicationSubmitted: _submitted,
    e.ApplicationResubmitted: _resubmitted,
    e.ApplicationAmended: _amended,
    e.CorrectionRequested: _corrected,
    e.ReverificationStarted: _reverified,
    e.GraceEnded: _grace_ended,
    e.ApplicationAutoApproved: _auto_approved,
    e.ApplicationApproved: _approved,
    e.ReviewRequested: _review,
    e.MatchRetried: _retried,
    e.ApplicationReturned: _returned,
    e.ApplicationRejected: _rejected,
    e.ApplicationAppealed: _appealed,
    e.ApplicationEscalated: _escalated,
    e.CorrectionDropped: _kept,
    e.CorrectionRefused: _kept,
    e.ApplicationWithdrawn: _withdrawn,
    e.ApplicationExpired: _ended(s.Expired),
    e.ApplicationRevoked: _ended(s.Revoked, "code"),
    e.ApplicationSuperseded: _ended(s.Superseded, "reason"),
}


_OF_GUARDIANS: Final = (c.GrantConsent, c.WithdrawConsent, c.Withdraw, c.RevokeApplication)
"""The commands of a linked guardian."""


def _of_account(state: Any, command: Command) -> bool:
    """Student and guardian act on the applications of their account, a linked guardian on the child's."""
    who = command.by.id
    if state.file.account_id == who:
        return True
    if not isinstance(command, _OF_GUARDIANS) or command.by.role is not Role.GUARDIAN:
        return False
    return any(g.account_id == who and g.acts for g in state.file.guardians)


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
