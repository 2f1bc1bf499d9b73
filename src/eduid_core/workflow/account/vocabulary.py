"""The statuses, commands and events of an account."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.private import Phone, PrivateText
from eduid_core.workflow.account.values import Challenge, Codes, Person, Purpose, Standing
from eduid_core.workflow.actors import Role
from eduid_core.workflow.kernel import Command, Event, State
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

    person: Person
    codes: Codes


@record(kw_only=True)
class Active(State):
    """The phone is proved; the account may be used. `codes` is a flow under way, if any."""

    person: Person
    since: dt.datetime
    standing: Standing
    codes: Codes | None = None


@record(kw_only=True)
class Locked(State):
    """Too many failed logins: until `until` only recovery is possible."""

    person: Person
    since: dt.datetime
    until: dt.datetime
    standing: Standing
    codes: Codes | None = None


@record(kw_only=True)
class Abandoned(State):
    """Registration ran out of time; the username is free again."""

    terminal = True
    since: dt.datetime


@record(kw_only=True)
class Closed(State):
    """The account is closed and its personal data key destroyed."""

    terminal = True
    since: dt.datetime


# --- commands ------------------------------------------------------------------------------------------


@record(kw_only=True)
class StartRegistration(Command):
    """Begin: role, username, phone (canonical mobile), password hash, and a fresh nonce (hex)."""

    role: Role
    username: PrivateText
    phone: Phone
    password_hash: str = attrs.field(repr=False)
    nonce: str = attrs.field(repr=False)


@record(kw_only=True)
class ResendChallenge(Command):
    """Send the code again; *nonce* is used only when a second code is due."""

    nonce: str = attrs.field(repr=False)


@record(kw_only=True)
class ChangePhone(Command):
    """Give another phone: before the first proof, or with the old one freshly proved. It voids every code."""

    phone: Phone
    nonce: str = attrs.field(repr=False)


@record(kw_only=True)
class CountAttempt(Command):
    """Count one guess, before anything is compared."""


@record(kw_only=True)
class VerifyChallenge(Command):
    """The answer to a counted guess: whether it matched a challenge that is still alive."""

    matches: bool


@record(kw_only=True)
class ExpireRegistration(Command):
    """The hour of registration is over."""


@record(kw_only=True)
class StartProof(Command):
    """Ask for a code to prove the phone again, for a purpose."""

    purpose: Purpose
    nonce: str = attrs.field(repr=False)


@record(kw_only=True)
class LinkChild(Command):
    """Bind a child (an opaque id) to this guardian's account."""

    child: str


@record(kw_only=True)
class RecordLogin(Command):
    """Whether a login's password was right."""

    right: bool


@record(kw_only=True)
class Unlock(Command):
    """The lock's time is over."""


@record(kw_only=True)
class CompleteRecovery(Command):
    """Set a new password; the phone was proved for recovery, never an ID number alone."""

    password_hash: str = attrs.field(repr=False)


@record(kw_only=True)
class OpenAppeal(Command):
    """Appeal to the school administrator (账号申诉): the phone is lost, the number is bound elsewhere."""


@record(kw_only=True)
class ResolveAppeal(Command):
    """Decide an account appeal; *phone* is the new one where it was granted."""

    granted: bool
    phone: Phone | None = None
    nonce: str = attrs.field(default="", repr=False)


@record(kw_only=True)
class CloseAccount(Command):
    """Close the account."""


# --- events --------------------------------------------------------------------------------------------


@record(kw_only=True)
class RegistrationStarted(Event):
    """A registration began; the username is taken."""

    person: Person


@record(kw_only=True)
class ChallengeIssued(Event):
    """A code was made and is to be sent; *begins* a new flow, with nothing counted yet."""

    challenge: Challenge
    purpose: Purpose = Purpose.REGISTRATION
    begins: bool = False


@record(kw_only=True)
class ChallengeReissued(Event):
    """The youngest living code is to be sent once more."""


@record(kw_only=True)
class PhoneChanged(Event):
    """Another phone stands; every code of the old one is void."""

    phone: Phone


@record(kw_only=True)
class AttemptCounted(Event):
    """A guess was counted."""


@record(kw_only=True)
class AccountActivated(Event):
    """The phone is proved."""


@record(kw_only=True)
class PhoneProved(Event):
    """The phone is proved again."""

    purpose: Purpose


@record(kw_only=True)
class RegistrationExpired(Event):
    """The registration was given up."""


@record(kw_only=True)
class ChildLinked(Event):
    """A child is bound to the account."""

    child: str


@record(kw_only=True)
class LoginFailed(Event):
    """A login failed."""


@record(kw_only=True)
class LoginSucceeded(Event):
    """A login succeeded after failures; they are forgotten."""


@record(kw_only=True)
class AccountLocked(Event):
    """Too many logins failed."""

    until: dt.datetime


@record(kw_only=True)
class AccountUnlocked(Event):
    """The lock's time is over."""


@record(kw_only=True)
class RecoveryCompleted(Event):
    """A new password stands, every session is ended, the lock is gone."""

    password_hash: str = attrs.field(repr=False)


@record(kw_only=True)
class AccountAppealOpened(Event):
    """An account appeal waits for the school administrator."""


@record(kw_only=True)
class AccountAppealResolved(Event):
    """The account appeal was decided."""

    granted: bool


@record(kw_only=True)
class AccountClosed(Event):
    """The account was closed."""
