"""The settings of the sender."""

from __future__ import annotations

from typing import Any, Final

import attrs

from eduid_sms_http import SettingError, check_text
from eduid_sms_http.settings import check_name, check_url, seconds

__all__ = ["Settings"]

_LEAST_SECRET: Final = 32
_MOST: Final = 1000


def _check_secret(_: object, field: attrs.Attribute[Any], value: object) -> None:
    check_text(_, field, value)
    if len(str(value)) < _LEAST_SECRET:
        raise SettingError(field.name, f"needs at least {_LEAST_SECRET} characters")


def _check_count(_: object, field: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST:
        raise SettingError(field.name, f"needs a whole number from 1 to {_MOST}")


@attrs.frozen(kw_only=True)
class Settings:
    """The settings of the sender. A fault names the setting; the secret is not shown."""

    url: str = attrs.field(validator=check_url, metadata={"help": "the address that takes messages"})
    secret: str = attrs.field(
        validator=_check_secret,
        repr=False,
        metadata={"help": "at least 32 random characters, the same at the gateway"},
    )
    query_url: str | None = attrs.field(
        default=None,
        validator=attrs.validators.optional(check_url),
        metadata={"help": "the address that tells the status of messages, if the gateway has one"},
    )
    account: str = attrs.field(
        default="",
        validator=check_name,
        metadata={
            "help": "a name of the gateway that stays when its address changes (blank: the address serves)"
        },
    )
    messages_per_request: int = attrs.field(default=100, validator=_check_count, metadata={"help": "1 to 1000"})
    timeout_s: float = seconds(10.0, "the time limit of one request")
    query_after_s: float = seconds(
        300.0, "the age at which the gateway knows of every message that it has received"
    )
