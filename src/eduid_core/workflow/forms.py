"""Checks on a form before submission. Pure; the day comes with the command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Final

from eduid_core.china import CHINA
from eduid_core.matching import Application as Form
from eduid_core.matching import lookup_key
from eduid_core.matching.keys import RESIDENT, kind_of
from eduid_core.private import IdNumber, Phone
from eduid_core.validation.inspection import Inspection
from eduid_core.validation.kinds import HolderRole, Kind
from eduid_core.validation.names.inspect import fold_name

REQUIRED = ("name", "id_number", "school", "grade", "class_name", "entry_year", "guardian_phone")
"""Required fields of a submission; an ID number may be empty for document type 其他 (Z)."""

FIELDS = (*REQUIRED, "id_type", "school_code", "guardian_name")
"""Every field of a form."""

# Texts first: a comparison of private values takes many times as long.
_PRIVATE = ("name", "id_number", "guardian_name", "guardian_phone")
_GETTERS = tuple(attrgetter(name) for name in sorted(FIELDS, key=_PRIVATE.__contains__))


def blank_fields(form: Form) -> list[str]:
    """
    Return the required fields of *form* that are blank, in the form's order.

    A document of the type 其他, or of a type that is not listed, may have no number: a person decides.
    """
    optional = {"id_number"} if kind_of(form.id_type) in {None, Kind.OTHER_DOCUMENT} else set[str]()
    return [name for name in REQUIRED if name not in optional and is_blank(getattr(form, name))]


def is_blank(value: Any) -> bool:
    """Return whether a field of a form is empty."""
    return not (value.reveal("is it blank") if hasattr(value, "reveal") else value).strip()


def differs(before: Form, after: Form) -> bool:
    """Return whether two forms differ in any field."""
    if before is after:
        return False
    for get in _GETTERS:
        one, other = get(before), get(after)
        if one is not other and one != other:
            return True
    return False


def differing(before: Form, after: Form, fields: Iterable[str] = FIELDS) -> frozenset[str]:
    """Return the names of *fields* in which two forms differ."""
    return frozenset(n for n in fields if getattr(before, n) != getattr(after, n))


def names_another_guardian(before: Form, after: Form) -> bool:
    """
    Return whether *after* names another guardian, by name or phone, than *before* does. A gap that is filled,
    or a phone that was no mobile number, named nobody.
    """
    if before.guardian_name != after.guardian_name and not is_blank(before.guardian_name):
        return True
    phone = before.guardian_phone
    return phone != after.guardian_phone and mobile_number(phone) is not None


def _inspected(form: Form, at: dt.datetime) -> Inspection | None:
    """Inspect the number as the declared document, as matching does; None for a type that is not listed."""
    from eduid_core.validation import inspect_number  # noqa: PLC0415 - the number rooms load on first use

    text = form.id_number.reveal("validate")
    kind = kind_of(form.id_type, text)
    if kind is None:
        return None
    kind = Kind.RESIDENT_ID if kind in RESIDENT else kind
    return inspect_number(text, kind=kind, as_of=at.astimezone(CHINA).date(), role=HolderRole.STUDENT)


def number_errors(form: Form, at: dt.datetime) -> tuple[str, ...]:
    """Return the codes of errors that make the form's number impossible on the day of *at* in China."""
    if not form.id_number.reveal("validate").strip():
        return ()
    seen = _inspected(form, at)
    return tuple(f.code for f in seen.findings if f.is_error) if seen else ()


def age_at(form: Form, at: dt.datetime) -> int | None:
    """Return the age in whole years on the day of *at* in China, by the number; None without a date."""
    seen = _inspected(form, at)
    born = seen.facts.get("birth_date") if seen else None
    if not isinstance(born, dt.date):
        return None
    day = at.astimezone(CHINA).date()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def mobile_number(phone: Phone) -> Phone | None:
    """Return *phone* as a canonical mainland mobile number, or None if it is not one."""
    from eduid_core.validation import inspect_phone  # noqa: PLC0415 - as above

    seen = inspect_phone(phone.reveal("validate"))
    return Phone.of(seen.canonical) if seen.valid and seen.kind is Kind.MOBILE and seen.canonical else None


def is_another_person(before: Form, after: Form) -> bool:
    """
    Return whether two forms show different students by themselves: number and name both differ, or birth date
    and sex both differ. A blank or an impossible number shows nothing.
    """
    one, other = person_of(before), person_of(after)
    if one is None or other is None or one == other:
        return False
    names = {fold_name(form.name.reveal("compare"))[0] for form in (before, after)}
    if "" not in names and len(names) > 1:
        return True
    (born, sex), (born_then, sex_then) = _birth_and_sex(after), _birth_and_sex(before)
    return None not in {born, sex, born_then, sex_then} and born != born_then and sex != sex_then


def _birth_and_sex(form: Form) -> tuple[Any, Any]:
    """Return the birth date and the sex that the form's number holds; None for what it does not hold."""
    seen = _inspected(form, _LATEST)
    return (seen.facts.get("birth_date"), seen.facts.get("sex")) if seen and seen.valid else (None, None)


_LATEST: Final = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
"""A day after every birth."""


_WEAK: Final = frozenset({None, Kind.OTHER_DOCUMENT, Kind.PASSPORT_OTHER})
"""Kinds whose numbers may belong to two students: unlisted, other, and a passport without its nationality."""


def is_weak(form: Form) -> bool:
    """Return whether the form's document may be another student's too: then it takes no unique claim."""
    return kind_of(form.id_type) in _WEAK


def person_of(form: Form) -> IdNumber | None:
    """Return the key that identifies the person: the canonical document number; None if there is none."""
    key = lookup_key(form.id_type, form.id_number)
    return IdNumber(key) if key else None
