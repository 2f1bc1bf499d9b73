"""The statuses, commands and events of an account."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.private import Phone, PrivateText
from eduid_core.workflow.actors import Role
from eduid_core.workflow.kernel import Command, Event, State

__all__ = [
    "Abandoned",
    "AccountActivated",
    "AccountClosed",
    "Active",
    "AttemptCounted",
    "Challenge",
    "ChallengeIssued",
    "ChallengeReissued",
    "ChallengeSent",
    "CloseAccount",
    "Closed",
    "CountAttempt",
    "ExpireRegistration",
    "Person",
    "RegistrationExpired",
    "RegistrationStarted",
    "ResendChallenge",
    "StartRegistration",
    "VerifyChallenge",
]


@attrs.frozen
class Challenge:
    """
    One one-time code on its way: the random *nonce* it is derived from (hex), and its own life.

    The code itself is stored nowhere.
    """

    nonce: str
    issued_at: dt.datetime
    expires_at: dt.datetime


@attrs.frozen(kw_only=True)
class Person:
    """Whom the account belongs to: role, username, phone, password hash."""

    account_id: str
    role: Role
    username: PrivateText
    phone: Phone
    password_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ChallengeSent(State):
    """Registration has begun; a code is on its way to the phone."""

    person: Person
    challenges: tuple[Challenge, ...]
    started_at: dt.datetime
    last_sent_at: dt.datetime
    sends: int = 1
    tries: int = 0

    def live(self, at: dt.datetime) -> tuple[Challenge, ...]:
        """Return the challenges whose own life has not ended at *at* (two at most)."""
        return tuple(c for c in self.challenges if at < c.expires_at)


@attrs.frozen(kw_only=True)
class Active(State):
    """The phone is proved; the account may be used."""

    person: Person
    since: dt.datetime


@attrs.frozen(kw_only=True)
class Abandoned(State):
    """Registration ran out of time; the username is free again."""

    terminal = True
    since: dt.datetime


@attrs.frozen(kw_only=True)
class Closed(State):
    """The account is closed and its personal data key destroyed."""

    terminal = True
    since: dt.datetime


@attrs.frozen(kw_only=True)
class StartRegistration(Command):
    """Begin: role, username, phone (canonical mobile), password hash, and a fresh nonce (hex)."""

    role: Role
    username: PrivateText
    phone: Phone
    password_hash: str = attrs.field(repr=False)
    nonce: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ResendChallenge(Command):
    """Send the code again; *nonce* is used only when a second code is due."""

    nonce: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class CountAttempt(Command):
    """Count one guess, before anything is compared."""


@attrs.frozen(kw_only=True)
class VerifyChallenge(Command):
    """The answer to a counted guess: whether it matched a challenge that is still alive."""

    matches: bool


@attrs.frozen(kw_only=True)
class ExpireRegistration(Command):
    """The hour of registration is over."""


@attrs.frozen(kw_only=True)
class CloseAccount(Command):
    """Close the account."""


@attrs.frozen(kw_only=True)
class RegistrationStarted(Event):
    """A registration began; the username is taken."""

    person: Person


@attrs.frozen(kw_only=True)
class ChallengeIssued(Event):
    """A code was made and is to be sent."""

    challenge: Challenge


@attrs.frozen(kw_only=True)
class ChallengeReissued(Event):
    """The youngest living code is to be sent once more."""


@attrs.frozen(kw_only=True)
class AttemptCounted(Event):
    """A guess was counted."""


@attrs.frozen(kw_only=True)
class AccountActivated(Event):
    """The phone is proved."""


@attrs.frozen(kw_only=True)
class RegistrationExpired(Event):
    """The registration was given up."""


@attrs.frozen(kw_only=True)
class AccountClosed(Event):
    """The account was closed."""
