"""The registry file as a `RegistrySource`: every row in memory, found by the person's key."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path

from eduid_core.matching import RegistryRow, SchoolIndex
from eduid_core.matching.schools import school_code_form
from eduid_core.plugins import RegistryAnswer, RegistryQuery
from eduid_core.private import PersonName, Phone
from eduid_core.validation.schooling.parse import ClassText, parse_class, parse_grade
from eduid_core.workflow.application.states import Teacher
from eduid_registry_file.faults import FileFault
from eduid_registry_file.options import NO_OPTIONS, FileOptions
from eduid_registry_file.register_rows import read_register

__all__ = ["RegistryFile"]

ClassKey = tuple[str, object, object]
_CLASSES = 8192
_LOG = logging.getLogger("eduid_registry_file")


class RegistryFile:
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
            self.snapshot = file_digest(file, "sha256").hexdigest()
        self.rows, self.places = read.rows, read.places
        self.schools = SchoolIndex.of(self.rows)
        self._homeroom = lru_cache(_CLASSES)(self._found_homeroom)
        """A class is looked up once for each of its students."""
        self._by_person: dict[str, list[RegistryRow]] = {}
        for row, key in zip(self.rows, read.keys, strict=True):
            if key:
                self._by_person.setdefault(key, []).append(row)
        self._by_class = _classes_of(self.rows)

    def size_by_school(self) -> dict[str, int]:
        """Return the number of rows per school, by code."""
        return dict(Counter(row.school_code.strip() for row in self.rows))

    def find(self, query: RegistryQuery, /) -> RegistryAnswer:
        """Return the rows of the person's key and the homeroom teacher of the class named in the form."""
        key = query.person.reveal("look up") if query.person else ""
        form = query.form
        homeroom = self._homeroom(form.school, form.grade, form.class_name)
        return RegistryAnswer(
            rows=tuple(self._by_person.get(key, ())),
            schools=self.schools,
            teacher=_teacher(homeroom) if homeroom and _names_teacher(homeroom) else None,
            class_ref=(homeroom.school_code, f"{homeroom.grade} {homeroom.class_name}")
            if homeroom
            else ("", ""),
            snapshot=self.snapshot,
        )

    def _found_homeroom(self, school: str, grade: str, class_name: str) -> RegistryRow | None:
        """Return a row of the named class, one that names its teacher if there is any."""
        codes = self.schools.resolve(school).codes
        if len(codes) != 1:
            return None
        return self._by_class.get(_class_of(min(codes), grade, class_name))


def _classes_of(rows: Iterable[RegistryRow]) -> dict[ClassKey, RegistryRow]:
    """Return a row of each class: one that names the teacher, else the first."""
    by_text: dict[tuple[str, str, str], RegistryRow] = {}
    for row in rows:
        text = row.school_code, row.grade, row.class_name
        known = by_text.get(text)
        if known is None or (_names_teacher(row) and not _names_teacher(known)):
            by_text[text] = row
    found: dict[ClassKey, RegistryRow] = {}
    for text, row in by_text.items():
        known = found.setdefault(_class_of(*text), row)
        if _names_teacher(row) and not _names_teacher(known):
            found[_class_of(*text)] = row
    return found


def _names_teacher(row: RegistryRow) -> bool:
    return bool(row.teacher_name or row.teacher_phone)


def _teacher(row: RegistryRow) -> Teacher:
    return Teacher(id="", name=PersonName.of(row.teacher_name), phone=Phone.of(row.teacher_phone))


def _class_of(code: str, grade: str, class_name: str) -> ClassKey:
    """Return the key of a class for any spelling of grade and class."""
    try:
        return school_code_form(code), parse_grade(grade) or grade.strip(), _class_part(class_name)
    except Exception as error:  # noqa: BLE001 - the teacher is sought: one text must not stop the others
        _LOG.error("a class was not read: %s", type(error).__name__)
        return code, grade, class_name


def _class_part(text: str) -> object:
    parsed = parse_class(text)
    if not isinstance(parsed, ClassText):
        return text.strip()
    return parsed.number or parsed.label or text.strip()
