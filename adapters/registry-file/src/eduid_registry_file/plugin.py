"""The hooks of this adapter: its description, and a source over a file."""

from __future__ import annotations

from pathlib import Path

import attrs

from eduid_core.plugins import HOOK, AdapterInfo, Options
from eduid_registry_file.registry import RegistryFile

__all__ = ["eduid_adapter", "eduid_registry_source"]


@attrs.frozen(kw_only=True)
class Settings:
    """`path`: the table file of the registry."""

    path: Path


@HOOK
def eduid_adapter() -> AdapterInfo:
    """Return the description of this adapter."""
    return AdapterInfo(kind="registry", name="file", settings=Settings)


@HOOK
def eduid_registry_source(options: Options) -> RegistryFile:
    """Create a source from the setting `path`."""
    return RegistryFile(options.settings.path)
