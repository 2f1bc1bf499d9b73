"""
The store adapter for SQL databases: keeps the data of eduid_core.

    store = SqlStore("sqlite:///students.db")

SQLite is embedded; every invariant rests on unique constraints and version columns.
"""

from __future__ import annotations

from eduid_core.plugins import HOOK, AdapterInfo, Options
from eduid_store_sql.store import SqlStore

__all__ = ["SqlStore", "eduid_adapter", "eduid_store"]


@HOOK
def eduid_adapter() -> AdapterInfo:
    """Return the description of this adapter."""
    return AdapterInfo(kind="store", name="sql")


@HOOK
def eduid_store(options: Options) -> SqlStore:
    """Create a store from the settings `url` and, optionally, `district`."""
    return SqlStore(str(options.settings["url"]), district=str(options.settings.get("district", "")))
