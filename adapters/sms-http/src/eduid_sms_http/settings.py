"""The settings of a sender: fields of an attrs class, and validators whose faults name the setting."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from eduid_core.findings import CallerError

__all__ = [
    "SettingError",
    "check_name",
    "check_origin",
    "check_seconds",
    "check_sign_name",
    "check_text",
    "check_url",
    "seconds",
    "secret",
]

_NAME: Final = re.compile(r"[A-Za-z0-9._-]{0,64}")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingError(CallerError):
    """A setting that cannot be used: its name and the reason, never its value."""

    def __init__(self, setting: str, reason: str) -> None:
        """Name the *setting*."""
        self.setting = setting
        super().__init__(f"the setting {setting!r} {reason}")


def seconds(default: float, help_: str) -> Any:  # noqa: ANN401 - a field
    """Return a field of a positive number of seconds."""
    return attrs.field(default=default, validator=check_seconds, metadata={"help": help_})


def secret(help_: str, *, is_optional: bool = False) -> Any:  # noqa: ANN401 - a field
    """Return a field of a text that is not shown; an optional one may be None."""
    if is_optional:
        check = attrs.validators.optional(check_text)
        return attrs.field(default=None, validator=check, repr=False, metadata={"help": help_})
    return attrs.field(validator=check_text, repr=False, metadata={"help": help_})


def check_text(_: object, field: attrs.Attribute[Any], value: object) -> None:
    """Refuse a blank text, or one with blanks around it, as they come along when a key is copied."""
    if not isinstance(value, str) or not value or value != value.strip():
        raise SettingError(field.name, "needs a text without blanks around it")


def check_name(_: object, field: attrs.Attribute[Any], value: object) -> None:
    """Refuse a name of other characters than letters, digits, dot, hyphen and underscore; a blank is none."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise SettingError(field.name, "takes up to 64 letters, digits, dots, hyphens and underscores")


def check_sign_name(_: object, field: attrs.Attribute[Any], value: object) -> None:
    """Refuse a signature that is blank or has the brackets that the provider sets around it."""
    check_text(_, field, value)
    if set(str(value)) & set("【】[]"):
        raise SettingError(field.name, "is written without brackets")


def check_seconds(_: object, field: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is no positive number of seconds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise SettingError(field.name, "needs a positive number of seconds")


def check_origin(_: object, field: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is no https address of a host; http is allowed on this machine only, for tests."""
    if not _is_address(value) or urlsplit(str(value)).path.strip("/"):
        raise SettingError(field.name, "needs an address such as https://host, without a path")


def check_url(_: object, field: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is no https address, with or without a path; http as for `check_origin`."""
    if not _is_address(value):
        raise SettingError(field.name, "needs an address such as https://host/path")


def _is_address(value: object) -> bool:
    try:
        parts = urlsplit(str(value))
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_plain = not (parts.username or parts.query or parts.fragment) and str(value).isprintable()
    is_local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return has_host and is_plain and " " not in str(value) and (parts.scheme == "https" or is_local)
