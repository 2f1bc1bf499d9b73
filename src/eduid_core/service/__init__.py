"""
The service layer: handlers without I/O, drivers that run them, and the facade `Service`.

    service = Service(store=store, sms=sms, registry=registry, keys=keys)
    answer = service.handle(command)       # Accepted | Refused, durable
    service.send_messages()                # each at most once
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eduid_core.findings import Refused
    from eduid_core.service.calendar import ChinaSchoolDays, Decree, read_decree
    from eduid_core.service.codec.policy_toml import policy_from_toml
    from eduid_core.service.codec.wire import form_of
    from eduid_core.service.commands import (
        CloseMessage,
        ConfirmFactor,
        EndSession,
        EnrolFactor,
        EnterCode,
        EnterNumberCode,
        Erase,
        LogIn,
        Recover,
        Register,
        ResendCode,
        ResetFactor,
        RetryMessage,
        Reveal,
    )
    from eduid_core.service.crypto.master_key import KeyEnv, KeyFile
    from eduid_core.service.crypto.sealing import Profile
    from eduid_core.service.earlier_versions import EarlierVersion, carry_over, found_of_earlier_versions
    from eduid_core.service.facade import Service
    from eduid_core.service.handlers.door import looks_personal
    from eduid_core.service.intents import Accepted, Enrolled, Revealed
    from eduid_core.service.ledger.checkpoint import read_note
    from eduid_core.service.ledger.comparison import Contradiction
    from eduid_core.service.ledger.log import Ledger
    from eduid_core.service.outbox.open_messages import OpenMessage
    from eduid_core.service.outbox.relay import Relayed

__all__ = [
    "Accepted",
    "ChinaSchoolDays",
    "CloseMessage",
    "ConfirmFactor",
    "Contradiction",
    "Decree",
    "EarlierVersion",
    "EndSession",
    "EnrolFactor",
    "Enrolled",
    "EnterCode",
    "EnterNumberCode",
    "Erase",
    "KeyEnv",
    "KeyFile",
    "Ledger",
    "LogIn",
    "OpenMessage",
    "Profile",
    "Recover",
    "Refused",
    "Register",
    "Relayed",
    "ResendCode",
    "ResetFactor",
    "RetryMessage",
    "Reveal",
    "Revealed",
    "Service",
    "carry_over",
    "form_of",
    "found_of_earlier_versions",
    "looks_personal",
    "policy_from_toml",
    "read_decree",
    "read_note",
]

_HERE = "eduid_core.service"
_MODULES = {
    "Refused": "eduid_core.findings",
    "ChinaSchoolDays": f"{_HERE}.calendar",
    "Decree": f"{_HERE}.calendar",
    "read_decree": f"{_HERE}.calendar",
    "form_of": f"{_HERE}.codec.wire",
    "looks_personal": f"{_HERE}.handlers.door",
    "policy_from_toml": f"{_HERE}.codec.policy_toml",
    "Relayed": f"{_HERE}.outbox.relay",
    "KeyEnv": f"{_HERE}.crypto.master_key",
    "KeyFile": f"{_HERE}.crypto.master_key",
    "Profile": f"{_HERE}.crypto.sealing",
    "Service": f"{_HERE}.facade",
    "Contradiction": f"{_HERE}.ledger.comparison",
    "EarlierVersion": f"{_HERE}.earlier_versions",
    "carry_over": f"{_HERE}.earlier_versions",
    "found_of_earlier_versions": f"{_HERE}.earlier_versions",
    "Ledger": f"{_HERE}.ledger.log",
    "read_note": f"{_HERE}.ledger.checkpoint",
    "Accepted": f"{_HERE}.intents",
    "Revealed": f"{_HERE}.intents",
    "Enrolled": f"{_HERE}.intents",
    "OpenMessage": f"{_HERE}.outbox.open_messages",
}
"""Name -> its module, loaded when the name is first used; every other name is a command."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES.get(name, f"{_HERE}.commands")), name)


def __dir__() -> list[str]:
    return sorted(__all__)
