"""The registry file as a `RegistrySource`: every row in memory, found by the person's key."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

from eduid_registry_file.faults import FileFault
from eduid_registry_file.lookup import RegistryLookup
from eduid_registry_file.options import NO_OPTIONS, FileOptions
from eduid_registry_file.register_rows import read_register

__all__ = ["RegistryFile"]


class RegistryFile(RegistryLookup):
    """
    A registry read from *path*. `snapshot` is the digest of the file.

    Raises:
        FileFault: the file cannot be read, or holds no student.
    """

    def __init__(self, path: Path, options: FileOptions = NO_OPTIONS) -> None:
        """Read the whole file at *path*."""
        read = read_register(path, options)
        read.trust.check(path.name)
        if not read.rows:
            raise FileFault("REGISTRY_EMPTY", file=path.name)
        self.file, self.faults, self.unknown = read.file, read.faults, read.unknown
        self.counts, self.sheets = read.counts, read.sheets
        self.unknown_statuses = dict(read.trust.statuses)
        with path.open("rb") as file:
            snapshot = file_digest(file, "sha256").hexdigest()
        self.places = read.places
        super().__init__(read.rows, read.keys, snapshot)
