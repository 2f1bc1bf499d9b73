"""Read the applications file: forms by application id, and the rows set aside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from pathlib import Path

import attrs

from eduid_core.duplicates import Repeats
from eduid_core.matching import Application
from eduid_core.matching.keys import lookup_key
from eduid_core.private import IdNumber
from eduid_core.validation import inspect_phone, is_resident_id
from eduid_core.validation.placeholders import blanked
from eduid_registry_file.columns import APPLICATIONS
from eduid_registry_file.faults import RowFault
from eduid_registry_file.tables import Cell, OpenedFile, open_table, text_of

__all__ = ["ApplicationsFile", "FileFormRow", "FileFormRows", "id_fault", "read_applications"]

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_SAFE_ID = re.compile(rf"[A-Za-z0-9._\-{_HAN}]{{1,64}}")
_PLAINLY_NO_NUMBER = re.compile(r"(?=[0-9._\-]*[A-Za-z])[A-Za-z0-9._\-]{1,64}")
"""A text with a letter is no phone, and no ID number unless it is as long as one."""
_NUMBER_SIZE = 18
_ID = "application_id"


class FileFormRow:
    """One form and its line; the form is made on request."""

    __slots__ = ("_cells", "_opened", "line")

    def __init__(self, line: int, cells: Sequence[Cell], opened: OpenedFile) -> None:
        """Take the *cells* of a row of *opened*."""
        self.line, self._cells, self._opened = line, cells, opened

    @property
    def form(self) -> Application:
        """Return the form."""
        cells = self._opened.texts(self._cells)
        cells["application_id"] = cells["application_id"].strip()
        cells["class_name"] = cells.pop("class", "")
        return Application(**cells)

    @property
    def person(self) -> IdNumber | None:
        """Return the person of the form, without reading any other field."""
        text, cells = self._opened.text, self._cells
        key = lookup_key(blanked(text(cells, "id_type")), text(cells, "id_number"))
        return IdNumber(key) if key else None


class FileFormRows:
    """The rows of a file with usable ids, read on each iteration."""

    def __init__(self, opened: OpenedFile, aside: Iterable[int], count: int) -> None:
        """Take the *count* rows of *opened*, without the lines set *aside*."""
        self._opened, self._aside, self._count = opened, frozenset(aside), count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[FileFormRow]:
        for line, cells in self._opened.body():
            if line not in self._aside:
                yield FileFormRow(line, cells, self._opened)


@attrs.frozen(kw_only=True)
class ApplicationsFile:
    """An applications file as read."""

    file: str
    rows: FileFormRows = attrs.field(repr=False)
    faults: tuple[RowFault, ...]
    unknown: tuple[str, ...]


def read_applications(path: Path) -> ApplicationsFile:
    """
    Return the forms of *path*; rows with an unusable id are set aside.

    Raises:
        FileFault: the file as a whole cannot be read.
    """
    opened = open_table(path, APPLICATIONS)
    unreadable: list[RowFault] = []
    unusable: dict[int, str] = {}
    count, ids = 0, Repeats()
    for count, (line, text) in enumerate(_ids(opened, unreadable.append), start=1):  # noqa: B007
        ids.look_at(text)
        if code := id_fault(text):
            unusable[line] = code
    for line in _repeated(opened, ids):
        unusable.setdefault(line, "APPLICATION_ID_REPEATED")
    named = (RowFault(opened.file, line, _ID, code) for line, code in unusable.items())
    faults = tuple(sorted((*unreadable, *named), key=lambda fault: fault.line))
    rows = FileFormRows(opened, (fault.line for fault in faults), count - len(unusable))
    return ApplicationsFile(file=opened.file, rows=rows, faults=faults, unknown=opened.headings.unknown)


def _ids(opened: OpenedFile, aside: Callable[[RowFault], object] = lambda _: None) -> Iterator[tuple[int, str]]:
    """Yield the line and the id of each readable row."""
    place = opened.headings.fields.index(_ID)
    for line, cells in opened.taken(aside):
        yield line, text_of(cells[place]).strip()


def _repeated(opened: OpenedFile, ids: Repeats) -> list[int]:
    """Return the lines with an id that occurs more than once; *ids* has seen all of them."""
    found: dict[str, list[int]] = {}
    for line, text in compress(_ids(opened), ids.suspects()) if ids else ():
        found.setdefault(text, []).append(line)
    return [line for lines in found.values() if len(lines) > 1 for line in lines]


def id_fault(text: str) -> str | None:
    """Return the reason why *text*, without surrounding blanks, cannot be an application id in any column."""
    if not text:
        return "APPLICATION_ID_BLANK"
    if len(text) != _NUMBER_SIZE and _PLAINLY_NO_NUMBER.fullmatch(text):
        return None
    if is_resident_id(text) or (text.isascii() and inspect_phone(text).valid):
        return "APPLICATION_ID_PERSONAL"
    return None if _SAFE_ID.fullmatch(text) else "APPLICATION_ID_INVALID"
