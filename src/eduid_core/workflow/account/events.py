"""The events of an account."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.private import Phone
from eduid_core.workflow.account.states import AccountHolder, Challenge, Purpose
from eduid_core.workflow.machine import Event

__all__ = [
    "AccountActivated",
    "AccountAppealOpened",
    "AccountAppealResolved",
    "AccountClosed",
    "AccountLocked",
    "AccountUnlocked",
    "AttemptCounted",
    "ChallengeIssued",
    "ChallengeReissued",
    "ChildLinked",
    "LoginFailed",
    "LoginSucceeded",
    "PhoneChanged",
    "PhoneProved",
    "RecoveryCompleted",
    "RegistrationExpired",
    "RegistrationStarted",
]


@attrs.frozen(kw_only=True)
class RegistrationStarted(Event):
    """A registration started; the username is taken."""

    name = "RegistrationStarted"

    person: AccountHolder


@attrs.frozen(kw_only=True)
class ChallengeIssued(Event):
    """A code was made and is to be sent; *begins* starts a new flow with all counts at zero."""

    name = "ChallengeIssued"

    challenge: Challenge
    purpose: Purpose = Purpose.REGISTRATION
    begins: bool = False


@attrs.frozen(kw_only=True)
class ChallengeReissued(Event):
    """The newest valid code is to be sent once more."""

    name = "ChallengeReissued"


@attrs.frozen(kw_only=True)
class PhoneChanged(Event):
    """The phone was changed; every code of the old phone is void."""

    name = "PhoneChanged"

    phone: Phone


@attrs.frozen(kw_only=True)
class AttemptCounted(Event):
    """An attempt was counted."""

    name = "AttemptCounted"


@attrs.frozen(kw_only=True)
class AccountActivated(Event):
    """The phone was proved; the account is active."""

    name = "AccountActivated"


@attrs.frozen(kw_only=True)
class PhoneProved(Event):
    """The phone was proved again."""

    name = "PhoneProved"

    purpose: Purpose


@attrs.frozen(kw_only=True)
class RegistrationExpired(Event):
    """The registration expired."""

    name = "RegistrationExpired"


@attrs.frozen(kw_only=True)
class ChildLinked(Event):
    """A child was linked to the account."""

    name = "ChildLinked"

    child: str


@attrs.frozen(kw_only=True)
class LoginFailed(Event):
    """A login failed."""

    name = "LoginFailed"


@attrs.frozen(kw_only=True)
class LoginSucceeded(Event):
    """A login succeeded; the count of failures is reset."""

    name = "LoginSucceeded"


@attrs.frozen(kw_only=True)
class AccountLocked(Event):
    """Too many logins failed."""

    name = "AccountLocked"

    until: dt.datetime


@attrs.frozen(kw_only=True)
class AccountUnlocked(Event):
    """The time of the lock is over."""

    name = "AccountUnlocked"


@attrs.frozen(kw_only=True)
class RecoveryCompleted(Event):
    """A new password was set; every session and the lock have ended."""

    name = "RecoveryCompleted"

    password_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AccountAppealOpened(Event):
    """An account appeal waits for the school administrator."""

    name = "AccountAppealOpened"


@attrs.frozen(kw_only=True)
class AccountAppealResolved(Event):
    """The account appeal was decided."""

    name = "AccountAppealResolved"

    granted: bool


@attrs.frozen(kw_only=True)
class AccountClosed(Event):
    """The account was closed."""

    name = "AccountClosed"
