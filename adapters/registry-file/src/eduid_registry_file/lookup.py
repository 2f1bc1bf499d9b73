"""Find registry rows in memory: by the person's key, and the homeroom teacher of a class."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from eduid_core.matching import RegistryRow, SchoolIndex
from eduid_core.matching.schools import school_code_form
from eduid_core.plugins import RegistryAnswer, RegistryQuery
from eduid_core.private import PersonName, Phone
from eduid_core.validation.schooling.class_form import class_form
from eduid_core.workflow.application.states import Teacher

__all__ = ["RegistryLookup"]

ClassKey = tuple[str, str]
_CLASSES = 8192
_LOG = logging.getLogger("eduid_registry_file")


class RegistryLookup:
    """A registry of *rows*, found by their *keys*; *snapshot* is the digest of the text they were read from."""

    def __init__(self, rows: Sequence[RegistryRow], keys: Sequence[str | None], snapshot: str) -> None:
        """Index *rows*; a row without a key is found by no person."""
        self.rows, self.snapshot = tuple(rows), snapshot
        self.schools = SchoolIndex.of(self.rows)
        self._class = lru_cache(_CLASSES)(self._found_class)
        """A class is looked up once for each of its students."""
        self._by_person: dict[str, list[RegistryRow]] = {}
        self._codes = frozenset(school_code_form(row.school_code) for row in self.rows)
        for row, key in zip(self.rows, keys, strict=True):
            if key:
                self._by_person.setdefault(key, []).append(row)
        self._by_class = _classes_of(self.rows)

    def size_by_school(self) -> dict[str, int]:
        """Return the number of rows per school, by code."""
        return dict(Counter(row.school_code.strip() for row in self.rows))

    def find(self, query: RegistryQuery, /) -> RegistryAnswer:
        """
        Return the rows of the person's key, and the homeroom teacher of the class named in the form; if there
        is no such class, of the student's own.
        """
        key = query.person.reveal("look up") if query.person else ""
        form, rows = query.form, tuple(self._by_person.get(key, ()))
        code, row = self._class(form.school, form.school_code, form.grade, form.class_name)
        if row is None and len(own := {_class_of(r.school_code, r.grade, r.class_name) for r in rows}) == 1:
            row = self._by_class[own.pop()]
            code = school_code_form(row.school_code)
        return RegistryAnswer(
            rows=rows,
            schools=self.schools,
            teacher=_teacher(row) if row is not None and _names_teacher(row) else None,
            class_ref=(code, class_form(row.class_name, row.grade) if row is not None else ""),
            snapshot=self.snapshot,
        )

    def _found_class(
        self, school: str, school_code: str, grade: str, class_name: str
    ) -> tuple[str, RegistryRow | None]:
        """Return the code of the named school, if it is one here, and a row of the named class."""
        codes = self.schools.resolve(school).codes if school.strip() else frozenset()
        if len(codes) != 1:
            codes = self._codes & {school_code_form(school_code)}
        if len(codes) != 1:
            return "", None
        code = min(codes)
        return code, self._by_class.get(_class_of(code, grade, class_name))


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


@lru_cache(_CLASSES)
def _class_of(code: str, grade: str, class_name: str) -> ClassKey:
    """Return the key of a class for any spelling of grade and class."""
    try:
        return school_code_form(code), class_form(class_name, grade)
    except Exception as error:  # noqa: BLE001 - the teacher is sought: one text must not stop the others
        _LOG.error("a class was not read: %s", type(error).__name__)
        return code, f"{grade} {class_name}"
