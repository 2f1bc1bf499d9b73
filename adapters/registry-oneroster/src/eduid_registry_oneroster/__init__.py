"""
The student registry (学籍库) from OneRoster CSV files, version 1.1 or 1.2, in a folder or a zip.

    source = load_adapters().registry_source("oneroster", path="oneroster.zip")

Numbers stand in `userIds` as `{cn.resident_id:…}` and `{cn.edu.xjh:…}`. A visiting student (借读) has two roles
of 1.2: the primary one at the school of registration, the secondary one at the school attended.
"""

from __future__ import annotations

from eduid_core.plugins import HOOK, AdapterInfo, Options
from eduid_registry_oneroster.faults import OneRosterFault
from eduid_registry_oneroster.settings import Settings
from eduid_registry_oneroster.source import OneRosterRegistry

__all__ = ["OneRosterFault", "OneRosterRegistry", "Settings", "eduid_adapter", "eduid_registry_source"]


@HOOK
def eduid_adapter() -> AdapterInfo:
    """Return the description of this adapter."""
    return AdapterInfo(kind="registry", name="oneroster", settings=Settings)


@HOOK
def eduid_registry_source(options: Options) -> OneRosterRegistry:
    """Create a source from the fields of `Settings`; the files are read now."""
    return OneRosterRegistry(options.settings)
