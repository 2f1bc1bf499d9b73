"""Broken stores that a test with killed processes must find."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs

from eduid_core.plugins import Commit, Committed, Conflict

__all__ = ["KILL_TWINS"]


class _Wrapped:
    """A store that forwards all calls."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _AnswersFirst(_Wrapped):
    """Answers before it commits: the commits wait for the next call."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self._waiting: list[Commit] = []

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        waiting, self._waiting = self._waiting, list(commits)
        if waiting:
            self._inner.commit(waiting)
        return [Committed()] * len(commits)


class _SplitsOff(_Wrapped):
    """Commits the streams first and the outbox rows in a second transaction."""

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        outcomes: Sequence[Committed | Conflict] = self._inner.commit(
            [attrs.evolve(commit, outbox=()) for commit in commits]
        )
        time.sleep(0.001)
        for commit, outcome in zip(commits, outcomes, strict=True):
            if isinstance(outcome, Committed):
                self._inner.commit([Commit(outbox=commit.outbox)])
        return outcomes


KILL_TWINS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "answers before it commits": _AnswersFirst,
    "commits a stream without its outbox row": _SplitsOff,
}
"""Name of an error -> the broken store around a real one."""
