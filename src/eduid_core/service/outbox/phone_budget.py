"""
The day's budget of notices for one phone: whoever causes them, a phone is not flooded.

Notices that a family's commands can cause are counted by canonical phone. Codes have a budget of their own;
notices of a school's file and of an account's security are never withheld.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import attrs

from eduid_core.china import CHINA
from eduid_core.plugins import Clock, Commit, Committed, Debit, LeasedMessage, Store
from eduid_core.private import Phone
from eduid_core.service.codec.wire import Outgoing
from eduid_core.workflow.forms import mobile_number

__all__ = ["LIMITED", "PhoneBudget"]

LIMITED: Final = frozenset(
    {"approved", "returned", "rejected", "revoked", "review_wanted", "review_escalated", "teacher_invited"}
)
"""The templates of notices that are counted."""
_KIND: Final = "notices_of_phone"
_FIRST_LEASE: Final = 1
"""A notice is counted when it is first leased, not again when the sender refused it for now."""


@attrs.frozen
class PhoneBudget:
    """The budget of each phone in *store*: at most *limit* notices on a day of *clock*, in China."""

    store: Store
    blind: Callable[[str, str], str]
    clock: Clock
    limit: int

    def over(self, leased: Sequence[LeasedMessage], opened: Sequence[Outgoing | None]) -> frozenset[str]:
        """Count the notices among *leased* messages; return the identities of those over a phone's budget."""
        counted = [
            (m.message_id, self._debit(mobile_number(o.message.to) or o.message.to))
            for m, o in zip(leased, opened, strict=True)
            if o is not None and o.message.template in LIMITED and m.fence <= _FIRST_LEASE
        ]
        if not counted:
            return frozenset()
        outcomes = self.store.commit([Commit(debits=(debit,)) for _, debit in counted])
        return frozenset(
            identity
            for (identity, _), outcome in zip(counted, outcomes, strict=True)
            if not isinstance(outcome, Committed)
        )

    def _debit(self, phone: Phone) -> Debit:
        day = str(self.clock().astimezone(CHINA).date())
        digest = self.blind(_KIND, phone.reveal("count its notices"))
        return Debit(kind=_KIND, digest=digest, window=day, limit=self.limit)
