"""
Limits of the values of a policy: each key has its range beside its default, and one text for a value outside.

The range is read by the check, by the error, and by the pages of the reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs

from eduid_core.findings import CallerError

__all__ = [
    "Limit",
    "PolicyFault",
    "Together",
    "check_together",
    "choice",
    "is_whole",
    "limit_of",
    "limited",
    "part_of",
    "switch",
    "text",
    "whole",
]

_LONGEST_TEXT: Final = 64


class PolicyFault(CallerError):
    """Values that a policy cannot have; the texts name each key and never hold the value."""

    def __init__(self, *faults: tuple[str, str, str]) -> None:
        """Name the key of each of *faults* in both texts: (key, zh, en)."""
        self.faults = faults
        super().__init__(f"policy: {self.en}")

    @property
    def zh(self) -> str:
        """Return the faults in Chinese."""
        return "；".join(f"{key}：{zh}" if key else zh for key, zh, _ in self.faults)

    @property
    def en(self) -> str:
        """Return the faults in English."""
        return "; ".join(f"{key}: {en}" if key else en for key, _, en in self.faults)


@attrs.frozen
class Limit:
    """The allowed values of a key in words, and the check."""

    zh: str
    en: str
    allows: Callable[[Any], bool] = attrs.field(repr=False, eq=False)

    def __call__(self, _: object, attribute: attrs.Attribute[Any], value: Any) -> None:  # noqa: ANN401 - any value is tried
        """Check *value* (attrs calls it). Raise `PolicyFault` if it is not allowed."""
        if not self.allows(value):
            raise PolicyFault((attribute.name, f"应为{self.zh}", f"is to be {self.en}"))


def limited(default: Any, limit: Limit, **field: Any) -> Any:  # noqa: ANN401 - attrs types a field as its default
    """Return a field with *default* whose values are those of *limit*."""
    return attrs.field(default=default, validator=limit, metadata={"limit": limit}, **field)


def limit_of(field: attrs.Attribute[Any]) -> Limit | None:
    """Return the limit of a *field* of a policy; None for a part, which has keys of its own."""
    limit: Limit | None = field.metadata.get("limit")
    return limit


def is_whole(value: object, least: int, most: int) -> bool:
    """Return whether *value* is a whole number from *least* to *most*."""
    return type(value) is int and least <= value <= most


def whole(default: int, least: int, most: int) -> Any:  # noqa: ANN401 - as `limited`
    """Return a field that holds a whole number from *least* to *most*."""
    zh, en = f" {least} 到 {most} 的整数", f"a whole number from {least} to {most}"
    return limited(default, Limit(zh, en, lambda value: is_whole(value, least, most)))


def switch(*, default: bool) -> Any:  # noqa: ANN401 - as `limited`
    """Return a field that holds true or false."""
    return limited(default, Limit(" true 或 false", "true or false", lambda value: type(value) is bool))


def choice(*values: str) -> Any:  # noqa: ANN401 - as `limited`
    """Return a field that holds one of *values*; the first is the default."""
    named = ", ".join(values)
    limit = Limit(f"以下之一：{named}", f"one of {named}", lambda value: type(value) is str and value in values)
    return limited(values[0], limit)


def text(default: str) -> Any:  # noqa: ANN401 - as `limited`
    """Return a field that holds a short text."""
    limit = Limit(
        f" 1 到 {_LONGEST_TEXT} 个字符的文本",
        f"a text of 1 to {_LONGEST_TEXT} characters",
        lambda value: type(value) is str and 0 < len(value) <= _LONGEST_TEXT and value.isprintable(),
    )
    return limited(default, limit)


def part_of(part: type[Any]) -> Any:  # noqa: ANN401 - as `limited`
    """Return a field that holds a *part* of a policy, with keys of its own."""

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if type(value) is not part:
            raise PolicyFault((attribute.name, "应为一组设置", "is to be a table of its keys"))

    return attrs.field(factory=part, validator=check)


@attrs.frozen
class Together:
    """Keys that belong together: the first is named by the error, *holds* compares the values of a policy."""

    key: str
    zh: str
    en: str
    holds: Callable[[Any], bool] = attrs.field(repr=False, eq=False)


def check_together(policy: object, rows: tuple[Together, ...]) -> None:
    """
    Check every row of keys that belong together.

    Raises:
        PolicyFault: the values of *policy* contradict each other.
    """
    for row in rows:
        if not row.holds(policy):
            raise PolicyFault((row.key, row.zh, row.en))
