"""
Forks: connections stay with the process that opened them, and a forked process opens its own.

On a shared connection of a server two processes would read each other's answers. SQLite's locks belong to the
process that took them: a child on its parent's connection holds none, and the journal it writes to may be
deleted.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final, Protocol
from weakref import WeakValueDictionary

__all__ = ["leave", "tell_of_forks"]


class _Owner(Protocol):
    def before_fork(self) -> None: ...

    def after_fork(self) -> None: ...


_OWNERS: Final[WeakValueDictionary[int, _Owner]] = WeakValueDictionary()
_LEFT: Final[list[object]] = []
"""Objects that a parent opened. The child never closes them, because the other end would see it."""


def leave(opened: object) -> None:
    """Release an object that a parent *opened* without closing it."""
    _LEFT.append(opened)


def tell_of_forks(owner: _Owner) -> None:
    """Call *owner*, as long as it lives, before this process forks, and in the child afterwards."""
    _OWNERS[id(owner)] = owner


def _tell(name: str) -> Callable[[], None]:
    def tell() -> None:
        for ref in _OWNERS.valuerefs():
            owner = ref()
            if owner is not None:
                getattr(owner, name)()

    return tell


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(before=_tell("before_fork"), after_in_child=_tell("after_fork"))
