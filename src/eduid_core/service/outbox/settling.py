"""Settling leased messages: the ledger records, in the same commit, what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from eduid_core.plugins import Commit, Conflict, Settlement
from eduid_core.service.ledger.entries import LedgerWriter

__all__ = ["settled"]

TRIES: Final = 5
"""Attempts at a commit that loses races."""


def settled(ledger: LedgerWriter, settlements: Iterable[Settlement], *, at: dt.datetime) -> list[Settlement]:
    """Write *settlements*; return those that had an effect: a lease may have ended meanwhile."""
    open_ones = {s.message_id: s for s in settlements}
    for _ in range(len(open_ones) + TRIES):
        if not open_ones:
            break
        commit = Commit(settled=tuple(open_ones.values()))
        (outcome,) = ledger.commit([commit], at=at.isoformat(), what="settled")
        if not isinstance(outcome, Conflict):
            return list(open_ones.values())
        open_ones.pop(outcome.what, None)  # another relay has ended this lease
    return []
