"""
Extension points: the ports that an adapter implements, the hooks that create it, the loader that
finds it.
"""

from __future__ import annotations

from eduid_core.plugins.hookspecs import HOOK
from eduid_core.plugins.loader import Adapter, Adapters, LoadError, load_adapters
from eduid_core.plugins.ports import Carrier, Clock, Entropy, KeySource, RegistrySource, SmsSender, Store
from eduid_core.plugins.settings import settings_of
from eduid_core.plugins.sms_values import HandedOver, Receipt, ReceiptStatus, SmsBatch, SmsMessage
from eduid_core.plugins.store_values import (
    Append,
    Claim,
    Commit,
    Committed,
    Conflict,
    Debit,
    Document,
    Due,
    IndexQuery,
    IndexRow,
    LeasedMessage,
    LeaseTerms,
    OutboxRow,
    QueueRow,
    Read,
    Record,
    SavedAnswer,
    Settlement,
    StoredRow,
    StoredTable,
    Stream,
)
from eduid_core.plugins.values import (
    AdapterInfo,
    CarrierOrder,
    MasterKey,
    Options,
    RegistryAnswer,
    RegistryQuery,
    Served,
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
    "HandedOver",
    "IndexQuery",
    "IndexRow",
    "KeySource",
    "LeaseTerms",
    "LeasedMessage",
    "LoadError",
    "MasterKey",
    "Options",
    "OutboxRow",
    "QueueRow",
    "Read",
    "Receipt",
    "ReceiptStatus",
    "Record",
    "RegistryAnswer",
    "RegistryQuery",
    "RegistrySource",
    "SavedAnswer",
    "Served",
    "Settlement",
    "SmsBatch",
    "SmsMessage",
    "SmsSender",
    "Store",
    "StoredRow",
    "StoredTable",
    "Stream",
    "load_adapters",
    "settings_of",
]
