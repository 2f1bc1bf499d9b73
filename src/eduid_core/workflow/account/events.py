"""The events of an account."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.private import Phone, PrivateText
from eduid_core.workflow.account.states import AccountHolder, Asking, Challenge, Link, Purpose
from eduid_core.workflow.machine import Event


@attrs.frozen(kw_only=True)
class RegistrationStarted(Event, name="RegistrationStarted"):
    """A registration started; the username is claimed when the code is right."""

    person: AccountHolder


@attrs.frozen(kw_only=True)
class ChallengeIssued(Event, name="ChallengeIssued"):
    """A code was made and is to be sent; *begins* starts a new flow with all counts at zero."""

    challenge: Challenge
    purpose: Purpose = Purpose.REGISTRATION
    begins: bool = False


@attrs.frozen(kw_only=True)
class ChallengeReissued(Event, name="ChallengeReissued"):
    """The newest valid code is to be sent once more."""


@attrs.frozen(kw_only=True)
class PhoneChanged(Event, name="PhoneChanged"):
    """The phone was changed; every code of the old phone is void."""

    phone: Phone


@attrs.frozen(kw_only=True)
class AttemptCounted(Event, name="AttemptCounted"):
    """An attempt was counted."""


@attrs.frozen(kw_only=True)
class AccountActivated(Event, name="AccountActivated"):
    """The phone was proved; the account is active."""


@attrs.frozen(kw_only=True)
class UsernameMissed(Event, name="UsernameMissed"):
    """The phone is proved, and the username is another account's."""


@attrs.frozen(kw_only=True)
class UsernameChosen(Event, name="UsernameChosen"):
    """A free username was chosen; the account is active."""

    username: PrivateText


@attrs.frozen(kw_only=True)
class PhoneProved(Event, name="PhoneProved"):
    """The phone was proved again."""

    purpose: Purpose


@attrs.frozen(kw_only=True)
class RegistrationExpired(Event, name="RegistrationExpired"):
    """The registration expired."""


@attrs.frozen(kw_only=True)
class ChildLinked(Event, name="ChildLinked"):
    """A child was named by the account, before links were confirmed; it allows nothing."""

    child: str


@attrs.frozen(kw_only=True)
class LinkAsked(Event, name="LinkAsked"):
    """The guardian asked to be linked to a child; a code was made."""

    asking: Asking


@attrs.frozen(kw_only=True)
class LinkAttemptCounted(Event, name="LinkAttemptCounted"):
    """An attempt at the code of a link was counted."""

    link: str


@attrs.frozen(kw_only=True)
class LinkConfirmed(Event, name="LinkConfirmed"):
    """A link to a child was confirmed."""

    link: Link


@attrs.frozen(kw_only=True)
class LinkEnded(Event, name="LinkEnded"):
    """A link, or a request for one, has ended."""

    link: str


@attrs.frozen(kw_only=True)
class LinkOffered(Event, name="LinkOffered"):
    """A guardian asks to be linked to this student's account; the code is to be sent to its phone."""

    guardian: str
    nonce: str = attrs.field(repr=False)
    minutes: int


@attrs.frozen(kw_only=True)
class LoginFailed(Event, name="LoginFailed"):
    """A login failed."""


@attrs.frozen(kw_only=True)
class LoginSucceeded(Event, name="LoginSucceeded"):
    """A login succeeded; the count of failures is reset."""


@attrs.frozen(kw_only=True)
class AccountLocked(Event, name="AccountLocked"):
    """Too many logins failed."""

    until: dt.datetime


@attrs.frozen(kw_only=True)
class AccountUnlocked(Event, name="AccountUnlocked"):
    """The time of the lock is over."""


@attrs.frozen(kw_only=True)
class RecoveryCompleted(Event, name="RecoveryCompleted"):
    """A new password was set; every session and the lock have ended."""

    password_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AccountAppealOpened(Event, name="AccountAppealOpened"):
    """An account appeal waits for the school administrator."""


@attrs.frozen(kw_only=True)
class AccountAppealResolved(Event, name="AccountAppealResolved"):
    """The account appeal was decided."""

    granted: bool


@attrs.frozen(kw_only=True)
class AccountClosed(Event, name="AccountClosed"):
    """The account was closed."""
