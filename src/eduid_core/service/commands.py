"""Commands of persons that the service must complete before a decider can judge them."""

from __future__ import annotations

import attrs

from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.workflow import Command, Role

__all__ = ["EnterCode", "Register", "ResendCode"]


@attrs.frozen(kw_only=True)
class Register(Command):
    """Register an account: the service hashes the password and draws the code's nonce."""

    role: Role
    username: PrivateText
    phone: Phone
    password: PrivateText


@attrs.frozen(kw_only=True)
class ResendCode(Command):
    """Ask for the code again."""


@attrs.frozen(kw_only=True)
class EnterCode(Command):
    """Give the code that came by SMS: counted first, then compared."""

    code: OtpCode
