"""
The service: handlers without I/O, the drivers that carry them, and the facade `Service`.

    service = Service(store=store, sms=sms, registry=registry, keys=keys)
    answer = service.handle(command)       # Accepted | Refused, durable
    service.send_messages()                # each at most once
"""

from __future__ import annotations

from eduid_core.findings import Refused
from eduid_core.service.calendar import ChinaSchoolDays
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
from eduid_core.service.facade import Service
from eduid_core.service.intents import Accepted, Revealed
from eduid_core.service.keys import KeyEnv, KeyFile
from eduid_core.service.unanswered import UnansweredMessage
from eduid_core.service.vault import Profile
from eduid_core.service.wire import policy_from_toml

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
