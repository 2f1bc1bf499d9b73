"""
Calls to adapters, each behind a wall: whatever an adapter does, the service goes on.

An adapter may raise anything, `SystemExit` too, return anything, or never return. With a deadline the call is
made in a thread of its own; where it is not back in time, or whatever else ends the wait, the service goes on
without it. A thread cannot be killed: as long as it still runs, the adapter is called no more, so a message
that is stuck on its way is neither asked about nor handed over again. An adapter that is not trusted at all
belongs in a process of its own, behind an adapter that talks to it.

Ctrl-C is the operator's: it comes in the main thread and passes. One that an adapter raises in its own thread
is an adapter's failure like any other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import CoroutineType
from typing import Any, Final

__all__ = ["NO_ANSWER", "GuardedCall"]


class _NoAnswer:
    """There was no answer, for whatever reason: the reason may hold names and is not kept."""

    def __repr__(self) -> str:
        return "NO_ANSWER"


NO_ANSWER: Final = _NoAnswer()


class _Call(threading.Thread):
    """One call in a thread of its own."""

    def __init__(self, ask: Callable[[], object], read: Callable[[Any], object]) -> None:
        super().__init__(name="eduid-adapter", daemon=True)
        self._ask, self._read = ask, read
        self._word = threading.Lock()
        self._over = threading.Event()
        self.answer: object = NO_ANSWER

    def run(self) -> None:
        """Make the call, unless it was given up before; nothing it raises leaves the thread."""
        try:
            if self._word.acquire(blocking=False):
                self.answer = _asked(self._ask, self._read)
        finally:
            self._over.set()

    def given_up(self) -> bool:
        """Wait no more; return whether the call still runs. One that has not begun never will."""
        never = self._word.acquire(blocking=False)
        return not never and self.runs

    @property
    def runs(self) -> bool:
        """Return whether the call, once begun, is not over."""
        return not self._over.is_set()


class GuardedCall:
    """The wall before one adapter. Without *deadline_s* calls are made where they come from, and may last."""

    def __init__(self, deadline_s: float | None = None) -> None:
        """Let a call last *deadline_s*."""
        self.deadline_s = deadline_s
        self._stuck: list[_Call] = []
        self._turn = threading.Lock()

    def ask(
        self, ask: Callable[[], object], read: Callable[[Any], object] = lambda said: said, *, more_s: float = 0
    ) -> object:
        """
        Return what *read* makes of what *ask* returns; `NO_ANSWER` where either fails.

        *more_s* is added to the deadline. What was returned is read behind the wall too: it may hang or lie.
        """
        if self.deadline_s is None:
            return _asked(ask, read)
        if self.busy:
            return NO_ANSWER
        call = _Call(ask, read)
        try:
            call.start()
            call.join(self.deadline_s + more_s)
        finally:
            is_stuck = self._left(call)
        return NO_ANSWER if is_stuck else call.answer

    def _left(self, call: _Call) -> bool:
        """Give *call* up; return whether it still runs, and keep it in mind where it does."""
        with self._turn:
            if is_stuck := call.given_up():
                self._stuck.append(call)
        return is_stuck

    @property
    def busy(self) -> bool:
        """Return whether a call that was given up still runs."""
        with self._turn:
            self._stuck = [call for call in self._stuck if call.runs]
            return bool(self._stuck)


def _asked(ask: Callable[[], object], read: Callable[[Any], object]) -> object:
    try:
        said = ask()
        if isinstance(said, CoroutineType):
            said.close()  # an `async def` where a plain one is wanted
            return NO_ANSWER
        return read(said)
    except KeyboardInterrupt:
        if threading.current_thread() is threading.main_thread():
            raise
        return NO_ANSWER
    except BaseException:  # noqa: BLE001 - an adapter may raise anything
        return NO_ANSWER
