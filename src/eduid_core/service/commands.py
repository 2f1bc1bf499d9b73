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
    """
    Register an account. The command has no subject: the service makes the id, and the answer brings it.

    The service hashes the password and draws the code's nonce.
    """

    subject: str = ""
    role: Role
    username: PrivateText
    phone: Phone
    password: PrivateText = attrs.field(metadata=_MEASURED_LATER)


@attrs.frozen(kw_only=True)
class ResendCode(Command, name="resend_code"):
    """Ask for the code again, with the *ticket* of the flow."""

    ticket: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True)
class EnterCode(Command, name="enter_code"):
    """
    Enter the code received by SMS, with the *ticket* that the request for it was answered with.

    The attempt is counted first, then compared. The answer to a code for recovery brings the next ticket.
    """

    code: OtpCode
    ticket: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True)
class LogIn(Command, name="log_in"):
    """
    Log in with username and password; the answer brings the account's id and the token of a session.

    An unknown account, a locked account and a wrong password get one and the same answer, `login_failed`.
    *totp*, a code of the second factor or a recovery code, gives the session the assurance that a seat needs.
    """

    subject: str = ""
    username: PrivateText
    totp: OtpCode | None = None
    password: PrivateText = attrs.field(metadata=_MEASURED_LATER)


@attrs.frozen(kw_only=True)
class Recover(Command, name="recover"):
    """
    Set a new password after the phone was proved for recovery, with the *ticket* that the proof was answered
    with. Every session of the account ends.
    """

    ticket: str = attrs.field(default="", repr=False)
    password: PrivateText = attrs.field(metadata=_MEASURED_LATER)


@attrs.frozen(kw_only=True)
class EndSession(Command, name="end_session"):
    """End one session of the account; `Service.sessions` lists them."""

    session: str


@attrs.frozen(kw_only=True)
class EnrolFactor(Command, name="enrol_factor"):
    """
    Give the account a second factor. The answer shows its secret and ten recovery codes, once.

    It counts from its confirmation. An account that has one enrols another only in a session of that one.
    """


@attrs.frozen(kw_only=True)
class ConfirmFactor(Command, name="confirm_factor"):
    """
    Confirm a new second factor by a code of it. Every session of the account ends; the answer brings the token
    of a new one, of the assurance that a seat needs.
    """

    code: OtpCode


@attrs.frozen(kw_only=True)
class ResetFactor(Command, name="reset_factor"):
    """
    Reset the second factor of an account whose owner lost it: by the seat above, and counting after 24 hours.

    The owner is told by SMS, and a log-in with the factor stops the reset.
    """


@attrs.frozen(kw_only=True)
class EnterNumberCode(Command, name="enter_number_code"):
    """Enter the code sent to the number chosen for the comms card (通讯卡): counted first, then compared."""

    code: OtpCode


@attrs.frozen(kw_only=True)
class ConfirmLink(Command, name="confirm_link"):
    """
    Enter the code by which the owner of a phone of *child*, named as in `LinkChild`, agrees to the link.

    The attempt is counted first, then compared.
    """

    child: PrivateText
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
    Close an unknown or failed message, for a listed reason; the subject is its `message_id`.

    The message is never handed over again. The ledger records the actor and the reason.
    """

    reason: str


@attrs.frozen(kw_only=True)
class RetryMessage(Command, name="retry_message"):
    """
    Hand a failed message over once more, after its cause was removed; the subject is its `message_id`.

    The ledger records the actor.
    """
