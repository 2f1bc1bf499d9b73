"""The order of the review queue (核对队列): high risk first, with a bounded wait for every case."""

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
    A case in the queue.

    `position` is its place in the order of arrival, `score` orders inside a tier (a linkage score may only be
    part of it), `waited_percent` is the part of the allowed time that has passed.
    """

    case_id: str
    tier: int
    position: int
    score: int = 0
    waited_percent: int = 0

    @property
    def effective_tier(self) -> int:
        """Return the tier, raised by one when half of the time has passed."""
        return min(self.tier + (self.waited_percent >= _HALF), _HIGHEST)


def risk_order(cases: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """
    Sort *cases* into the order of review.

    >>> first = Waiting(case_id="a", tier=1, position=1, waited_percent=60)
    >>> [w.case_id for w in risk_order([Waiting(case_id="b", tier=2, position=2), first])]
    ['a', 'b']
    """
    return tuple(sorted(cases, key=lambda one: (-one.effective_tier, -one.score, one.position)))
