"""The transition table of an account."""

from __future__ import annotations

import datetime as dt
from typing import Any

from eduid_core.workflow.account import guards as g
from eduid_core.workflow.account import vocabulary as v
from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import Event, Rule, says
from eduid_core.workflow.policy import Policy

__all__ = ["RULES"]

ANYONE = frozenset({Role.ANONYMOUS, Role.STUDENT, Role.GUARDIAN, Role.TEACHER, Role.SCHOOL_ADMIN})
OWNER = frozenset({Role.STUDENT, Role.GUARDIAN, Role.TEACHER, Role.SCHOOL_ADMIN})
GUARDIAN = frozenset({Role.GUARDIAN})
ADMIN = frozenset({Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
MACHINE = frozenset({Role.SYSTEM})

Events = tuple[Event, ...]


def _issued(c: Any, p: Policy, purpose: v.Purpose, *, begins: bool = False) -> Event:
    challenge = v.Challenge(c.nonce, c.at, c.at + dt.timedelta(seconds=p.account.otp_life_s))
    return v.ChallengeIssued(stamp=c.stamp, challenge=challenge, purpose=purpose, begins=begins)


def _start(_: None, c: v.StartRegistration, p: Policy) -> Events:
    person = v.Person(
        account_id=c.subject,
        role=c.role,
        username=c.username,
        phone=c.phone,
        password_hash=c.password_hash,
    )
    return (v.RegistrationStarted(stamp=c.stamp, person=person), _issued(c, p, v.Purpose.REGISTRATION))


def _resend(s: Any, c: v.ResendChallenge, p: Policy) -> Events:
    left = max(((x.expires_at - c.at).total_seconds() for x in s.codes.challenges), default=0.0)
    if left < p.account.otp_second_code_under_s:
        return (_issued(c, p, s.codes.purpose),)
    return (v.ChallengeReissued(stamp=c.stamp),)


def _change_phone(s: Any, c: v.ChangePhone, p: Policy) -> Events:
    first = isinstance(s, v.ChallengeSent)
    purpose = v.Purpose.REGISTRATION if first else v.Purpose.PROOF
    code = _issued(c, p, purpose, begins=not first and g.flow_over(s, c, p))
    return (v.PhoneChanged(stamp=c.stamp, phone=c.phone), code)


def _prove(s: Any, c: v.VerifyChallenge, _: Policy) -> Events:
    return (v.PhoneProved(stamp=c.stamp, purpose=s.codes.purpose),)


def _login(s: v.Active, c: v.RecordLogin, p: Policy) -> Events:
    if c.right:
        return (v.LoginSucceeded(stamp=c.stamp),)
    failed = v.LoginFailed(stamp=c.stamp)
    if s.standing.failures + 1 < p.account.login_failures:
        return (failed,)
    until = c.at + dt.timedelta(seconds=p.account.lock_s)
    return (failed, v.AccountLocked(stamp=c.stamp, until=until))


def _resolve(_: Any, c: v.ResolveAppeal, p: Policy) -> Events:
    resolved = v.AccountAppealResolved(stamp=c.stamp, granted=c.granted)
    if not c.granted or c.phone is None:
        return (resolved,)
    code = _issued(c, p, v.Purpose.RECOVERY, begins=True)
    return (resolved, v.PhoneChanged(stamp=c.stamp, phone=c.phone), code)


def _begin_proof(s: Any, c: v.StartProof, p: Policy) -> Events:
    return (_issued(c, p, c.purpose, begins=g.flow_over(s, c, p)),)


def _row(id_: str, at: Any, command: Any, actors: frozenset[Role], **rest: Any) -> Rule:
    return Rule(id=id_, at=at, command=command, actors=actors, **rest)


_COUNT: dict[str, Any] = {"emit": says(v.AttemptCounted), "events": (v.AttemptCounted,)}
_RESEND: dict[str, Any] = {
    "guards": (g.tries_left, g.rested, g.sends_left),
    "emit": _resend,
    "events": (v.ChallengeReissued, v.ChallengeIssued),
}
_PROOF: dict[str, Any] = {
    "guards": (g.not_locked_out, g.rested, g.proofs_left),
    "emit": _begin_proof,
    "events": (v.ChallengeIssued,),
}
_PROVE: dict[str, Any] = {
    "guards": (g.counted, g.alive, g.matches),
    "emit": _prove,
    "events": (v.PhoneProved,),
}
_APPEAL: dict[str, Any] = {
    "guards": (g.no_appeal,),
    "emit": says(v.AccountAppealOpened),
    "events": (v.AccountAppealOpened,),
}
_RESOLVE: dict[str, Any] = {
    "guards": (g.appeal_waits, g.mobile),
    "emit": _resolve,
    "events": (v.AccountAppealResolved, v.PhoneChanged, v.ChallengeIssued),
}
_RECOVER: dict[str, Any] = {
    "guards": (g.recovery_proved,),
    "emit": says(v.RecoveryCompleted, "password_hash"),
    "events": (v.RecoveryCompleted,),
    "to": (v.Active,),
}
_CLOSE: dict[str, Any] = {
    "emit": says(v.AccountClosed),
    "events": (v.AccountClosed,),
    "to": (v.Closed,),
}
_SENT, _ACTIVE, _LOCKED = {"to": (v.ChallengeSent,)}, {"to": (v.Active,)}, {"to": (v.Locked,)}

RULES = (
    _row("A1", None, v.StartRegistration, ANYONE, guards=(g.mobile,), emit=_start,
         events=(v.RegistrationStarted, v.ChallengeIssued), **_SENT),
    _row("A2a", v.ChallengeSent, v.ResendChallenge, ANYONE, **_RESEND, **_SENT),
    _row("A3a", v.ChallengeSent, v.CountAttempt, ANYONE, guards=(g.tries_left,), **_COUNT, **_SENT),
    _row("A3b", v.ChallengeSent, v.VerifyChallenge, ANYONE, guards=(g.counted, g.alive, g.matches),
         emit=says(v.AccountActivated), events=(v.AccountActivated,), **_ACTIVE),
    _row("A4a", v.ChallengeSent, v.ChangePhone, ANYONE, guards=(g.mobile, g.tries_left, g.rested, g.sends_left),
         emit=_change_phone, events=(v.PhoneChanged, v.ChallengeIssued), **_SENT),
    _row("A5", v.ChallengeSent, v.ExpireRegistration, MACHINE, emit=says(v.RegistrationExpired),
         events=(v.RegistrationExpired,), to=(v.Abandoned,)),
    _row("A4b", v.Active, v.ChangePhone, OWNER, guards=(g.mobile, g.fresh_proof, g.rested),
         emit=_change_phone, events=(v.PhoneChanged, v.ChallengeIssued), **_ACTIVE),
    _row("A6a", v.Active, v.StartProof, ANYONE, **_PROOF, **_ACTIVE),
    _row("A6b", v.Active, v.ResendChallenge, ANYONE, **{**_RESEND, "guards": (g.code_asked,
         *_RESEND["guards"])},
         **_ACTIVE),
    _row("A6c", v.Active, v.CountAttempt, ANYONE, guards=(g.code_asked, g.tries_left), **_COUNT, **_ACTIVE),
    _row("A6d", v.Active, v.VerifyChallenge, ANYONE, **_PROVE, **_ACTIVE),
    _row("A6e", v.Active, v.LinkChild, GUARDIAN, guards=(g.fresh_proof,), emit=says(v.ChildLinked, "child"),
         events=(v.ChildLinked,), **_ACTIVE),
    _row("A7a", v.Active, v.RecordLogin, MACHINE, emit=_login, to=(v.Active, v.Locked),
         events=(v.LoginFailed, v.LoginSucceeded, v.AccountLocked)),
    _row("A7b", v.Locked, v.Unlock, MACHINE, emit=says(v.AccountUnlocked), events=(v.AccountUnlocked,),
         **_ACTIVE),
    _row("A8a", v.Locked, v.StartProof, ANYONE, **_PROOF, **_LOCKED),
    _row("A8b", v.Locked, v.CountAttempt, ANYONE, guards=(g.code_asked, g.tries_left), **_COUNT, **_LOCKED),
    _row("A8c", v.Locked, v.VerifyChallenge, ANYONE, **_PROVE, **_LOCKED),
    _row("A8d", v.Active, v.CompleteRecovery, ANYONE, **_RECOVER),
    _row("A8e", v.Locked, v.CompleteRecovery, ANYONE, **_RECOVER),
    _row("A9a", v.Active, v.OpenAppeal, ANYONE, **_APPEAL, **_ACTIVE),
    _row("A9b", v.Locked, v.OpenAppeal, ANYONE, **_APPEAL, **_LOCKED),
    _row("A9c", v.Active, v.ResolveAppeal, ADMIN, **_RESOLVE, **_ACTIVE),
    _row("A9d", v.Locked, v.ResolveAppeal, ADMIN, **_RESOLVE, **_LOCKED),
    _row("A10a", v.Active, v.CloseAccount, OWNER, **_CLOSE),
    _row("A10b", v.Locked, v.CloseAccount, ADMIN, **_CLOSE),
)  # fmt: skip
"""Rows, numbered as in the lifecycle's specification."""
