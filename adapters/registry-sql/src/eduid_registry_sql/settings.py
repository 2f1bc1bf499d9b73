"""The settings of the source."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs
import sqlalchemy as sa

from eduid_core.findings import CallerError
from eduid_registry_file.columns import REGISTRY

__all__ = ["Settings"]

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def _refuse(name: str, reason: str) -> CallerError:
    return CallerError(f"the setting {name!r} {reason}")


def _check_url(_: object, field: attrs.Attribute[str], value: object) -> None:
    try:
        sa.make_url(str(value))
    except sa.exc.ArgumentError:
        raise _refuse(field.name, "needs the URL of a database") from None


def _check_table(_: object, field: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not all(value.split(".")) or value.count(".") > 1:
        raise _refuse(field.name, "needs the name of a view, or schema.view")


def _check_columns(_: object, field: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) and name for name in value.values()):
        raise _refuse(field.name, "needs a table of fields and the names of their columns")
    for name in value:
        if name not in REGISTRY.headings:
            raise _refuse(f"{field.name}.{name}", f"is none of {', '.join(REGISTRY.headings)}")


def _check_words(_: object, field: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, Mapping) or not all(isinstance(word, str) for word in (*value, *value.values())):
        raise _refuse(field.name, "needs a table of the view's words and their meanings, all of them texts")


def _check_seconds(_: object, field: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise _refuse(field.name, "needs a positive number of seconds")


def _check_share(_: object, field: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise _refuse(field.name, "needs a share from 0 to 1")


def _check_count(_: object, field: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _refuse(field.name, "needs a whole number from 1 on")


@attrs.frozen(kw_only=True)
class Settings:
    """The settings of the source. A fault names the setting; the URL is not shown."""

    url: str = attrs.field(
        validator=_check_url,
        repr=False,
        metadata={"help": "the URL of the database, with a user that may SELECT and nothing else"},
    )
    table: str = attrs.field(validator=_check_table, metadata={"help": "the view, or schema.view"})
    columns: Mapping[str, str] = attrs.field(
        default=_NONE,
        validator=_check_columns,
        metadata={"help": "field -> name of its column, where the name is not one that `eduid columns` knows"},
    )
    words: Mapping[str, str] = attrs.field(
        default=_NONE,
        validator=_check_words,
        metadata={"help": "a text of the status column -> its meaning, such as `1` -> `在读`"},
    )
    refresh_s: float = attrs.field(
        default=3600.0,
        validator=_check_seconds,
        metadata={"help": "the age in seconds at which the view is read again"},
    )
    stale_after_s: float = attrs.field(
        default=86400.0,
        validator=_check_seconds,
        metadata={"help": "the age up to which the copy serves while the view cannot be read"},
    )
    least_rows: int = attrs.field(
        default=1, validator=_check_count, metadata={"help": "a view with fewer rows is not taken"}
    )
    largest_drop: float = attrs.field(
        default=0.2,
        validator=_check_share,
        metadata={"help": "a view that has lost a larger share of its rows is not taken"},
    )
