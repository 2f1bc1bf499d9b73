"""
The service layer: handlers without I/O, drivers that run them, and the facade `Service`.

    service = Service(store=store, sms=sms, registry=registry, keys=keys)
    answer = service.handle(command)       # Accepted | Refused, durable
    service.send_messages()                # each at most once
"""

from __future__ import annotations

from eduid_core.findings import Refused
from eduid_core.service.calendar import ChinaSchoolDays
from eduid_core.service.codec.wire import policy_from_toml
from eduid_core.service.commands import (
    CloseMessage,
    EnterCode,
    EnterNumberCode,
    Erase,
    LogIn,
    Recover,
    Register,
    ResendCode,
    Reveal,
)
from eduid_core.service.crypto.master_key import KeyEnv, KeyFile
from eduid_core.service.crypto.vault import Profile
from eduid_core.service.facade import Service
from eduid_core.service.intents import Accepted, Revealed
from eduid_core.service.outbox.unanswered import UnansweredMessage

__all__ = [
    "Accepted",
    "ChinaSchoolDays",
    "CloseMessage",
    "EnterCode",
    "EnterNumberCode",
    "Erase",
    "KeyEnv",
    "KeyFile",
    "LogIn",
    "Profile",
    "Recover",
    "Refused",
    "Register",
    "ResendCode",
    "Reveal",
    "Revealed",
    "Service",
    "UnansweredMessage",
    "policy_from_toml",
]
