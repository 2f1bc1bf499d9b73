"""The commands of an account."""

from __future__ import annotations

from typing import Any, Literal

import attrs

from eduid_core.private import Phone, PrivateText
from eduid_core.workflow.account.states import (
    Purpose,
)
from eduid_core.workflow.actors import Role
from eduid_core.workflow.links import Confirmation, LinkedKind
from eduid_core.workflow.machine import ADDED, Command


def _private(text: Any) -> Any:
    """Return a plain *text* as a private one; a value of another type is returned for the door to judge."""
    return PrivateText(text) if type(text) is str else text


@attrs.frozen(kw_only=True)
class StartRegistration(Command, name="start_registration"):
    """Start a registration: role, username, phone (canonical mobile), password hash and a fresh nonce (hex)."""

    role: Role
    username: PrivateText
    phone: Phone
    password_hash: str = attrs.field(repr=False)
    nonce: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ResendChallenge(Command, name="resend_challenge"):
    """Send the code again; *nonce* is used only if a second code is due."""

    nonce: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ChangePhone(Command, name="change_phone"):
    """
    Change the phone: before the first proof, or with a fresh proof of the old one. It voids every code.

    A registration under way is held by its *ticket*, an active account by its owner's session.
    """

    phone: Phone
    ticket: str = attrs.field(default="", repr=False)
    nonce: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True)
class CountAttempt(Command, name="count_attempt"):
    """Count one attempt, before the code is compared."""


@attrs.frozen(kw_only=True)
class VerifyChallenge(Command, name="verify_challenge"):
    """
    Answer a counted attempt: whether it matched a challenge that has not expired. *free* tells whether the
    username of a registration is still free.
    """

    matches: bool
    free: bool = True


@attrs.frozen(kw_only=True)
class ChooseUsername(Command, name="choose_username"):
    """
    Choose another username, with the *ticket* that the last answer brought: the first one was taken.

    The service sets *free*: whether the name is free. A few names may be tried in one registration.
    """

    username: PrivateText
    ticket: str = attrs.field(default="", repr=False)
    free: bool = True


@attrs.frozen(kw_only=True)
class ExpireRegistration(Command, name="expire_registration"):
    """Expire a registration after its hour."""


@attrs.frozen(kw_only=True)
class StartProof(Command, name="start_proof"):
    """
    Request a code that proves the phone again, for a purpose.

    The service sets *nonce*, and *anew* where the caller does not hold the ticket of the flow in progress: then
    another flow begins, with a count of its own. *ticket* is that of the flow in progress, if it is continued.
    """

    purpose: Purpose
    ticket: str = attrs.field(default="", repr=False)
    anew: bool = False
    nonce: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True)
class LinkChild(Command, name="link_child"):
    """
    Ask to be linked to a *child*, named by the student's username or by an application id.

    A code goes to the phone of that account or to the guardian phone on that application; with *phone*
    `registry` to the guardian phone that the registry holds. The message names who asks; `ConfirmLink` takes
    the code. A child that nobody knows is answered alike. The service sets *typed*, *link*, *aggregate*,
    *found* and *nonce*.
    """

    child: PrivateText = attrs.field(converter=_private)
    phone: Literal["application", "registry"] = "application"
    typed: str = ""
    link: str = ""
    aggregate: LinkedKind = ""
    found: str = ""
    nonce: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True)
class CountLinkAttempt(Command, name="count_link_attempt"):
    """Count one attempt at the code of a link, before the code is compared."""

    link: str


@attrs.frozen(kw_only=True)
class VerifyLink(Command, name="verify_link"):
    """Answer a counted attempt at the code of a link: whether it matched, and whose phone confirms."""

    link: str
    matches: bool
    way: Confirmation


@attrs.frozen(kw_only=True)
class RecordLink(Command, name="record_link"):
    """Record that a seat has confirmed a link."""

    link: str


@attrs.frozen(kw_only=True)
class OfferLink(Command, name="offer_link"):
    """Send the owner of a student's account the code by which *asker*, a masked phone, is linked to it."""

    guardian: str
    asker: PrivateText
    nonce: str = attrs.field(repr=False)
    minutes: int


@attrs.frozen(kw_only=True)
class EndLink(Command, name="end_link"):
    """End a link or a request for one, from the side of the guardian or of the child."""

    link: str


@attrs.frozen(kw_only=True)
class RecordLogin(Command, name="record_login"):
    """Record a login: whether the password was right."""

    right: bool


@attrs.frozen(kw_only=True)
class Unlock(Command, name="unlock"):
    """Unlock the account after the time of the lock."""


@attrs.frozen(kw_only=True)
class CompleteRecovery(Command, name="complete_recovery"):
    """Set a new password after a phone proof for recovery; an ID number alone never suffices."""

    password_hash: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class OpenAppeal(Command, name="open_appeal"):
    """Appeal to the school administrator (账号申诉): the phone is lost, or the number is bound elsewhere."""


@attrs.frozen(kw_only=True)
class ResolveAppeal(Command, name="resolve_appeal"):
    """Decide an account appeal; *phone* is the new phone if the appeal is granted."""

    granted: bool
    phone: Phone | None = None
    nonce: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True)
class CloseAccount(Command, name="close_account"):
    """
    Close the account.

    Where approvals stand that nobody else could take back, *approvals* says what becomes of them: `keep` leaves
    them to the school, `withdraw` revokes them in the same commit. Without a word the account stays open.
    """

    approvals: Literal["", "keep", "withdraw"] = attrs.field(default="", metadata=ADDED)
