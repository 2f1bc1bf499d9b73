"""
Extension points: the ports that an adapter implements, the hooks that create it, the loader that
finds it.
"""

from __future__ import annotations

from eduid_core.plugins.hookspecs import HOOK
from eduid_core.plugins.loader import Adapter, Adapters, LoadError, load_adapters
from eduid_core.plugins.ports import Carrier, Clock, Entropy, KeySource, RegistrySource, SmsSender, Store
from eduid_core.plugins.values import (
    AdapterInfo,
    Append,
    CarrierOrder,
    Claim,
    Commit,
    Committed,
    Conflict,
    Debit,
    Document,
    Due,
    LeasedMessage,
    MasterKey,
    Options,
    OutboxRow,
    QueueRow,
    Read,
    Receipt,
    Received,
    Record,
    RegistryAnswer,
    RegistryQuery,
    SavedAnswer,
    Served,
    SmsMessage,
    StoredRow,
    Stream,
)

__all__ = [
    "HOOK",
    "Adapter",
    "AdapterInfo",
    "Adapters",
    "Append",
    "Carrier",
    "CarrierOrder",
    "Claim",
    "Clock",
    "Commit",
    "Committed",
    "Conflict",
    "Debit",
    "Document",
    "Due",
    "Entropy",
    "KeySource",
    "LeasedMessage",
    "LoadError",
    "MasterKey",
    "Options",
    "OutboxRow",
    "QueueRow",
    "Read",
    "Receipt",
    "Received",
    "Record",
    "RegistryAnswer",
    "RegistryQuery",
    "RegistrySource",
    "SavedAnswer",
    "Served",
    "SmsMessage",
    "SmsSender",
    "Store",
    "StoredRow",
    "Stream",
    "load_adapters",
]
