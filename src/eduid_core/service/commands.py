"""Commands of persons that the service must complete before a decider can judge them."""

from __future__ import annotations

from typing import Literal

import attrs

from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.workflow import Command, Role

__all__ = [
    "CloseMessage",
    "EnterCode",
    "EnterNumberCode",
    "Erase",
    "LogIn",
    "Recover",
    "Register",
    "ResendCode",
    "Reveal",
]


@attrs.frozen(kw_only=True)
class Register(Command):
    """Register an account: the service hashes the password and draws the code's nonce."""

    name = "register"

    role: Role
    username: PrivateText
    phone: Phone
    password: PrivateText


@attrs.frozen(kw_only=True)
class ResendCode(Command):
    """Ask for the code again."""

    name = "resend_code"


@attrs.frozen(kw_only=True)
class EnterCode(Command):
    """Give the code that came by SMS: counted first, then compared."""

    name = "enter_code"

    code: OtpCode


@attrs.frozen(kw_only=True)
class LogIn(Command):
    """
    Give the password of an account.

    Whether the account exists, is locked or the password is wrong is one answer, `login_failed`.
    """

    name = "log_in"

    password: PrivateText


@attrs.frozen(kw_only=True)
class Recover(Command):
    """Set a new password after the phone was proved for recovery."""

    name = "recover"

    password: PrivateText


@attrs.frozen(kw_only=True)
class EnterNumberCode(Command):
    """Give the code that came to the number chosen for the comms card (通讯卡): counted, then compared."""

    name = "enter_number_code"

    code: OtpCode


@attrs.frozen(kw_only=True)
class Reveal(Command):
    """
    Show fields of an application in the clear to somebody who covers its class, for a reason of the list.

    That it was shown stands in the ledger before anything is shown.
    """

    name = "reveal"

    fields: tuple[str, ...]
    reason: str


@attrs.frozen(kw_only=True)
class Erase(Command):
    """
    Destroy the data of an application, or of an account, that has come to an end, for a reason of the list.

    *aggregate* says which of the two the subject is.
    """

    name = "erase"

    reason: str
    aggregate: Literal["application", "account"] = "application"


@attrs.frozen(kw_only=True)
class CloseMessage(Command):
    """
    Close a message nobody answered for, for a reason of the list; the subject is its `message_id`.

    It is never handed over again. Who closed it and why stands in the ledger.
    """

    name = "close_message"

    reason: str
