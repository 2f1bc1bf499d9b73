"""Commands of persons that the service must complete before a decider can judge them."""

from __future__ import annotations

from typing import Literal

import attrs

from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.workflow import Command, Role

_MEASURED_LATER = {"most": None}
"""Metadata of a field whose handler checks the length, since a long password has an answer of its own."""


@attrs.frozen(kw_only=True)
class Register(Command, name="register"):
    """Register an account: the service hashes the password and draws the code's nonce."""

    role: Role
    username: PrivateText
    phone: Phone
    password: PrivateText = attrs.field(metadata=_MEASURED_LATER)


@attrs.frozen(kw_only=True)
class ResendCode(Command, name="resend_code"):
    """Ask for the code again."""


@attrs.frozen(kw_only=True)
class EnterCode(Command, name="enter_code"):
    """Enter the code received by SMS: the attempt is counted first, then compared."""

    code: OtpCode


@attrs.frozen(kw_only=True)
class LogIn(Command, name="log_in"):
    """
    Log in with the password of an account.

    An unknown account, a locked account and a wrong password get one and the same answer, `login_failed`.
    """

    password: PrivateText = attrs.field(metadata=_MEASURED_LATER)


@attrs.frozen(kw_only=True)
class Recover(Command, name="recover"):
    """Set a new password after the phone was proved for recovery."""

    password: PrivateText = attrs.field(metadata=_MEASURED_LATER)


@attrs.frozen(kw_only=True)
class EnterNumberCode(Command, name="enter_number_code"):
    """Enter the code sent to the number chosen for the comms card (通讯卡): counted first, then compared."""

    code: OtpCode


@attrs.frozen(kw_only=True)
class Reveal(Command, name="reveal"):
    """
    Show fields of an application in the clear to a reviewer of its class, for a listed reason.

    The look is recorded in the ledger before any field is shown.
    """

    fields: tuple[str, ...]
    reason: str


@attrs.frozen(kw_only=True)
class Erase(Command, name="erase"):
    """
    Destroy the data of an ended application or account, for a listed reason.

    *aggregate* names the kind of the subject: application or account.
    """

    reason: str
    aggregate: Literal["application", "account"] = "application"


@attrs.frozen(kw_only=True)
class CloseMessage(Command, name="close_message"):
    """
    Close an unanswered message, for a listed reason; the subject is its `message_id`.

    The message is never handed over again. The ledger records the actor and the reason.
    """

    reason: str
