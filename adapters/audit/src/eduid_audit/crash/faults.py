"""
Faults: every call that leaves the program passes through a gate, which numbers it and may fail at one of them.

A program dies before a call or after it; or it survives and receives an error, before the call took effect or
after it did, so that only the answer is lost.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

__all__ = ["CHANGES", "CallFailed", "CallFault", "Gate", "PortCall", "ProcessDied", "watched"]

CHANGES: Final[Mapping[str, frozenset[str]]] = {
    "store": frozenset({"commit", "put", "lease", "take_due", "reschedule"}),
    "sms": frozenset({"send"}),
    "registry": frozenset(),
    "carrier": frozenset({"order"}),
}
"""Port -> the calls that change data; for the others, before and after are the same."""

_READS: Final = frozenset(
    {"load", "records", "answers", "holders", "documents", "unanswered", "failed", "streams", "queue"}
    | {"query", "find"}
)


class ProcessDied(BaseException):
    """The process is dead: like after a `kill -9`, no code of it may handle this."""


class CallFailed(Exception):
    """The call failed, as far as the caller can tell."""


class CallFault(enum.Enum):
    """The fault of a call."""

    DIES_BEFORE = "dies before"
    DIES_AFTER = "dies after"
    FAILS = "fails"
    ANSWER_LOST = "answer lost"

    @property
    def after(self) -> bool:
        """Return whether the call is carried out first."""
        return self in {CallFault.DIES_AFTER, CallFault.ANSWER_LOST}

    @property
    def deadly(self) -> bool:
        """Return whether the program dies."""
        return self in {CallFault.DIES_BEFORE, CallFault.DIES_AFTER}


@attrs.frozen
class PortCall:
    """A call: its number, its port, its name."""

    number: int
    port: str
    name: str

    @property
    def changes(self) -> bool:
        """Return whether it changes data."""
        return self.name in CHANGES[self.port]


def _nothing(_: PortCall) -> None:
    return None


@attrs.define
class Gate:
    """Numbers calls from 1; *fault* strikes at the call *at*. *before* and *after* are called for each call."""

    at: int = 0
    fault: CallFault = CallFault.DIES_BEFORE
    before: Callable[[PortCall], None] = _nothing
    after: Callable[[PortCall], None] = _nothing
    count: int = 0
    struck: bool = False

    def passes(self, port: str, name: str, call: Callable[..., Any], args: Any, more: Any) -> Any:
        """Perform *call*, unless the fault strikes. A dead program makes no further call."""
        if self.struck and self.fault.deadly:
            raise ProcessDied  # the first may have been caught, for example by the guard of an adapter
        self.count += 1
        this = PortCall(self.count, port, name)
        self.before(this)
        strikes = self.count == self.at
        if strikes and not self.fault.after:
            self.strike()
        result = call(*args, **more)
        if strikes:
            self.strike()
        self.after(this)
        return result

    def strike(self) -> None:
        """Raise the fault: Died or Failed."""
        self.struck = True
        raise ProcessDied if self.fault.deadly else CallFailed


class watched:  # noqa: N801 - reads as the verb it is
    """An adapter with every call passing through a gate."""

    def __init__(self, adapter: Any, port: str, gate: Gate) -> None:
        """Wrap *adapter*."""
        self._adapter, self._port, self._gate = adapter, port, gate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._adapter, name)
        if name not in _READS and name not in CHANGES[self._port]:
            return found

        def call(*args: Any, **more: Any) -> Any:
            return self._gate.passes(self._port, name, found, args, more)

        self.__dict__[name] = call  # found at once the next time
        return call
