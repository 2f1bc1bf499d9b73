"""The statuses of an account."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

from eduid_core.private import Phone, PrivateText
from eduid_core.workflow.actors import Role
from eduid_core.workflow.links import Confirmation, LinkedKind
from eduid_core.workflow.machine import State


class Purpose(enum.StrEnum):
    """The purpose of a code; a code is valid for its own purpose only."""

    REGISTRATION = "registration"
    PROOF = "proof"
    """The phone is proved again: before consent, a new child, a change."""
    RECOVERY = "recovery"


@attrs.frozen
class Challenge:
    """
    A one-time code that was sent: the random *nonce* of its derivation (hex), and its own life.

    The code itself is never stored.
    """

    nonce: str
    issued_at: dt.datetime
    expires_at: dt.datetime


@attrs.frozen(kw_only=True, slots=False)
class Codes:
    """
    The codes of a flow: at most two valid ones, and the counts that survive every resend.

    `started_at` is the start of the flow, `last_sent_at` the time of the last send.
    """

    purpose: Purpose
    started_at: dt.datetime
    last_sent_at: dt.datetime
    challenges: tuple[Challenge, ...] = ()
    sends: int = 0
    tries: int = 0

    def live(self, at: dt.datetime) -> tuple[Challenge, ...]:
        """Return the challenges that are valid at *at*, each by its own life (two at most)."""
        return tuple(c for c in self.challenges if at < c.expires_at)


@attrs.frozen(kw_only=True, slots=False)
class AccountHolder:
    """The owner of the account: role, username, phone, password hash."""

    account_id: str
    role: Role
    username: PrivateText
    phone: Phone
    password_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True, slots=False)
class Asking:
    """
    A request of a guardian to be linked to a child, with the code that confirms it.

    `typed` is a keyed digest of what the guardian typed. `aggregate` and `child` name the student's account or
    the application, and are blank if nobody knows the child. The code lives until `code_until`, the request
    until `until`. `sends` and `tries` count over all its codes.
    """

    id: str
    aggregate: LinkedKind
    child: str
    typed: str
    way: Confirmation
    nonce: str = attrs.field(repr=False)
    code_until: dt.datetime
    sent_at: dt.datetime
    until: dt.datetime
    sends: int = 1
    tries: int = 0


@attrs.frozen(kw_only=True, slots=False)
class Link:
    """A confirmed link of a guardian to a student's account or to an application, and who confirmed it."""

    id: str
    aggregate: LinkedKind
    child: str
    way: Confirmation


@attrs.frozen(kw_only=True, slots=False)
class AccountStanding:
    """
    The standing of an account, beside its holder: proofs, links to children, failures, an open appeal.

    `children` are those named before links were confirmed; they allow nothing.
    """

    proved_at: dt.datetime | None
    """The time of the last proof of the current phone; None if it was never proved."""
    proved_for: Purpose = Purpose.REGISTRATION
    children: tuple[str, ...] = ()
    askings: tuple[Asking, ...] = ()
    links: tuple[Link, ...] = ()
    failures: int = 0
    appeal_open: bool = False


@attrs.frozen(kw_only=True, slots=False)
class ChallengeSent(State, status="challenge_sent"):
    """Registration has started; a code was sent to the phone."""

    person: AccountHolder
    codes: Codes


@attrs.frozen(kw_only=True, slots=False)
class UsernameWanted(State, status="username_wanted"):
    """The phone is proved, and the username is another account's: another is to be chosen. `names` counts."""

    person: AccountHolder
    started_at: dt.datetime
    since: dt.datetime
    names: int = 0


@attrs.frozen(kw_only=True, slots=False)
class ActiveAccount(State, status="active"):
    """The phone is proved; the account may be used. `codes` is the flow in progress, if any."""

    person: AccountHolder
    since: dt.datetime
    standing: AccountStanding
    codes: Codes | None = None


@attrs.frozen(kw_only=True, slots=False)
class LockedAccount(State, status="locked"):
    """Locked after too many failed logins: until `until` only recovery is possible."""

    person: AccountHolder
    since: dt.datetime
    until: dt.datetime
    standing: AccountStanding
    codes: Codes | None = None


@attrs.frozen(kw_only=True, slots=False)
class AbandonedAccount(State, status="abandoned", terminal=True):
    """Registration expired; the username is free again."""

    since: dt.datetime


@attrs.frozen(kw_only=True, slots=False)
class ClosedAccount(State, status="closed", terminal=True):
    """The account is closed and its personal data key destroyed."""

    since: dt.datetime
