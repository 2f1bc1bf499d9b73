"""
Watching leases: decide when an unanswered lease has ended, so that its message may be queried.

A relay's own lease ends when its call returns; a lease of another relay ends when it was unchanged for a long
time. Several relays of a sender may share a store. A fresh lease of a relay that is about to call looks like a
lease left by a dead relay. A query that comes too early is answered "not received", and the message would be
sent twice. So a lease is watched: it counts as left only after it was seen unchanged for longer than a relay
may hold one. The watcher measures this by its own monotonic time, so clocks need not agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import attrs

from eduid_core.plugins import LeasedMessage

__all__ = ["CALL_WITHIN_S", "LeaseWatch", "Ticks"]

Ticks = Callable[[], float]
"""Seconds that run forward from any start, also while the machine sleeps."""


CALL_WITHIN_S: Final = 120.0
"""A relay that has not begun its call this long after it asked for the lease gives the lease back."""
_PATIENCE_S: Final = 900.0
"""The lease of another relay counts as left after this time plus the longest duration of a call."""


@attrs.define
class LeaseWatch:
    """The leases that one relay has seen. A call may last *call_s*."""

    ticks: Ticks
    call_s: float
    _own: dict[str, int] = attrs.field(factory=dict[str, int], init=False)
    _seen: dict[str, tuple[int, float]] = attrs.field(factory=dict[str, tuple[int, float]], init=False)

    def came_back(self, leased: Iterable[LeasedMessage]) -> None:
        """Record that the call for *leased* has returned, with any result."""
        self._own.update((m.message_id, m.fence) for m in leased)

    def left(self, unanswered: Sequence[LeasedMessage], *, alone: bool) -> list[LeasedMessage]:
        """Return the messages of *unanswered* with an ended lease; *alone*: there is no other relay."""
        now = self.ticks()
        self._own = {m.message_id: m.fence for m in unanswered if self._own.get(m.message_id) == m.fence}
        self._seen = {m.message_id: (m.fence, self._since(m, now)) for m in unanswered}
        return [m for m in unanswered if alone or m.message_id in self._own or self._is_old(m, now)]

    def _since(self, message: LeasedMessage, now: float) -> float:
        """Return the time at which this lease of the message was first seen."""
        fence, since = self._seen.get(message.message_id, (-1, now))
        return since if fence == message.fence else now

    def _is_old(self, message: LeasedMessage, now: float) -> bool:
        return now - self._seen[message.message_id][1] > _PATIENCE_S + self.call_s
