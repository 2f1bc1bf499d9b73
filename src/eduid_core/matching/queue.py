"""The order of the review queue (核对队列): the risky first, and nobody waits for ever."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

__all__ = ["Waiting", "risk_order"]

_HALF: Final = 50
_HIGHEST: Final = 5


@attrs.frozen(kw_only=True)
class Waiting:
    """
    One case of the queue.

    `position` is its place in the order of arrival, `score` orders inside a tier (a linkage score may be
    part of it, and may be nothing more), `waited_percent` is how much of the time allowed has passed.
    """

    case_id: str
    tier: int
    position: int
    score: int = 0
    waited_percent: int = 0

    @property
    def effective_tier(self) -> int:
        """Return the tier, one higher when half of the time has passed."""
        return min(self.tier + (self.waited_percent >= _HALF), _HIGHEST)


def risk_order(cases: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """
    Return *cases* in the order in which they should be looked at.

    >>> first = Waiting(case_id="a", tier=1, position=1, waited_percent=60)
    >>> [w.case_id for w in risk_order([Waiting(case_id="b", tier=2, position=2), first])]
    ['a', 'b']
    """
    return tuple(sorted(cases, key=lambda one: (-one.effective_tier, -one.score, one.position)))
