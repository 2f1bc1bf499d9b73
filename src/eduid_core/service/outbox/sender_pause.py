"""A pause of a sender that takes nothing: a provider that is down is not called again and again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from eduid_core.plugins import Receipt, ReceiptStatus
from eduid_core.service.outbox.lease_watch import Ticks

__all__ = ["SenderPause"]

_BATCHES: Final = 3
"""This many batches in a row without an answer to any message begin a pause."""
_FIRST_S: Final = 5.0
_LONGEST_S: Final = 1200.0
_ANSWERED: Final = frozenset({ReceiptStatus.ACCEPTED, ReceiptStatus.FAILED})


@attrs.define
class SenderPause:
    """The pause of one sender; each is twice as long as the one before, up to 20 minutes, until it answers."""

    ticks: Ticks
    _in_vain: int = attrs.field(default=0, init=False)
    _until: float = attrs.field(default=0.0, init=False)

    @property
    def left_s(self) -> float:
        """Return the seconds until the sender is called again."""
        return max(self._until - self.ticks(), 0.0) if self._in_vain >= _BATCHES else 0.0

    def came_back(self, receipts: Iterable[Receipt]) -> None:
        """Note the receipts of one call."""
        if any(receipt.status in _ANSWERED for receipt in receipts):
            self._in_vain = 0
            return
        self._in_vain += 1
        pauses = min(self._in_vain - _BATCHES, 20)
        if pauses >= 0:
            self._until = self.ticks() + min(_FIRST_S * 2.0**pauses, _LONGEST_S)
