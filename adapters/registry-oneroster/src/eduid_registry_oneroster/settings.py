"""The settings of the source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import attrs

from eduid_core.findings import CallerError
from eduid_core.matching.keys import kind_of

__all__ = ["Settings"]

_ID_TYPES: Final = MappingProxyType({"cn.resident_id": "居民身份证"})
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def _refuse(name: str, reason: str) -> CallerError:
    return CallerError(f"the setting {name!r} {reason}")


def _path(value: object) -> Path:
    if not isinstance(value, str | Path) or not str(value).strip():
        raise _refuse("path", "needs the path of a folder or a zip")
    return Path(value)


def _lowered(value: object) -> object:
    """Return the types in lower case: the standard leaves their case open."""
    return {str(name).lower(): text for name, text in value.items()} if isinstance(value, Mapping) else value


def _check_texts(_: object, field: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in (*value, *value.values())):
        raise _refuse(field.name, "needs a table of texts")


def _check_id_types(_: object, field: attrs.Attribute[Any], value: Mapping[str, str]) -> None:
    _check_texts(_, field, value)
    for name, text in value.items():
        if kind_of(text) is None:
            raise _refuse(f"{field.name}.{name}", "is no type of a document")


def _check_text(_: object, field: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise _refuse(field.name, "needs a text")


def _check_flag(_: object, field: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, bool):
        raise _refuse(field.name, "needs true or false")


@attrs.frozen(kw_only=True)
class Settings:
    """The settings of the source. A fault names the setting."""

    path: Path = attrs.field(converter=_path, metadata={"help": "a folder or a zip"})
    id_types: Mapping[str, str] = attrs.field(
        default=_ID_TYPES,
        validator=_check_id_types,
        converter=_lowered,
        metadata={"help": "a type of `userIds` -> the type of document that it is"},
    )
    student_number_type: str = attrs.field(
        default="cn.edu.xjh",
        validator=_check_text,
        metadata={
            "help": "the type of `userIds` that holds the student number (学籍号); else `identifier` holds it"
        },
    )
    words: Mapping[str, str] = attrs.field(
        default=_NONE,
        validator=_check_texts,
        metadata={"help": "a text of `metadata.cn.status` -> its meaning, such as `1` -> `在读`"},
    )
    derive_entry_year: bool = attrs.field(
        default=False,
        validator=_check_flag,
        metadata={
            "help": "compute the entry year from grade and school year (six-three system) where "
            "`metadata.cn.entryMonth` is blank"
        },
    )
