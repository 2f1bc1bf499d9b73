"""The statuses, commands and events of an account."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.private import Phone, PrivateText
from eduid_core.workflow.account.values import Challenge, Codes, Person, Purpose, Standing
from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import Command, Event, State
from eduid_core.workflow.records import record

__all__ = [
    "Abandoned",
    "AccountActivated",
    "AccountAppealOpened",
    "AccountAppealResolved",
    "AccountClosed",
    "AccountLocked",
    "AccountUnlocked",
    "Active",
    "AttemptCounted",
    "Challenge",
    "ChallengeIssued",
    "ChallengeReissued",
    "ChallengeSent",
    "ChangePhone",
    "ChildLinked",
    "CloseAccount",
    "Closed",
    "Codes",
    "CompleteRecovery",
    "CountAttempt",
    "ExpireRegistration",
    "LinkChild",
    "Locked",
    "LoginFailed",
    "LoginSucceeded",
    "OpenAppeal",
    "Person",
    "PhoneChanged",
    "PhoneProved",
    "Purpose",
    "RecordLogin",
    "RecoveryCompleted",
    "RegistrationExpired",
    "RegistrationStarted",
    "ResendChallenge",
    "ResolveAppeal",
    "Standing",
    "StartProof",
    "StartRegistration",
    "Unlock",
    "VerifyChallenge",
]


# --- statuses ------------------------------------------------------------------------------------------


@record(kw_only=True)
class ChallengeSent(State):
    """Registration has begun; a code is on its way to the phone."""

    status = "challenge_sent"

    person: Person
    codes: Codes


@record(kw_only=True)
class Active(State):
    """The phone is proved; the account may be used. `codes` is a flow under way, if any."""

    status = "active"

    person: Person
    since: dt.datetime
    standing: Standing
    codes: Codes | None = None


@record(kw_only=True)
class Locked(State):
    """Too many failed logins: until `until` only recovery is possible."""

    status = "locked"

    person: Person
    since: dt.datetime
    until: dt.datetime
    standing: Standing
    codes: Codes | None = None


@record(kw_only=True)
class Abandoned(State):
    """Registration ran out of time; the username is free again."""

    status = "abandoned"
    terminal = True
    since: dt.datetime


@record(kw_only=True)
class Closed(State):
    """The account is closed and its personal data key destroyed."""

    status = "closed"
    terminal = True
    since: dt.datetime


# --- commands ------------------------------------------------------------------------------------------


@record(kw_only=True)
class StartRegistration(Command):
    """Begin: role, username, phone (canonical mobile), password hash, and a fresh nonce (hex)."""

    name = "start_registration"

    role: Role
    username: PrivateText
    phone: Phone
    password_hash: str = attrs.field(repr=False)
    nonce: str = attrs.field(repr=False)


@record(kw_only=True)
class ResendChallenge(Command):
    """Send the code again; *nonce* is used only when a second code is due."""

    name = "resend_challenge"

    nonce: str = attrs.field(repr=False)


@record(kw_only=True)
class ChangePhone(Command):
    """Give another phone: before the first proof, or with the old one freshly proved. It voids every code."""

    name = "change_phone"

    phone: Phone
    nonce: str = attrs.field(repr=False)


@record(kw_only=True)
class CountAttempt(Command):
    """Count one guess, before anything is compared."""

    name = "count_attempt"


@record(kw_only=True)
class VerifyChallenge(Command):
    """The answer to a counted guess: whether it matched a challenge that is still alive."""

    name = "verify_challenge"

    matches: bool


@record(kw_only=True)
class ExpireRegistration(Command):
    """The hour of registration is over."""

    name = "expire_registration"


@record(kw_only=True)
class StartProof(Command):
    """Ask for a code to prove the phone again, for a purpose."""

    name = "start_proof"

    purpose: Purpose
    nonce: str = attrs.field(repr=False)


@record(kw_only=True)
class LinkChild(Command):
    """Bind a child (an opaque id) to this guardian's account."""

    name = "link_child"

    child: str


@record(kw_only=True)
class RecordLogin(Command):
    """Whether a login's password was right."""

    name = "record_login"

    right: bool


@record(kw_only=True)
class Unlock(Command):
    """The lock's time is over."""

    name = "unlock"


@record(kw_only=True)
class CompleteRecovery(Command):
    """Set a new password; the phone was proved for recovery, never an ID number alone."""

    name = "complete_recovery"

    password_hash: str = attrs.field(repr=False)


@record(kw_only=True)
class OpenAppeal(Command):
    """Appeal to the school administrator (账号申诉): the phone is lost, the number is bound elsewhere."""

    name = "open_appeal"


@record(kw_only=True)
class ResolveAppeal(Command):
    """Decide an account appeal; *phone* is the new one where it was granted."""

    name = "resolve_appeal"

    granted: bool
    phone: Phone | None = None
    nonce: str = attrs.field(default="", repr=False)


@record(kw_only=True)
class CloseAccount(Command):
    """Close the account."""

    name = "close_account"


# --- events --------------------------------------------------------------------------------------------


@record(kw_only=True)
class RegistrationStarted(Event):
    """A registration began; the username is taken."""

    name = "RegistrationStarted"

    person: Person


@record(kw_only=True)
class ChallengeIssued(Event):
    """A code was made and is to be sent; *begins* a new flow, with nothing counted yet."""

    name = "ChallengeIssued"

    challenge: Challenge
    purpose: Purpose = Purpose.REGISTRATION
    begins: bool = False


@record(kw_only=True)
class ChallengeReissued(Event):
    """The youngest living code is to be sent once more."""

    name = "ChallengeReissued"


@record(kw_only=True)
class PhoneChanged(Event):
    """Another phone stands; every code of the old one is void."""

    name = "PhoneChanged"

    phone: Phone


@record(kw_only=True)
class AttemptCounted(Event):
    """A guess was counted."""

    name = "AttemptCounted"


@record(kw_only=True)
class AccountActivated(Event):
    """The phone is proved."""

    name = "AccountActivated"


@record(kw_only=True)
class PhoneProved(Event):
    """The phone is proved again."""

    name = "PhoneProved"

    purpose: Purpose


@record(kw_only=True)
class RegistrationExpired(Event):
    """The registration was given up."""

    name = "RegistrationExpired"


@record(kw_only=True)
class ChildLinked(Event):
    """A child is bound to the account."""

    name = "ChildLinked"

    child: str


@record(kw_only=True)
class LoginFailed(Event):
    """A login failed."""

    name = "LoginFailed"


@record(kw_only=True)
class LoginSucceeded(Event):
    """A login succeeded after failures; they are forgotten."""

    name = "LoginSucceeded"


@record(kw_only=True)
class AccountLocked(Event):
    """Too many logins failed."""

    name = "AccountLocked"

    until: dt.datetime


@record(kw_only=True)
class AccountUnlocked(Event):
    """The lock's time is over."""

    name = "AccountUnlocked"


@record(kw_only=True)
class RecoveryCompleted(Event):
    """A new password stands, every session is ended, the lock is gone."""

    name = "RecoveryCompleted"

    password_hash: str = attrs.field(repr=False)


@record(kw_only=True)
class AccountAppealOpened(Event):
    """An account appeal waits for the school administrator."""

    name = "AccountAppealOpened"


@record(kw_only=True)
class AccountAppealResolved(Event):
    """The account appeal was decided."""

    name = "AccountAppealResolved"

    granted: bool


@record(kw_only=True)
class AccountClosed(Event):
    """The account was closed."""

    name = "AccountClosed"
