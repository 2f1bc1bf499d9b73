"""
Input records of a comparison: an application (申请), registry rows (学籍), and the result of a look-up.

Names, numbers and phones are `Private` from here on: plain text is accepted and wrapped, and no `repr` of these
records shows any of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import cast

import attrs

from eduid_core.matching.schools import SchoolIndex
from eduid_core.private import IdNumber, PersonName, Phone, Private
from eduid_core.validation.placeholders import FIRST_CHARACTERS, blanked
from eduid_core.validation.schooling.patterns import BLANK, squeeze

__all__ = ["Application", "Found", "RegistryRow"]


def _text(value: object) -> str:
    """Return *value* as text: a text without a value becomes empty, a date keeps year, month and day."""
    if type(value) is str:
        return blanked(value) if value and value[0] in FIRST_CHARACTERS else value
    return blanked(_written(value))


def _written(value: object) -> str:
    """Return *value*, which is no plain text, as it would be typed."""
    if value is None:
        return ""
    if issubclass(type(value), str):
        return str.__str__(cast("str", value))
    if isinstance(value, Private):
        return value.reveal("matching")
    return value.strftime("%Y-%m-%d") if isinstance(value, dt.date) else str(value)


def _id(value: object) -> str:
    """Return an application id: no field of the form, so that a placeholder is an id like any other."""
    text = value if type(value) is str else _written(value)
    return "" if text and text[0] in BLANK and not squeeze(text) else text


def _name(value: object) -> PersonName:
    return PersonName(_text(value))


def _number(value: object) -> IdNumber:
    return IdNumber(_text(value))


def _phone(value: object) -> Phone:
    return Phone(_text(value))


@attrs.frozen
class Application:
    """
    The form as typed.

    `id_type` blank means a resident ID; `school_code` and the guardian's name may be blank.

    >>> Application("a1", "陈小雨", "320098201503150010", "海英小学", "四年级", "1班", "2023").name
    <name:3>
    """

    application_id: str = attrs.field(default="", converter=_id)
    name: PersonName = attrs.field(default=PersonName(""), converter=_name)
    id_number: IdNumber = attrs.field(default=IdNumber(""), converter=_number)
    school: str = attrs.field(default="", converter=_text)
    grade: str = attrs.field(default="", converter=_text)
    class_name: str = attrs.field(default="", converter=_text)
    entry_year: str = attrs.field(default="", converter=_text)
    id_type: str = attrs.field(default="", converter=_text)
    school_code: str = attrs.field(default="", converter=_text)
    guardian_name: PersonName = attrs.field(default=PersonName(""), converter=_name)
    guardian_phone: Phone = attrs.field(default=Phone(""), converter=_phone)


@attrs.frozen
class RegistryRow:
    """One row of the registry, unchanged. `entry_month` is yyyymm, `status` the registry's word."""

    student_number: IdNumber = attrs.field(default=IdNumber(""), converter=_number)
    name: PersonName = attrs.field(default=PersonName(""), converter=_name)
    id_type: str = attrs.field(default="", converter=_text)
    id_number: IdNumber = attrs.field(default=IdNumber(""), converter=_number)
    school_code: str = attrs.field(default="", converter=_text)
    school: str = attrs.field(default="", converter=_text)
    grade: str = attrs.field(default="", converter=_text)
    class_name: str = attrs.field(default="", converter=_text)
    entry_month: str = attrs.field(default="", converter=_text)
    status: str = attrs.field(default="", converter=_text)
    teacher_name: PersonName = attrs.field(default=PersonName(""), converter=_name)
    teacher_phone: Phone = attrs.field(default=Phone(""), converter=_phone)
    guardian_phone: Phone = attrs.field(default=Phone(""), converter=_phone)


def _rows(value: Iterable[RegistryRow] | None) -> tuple[RegistryRow, ...]:
    return value if isinstance(value, tuple) else tuple(value or ())


def _ids(value: Iterable[str]) -> tuple[str, ...]:
    return tuple(value)


@attrs.frozen
class Found:
    """
    The registry's answer for one application.

    `rows` are those of the claimed number (others are ignored), `schools` the index of the whole registry
    (without one, that of `rows`), `as_of` the day of the decision, `snapshot` the hash of the queried registry,
    `also_applied` the other live applications with this number. `available` is False if the registry could not
    be queried: that is never the same as no row.
    """

    rows: tuple[RegistryRow, ...] = attrs.field(default=(), converter=_rows)
    schools: SchoolIndex | None = None
    as_of: dt.date | None = None
    snapshot: str = ""
    also_applied: tuple[str, ...] = attrs.field(default=(), converter=_ids)
    available: bool = True
