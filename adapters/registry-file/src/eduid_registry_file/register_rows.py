"""Read the rows of a registry file, fill in what follows from others, and count what cannot be read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Final

import attrs

from eduid_core.matching import RegistryRow, lookup_key
from eduid_core.validation import Kind, inspect_number, is_resident_id
from eduid_core.validation.placeholders import blanked
from eduid_registry_file.columns import REGISTRY
from eduid_registry_file.faults import FileFault, RowFault
from eduid_registry_file.opened import OpenedFile, Place, Row
from eduid_registry_file.options import NO_OPTIONS, FileOptions
from eduid_registry_file.rows import RowCounts
from eduid_registry_file.sheets import ReportedSheet
from eduid_registry_file.tables import open_table
from eduid_registry_file.trust import RegistryTrust, check_shared_students, shape_of, status_is_unknown

__all__ = ["CheckedRows", "Filling", "RegisterRows", "plain_type", "read_register", "unreadable_number"]

_RESIDENT: Final = "居民身份证"
_TYPES: Final = {
    Kind.FOREIGN_PERMANENT_RESIDENT: "外国人永久居留身份证",
    Kind.FOREIGN_PERMANENT_RESIDENT_15: "外国人永久居留身份证",
    Kind.MAINLAND_TRAVEL_PERMIT_HK_MO: "港澳居民来往内地通行证",
    Kind.HK_ID: "香港特区护照/身份证明",
}
"""The kinds that a number shows by itself -> the text of their document."""


@attrs.frozen(kw_only=True)
class RegisterRows:
    """
    A registry file as read.

    `places` holds the sheet and the line of each of `rows`, `keys` the key by which it is found.
    """

    file: str
    rows: tuple[RegistryRow, ...] = attrs.field(repr=False)
    places: tuple[tuple[str, int], ...] = attrs.field(repr=False)
    keys: Sequence[str | None] = attrs.field(repr=False)
    faults: tuple[RowFault, ...]
    unknown: tuple[str, ...]
    counts: RowCounts
    trust: RegistryTrust
    sheets: tuple[ReportedSheet, ...]


def read_register(path: Path, options: FileOptions = NO_OPTIONS) -> RegisterRows:
    """
    Return the rows of the registry at *path*; rows with a number that cannot be read are set aside.

    Raises:
        FileFault: the file as a whole cannot be read, or two of its sheets list the same students.
    """
    opened = open_table(path, REGISTRY, options)
    filling = Filling(codes=not opened.holds("school_code"), types=not opened.holds("id_type"))
    read = _Register(opened, filling, CheckedRows(opened.file))
    for row in opened.taken(read.set_aside, read.counts):
        read.take(row)
    return read.finished()


@attrs.define
class CheckedRows:
    """Registry rows that are read one by one: those with a number that cannot be read are set aside."""

    file: str
    trust: RegistryTrust = attrs.field(factory=RegistryTrust)
    rows: list[RegistryRow] = attrs.field(factory=list)
    places: list[tuple[str, int]] = attrs.field(factory=list)
    keys: list[str | None] = attrs.field(factory=list)
    statuses: dict[str, bool] = attrs.field(factory=dict)

    def take(self, held: RegistryRow, line: int, sheet: str = "") -> RowFault | None:
        """Take the row *held* of *line*, or return the fault of its number."""
        number = held.id_number.reveal("reading")
        key = lookup_key(held.id_type, number)
        if key is None and (shape := unreadable_number(held.id_type, number)):
            self.trust.shape = self.trust.shape or shape
            return RowFault(self.file, line, "id_number", "ID_UNREADABLE", sheet=sheet)
        self.trust.blank += key is None and not blanked(number)
        self._look_at_status(held.status)
        self.rows.append(held)
        self.places.append((sheet, line))
        self.keys.append(key)
        return None

    def _look_at_status(self, status: str) -> None:
        if status not in self.statuses:
            self.statuses[status] = status_is_unknown(status)
        if self.statuses[status]:
            self.trust.statuses[status] += 1

    def believed(self, faults: Sequence[RowFault]) -> None:
        """
        Refuse the registry if its rows, and the *faults* of those set aside, cannot be believed, or it is
        empty.

        Raises:
            FileFault: it is refused.
        """
        self.trust.rows += len(self.rows)
        self.trust.set_aside(faults)
        self.trust.check(self.file)
        if not self.rows:
            raise FileFault("REGISTRY_EMPTY", file=self.file)


@attrs.define
class _Register:
    """The rows of a registry file that were read so far."""

    opened: OpenedFile
    filling: Filling
    checked: CheckedRows
    counts: RowCounts = attrs.field(factory=RowCounts)
    faults: dict[Place, RowFault] = attrs.field(factory=dict)
    students: defaultdict[str, set[Hashable]] = attrs.field(factory=lambda: defaultdict(set))

    def set_aside(self, fault: RowFault, place: Place) -> None:
        """Record the fault of a row."""
        self.faults[place] = fault

    def take(self, row: Row) -> None:
        """Take a row, unless its number cannot be read."""
        sheet = row.sheet.name
        if fault := self.checked.take(self.filling.record(row.texts()), row.line, sheet):
            self.set_aside(fault, row.place)
            self.counts.taken, self.counts.quarantined = self.counts.taken - 1, self.counts.quarantined + 1
            return
        key = self.checked.keys[-1]
        if key and len(self.opened.sheets) > 1:
            self.students[sheet].add(key)

    def finished(self) -> RegisterRows:
        """Return all of it."""
        checked = self.checked
        checked.trust.rows += len(checked.rows)
        checked.trust.set_aside(self.faults.values())
        check_shared_students(self.opened.file, self.students, REGISTRY.side)
        return RegisterRows(
            file=self.opened.file,
            rows=tuple(checked.rows),
            places=tuple(checked.places),
            keys=checked.keys,
            faults=tuple(self.faults[place] for place in sorted(self.faults)),
            unknown=self.opened.unknown,
            counts=self.counts,
            trust=checked.trust,
            sheets=self.opened.reported,
        )


def unreadable_number(id_type: str, number: str) -> str:
    """
    Return the masked shape of a *number* that cannot be right for its type; empty if it can, or is blank.

    >>> (
    ...     unreadable_number("居民身份证", "320098201503150011"),
    ...     unreadable_number("居民身份证", "320098201503150010"),
    ... )
    ('9…9(18)', '')
    """
    if is_resident_id(number) or not blanked(number) or lookup_key(id_type, number) is not None:
        return ""
    if not id_type and inspect_number(number, as_of=dt.date.max).valid:
        return ""  # a document of an unknown kind: a person decides
    return shape_of(number)


def plain_type(number: str) -> str:
    """
    Return the text of the one kind of document that *number* plainly is, or an empty text.

    >>> plain_type("320098201503150010"), plain_type("E12345678")
    ('居民身份证', '')
    """
    if is_resident_id(number):
        return _RESIDENT
    found = inspect_number(number, as_of=dt.date.max)
    kinds = {found.kind, *found.also} if found.valid else set()
    return _TYPES.get(kinds.pop(), "") if len(kinds) == 1 else ""  # type: ignore[arg-type]


@attrs.frozen
class Filling:
    """
    The way to fill in what a source lacks and other cells tell: *codes*, those of schools; *types*, the kinds
    of documents.
    """

    codes: bool
    types: bool

    def record(self, cells: dict[str, str]) -> RegistryRow:
        """Return the registry row of *cells* by column: a school without codes is its official name."""
        cells["class_name"] = cells.pop("class", "")
        if self.codes and not cells.get("school_code"):
            cells["school_code"] = cells["school"]
        if self.types and not cells.get("id_type"):
            cells["id_type"] = plain_type(cells["id_number"])
        return RegistryRow(**cells)
