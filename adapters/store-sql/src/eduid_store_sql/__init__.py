"""
The store adapter for SQL databases: keeps the data of eduid_core.

    store = SqlStore("sqlite:///students.db")

SQLite is embedded; every invariant rests on unique constraints and version columns.
"""

from __future__ import annotations

import attrs

from eduid_core.plugins import HOOK, AdapterInfo, Options
from eduid_store_sql.store import SqlStore

__all__ = ["SqlStore", "eduid_adapter", "eduid_store"]


@attrs.frozen(kw_only=True)
class Settings:
    """
    `url`: of the database, with its password if it has one. `district`: keeps the rows of several districts of
    one database apart. `connections`: the most that are used at once.
    """

    url: str = attrs.field(repr=False)
    district: str = ""
    connections: int = attrs.field(default=16, validator=attrs.validators.ge(1))


@HOOK
def eduid_adapter() -> AdapterInfo:
    """Return the description of this adapter."""
    return AdapterInfo(kind="store", name="sql", settings=Settings)


@HOOK
def eduid_store(options: Options) -> SqlStore:
    """Create a store from its settings."""
    settings: Settings = options.settings
    return SqlStore(settings.url, district=settings.district, connections=settings.connections)
