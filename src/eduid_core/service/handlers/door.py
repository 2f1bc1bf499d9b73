"""
The door of the service: types, sizes, ids and times of a command are checked, and its values made canonical.

Behind the door a phone, a username and a code have one spelling each: budgets, claims, digests and messages use
that form alone.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, get_args, get_type_hints

import attrs

from eduid_core.findings import CallerError, Refused
from eduid_core.matching import Application as Form
from eduid_core.matching.keys import squeeze_number
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import commands as own
from eduid_core.service.handlers.field_types import TooLongError, UnwritableError, WrongTypeError, check_fields
from eduid_core.validation import inspect_phone
from eduid_core.validation.schooling.patterns import squeeze
from eduid_core.workflow import Actor, Command, Stamp
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.forms import mobile_number

__all__ = ["admitted", "canonical_form", "canonical_username", "looks_personal"]

LONGEST_USERNAME: Final = 64
_LONGEST_ID: Final = 120
"""The longest id in characters: with its prefix and suffix it fits every column of every store."""


def admitted(command: Command) -> Command | Refused:
    """
    Return *command* with canonical values, or a refusal: an unusable id or username, a text that is too long.

    Raises:
        CallerError: *command* is no command, a value is not of its declared type, or its time has no zone.
    """
    if not isinstance(command, Command):
        raise CallerError("a command is wanted")
    try:
        check_fields(command)
    except WrongTypeError as wrong:
        raise CallerError(f"{type(command).__name__}{wrong}") from None
    except TooLongError as long:
        return Refused("text_too_long", {"fields": [long.place.removeprefix(".")], "max": long.most})
    except UnwritableError as unwritable:
        if str(unwritable) == ".username":
            return Refused("username_unusable", {"max": LONGEST_USERNAME})
        return Refused("text_unusable")
    if command.at.utcoffset() is None:
        raise CallerError("the `at` of a command needs a time zone")
    personal = isinstance(command, app.Open) and looks_personal(command.subject, command.form)
    if personal or not _is_named_well(command) or any(_is_too_much(*text) for text in _plain_texts(command)):
        return Refused("text_unusable")
    return _canonical(command)


# --- ids -----------------------------------------------------------------------------------------------


def _is_named_well(command: Command) -> bool:
    """
    Return whether every store can keep the ids and key of *command*.

    An id has no outer blank, no control character and no lone surrogate; a key and an origin have no surrogate
    either.
    """
    names, others = (command.subject, command.by.id), (command.key, command.by.origin)
    return all(other.isascii() or other.isprintable() for other in others) and all(
        len(name) <= _LONGEST_ID and name.isprintable() and name == name.strip() for name in names
    )


_DIGITS_OF_A_DAY: Final = "(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_NUMBER: Final = re.compile(
    rf"(?<![0-9])[1-9][0-9]{{5}}{_DIGITS_OF_A_DAY}[0-9]{{3}}[0-9Xx](?![0-9])"
    r"|(?<![A-Za-z0-9])[A-Za-z][0-9]{17}[0-9Xx](?![0-9])"
)
"""A resident ID, valid or mistyped, or a student number (学籍号)."""
_MOBILE: Final = re.compile(r"(?<![0-9])(?:86)?(1[3-9][0-9]{9})(?![0-9])")
_SHORTEST_NAME: Final = 2


def looks_personal(name: str, form: Form | None = None) -> bool:
    """
    Return whether the id *name* holds an ID number, a student number (学籍号), a mobile number, or the name of
    the student or guardian of *form*, in any width and with any blanks: ids are stored in clear, so none of
    these may be part of one.

    >>> looks_personal("A-15400001234"), looks_personal("2026-000117"), looks_personal("G320098201503150010")
    (True, False, True)
    """
    name = squeeze(name)
    if _NUMBER.search(name):
        return True
    if any(inspect_phone(mobile).valid for mobile in _MOBILE.findall(name)):
        return True
    people = (squeeze(p.reveal("compare with the id")) for p in (form.name, form.guardian_name)) if form else ()
    return any(len(person) >= _SHORTEST_NAME and person in name for person in people)


# --- texts in the clear ----------------------------------------------------------------------------------

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_NAMED_BY_PEOPLE: Final = frozenset({"subject", "class_name"})
"""Texts that may be Chinese: an id, a class. Every other text in the clear is a code or a reference."""


def _plain_texts(value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a command, or a value in one
    """Yield the name and the text of every field in *value* that is stored in the clear."""
    for field in attrs.fields(type(value)):
        if field.name == "key":
            continue  # stored as a keyed digest
        held = getattr(value, field.name)
        for one in held if isinstance(held, tuple) else (held,):
            if isinstance(one, str) and not isinstance(one, enum.Enum):
                yield field.name, one
            elif attrs.has(type(one)) and not isinstance(one, Actor | Form | Stamp):
                yield from _plain_texts(one)


def _is_too_much(name: str, text: str) -> bool:
    """Return whether a text in the clear is more than a code or a reference: notes have their own fields."""
    written = _DIGEST.sub("", text)
    return looks_personal(written) or not (name in _NAMED_BY_PEOPLE or written.isascii())


# --- canonical values ----------------------------------------------------------------------------------


def _canonical(command: Command) -> Command | Refused:
    """Return *command* with one spelling of each value; the rules refuse a phone that is no mobile number."""
    changes: dict[str, Any] = {}
    for name, spell in _spellings(type(command)):  # type: ignore[arg-type]  # a class is hashed as any object
        value = getattr(command, name)
        canonical = None if value is None else spell(value)
        if canonical is not value:
            if isinstance(canonical, Refused):
                return canonical
            changes[name] = canonical
    return attrs.evolve(command, **changes) if changes else command


@cache
def _spellings(kind: type[Command]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return the fields of a command that have a canonical spelling, with the function that returns it."""
    hints = get_type_hints(kind)
    named = {n: _SPELLINGS[t] for n, hint in hints.items() for t in (hint, *get_args(hint)) if t in _SPELLINGS}
    if kind in {own.Register, own.LogIn}:
        named["username"] = canonical_username
    return tuple(named.items())


def _phone(phone: Phone) -> Phone:
    mobile = mobile_number(phone)
    return phone if mobile is None or mobile == phone else mobile


def _code(code: OtpCode) -> OtpCode:
    """Return the code without the blanks and widths that come with copying it from a message."""
    plain = squeeze_number(code.reveal("fold"))
    return code if plain == code.reveal("fold") else OtpCode(plain)


def canonical_form(form: Form) -> Form:
    """Return *form* with the guardian's phone in its one spelling; a phone that is no mobile stays as typed."""
    phone = _phone(form.guardian_phone)
    return form if phone is form.guardian_phone else attrs.evolve(form, guardian_phone=phone)


def canonical_username(username: PrivateText) -> PrivateText | Refused:
    """
    Return the username in its one spelling: width, case and outer blanks do not distinguish two usernames.

    Standard:
        RFC 8265, the profile UsernameCaseMapped.
    """
    import precis_i18n  # noqa: PLC0415 - its tables are needed at registration and log-in only

    typed = username.reveal("fold").strip()
    try:
        name = precis_i18n.get_profile("UsernameCaseMapped").enforce(typed)
    except UnicodeError:
        name = ""
    if not name or len(name) > LONGEST_USERNAME:
        return Refused("username_unusable", {"max": LONGEST_USERNAME})
    return username if name == username.reveal("compare") else PrivateText(name)


_SPELLINGS: Final[dict[Any, Callable[[Any], Any]]] = {Phone: _phone, OtpCode: _code, Form: canonical_form}
