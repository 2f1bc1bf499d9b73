"""
A set of OneRoster CSV files in a folder or a zip: which are there, and their rows.

Standard:
    1EdTech OneRoster CSV tables 1.1 and CSV binding 1.2.1: UTF-8, RFC 4180, manifest.csv.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

import attrs

from eduid_registry_oneroster.faults import OneRosterFault

__all__ = ["COLUMNS", "CsvRow", "Package"]

COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "orgs": frozenset({"sourcedId", "name", "type", "identifier"}),
    "users": frozenset({"sourcedId", "userIds", "givenName", "familyName", "identifier", "grades"}),
    "roles": frozenset({"userSourcedId", "roleType", "role", "orgSourcedId"}),
    "classes": frozenset({"sourcedId", "title", "classType", "schoolSourcedId"}),
    "enrollments": frozenset({"classSourcedId", "userSourcedId", "role"}),
    "academicSessions": frozenset({"sourcedId", "schoolYear"}),
}
"""A file -> the columns that are read from every version of it."""
_OPTIONAL: Final = frozenset({"classes", "enrollments", "academicSessions"})
_VERSIONS: Final = ("1.1", "1.2")
_LARGEST: Final = 1 << 32
"""Bytes of all files of a zip, unpacked."""
_BLOCK: Final = 1 << 20


@attrs.frozen
class CsvRow:
    """A row and its line; the cells hold personal data and are not shown."""

    line: int
    cells: Mapping[str, str] = attrs.field(repr=False)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def listed(self, column: str) -> list[str]:
        """Return the parts of a list in *column*."""
        return [part.strip() for part in self[column].split(",") if part.strip()]

    @property
    def is_active(self) -> bool:
        """Return whether the row holds: a bulk file leaves the status blank."""
        return self["status"].strip().lower() != "tobedeleted"


class Package:
    """
    The files at *path*.

    Raises:
        OneRosterFault: the path is none, a needed file is missing or a delta, or the version is another.
    """

    def __init__(self, path: Path) -> None:
        """Look which files are there, and read the manifest."""
        self.path = path
        self._members = self._found()
        manifest = {row["propertyName"].strip(): row["value"].strip() for row in self._manifest()}
        version = manifest.get("oneroster.version", "")
        if version and not version.startswith(_VERSIONS):
            raise OneRosterFault("ONEROSTER_VERSION", version=version[:10])
        self.has_roles = version.startswith("1.2") if version else "roles" in self._members
        for name in COLUMNS:
            self._check(name, manifest.get(f"file.{name}", "").lower())

    def _found(self) -> Mapping[str, str]:
        """Return the base name of each csv file -> its name in the zip, or in the folder."""
        if self.path.is_dir():
            names = [one.name for one in self.path.iterdir() if one.is_file()]
        elif zipfile.is_zipfile(self.path):
            with self._zip() as opened:
                infos = opened.infolist()
                if any(i.flag_bits & 1 for i in infos) or sum(i.file_size for i in infos) > _LARGEST:
                    raise OneRosterFault("ONEROSTER_ZIP", file=self.path.name)
                names = [i.filename for i in infos]
        else:
            raise OneRosterFault("ONEROSTER_MISSING", file=self.path.name)
        csvs = sorted(name for name in names if name.lower().endswith(".csv") and "__MACOSX" not in name)
        return {name.rpartition("/")[2].rpartition(".")[0]: name for name in csvs}

    def _manifest(self) -> Iterator[CsvRow]:
        return (
            self._rows("manifest", frozenset({"propertyName", "value"})) if self.has("manifest") else iter(())
        )

    def _check(self, name: str, mode: str) -> None:
        if mode == "delta":
            raise OneRosterFault("ONEROSTER_DELTA", name=name)
        is_needed = name not in _OPTIONAL and (name != "roles" or self.has_roles)
        if not self.has(name) and (is_needed or mode == "bulk"):
            raise OneRosterFault("ONEROSTER_FILE_MISSING", file=self.path.name, name=name)

    def has(self, name: str) -> bool:
        """Return whether the file *name* is there."""
        return name in self._members

    def rows(self, name: str) -> Iterator[CsvRow]:
        """
        Yield the rows of the file *name*; none if it is not there.

        Raises:
            OneRosterFault: it is not UTF-8, is no csv, or lacks a column.
        """
        return self._rows(name, COLUMNS[name]) if self.has(name) else iter(())

    def _rows(self, name: str, needed: frozenset[str]) -> Iterator[CsvRow]:
        line = 1
        try:
            with self._opened(name) as binary, io.TextIOWrapper(binary, "utf-8-sig", newline="") as text:
                reader = csv.reader(text, strict=True)
                head = [cell.strip() for cell in next(reader, [])]
                if missing := needed - set(head):
                    raise OneRosterFault(
                        "ONEROSTER_COLUMNS_MISSING", name=name, missing=", ".join(sorted(missing))
                    )
                for cells in reader:
                    line = reader.line_num
                    if len(cells) > len(head) or (0 < len(cells) < len(head)):
                        raise OneRosterFault("ONEROSTER_CSV", name=name, line=line)
                    if any(cells):
                        yield CsvRow(line, dict(zip(head, cells, strict=True)))
        except UnicodeDecodeError:
            raise OneRosterFault("ONEROSTER_ENCODING", name=name, line=line) from None
        except csv.Error:
            raise OneRosterFault("ONEROSTER_CSV", name=name, line=line) from None

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[bytes]]:
        member = self._members[name]
        if self.path.is_dir():
            with (self.path / member).open("rb") as file:
                yield file
            return
        try:
            with self._zip() as opened, opened.open(member) as file:
                yield file
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
            raise OneRosterFault("ONEROSTER_ZIP", file=self.path.name) from None

    def _zip(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, NotImplementedError):
            raise OneRosterFault("ONEROSTER_ZIP", file=self.path.name) from None

    def digest(self) -> str:
        """Return the digest of the files that are read, the same for a folder and its zip."""
        whole = sha256()
        for name in (name for name in sorted(COLUMNS) if self.has(name)):
            one = sha256()
            with self._opened(name) as file:
                while block := file.read(_BLOCK):
                    one.update(block)
            whole.update(f"{name} {one.hexdigest()}\n".encode())
        return whole.hexdigest()
