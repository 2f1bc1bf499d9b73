"""
Canonical states: two states are equal if no rule, reaction or deadline can distinguish them.

The following parts are left out without any loss:

* revisions: a rule only asks whether two are equal, so a submitted one is 1 and one that is not current is 0;
* times: every command is given at the time `T0`, and a state is shifted to it. A term (a lease, a grace period,
  a
  code's life) is in the future or in the past; a term may end long before its timer fires, and timers fire in
  any order, which covers more cases than a real clock. For an account, its rules compare spans, so every time
  is kept in ticks up to the longest compared span;
* parts that no rule reads: names, notes, nonces, evidence beyond its kind and revision, all of a terminal
  state.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import attrs

from eduid_audit.model.cast import FORMS, POLICY, RESULTS, T0, TICK
from eduid_core.private import PersonName
from eduid_core.workflow import State, comms_card
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import states as app
from eduid_core.workflow.review_task import states as task

__all__ = ["canonical", "later", "open_task"]

_LATER = dt.timedelta(days=60)
_NOBODY = PersonName("")


def _term(at: dt.datetime) -> dt.datetime:
    """Return T0 for a past term, a far day for a future one."""
    return T0 if at <= T0 else T0 + _LATER


# --- applications ----------------------------------------------------------------------------------------


def _evidence(e: app.Evidence, revision: int) -> app.Evidence:
    return app.Evidence(
        method=e.method.partition(":")[0],
        by="",
        revision=int(e.revision == revision),
        match=_NO_MATCH,
        shares_claim=e.shares_claim,
    )


_NO_MATCH = app.MatchResult("", ())
_NO_TALLY = app.ReviewTally()
_EVIDENCE = app.Evidence(method="", by="", revision=0, match=_NO_MATCH)
_GAPS = (FORMS["blank"], FORMS["impossible"])


def _tally(s: Any) -> app.ReviewTally:
    t: app.ReviewTally = s.tally
    cycle = t.cycle
    if cycle is not None:
        until = None
        if cycle.grace_until is not None:
            until = T0 if cycle.grace_over else _term(cycle.grace_until)
        evidence = attrs.evolve(_EVIDENCE, shares_claim=cycle.evidence.shares_claim)
        given: dict[str, Any] = {"consent": cycle.consent, "by_guardian": cycle.by_guardian}
        if cycle.kind is app.CycleKind.REVERIFICATION:
            given = {}
        cycle = app.Cycle(cycle.kind, cycle.form, evidence, until, cycle.grace_over, **given)
    edits = min(t.edits, POLICY.review.max_edits)  # a school's later files are not limited
    flags = t.flags - {app.Flag.AMENDED, app.Flag.CONTESTED}
    waits = T0 if t.waits_since is not None else None
    seen: app.ReviewTally = attrs.evolve(t, flags=flags, cycle=cycle, edits=edits, waits_since=waits)
    return seen


def _file(f: app.ApplicationFile) -> app.ApplicationFile:
    """Return a file as submitted by a guardian: a school's attestation covers as much as their consent."""
    if f.basis is app.Basis.SCHOOL_ATTESTED:
        f = attrs.evolve(f, consent="v1", by_guardian=True)
    seen: app.ApplicationFile = attrs.evolve(f, basis=app.Basis.GUARDIAN_CONSENT, brought=None, is_edited=False)
    return seen


def _seen(m: app.MatchResult) -> app.MatchResult:
    """Return a result as reviews see it: whether the registry was unavailable, whether the identity differs."""
    return m if m in {RESULTS["away"], RESULTS["identity"]} else RESULTS["differs"]


def _application(s: Any, _: Any) -> Any:
    drafts = min(s.file.drafts, 1) if isinstance(s, app.Draft | app.Returned) else 0
    s = attrs.evolve(s, file=attrs.evolve(s.file, drafts=drafts))
    if s.terminal:
        file = attrs.evolve(
            s.file,
            basis=app.Basis.GUARDIAN_CONSENT,
            consent="",
            by_guardian=False,
            brought=None,
            is_edited=False,
            guardians=(),
        )
        changed: dict[str, Any] = {"form": FORMS["whole"], "tally": _NO_TALLY, "file": file}
    else:
        changed = {"tally": _tally(s)}
        if not isinstance(s, app.Draft):
            # # Gaps that only an importer can submit are judged by matching, not by a rule.
            changed["form"] = FORMS["whole"] if s.form in _GAPS else s.form
            changed["file"] = _file(s.file)
    if isinstance(s, app.PendingReview | app.Rejected):
        changed["match"] = _seen(s.match)
    if isinstance(s, app.Approved):
        changed["evidence"] = _evidence(s.evidence, s.revision)
    elif isinstance(s, app.Returned):
        changed["match"] = None
        changed["handed_in"] = FORMS["whole"] if s.handed_in in _GAPS else s.handed_in
    return attrs.evolve(s, since=T0, revision=min(s.revision, 1), **changed)


# --- the others --------------------------------------------------------------------------------------------


def open_task(s: State | None) -> bool:
    """Return whether a review task waits for a person."""
    return isinstance(s, task.Unassigned | task.Assigned | task.InReview | task.AwaitingSecond)


def _task(s: Any, application: Any) -> Any:
    current = application is None or s.brief.about == application.revision
    brief = attrs.evolve(s.brief, about=int(current), class_ref=("", ""), tier=0)  # only the service uses it
    if not open_task(s):
        brief = task.TaskBrief(application_id=brief.application_id, about=0)
        return attrs.evolve(s, brief=brief, since=T0)
    changed: dict[str, Any] = {}
    if isinstance(s, task.Assigned | task.InReview):
        changed["assignee_name"] = _NOBODY
    if isinstance(s, task.InReview):
        changed["lease_until"] = _term(s.lease_until)
    return attrs.evolve(s, brief=brief, since=T0, **changed)


def _card(s: Any, _: Any) -> Any:
    return attrs.evolve(s, since=T0, card=attrs.evolve(s.card, serial=1, former=()))


def _comms(s: Any, _: Any) -> Any:
    if isinstance(s, comms_card.OwnershipChallenge):
        return attrs.evolve(s, since=T0, nonce="", expires_at=_term(s.expires_at))
    return attrs.evolve(s, since=T0)


def _grant(s: Any, _: Any) -> Any:
    return attrs.evolve(s, since=T0)


def _codes(c: account.Codes) -> account.Codes:
    p = POLICY.account
    oldest = T0 - dt.timedelta(seconds=p.flow_life_s)
    return account.Codes(
        purpose=c.purpose,
        started_at=max(c.started_at, oldest),
        last_sent_at=max(c.last_sent_at, T0 - dt.timedelta(seconds=p.resend_after_s)),
        challenges=tuple(account.Challenge("", T0, x.expires_at) for x in c.live(T0)),
        sends=min(c.sends, p.sends_per_flow),
        tries=c.tries,
    )


def _standing(s: account.AccountStanding) -> account.AccountStanding:
    proved, fresh = s.proved_at, dt.timedelta(seconds=POLICY.account.proof_fresh_s)
    seen = attrs.evolve(s, askings=tuple(_asking(a) for a in s.askings if a.until > T0))
    if proved is None or T0 - proved > fresh:
        return attrs.evolve(seen, proved_at=None, proved_for=account.Purpose.PROOF)
    return seen


def _asking(a: account.Asking) -> account.Asking:
    p = POLICY.account
    return attrs.evolve(
        a,
        nonce="",
        code_until=max(a.code_until, T0),
        sent_at=max(a.sent_at, T0 - dt.timedelta(seconds=p.resend_after_s)),
        sends=min(a.sends, p.sends_per_flow),
    )


def _account(s: Any, _: Any) -> Any:
    if s.terminal:
        return attrs.evolve(s, since=T0)
    person = attrs.evolve(s.person, phone=FORMS["whole"].guardian_phone)
    if isinstance(s, account.UsernameWanted):
        return attrs.evolve(s, person=person, since=T0)
    changed: dict[str, Any] = {}
    if s.codes is not None:
        changed["codes"] = _codes(s.codes)
    if not isinstance(s, account.ChallengeSent):
        changed |= {"since": T0, "standing": _standing(s.standing)}
    if isinstance(s, account.LockedAccount):
        changed["until"] = max(s.until, T0)
    return attrs.evolve(s, person=person, **changed)


_CANON: dict[str, Callable[[Any, Any], Any]] = {
    "account": _account,
    "reviewer_grant": _grant,
    "application": _application,
    "review_task": _task,
    "card": _card,
    "comms_card": _comms,
}


_DRAFTS = (app.Draft, app.Returned)


def _nameless(s: Any) -> Any:
    """Leave out the person who rejected, because an application's own rules do not use it."""
    if isinstance(s, app.Rejected):
        s = attrs.evolve(s, by="")
    return attrs.evolve(s, tally=attrs.evolve(s.tally, refused_by="")) if s.tally.refused_by else s


def canonical(
    aggregate: str,
    state: State | None,
    application: State | None = None,
    *,
    alone: bool = False,
    renames: bool = False,
) -> Any:
    """
    Return *state* as the rules see it; a task together with its *application*, as that was left.

    Where a walk *renames* guardians, a school's attestation outlives what voids their consent: both are kept
    apart. Only an aggregate *alone* is given old revisions of its draft.
    """
    attested = renames and getattr(getattr(state, "file", None), "basis", None) is app.Basis.SCHOOL_ATTESTED
    if isinstance(state, app.Rejected | app.PendingReview | app.Submitted | app.Returned) and alone:
        state = _nameless(state)
    seen: Any = None if state is None else _CANON[aggregate](state, application)
    if not alone and isinstance(state, _DRAFTS) and seen.file.drafts:
        seen = attrs.evolve(seen, file=attrs.evolve(seen.file, drafts=0))
    if attested and not seen.terminal:
        seen = attrs.evolve(seen, file=attrs.evolve(seen.file, basis=app.Basis.SCHOOL_ATTESTED))
    return seen


# --- time --------------------------------------------------------------------------------------------------


def _older(a: account.Asking) -> account.Asking:
    return attrs.evolve(a, code_until=a.code_until - TICK, sent_at=a.sent_at - TICK, until=a.until - TICK)


def _ticked(s: Any) -> Any:
    """Return an account that is one tick older."""
    if isinstance(s, account.UsernameWanted):
        return s  # no rule of it looks at the time; its deadline does
    changed: dict[str, Any] = {}
    if s.codes is not None:
        c = s.codes
        lives = tuple(attrs.evolve(x, expires_at=x.expires_at - TICK) for x in c.challenges)
        started, sent = c.started_at - TICK, c.last_sent_at - TICK
        changed["codes"] = attrs.evolve(c, started_at=started, last_sent_at=sent, challenges=lives)
    if not isinstance(s, account.ChallengeSent):
        proved = s.standing.proved_at
        changed["standing"] = attrs.evolve(
            s.standing,
            proved_at=proved - TICK if proved is not None else None,
            askings=tuple(_older(a) for a in s.standing.askings),
        )
    if isinstance(s, account.LockedAccount):
        changed["until"] = s.until - TICK
    return _account(attrs.evolve(s, **changed), None)


def later(aggregate: str, s: Any) -> Any:
    """Return *s* after the next time at which a rule gives another result; *s* itself if there is none."""
    if s is None:
        return None
    if aggregate == "account":
        return s if s.terminal else _ticked(s)
    if aggregate == "application" and not s.terminal:
        cycle = s.tally.cycle
        if cycle is not None and cycle.grace_until is not None and cycle.grace_until > T0:
            return attrs.evolve(s, tally=attrs.evolve(s.tally, cycle=attrs.evolve(cycle, grace_until=T0)))
    if isinstance(s, task.InReview):
        return attrs.evolve(s, lease_until=T0)
    if isinstance(s, comms_card.OwnershipChallenge):
        return attrs.evolve(s, expires_at=T0)
    return s
