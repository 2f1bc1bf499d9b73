"""
The student registry (学籍库) as a view in a SQL database, read through SQLAlchemy.

    source = load_adapters().registry_source("sql", url="postgresql+psycopg://...", table="edu.students")

The view is read as a whole and kept in memory, so that every spelling of a number finds its row; it is read
again after an hour. A view that is empty, has lost many rows, or cannot be read is no answer, never "no such
student".
"""

from __future__ import annotations

from eduid_core.plugins import HOOK, AdapterInfo, Options
from eduid_registry_sql.faults import ViewFault
from eduid_registry_sql.settings import Settings
from eduid_registry_sql.source import SqlRegistry

__all__ = ["Settings", "SqlRegistry", "ViewFault", "eduid_adapter", "eduid_registry_source"]


@HOOK
def eduid_adapter() -> AdapterInfo:
    """Return the description of this adapter."""
    return AdapterInfo(kind="registry", name="sql", settings=Settings)


@HOOK
def eduid_registry_source(options: Options) -> SqlRegistry:
    """Create a source from the fields of `Settings`; the database is opened by the first question."""
    return SqlRegistry(options.settings)
