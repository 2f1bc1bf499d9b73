"""A form checked while it is filled in: findings by field, from the form and the schools and classes listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterator
from typing import Any, Final

from eduid_core import messages
from eduid_core.matching import Application as Form
from eduid_core.matching.keys import kind_of
from eduid_core.plugins import RegistryAnswer, RegistryQuery
from eduid_core.private import Private
from eduid_core.service.intents import QueryRegistry
from eduid_core.service.reading.values import FormFinding, Words
from eduid_core.validation import Finding, inspect_number, inspect_phone
from eduid_core.validation.kinds import HolderRole, Kind
from eduid_core.validation.names.inspect import inspect_name
from eduid_core.validation.schooling import parse
from eduid_core.workflow.forms import blank_fields

__all__ = ["form_findings"]

_LATIN: Final = frozenset({Kind.PASSPORT_OTHER, Kind.FOREIGN_PERMANENT_RESIDENT})
"""Kinds of documents whose names may be written in Latin letters."""

_SCHOOLING: Final[tuple[tuple[str, Callable[[str], object], str], ...]] = (
    ("grade", parse.parse_grade, "GRADE_UNREADABLE"),
    ("class_name", parse.parse_class, "CLASS_UNREADABLE"),
    ("entry_year", parse.parse_entry_year, "ENTRY_YEAR_UNREADABLE"),
)


def form_findings(form: Form, day: dt.date) -> Generator[Any, Any, tuple[FormFinding, ...]]:
    """
    Return the findings about *form* on *day*, by field: blanks, number, name, phone, grade, class, entry year,
    and a school or class that the registry's lists do not have. No student's row is looked at.
    """
    found = [*_blanks(form), *_of_people(form, day), *_of_schooling(form)]
    seen = {one.field for one in found if one.severity == "error"}
    if not seen & {"school", "grade", "class_name"}:
        place = {name: getattr(form, name) for name in ("school", "school_code", "grade", "class_name")}
        asked = Form(**place)
        answer: RegistryAnswer = yield QueryRegistry(RegistryQuery(person=None, form=asked))
        found += _of_place(answer)
    return tuple(dict.fromkeys(found))


def _finding(field: str, code: str, severity: str = "error", **params: Any) -> FormFinding:  # noqa: ANN401 - of texts
    words = Words(zh=messages.text(code, "zh", params), en=messages.text(code, "en", params))
    return FormFinding(field=field, code=code, severity=severity, words=words)


def _blanks(form: Form) -> Iterator[FormFinding]:
    for field in blank_fields(form):
        yield _finding(field, "FIELD_REQUIRED")


def _of_people(form: Form, day: dt.date) -> Iterator[FormFinding]:
    number = _text(form.id_number)
    kind = kind_of(form.id_type, number)
    if kind is None:
        yield _finding("id_type", "ID_TYPE_UNKNOWN", "doubt")
    elif number.strip():
        inspection = inspect_number(number, kind=kind, as_of=day, role=HolderRole.STUDENT)
        yield from _told("id_number", inspection.findings)
    if name := _text(form.name).strip():
        yield from _told("name", inspect_name(name, latin=kind in _LATIN).findings)
    if phone := _text(form.guardian_phone).strip():
        checked = inspect_phone(phone, kind=Kind.MOBILE)
        yield from _told("guardian_phone", checked.findings)
        if checked.valid and checked.kind is not Kind.MOBILE:
            yield _finding("guardian_phone", "PHONE_INVALID")


def _text(value: str | Private) -> str:
    return value.reveal("check the form") if isinstance(value, Private) else value


def _told(field: str, findings: tuple[Finding, ...]) -> Iterator[FormFinding]:
    for one in findings:
        yield FormFinding(
            field=field, code=one.code, severity=one.severity.value, words=Words(zh=one.zh, en=one.en)
        )


def _of_schooling(form: Form) -> Iterator[FormFinding]:
    """Yield what cannot be read; a person decides about it, so it is a doubt."""
    for field, read, code in _SCHOOLING:
        text = getattr(form, field)
        if text.strip() and read(text) is None:
            yield _finding(field, code, "doubt")


def _of_place(answer: RegistryAnswer) -> Iterator[FormFinding]:
    if not answer.available:
        return
    if not answer.class_ref[0]:
        yield _finding("school", "SCHOOL_UNKNOWN", "doubt")
    elif not answer.class_ref[1]:
        yield _finding("class_name", "CLASS_NOT_LISTED", "doubt")
