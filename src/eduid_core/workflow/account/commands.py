"""The commands of an account."""

from __future__ import annotations

import attrs

from eduid_core.private import Phone, PrivateText
from eduid_core.workflow.account.states import (
    Purpose,
)
from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import Command

__all__ = [
    "ChangePhone",
    "CloseAccount",
    "CompleteRecovery",
    "CountAttempt",
    "ExpireRegistration",
    "LinkChild",
    "OpenAppeal",
    "RecordLogin",
    "ResendChallenge",
    "ResolveAppeal",
    "StartProof",
    "StartRegistration",
    "Unlock",
    "VerifyChallenge",
]


@attrs.frozen(kw_only=True)
class StartRegistration(Command):
    """Begin: role, username, phone (canonical mobile), password hash, and a fresh nonce (hex)."""

    name = "start_registration"

    role: Role
    username: PrivateText
    phone: Phone
    password_hash: str = attrs.field(repr=False)
    nonce: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ResendChallenge(Command):
    """Send the code again; *nonce* is used only when a second code is due."""

    name = "resend_challenge"

    nonce: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ChangePhone(Command):
    """Give another phone: before the first proof, or with the old one freshly proved. It voids every code."""

    name = "change_phone"

    phone: Phone
    nonce: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class CountAttempt(Command):
    """Count one guess, before anything is compared."""

    name = "count_attempt"


@attrs.frozen(kw_only=True)
class VerifyChallenge(Command):
    """The answer to a counted guess: whether it matched a challenge that is still alive."""

    name = "verify_challenge"

    matches: bool


@attrs.frozen(kw_only=True)
class ExpireRegistration(Command):
    """The hour of registration is over."""

    name = "expire_registration"


@attrs.frozen(kw_only=True)
class StartProof(Command):
    """Ask for a code to prove the phone again, for a purpose."""

    name = "start_proof"

    purpose: Purpose
    nonce: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class LinkChild(Command):
    """Bind a child (an opaque id) to this guardian's account."""

    name = "link_child"

    child: str


@attrs.frozen(kw_only=True)
class RecordLogin(Command):
    """Whether a login's password was right."""

    name = "record_login"

    right: bool


@attrs.frozen(kw_only=True)
class Unlock(Command):
    """The lock's time is over."""

    name = "unlock"


@attrs.frozen(kw_only=True)
class CompleteRecovery(Command):
    """Set a new password; the phone was proved for recovery, never an ID number alone."""

    name = "complete_recovery"

    password_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class OpenAppeal(Command):
    """Appeal to the school administrator (账号申诉): the phone is lost, the number is bound elsewhere."""

    name = "open_appeal"


@attrs.frozen(kw_only=True)
class ResolveAppeal(Command):
    """Decide an account appeal; *phone* is the new one where it was granted."""

    name = "resolve_appeal"

    granted: bool
    phone: Phone | None = None
    nonce: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True)
class CloseAccount(Command):
    """Close the account."""

    name = "close_account"
