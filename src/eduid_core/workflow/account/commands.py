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
    """Start a registration: role, username, phone (canonical mobile), password hash and a fresh nonce (hex)."""

    name = "start_registration"

    role: Role
    username: PrivateText
    phone: Phone
    password_hash: str = attrs.field(repr=False)
    nonce: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ResendChallenge(Command):
    """Send the code again; *nonce* is used only if a second code is due."""

    name = "resend_challenge"

    nonce: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ChangePhone(Command):
    """Change the phone: before the first proof, or with a fresh proof of the old one. It voids every code."""

    name = "change_phone"

    phone: Phone
    nonce: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class CountAttempt(Command):
    """Count one attempt, before the code is compared."""

    name = "count_attempt"


@attrs.frozen(kw_only=True)
class VerifyChallenge(Command):
    """Answer a counted attempt: whether it matched a challenge that has not expired."""

    name = "verify_challenge"

    matches: bool


@attrs.frozen(kw_only=True)
class ExpireRegistration(Command):
    """Expire a registration after its hour."""

    name = "expire_registration"


@attrs.frozen(kw_only=True)
class StartProof(Command):
    """Request a code that proves the phone again, for a purpose."""

    name = "start_proof"

    purpose: Purpose
    nonce: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class LinkChild(Command):
    """Link a child (an opaque id) to this guardian's account."""

    name = "link_child"

    child: str


@attrs.frozen(kw_only=True)
class RecordLogin(Command):
    """Record a login: whether the password was right."""

    name = "record_login"

    right: bool


@attrs.frozen(kw_only=True)
class Unlock(Command):
    """Unlock the account after the time of the lock."""

    name = "unlock"


@attrs.frozen(kw_only=True)
class CompleteRecovery(Command):
    """Set a new password after a phone proof for recovery; an ID number alone never suffices."""

    name = "complete_recovery"

    password_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class OpenAppeal(Command):
    """Appeal to the school administrator (账号申诉): the phone is lost, or the number is bound elsewhere."""

    name = "open_appeal"


@attrs.frozen(kw_only=True)
class ResolveAppeal(Command):
    """Decide an account appeal; *phone* is the new phone if the appeal is granted."""

    name = "resolve_appeal"

    granted: bool
    phone: Phone | None = None
    nonce: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True)
class CloseAccount(Command):
    """Close the account."""

    name = "close_account"
