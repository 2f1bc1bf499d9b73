"""What a person tells about a file: values for columns that it lacks, headings of its own, sheets to read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

__all__ = ["AS_THEY_ARE", "NO_OPTIONS", "SIDES", "WITHOUT_PHONES", "FileOptions", "ReadingOptions"]

SIDES: Final = ("applications", "registry")


def _pairs(value: Mapping[str, str] | Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    pairs = value.items() if isinstance(value, Mapping) else value
    return tuple(sorted((str(one), str(other)) for one, other in pairs))


def _names(value: Sequence[str]) -> tuple[str, ...]:
    return tuple(value)


@attrs.frozen(kw_only=True)
class FileOptions:
    """
    The options of one file.

    `given` pairs a column with the value for sheets that lack it, `mapped` a folded heading with its column,
    `words` a text of the status column with its meaning; `sheets` names the only sheets to read.
    """

    given: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    mapped: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    words: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    sheets: tuple[str, ...] = attrs.field(default=(), converter=_names)


WITHOUT_PHONES: Final = ("guardian_phone", "")
"""The given value of the phone in a file whose families the school tells itself."""
NO_OPTIONS: Final = FileOptions()
"""Nothing is told about a file."""


@attrs.frozen(kw_only=True)
class ReadingOptions:
    """The options of both files of a run; stored with it."""

    applications: FileOptions = NO_OPTIONS
    registry: FileOptions = NO_OPTIONS

    @property
    def without_phones(self) -> bool:
        """Return whether the applications need no phone of the guardian."""
        return WITHOUT_PHONES in self.applications.given

    @property
    def is_default(self) -> bool:
        """Return whether nothing was given."""
        return self == ReadingOptions()

    def stored(self) -> str:
        """Return the options as text, empty if nothing was given."""
        if self.is_default:
            return ""
        return json.dumps(attrs.asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def read(cls, text: str) -> ReadingOptions:
        """Return the options stored as *text*."""
        parts: dict[str, dict[str, Any]] = json.loads(text) if text else {}
        return cls(**{side: FileOptions(**options) for side, options in parts.items()})


AS_THEY_ARE: Final = ReadingOptions()
"""Nothing is told about either file."""
