"""The transition table of an account."""

from __future__ import annotations

from typing import Any

from eduid_core.workflow.account import commands as c
from eduid_core.workflow.account import emit
from eduid_core.workflow.account import events as e
from eduid_core.workflow.account import guards as g
from eduid_core.workflow.account import states as s
from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import Rule, says

__all__ = ["RULES"]

ANYONE = frozenset({Role.ANONYMOUS, Role.STUDENT, Role.GUARDIAN, Role.TEACHER, Role.SCHOOL_ADMIN})
OWNER = frozenset({Role.STUDENT, Role.GUARDIAN, Role.TEACHER, Role.SCHOOL_ADMIN})
GUARDIAN = frozenset({Role.GUARDIAN})
ADMIN = frozenset({Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
MACHINE = frozenset({Role.SYSTEM})
EITHER = frozenset({Role.GUARDIAN, Role.STUDENT, Role.SYSTEM})


def _row(id_: str, at: Any, command: Any, actors: frozenset[Role], **rest: Any) -> Rule:
    return Rule(id=id_, at=at, command=command, actors=actors, **rest)


_COUNT: dict[str, Any] = {"emit": says(e.AttemptCounted), "events": (e.AttemptCounted,)}
_RESEND: dict[str, Any] = {
    "guards": (g.tries_left, g.rested, g.sends_left),
    "emit": emit.code_resent,
    "events": (e.ChallengeReissued, e.ChallengeIssued),
}
_PROOF: dict[str, Any] = {
    "guards": (g.not_locked_out, g.rested, g.proofs_left),
    "emit": emit.proof_started,
    "events": (e.ChallengeIssued,),
}
_PROVE: dict[str, Any] = {
    "guards": (g.counted, g.alive, g.matches),
    "emit": emit.phone_proved,
    "events": (e.PhoneProved,),
}
_END_LINK: dict[str, Any] = {
    "guards": (g.link_known,),
    "emit": says(e.LinkEnded, "link"),
    "events": (e.LinkEnded,),
}
_OFFER: dict[str, Any] = {
    "emit": says(e.LinkOffered, "guardian", "nonce", "minutes"),
    "events": (e.LinkOffered,),
}
_APPEAL: dict[str, Any] = {
    "guards": (g.no_appeal,),
    "emit": says(e.AccountAppealOpened),
    "events": (e.AccountAppealOpened,),
}
_RESOLVE: dict[str, Any] = {
    "guards": (g.appeal_waits, g.mobile),
    "emit": emit.appeal_resolved,
    "events": (e.AccountAppealResolved, e.PhoneChanged, e.ChallengeIssued),
}
_RECOVER: dict[str, Any] = {
    "guards": (g.recovery_proved,),
    "emit": says(e.RecoveryCompleted, "password_hash"),
    "events": (e.RecoveryCompleted,),
    "to": (s.ActiveAccount,),
}
_CLOSE: dict[str, Any] = {
    "emit": says(e.AccountClosed),
    "events": (e.AccountClosed,),
    "to": (s.ClosedAccount,),
}
_SENT, _ACTIVE, _LOCKED = {"to": (s.ChallengeSent,)}, {"to": (s.ActiveAccount,)}, {"to": (s.LockedAccount,)}

RULES = (
    _row("A1", None, c.StartRegistration, ANYONE, guards=(g.mobile,), emit=emit.registration_started,
         events=(e.RegistrationStarted, e.ChallengeIssued), **_SENT),
    _row("A2a", s.ChallengeSent, c.ResendChallenge, ANYONE, **_RESEND, **_SENT),
    _row("A3a", s.ChallengeSent, c.CountAttempt, ANYONE, guards=(g.tries_left,), **_COUNT, **_SENT),
    _row("A3b", s.ChallengeSent, c.VerifyChallenge, ANYONE, guards=(g.counted, g.alive, g.matches),
         emit=emit.registration_proved, events=(e.AccountActivated, e.UsernameMissed),
         to=(s.ActiveAccount, s.UsernameWanted)),
    _row("A3c", s.UsernameWanted, c.ChooseUsername, ANYONE, guards=(g.names_left,), emit=emit.username_chosen,
         events=(e.UsernameChosen, e.UsernameMissed), to=(s.ActiveAccount, s.UsernameWanted)),
    _row("A4a", s.ChallengeSent, c.ChangePhone, ANYONE, guards=(g.mobile, g.tries_left, g.rested, g.sends_left),
         emit=emit.phone_changed, events=(e.PhoneChanged, e.ChallengeIssued), **_SENT),
    _row("A5", s.ChallengeSent, c.ExpireRegistration, MACHINE, emit=says(e.RegistrationExpired),
         events=(e.RegistrationExpired,), to=(s.AbandonedAccount,)),
    _row("A5b", s.UsernameWanted, c.ExpireRegistration, MACHINE, emit=says(e.RegistrationExpired),
         events=(e.RegistrationExpired,), to=(s.AbandonedAccount,)),
    _row("A4b", s.ActiveAccount, c.ChangePhone, OWNER, guards=(g.mobile, g.fresh_proof, g.rested),
         emit=emit.phone_changed, events=(e.PhoneChanged, e.ChallengeIssued), **_ACTIVE),
    _row("A6a", s.ActiveAccount, c.StartProof, ANYONE, **_PROOF, **_ACTIVE),
    _row("A6b", s.ActiveAccount, c.ResendChallenge, ANYONE, **{**_RESEND, "guards": (g.code_asked,
         *_RESEND["guards"])},
         **_ACTIVE),
    _row("A6c", s.ActiveAccount, c.CountAttempt, ANYONE, guards=(g.code_asked, g.tries_left), **_COUNT,
         **_ACTIVE),
    _row("A6d", s.ActiveAccount, c.VerifyChallenge, ANYONE, **_PROVE, **_ACTIVE),
    _row("A6e", s.ActiveAccount, c.LinkChild, GUARDIAN, guards=(g.fresh_proof, g.askings_left,
         g.link_tries_left, g.link_rested, g.link_sends_left), emit=emit.link_asked, events=(e.LinkAsked,),
         **_ACTIVE),
    _row("A6f", s.ActiveAccount, c.CountLinkAttempt, GUARDIAN, guards=(g.link_asked, g.link_tries_left),
         emit=says(e.LinkAttemptCounted, "link"), events=(e.LinkAttemptCounted,), **_ACTIVE),
    _row("A6g", s.ActiveAccount, c.VerifyLink, GUARDIAN, guards=(g.link_counted, g.link_alive, g.link_matches),
         emit=emit.link_verified, events=(e.LinkConfirmed,), **_ACTIVE),
    _row("A6h", s.ActiveAccount, c.RecordLink, MACHINE, guards=(g.link_waits,), emit=emit.link_recorded,
         events=(e.LinkConfirmed,), **_ACTIVE),
    _row("A6i", s.ActiveAccount, c.EndLink, EITHER, **_END_LINK, **_ACTIVE),
    _row("A6j", s.LockedAccount, c.EndLink, EITHER, **_END_LINK, **_LOCKED),
    _row("A6k", s.ActiveAccount, c.OfferLink, MACHINE, **_OFFER, **_ACTIVE),
    _row("A6l", s.LockedAccount, c.OfferLink, MACHINE, **_OFFER, **_LOCKED),
    _row("A7a", s.ActiveAccount, c.RecordLogin, MACHINE, emit=emit.login_recorded, to=(s.ActiveAccount,
         s.LockedAccount),
         events=(e.LoginFailed, e.LoginSucceeded, e.AccountLocked)),
    _row("A7b", s.LockedAccount, c.Unlock, MACHINE, emit=says(e.AccountUnlocked), events=(e.AccountUnlocked,),
         **_ACTIVE),
    _row("A8a", s.LockedAccount, c.StartProof, ANYONE, **_PROOF, **_LOCKED),
    _row("A8b", s.LockedAccount, c.CountAttempt, ANYONE, guards=(g.code_asked, g.tries_left), **_COUNT,
         **_LOCKED),
    _row("A8c", s.LockedAccount, c.VerifyChallenge, ANYONE, **_PROVE, **_LOCKED),
    _row("A8d", s.ActiveAccount, c.CompleteRecovery, ANYONE, **_RECOVER),
    _row("A8e", s.LockedAccount, c.CompleteRecovery, ANYONE, **_RECOVER),
    _row("A9a", s.ActiveAccount, c.OpenAppeal, ANYONE, **_APPEAL, **_ACTIVE),
    _row("A9b", s.LockedAccount, c.OpenAppeal, ANYONE, **_APPEAL, **_LOCKED),
    _row("A9c", s.ActiveAccount, c.ResolveAppeal, ADMIN, **_RESOLVE, **_ACTIVE),
    _row("A9d", s.LockedAccount, c.ResolveAppeal, ADMIN, **_RESOLVE, **_LOCKED),
    _row("A10a", s.ActiveAccount, c.CloseAccount, OWNER, **_CLOSE),
    _row("A10b", s.LockedAccount, c.CloseAccount, ADMIN, **_CLOSE),
)  # fmt: skip
"""Rows, numbered as in the lifecycle's specification."""
