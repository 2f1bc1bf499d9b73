"""Read the applications file: forms by application id, and the rows set aside."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Container, Iterator, Mapping
from hashlib import file_digest
from itertools import compress
from pathlib import Path
from typing import Final

import attrs

from eduid_core.duplicates import Repeats
from eduid_core.matching import Application
from eduid_core.matching.keys import lookup_key
from eduid_core.private import IdNumber
from eduid_core.validation import inspect_phone, is_resident_id
from eduid_core.validation.placeholders import blanked
from eduid_registry_file.columns import APPLICATIONS
from eduid_registry_file.faults import RowFault
from eduid_registry_file.opened import OpenedFile, Place, Row
from eduid_registry_file.options import NO_OPTIONS, FileOptions
from eduid_registry_file.rows import RowCounts
from eduid_registry_file.sheets import ReportedSheet
from eduid_registry_file.tables import open_table

__all__ = [
    "ApplicationsFile",
    "FileFormRow",
    "FileFormRows",
    "id_fault",
    "least_size",
    "made_id",
    "made_prefix",
    "names_a_person",
    "read_applications",
]

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_SAFE_ID = re.compile(rf"[A-Za-z0-9._\-{_HAN}]{{1,64}}")
_PLAINLY_NO_NUMBER = re.compile(r"(?=[0-9._\-]*[A-Za-z])(?!.*[0-9]{11})[A-Za-z0-9._\-]{1,64}")
"""A text with a letter, and without eleven digits in a row, holds no phone and no ID number."""
_ID = "application_id"
_DIGITS: Final = re.compile(r"[0-9]{11,}")
_STUDENT_NUMBER: Final = re.compile(r"(?<![A-Za-z])[A-Za-z][0-9]{17}[0-9Xx](?![0-9])")
_MADE: Final = 10
_WORDY: Final = re.compile(r"[A-Za-z]{3}|[^\x00-\x7f]{2}")
"""A text that may hold a name."""


def made_prefix(path: Path) -> str:
    """Return the beginning of every id that is made for a row of the file at *path*."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").digest()
    return f"F{base64.b32encode(digest).decode()[:_MADE]}-"


def made_id(prefix: str, number: int) -> str:
    """
    Return the id of the data row *number* of a file without ids.

    >>> made_id("FABCDEFGH23-", 7)
    'FABCDEFGH23-000007'
    """
    return f"{prefix}{number:06d}"


class FileFormRow:
    """One form and its line; the form is made on request."""

    __slots__ = ("_ids", "_row", "line")

    def __init__(self, row: Row, ids: Callable[[Row], str]) -> None:
        """Take the *row*; *ids* yields its application id."""
        self.line, self._row, self._ids = row.line, row, ids

    @property
    def form(self) -> Application:
        """Return the form."""
        cells = self._row.texts()
        cells[_ID] = self._ids(self._row)
        cells["class_name"] = cells.pop("class", "")
        return Application(**cells)

    @property
    def person(self) -> IdNumber | None:
        """Return the person of the form, without reading any other field."""
        text = self._row.text
        key = lookup_key(blanked(text("id_type")), text("id_number"))
        return IdNumber(key) if key else None


class FileFormRows:
    """The rows of a file with usable ids, read on each iteration."""

    def __init__(self, opened: OpenedFile, aside: frozenset[Place], count: int, prefix: str = "") -> None:
        """Take the *count* rows of *opened* without those set *aside*; with a *prefix* their ids are made."""
        self._opened, self._aside, self._count, self._prefix = opened, aside, count, prefix
        self._renamed: Mapping[str, str] = {}

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[FileFormRow]:
        for row in self._opened.body():
            if not self._aside or row.place not in self._aside:
                yield FileFormRow(row, self.id_of)

    @property
    def made(self) -> str:
        """Return the prefix of the made ids, empty if the file has ids of its own."""
        return self._prefix

    def texts(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the line and the cells of each row as texts, by column."""
        for row in self._opened.body():
            if row.place not in self._aside:
                yield row.line, {**row.texts(), _ID: self.id_of(row)}

    def rename(self, ids: Mapping[str, str]) -> None:
        """Use other ids for some rows with made ids: the applications that their students already have."""
        self._renamed = ids

    def id_of(self, row: Row) -> str:
        """Return the application id of *row*."""
        if not self._prefix or _ID in row.sheet.headings.places:
            return row.text(_ID).strip()
        made = made_id(self._prefix, row.number)
        return self._renamed.get(made, made)


@attrs.frozen(kw_only=True)
class ApplicationsFile:
    """An applications file as read."""

    file: str
    rows: FileFormRows = attrs.field(repr=False)
    faults: tuple[RowFault, ...]
    unknown: tuple[str, ...]
    counts: RowCounts
    sheets: tuple[ReportedSheet, ...] = ()


def read_applications(path: Path, options: FileOptions = NO_OPTIONS) -> ApplicationsFile:
    """
    Return the forms of *path*; rows with an unusable id are set aside.

    Raises:
        FileFault: the file as a whole cannot be read.
    """
    opened, counts = open_table(path, APPLICATIONS, options), RowCounts()
    faults: dict[Place, RowFault] = {}
    prefix = "" if opened.holds(_ID) else made_prefix(path)
    rows = opened.taken(lambda fault, place: faults.__setitem__(place, fault), counts)
    wrong = _wrong_ids(opened, rows, faults)
    counts.taken, counts.quarantined = counts.taken - len(wrong), counts.quarantined + len(wrong)
    faults |= wrong
    return ApplicationsFile(
        file=opened.file,
        rows=FileFormRows(opened, frozenset(faults), counts.taken, prefix),
        faults=tuple(faults[place] for place in sorted(faults)),
        unknown=opened.unknown,
        counts=counts,
        sheets=opened.reported,
    )


def _wrong_ids(opened: OpenedFile, rows: Iterator[Row], aside: Container[Place]) -> dict[Place, RowFault]:
    """Return the *rows* with an id that cannot be used, or that several rows bear; others are set *aside*."""
    wrong: dict[Place, RowFault] = {}
    ids = Repeats()
    for row in rows:
        if _ID not in row.sheet.headings.places:
            ids.look_at(None)
            continue
        text = row.text(_ID).strip()
        ids.look_at(text)
        if code := id_fault(text) or (_WORDY.search(text) and _named_fault(text, row)):
            wrong[row.place] = RowFault(opened.file, row.line, _ID, code, sheet=row.sheet.name)
    for row in _repeated(opened, ids, aside):
        fault = RowFault(opened.file, row.line, _ID, "APPLICATION_ID_REPEATED", sheet=row.sheet.name)
        wrong.setdefault(row.place, fault)
    return wrong


def _repeated(opened: OpenedFile, ids: Repeats, aside: Container[Place]) -> list[Row]:
    """Return the rows with an id that occurs more than once; *ids* has seen all that are not set *aside*."""
    found: dict[str, list[Row]] = {}
    again = (row for row in opened.body() if row.place not in aside)
    for row in compress(again, ids.suspects()) if ids else ():
        found.setdefault(row.text(_ID).strip(), []).append(row)
    return [row for rows in found.values() if len(rows) > 1 for row in rows]


def _named_fault(text: str, row: Row) -> str | None:
    """Return the fault of an id that holds the name of the student or of the guardian of its own row."""
    return (
        "APPLICATION_ID_PERSONAL" if names_a_person(text, row.text("name"), row.text("guardian_name")) else None
    )


def names_a_person(text: str, *names: str) -> bool:
    """
    Return whether an application id holds one of the *names* of its row.

    >>> names_a_person("2026-陈小雨", "陈小雨", ""), names_a_person("A-1", "陈小雨", "陈大雨")
    (True, False)
    """
    held = _plain(text)
    return any(len(name) >= least_size(name) and name in held for name in map(_plain, names))


def least_size(name: str) -> int:
    """Return how long *name* must be to be looked for in an id: three Latin letters, or two others."""
    return 3 if name.isascii() else 2


def _plain(name: str) -> str:
    return "".join(name.split()).replace("·", "").upper()


def id_fault(text: str) -> str | None:
    """Return the reason why *text*, without surrounding blanks, cannot be an application id in any column."""
    if not text:
        return "APPLICATION_ID_BLANK"
    if _PLAINLY_NO_NUMBER.fullmatch(text):
        return None
    if _holds_number(text):
        return "APPLICATION_ID_PERSONAL"
    return None if _SAFE_ID.fullmatch(text) else "APPLICATION_ID_INVALID"


def _holds_number(text: str) -> bool:
    """Return whether *text* holds an 18-character ID number, a student number or a mainland mobile number."""
    if is_resident_id(text) or (text.isascii() and inspect_phone(text).valid) or _STUDENT_NUMBER.search(text):
        return True
    return any(_is_number(text, found.start(), found.end()) for found in _DIGITS.finditer(text))


def _is_number(text: str, start: int, end: int) -> bool:
    """Return whether the digits from *start* to *end* hold an ID number, or are a mobile number."""
    run = text[start : end + 1] if text[end : end + 1] in {"X", "x"} else text[start:end]
    if any(is_resident_id(run[at : at + 18]) for at in range(len(run) - 17)):
        return True
    digits = text[start:end]
    return len(digits) in {11, 13} and inspect_phone(digits).valid
