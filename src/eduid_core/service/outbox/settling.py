"""Settling leased messages: the ledger records, in the same commit, which of them were sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from eduid_core.plugins import Commit, Conflict, Receipt, Received
from eduid_core.service.ledger.entries import LedgerWriter

__all__ = ["settled"]

TRIES: Final = 5
"""Attempts at a commit that loses races."""


def settled(ledger: LedgerWriter, receipts: Sequence[Receipt], *, at: dt.datetime) -> list[Receipt]:
    """
    Write the results of leased messages; return the receipts that had an effect. A receipt has none if it is
    unknown, or if its lease has ended meanwhile.
    """
    known = {r.message_id: r for r in receipts if r.received is not Received.UNKNOWN}
    for _ in range(len(known) + TRIES):
        if not known:
            break
        commit = Commit(settled=tuple(known.values()))
        (outcome,) = ledger.commit([commit], at=at.isoformat(), what="settled")
        if not isinstance(outcome, Conflict):
            return list(known.values())
        known.pop(outcome.what, None)  # another relay has ended this lease
    return []
