"""Extension points: the ports an adapter fills, the hooks that make it, the loader that finds it."""

from __future__ import annotations

from eduid_core.plugins.hookspecs import HOOK
from eduid_core.plugins.loader import Adapter, Adapters, LoadError, load_adapters
from eduid_core.plugins.ports import Clock, Entropy, KeySource, RegistrySource, SmsSender, Store
from eduid_core.plugins.values import (
    AdapterInfo,
    Append,
    Claim,
    Commit,
    Committed,
    Conflict,
    Document,
    LeasedMessage,
    MasterKey,
    Options,
    OutboxRow,
    Receipt,
    Received,
    Record,
    RegistryAnswer,
    RegistryQuery,
    SavedAnswer,
    SmsMessage,
    Stream,
)

__all__ = [
    "HOOK",
    "Adapter",
    "AdapterInfo",
    "Adapters",
    "Append",
    "Claim",
    "Clock",
    "Commit",
    "Committed",
    "Conflict",
    "Document",
    "Entropy",
    "KeySource",
    "LeasedMessage",
    "LoadError",
    "MasterKey",
    "Options",
    "OutboxRow",
    "Receipt",
    "Received",
    "Record",
    "RegistryAnswer",
    "RegistryQuery",
    "RegistrySource",
    "SavedAnswer",
    "SmsMessage",
    "SmsSender",
    "Store",
    "Stream",
    "load_adapters",
]
