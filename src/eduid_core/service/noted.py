"""
What a decision rests on: every stream that was looked at for it, at the version it was looked at.

A command often rests on more than the stream it changes: on a grant, an account, the card beside it. The commit
names them all, and it lands only while each stands as it was seen; else the decision is made again.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

from eduid_core.plugins import Read
from eduid_core.service.intents import Load

__all__ = ["Noted"]

_T = TypeVar("_T")


class Noted:
    """The streams that were looked at; of one that was looked at twice, as it stood the first time."""

    def __init__(self) -> None:
        """Begin with none."""
        self._versions: dict[str, int] = {}

    def noting(self, steps: Generator[Any, Any, _T]) -> Generator[Any, Any, _T]:
        """Carry *steps* on as they are, and note each stream they load."""
        step, arg = steps.send, None
        while True:
            try:
                intent = step(arg)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            try:
                arg, step = (yield intent), steps.send
            except Exception as error:  # noqa: BLE001 - whatever it was, they are told
                arg, step = error, steps.throw
                continue
            if type(intent) is Load:
                self._versions.setdefault(f"{intent.aggregate}/{intent.key}", arg.version)

    def reads(self) -> tuple[Read, ...]:
        """Return what was looked at."""
        return tuple(Read(name, version) for name, version in self._versions.items())
