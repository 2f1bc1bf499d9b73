"""
Read the student registry (学籍库) and applications from the files of schools, of any ordinary kind.

    registry = RegistryFile(Path("registry.xlsx"))
    applications = read_applications(Path("applications.csv"))
    decided = read_table(Path("decided.csv"), Columns(headings={"reviewer": ("审核人",)}))

Encodings are detected strictly, a row with a number that a spreadsheet has destroyed is set aside and never
guessed, and an empty registry is refused.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eduid_registry_file.applications import (
        ApplicationsFile,
        FileFormRow,
        FileFormRows,
        id_fault,
        read_applications,
    )
    from eduid_registry_file.columns import Columns
    from eduid_registry_file.faults import FileFault, RowFault
    from eduid_registry_file.lookup import RegistryLookup
    from eduid_registry_file.options import FileOptions, ReadingOptions
    from eduid_registry_file.register_rows import CheckedRows, Filling
    from eduid_registry_file.registry import RegistryFile
    from eduid_registry_file.tables import FileTable, read_table

__all__ = [
    "ApplicationsFile",
    "CheckedRows",
    "Columns",
    "FileFault",
    "FileFormRow",
    "FileFormRows",
    "FileOptions",
    "FileTable",
    "Filling",
    "ReadingOptions",
    "RegistryFile",
    "RegistryLookup",
    "RowFault",
    "id_fault",
    "read_applications",
    "read_table",
]

_MODULES = {
    "applications": ("ApplicationsFile", "FileFormRow", "FileFormRows", "id_fault", "read_applications"),
    "columns": ("Columns",),
    "faults": ("FileFault", "RowFault"),
    "lookup": ("RegistryLookup",),
    "options": ("FileOptions", "ReadingOptions"),
    "register_rows": ("CheckedRows", "Filling"),
    "registry": ("RegistryFile",),
    "tables": ("FileTable", "read_table"),
}
"""Module -> its names in this package; a module is loaded when one of its names is first used."""
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"eduid_registry_file.{module}"), name)
