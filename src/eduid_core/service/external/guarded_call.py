"""
Isolation of adapter calls: no failure of an adapter stops the service.

An adapter may raise anything, even `SystemExit`, return anything, or never return. With a deadline the call
runs in a thread of its own; if it does not return in time, or the wait ends for another reason, the service
continues without it. A thread cannot be killed. While it still runs, the adapter is not called again, so a
message that hangs in the call is neither queried nor handed over again. An adapter that is not trusted at all
belongs in a separate process, behind an adapter that communicates with it.

Ctrl-C belongs to the operator: raised in the main thread, it passes through. Raised by an adapter in its own
thread, it is an adapter failure like any other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import CoroutineType
from typing import Any, Final

__all__ = ["NO_ANSWER", "GuardedCall"]


class _NoAnswer:
    """The result of a failed call; the cause may contain names and is not kept."""

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
        """Make the call, unless it was given up before it began; no exception leaves the thread."""
        try:
            if self._word.acquire(blocking=False):
                self.answer = _asked(self._ask, self._read)
        finally:
            self._over.set()

    def given_up(self) -> bool:
        """Stop waiting; return whether the call still runs. A call that has not begun never begins."""
        never = self._word.acquire(blocking=False)
        return not never and self.runs

    @property
    def runs(self) -> bool:
        """Return whether the call has begun and not ended."""
        return not self._over.is_set()


class GuardedCall:
    """The guard around one adapter. Without *deadline_s* a call runs in the caller's thread, unbounded."""

    def __init__(self, deadline_s: float | None = None) -> None:
        """Limit each call to *deadline_s*."""
        self.deadline_s = deadline_s
        self._stuck: list[_Call] = []
        self._turn = threading.Lock()

    def ask(
        self, ask: Callable[[], object], read: Callable[[Any], object] = lambda said: said, *, more_s: float = 0
    ) -> object:
        """
        Apply *read* to the result of *ask* and return its result; return `NO_ANSWER` if either fails.

        *more_s* is added to the deadline. *read* is guarded too, because a returned object may hang or lie.
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
        """Give *call* up; if it still runs, remember it and return True."""
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
            said.close()  # an `async def` in place of a plain function
            return NO_ANSWER
        return read(said)
    except KeyboardInterrupt:
        if threading.current_thread() is threading.main_thread():
            raise
        return NO_ANSWER
    except BaseException:  # noqa: BLE001 - an adapter may raise anything
        return NO_ANSWER
