"""
Whose lease is over: a relay's own when its call has come back, another's when nothing moved for a long while.

Several relays of one sender may work on one store. A lease that another has just taken, and is about to act
on, looks like one that a dead relay left; "was it received?" asked too early is answered "no", and the message
would go out twice. So a lease is watched: only when it was seen unchanged for longer than a relay may hold one
is it taken to be left. The time is the watcher's own and only runs forward: no two clocks need agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import attrs

from eduid_core.plugins import LeasedMessage

__all__ = ["CALL_WITHIN_S", "LeaseWatch", "Ticks"]

Ticks = Callable[[], float]
"""Seconds that run forward from any beginning, also while the machine sleeps."""


CALL_WITHIN_S: Final = 120.0
"""A relay that has not begun its call so long after it asked for the lease gives the lease back."""
_PATIENCE_S: Final = 900.0
"""The lease of another is left when it stood for so long, besides the time its call may take."""


@attrs.define
class LeaseWatch:
    """What one relay knows of leases. A call may last *call_s*."""

    ticks: Ticks
    call_s: float
    _own: dict[str, int] = attrs.field(factory=dict[str, int], init=False)
    _seen: dict[str, tuple[int, float]] = attrs.field(factory=dict[str, tuple[int, float]], init=False)

    def came_back(self, leased: Iterable[LeasedMessage]) -> None:
        """Remember that the call for *leased* has ended, whatever it said."""
        self._own.update((m.message_id, m.fence) for m in leased)

    def left(self, unanswered: Sequence[LeasedMessage], *, alone: bool) -> list[LeasedMessage]:
        """Return those of *unanswered* that nobody will act on any more; *alone*: there is no other relay."""
        now = self.ticks()
        self._own = {m.message_id: m.fence for m in unanswered if self._own.get(m.message_id) == m.fence}
        self._seen = {m.message_id: (m.fence, self._since(m, now)) for m in unanswered}
        return [m for m in unanswered if alone or m.message_id in self._own or self._is_old(m, now)]

    def _since(self, message: LeasedMessage, now: float) -> float:
        """Return when this lease of the message was first seen."""
        fence, since = self._seen.get(message.message_id, (-1, now))
        return since if fence == message.fence else now

    def _is_old(self, message: LeasedMessage, now: float) -> bool:
        return now - self._seen[message.message_id][1] > _PATIENCE_S + self.call_s
