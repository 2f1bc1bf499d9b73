"""
Read the student registry (学籍库) and applications from csv, xlsx, xls and ods files.

    registry = RegistryFile(Path("registry.xlsx"))
    applications = read_applications(Path("applications.csv"))
    decided = read_table(Path("decided.csv"), Columns(headings={"reviewer": ("审核人",)}))

Encodings are detected strictly, a row with a number that a spreadsheet has destroyed is set aside and never
guessed, and an empty registry is refused.
"""

from __future__ import annotations

from pathlib import Path

from eduid_core.plugins import HOOK, AdapterInfo, Options
from eduid_registry_file.applications import (
    ApplicationsFile,
    FileFormRow,
    FileFormRows,
    id_fault,
    read_applications,
)
from eduid_registry_file.columns import Columns
from eduid_registry_file.faults import FileFault, RowFault
from eduid_registry_file.registry import RegistryFile
from eduid_registry_file.tables import FileTable, read_table

__all__ = [
    "ApplicationsFile",
    "Columns",
    "FileFault",
    "FileFormRow",
    "FileFormRows",
    "FileTable",
    "RegistryFile",
    "RowFault",
    "eduid_adapter",
    "eduid_registry_source",
    "id_fault",
    "read_applications",
    "read_table",
]


@HOOK
def eduid_adapter() -> AdapterInfo:
    """Return the description of this adapter."""
    return AdapterInfo(kind="registry", name="file")


@HOOK
def eduid_registry_source(options: Options) -> RegistryFile:
    """Create a source from the setting `path`."""
    return RegistryFile(Path(str(options.settings["path"])))
