"""The statuses of an account."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

from eduid_core.private import Phone, PrivateText
from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import State

__all__ = [
    "AbandonedAccount",
    "AccountHolder",
    "AccountStanding",
    "ActiveAccount",
    "Challenge",
    "ChallengeSent",
    "ClosedAccount",
    "Codes",
    "LockedAccount",
    "Purpose",
]


class Purpose(enum.StrEnum):
    """What a code is asked for; a code for one purpose never passes for another."""

    REGISTRATION = "registration"
    PROOF = "proof"
    """The phone is proved again: before consent, a new child, a change."""
    RECOVERY = "recovery"


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
class Codes:
    """
    The codes of one flow: at most two live ones, and the counts that survive every resend.

    `started_at` is when the flow began; `last_sent_at` when a code last went out.
    """

    purpose: Purpose
    started_at: dt.datetime
    last_sent_at: dt.datetime
    challenges: tuple[Challenge, ...] = ()
    sends: int = 0
    tries: int = 0

    def live(self, at: dt.datetime) -> tuple[Challenge, ...]:
        """Return the challenges whose own life has not ended at *at* (two at most)."""
        return tuple(c for c in self.challenges if at < c.expires_at)


@attrs.frozen(kw_only=True)
class AccountHolder:
    """Whom the account belongs to: role, username, phone, password hash."""

    account_id: str
    role: Role
    username: PrivateText
    phone: Phone
    password_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AccountStanding:
    """What an account carries beside the person: proofs, children, failures, an appeal."""

    proved_at: dt.datetime | None
    """When the phone that stands was last proved; None of one that never was."""
    proved_for: Purpose = Purpose.REGISTRATION
    children: tuple[str, ...] = ()
    failures: int = 0
    appeal_open: bool = False


@attrs.frozen(kw_only=True)
class ChallengeSent(State):
    """Registration has begun; a code is on its way to the phone."""

    status = "challenge_sent"

    person: AccountHolder
    codes: Codes


@attrs.frozen(kw_only=True)
class ActiveAccount(State):
    """The phone is proved; the account may be used. `codes` is a flow under way, if any."""

    status = "active"

    person: AccountHolder
    since: dt.datetime
    standing: AccountStanding
    codes: Codes | None = None


@attrs.frozen(kw_only=True)
class LockedAccount(State):
    """Too many failed logins: until `until` only recovery is possible."""

    status = "locked"

    person: AccountHolder
    since: dt.datetime
    until: dt.datetime
    standing: AccountStanding
    codes: Codes | None = None


@attrs.frozen(kw_only=True)
class AbandonedAccount(State):
    """Registration ran out of time; the username is free again."""

    status = "abandoned"
    terminal = True
    since: dt.datetime


@attrs.frozen(kw_only=True)
class ClosedAccount(State):
    """The account is closed and its personal data key destroyed."""

    status = "closed"
    terminal = True
    since: dt.datetime
