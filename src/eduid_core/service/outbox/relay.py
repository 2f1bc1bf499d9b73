"""
The relay hands messages over to the SMS sender, each at most once.

A lease is committed before the call. A lease without an answer is *unknown*: its message is sent again only if
no relay can still act on the lease (`watch`) and the sender's own `query` proves that it was not received.
Otherwise it is left to a person. A message that cannot be opened keeps its lease and is left to a person too;
the rest of its batch is sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from eduid_core.findings import AdapterError
from eduid_core.plugins import Clock, Debit, LeasedMessage, Receipt, Received, SmsSender, Store
from eduid_core.service.codec.wire import Outgoing, readable_message
from eduid_core.service.crypto.vault import DataKey
from eduid_core.service.external.guarded_call import GuardedCall
from eduid_core.service.ledger.entries import LedgerWriter
from eduid_core.service.outbox.lease_watch import CALL_WITHIN_S, LeaseWatch, Ticks
from eduid_core.service.outbox.phone_budget import PhoneBudget
from eduid_core.service.outbox.settling import settled

__all__ = ["Relay", "Relayed"]

BATCH: Final = 200
"""The number of messages leased and handed over at once."""
UNREADABLE: Final = "unreadable"
"""The receipt code of a message that could not be opened and was not handed over."""
EXPIRED: Final = "expired"
"""The receipt code of an expired one-time code, which is not sent."""
WITHHELD: Final = "phone_budget_spent"
"""The receipt code of a notice over its phone's budget of the day, which is not sent."""
_NEVER_GIVEN: Final = frozenset(
    {(Received.UNKNOWN, UNREADABLE), (Received.SENT, EXPIRED), (Received.SENT, WITHHELD)}
)


@attrs.frozen
class Relayed:
    """
    Counts of messages sent, refused for now, and unknown; whether notices wait for tomorrow's budget; and the
    counts of expired codes and of notices over their phone's budget, which were not sent.
    """

    sent: int = 0
    refused: int = 0
    unknown: int = 0
    held: bool = False
    expired: int = 0
    withheld: int = 0

    def plus(self, receipts: Sequence[Receipt]) -> Relayed:
        """Return the counts with *receipts* added."""
        closed = [r.code for r in receipts if (r.received, r.code) in _NEVER_GIVEN]
        expired, withheld = closed.count(EXPIRED), closed.count(WITHHELD)
        kinds = [r.received for r in receipts]
        return Relayed(
            self.sent + kinds.count(Received.SENT) - expired - withheld,
            self.refused + kinds.count(Received.REFUSED),
            self.unknown + kinds.count(Received.UNKNOWN),
            expired=self.expired + expired,
            withheld=self.withheld + withheld,
        )


@attrs.frozen(kw_only=True, eq=False)
class Relay:
    """
    The relay of a process, from the store of a *ledger* to a sender. Other relays may work on the same store.

    *guarded_call* guards the sender: an unclear answer counts as unknown. *key* opens messages, *ticks*
    measures intervals, *clock* gives the time, *budget* returns the budget of notices for today, *by_phone* is
    the budget of each phone.
    """

    ledger: LedgerWriter
    sender: SmsSender
    key: DataKey
    guarded_call: GuardedCall
    ticks: Ticks
    budget: Callable[[], Debit]
    by_phone: PhoneBudget
    clock: Clock
    _watch: LeaseWatch = attrs.field(init=False)

    @property
    def store(self) -> Store:
        """Return the store of the messages."""
        return self.ledger.store

    @_watch.default
    def _(self) -> LeaseWatch:
        return LeaseWatch(self.ticks, BATCH + (self.guarded_call.deadline_s or 0.0))

    def hand_over(self, *, alone: bool = False, on_progress: Callable[[int], None] = lambda _: None) -> Relayed:
        """
        Settle the unknown messages, then hand over all waiting ones, with *on_progress* called for each batch.

        A message that the sender refuses returns to the waiting ones and is not tried again in this call. After
        a batch without any answer no more messages are handed over; the same holds while an earlier call still
        runs. *alone*: no other relay is at work, so unknown leases are settled without a wait.

        Raises:
            AdapterError: `info_failed`: the sender reports no name, and a lease needs one.
        """
        if self.guarded_call.busy:
            return Relayed(unknown=len(self.store.unanswered()))
        name = self._name_of_sender()
        self._settle_unknown(name, alone=alone)
        relayed = Relayed()
        while receipts := self._a_batch(name):
            relayed = relayed.plus(receipts)
            on_progress(len(receipts))
            if _is_enough(receipts):
                break
        held = not receipts and self.store.wait(0)
        return attrs.evolve(relayed, unknown=len(self.store.unanswered()), held=held)

    def _a_batch(self, name: str) -> list[Receipt]:
        """
        Lease a batch, hand it over and settle it; return its receipts, none if no message waits.

        A call that lasts too long keeps the guard busy, so its leases are not queried before it returns. If the
        wait is interrupted, its leases are watched like those of another relay.
        """
        began = self.ticks()
        leased = self.store.lease(name, BATCH, notices=self.budget())
        is_late = self.ticks() - began > CALL_WITHIN_S
        receipts = _not_sent(leased) if is_late else self._send(leased)
        self._watch.came_back(leased)
        receipts = _fenced(receipts, leased)
        settled(self.ledger, receipts, at=self.clock())
        return receipts

    def _name_of_sender(self) -> str:
        name = self.guarded_call.ask(lambda: self.sender.sender_id)
        if type(name) is not str:
            raise AdapterError("info_failed", "sms")
        return name

    def _settle_unknown(self, name: str, *, alone: bool) -> None:
        """Query the sender about its unknown leases; if a query fails, they stay as they are."""
        left = self._watch.left(self.store.unanswered(name), alone=alone)
        ids = [m.message_id for m in left]
        if not ids:
            return
        receipts = self.guarded_call.ask(
            lambda: self.sender.query(list(ids)), lambda s: _clear_receipts(s, ids), more_s=len(ids)
        )
        answers = receipts if isinstance(receipts, dict) else {}
        known = [r for r in answers.values() if r.received is not Received.UNKNOWN]
        if known:
            settled(self.ledger, _fenced(known, left), at=self.clock())

    def _send(self, leased: Sequence[LeasedMessage]) -> list[Receipt]:
        """Hand messages over and return one receipt per message; a message without a clear one is unknown."""
        at = self.clock()
        opened = [readable_message(m, self.key) for m in leased]
        over = self.by_phone.over(leased, opened)
        messages = [
            o.message
            for o in opened
            if o is not None and not o.is_late(at) and o.message.message_id not in over
        ]
        ids = [m.message_id for m in messages]
        answer: object = {}
        if ids:
            answer = self.guarded_call.ask(
                lambda: self.sender.send(messages), lambda s: _clear_receipts(s, ids), more_s=len(ids)
            )
        receipts = answer if isinstance(answer, dict) else {}  # it may have sent some before it failed
        return [
            _withheld(m)
            if m.message_id in over
            else receipts.get(m.message_id) or _not_answered(m, message, at)
            for m, message in zip(leased, opened, strict=True)
        ]


def _withheld(leased: LeasedMessage) -> Receipt:
    return Receipt(message_id=leased.message_id, received=Received.SENT, code=WITHHELD)


def _not_answered(leased: LeasedMessage, opened: Outgoing | None, at: dt.datetime) -> Receipt:
    """Return the receipt of a message that the sender was not given, or gave no receipt for."""
    if opened is not None and opened.is_late(at):
        return Receipt(message_id=leased.message_id, received=Received.SENT, code=EXPIRED)
    code = UNREADABLE if opened is None else ""
    return Receipt(message_id=leased.message_id, received=Received.UNKNOWN, code=code)


def _is_enough(receipts: Sequence[Receipt]) -> bool:
    """Return whether the sender refused a message, or gave no receipt for any message handed over."""
    said = {r.received for r in receipts if (r.received, r.code) not in _NEVER_GIVEN}
    return Received.REFUSED in said or said == {Received.UNKNOWN}


def _not_sent(leased: Sequence[LeasedMessage]) -> list[Receipt]:
    """Return the messages without handing them over: another relay may have begun to query them."""
    return [Receipt(message_id=m.message_id, received=Received.REFUSED) for m in leased]


def _fenced(receipts: Sequence[Receipt], leased: Sequence[LeasedMessage]) -> list[Receipt]:
    """Add the lease number to each receipt: it is void once another relay has taken the lease."""
    fences = {m.message_id: m.fence for m in leased}
    return [
        Receipt(message_id=r.message_id, received=r.received, code=r.code, fence=fences[r.message_id])
        for r in receipts
    ]


_MOST_CODE: Final = 64


def _clear_receipts(said: Any, ids: Sequence[str]) -> dict[str, Receipt]:  # noqa: ANN401 - whatever came
    """
    Return a copy of the clear receipts for *ids*; raise if *said* is not a list of receipts.

    Two contradictory receipts are unclear. This function runs inside the guarded call.
    """
    if type(said) not in {list, tuple}:
        raise TypeError("no receipts")
    receipts: dict[str, Receipt] = {}
    asked = frozenset(ids)
    for receipt in said[: 4 * len(ids)]:
        if type(receipt) is Receipt and type(receipt.message_id) is str and receipt.message_id in asked:
            before = receipts.get(receipt.message_id)
            receipts[receipt.message_id] = _clear(receipt, before)
    return receipts


def _clear(receipt: Receipt, before: Receipt | None) -> Receipt:
    received = receipt.received if type(receipt.received) is Received else Received.UNKNOWN
    if before is not None and before.received is not received:
        received = Received.UNKNOWN
    code = receipt.code[:_MOST_CODE] if type(receipt.code) is str else ""
    return Receipt(message_id=str(receipt.message_id), received=received, code=code)
