"""
The relay hands messages over, each at most once.

A lease is committed before the call. A lease found without an answer is *unknown*: it goes out again only where
nobody will act on it any more (`watch`) and the sender's own `query` proves that it was not received; else it
stays for a person. One that cannot be opened keeps its lease and stays too; the rest of its batch goes out.
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
from eduid_core.service.outbox.lease_watch import CALL_WITHIN_S, LeaseWatch, Ticks

__all__ = ["Relay", "Relayed"]

BATCH: Final = 200
"""How many messages are leased and handed over at once."""
UNREADABLE: Final = "unreadable"
"""The code of a receipt for what could not be opened, and was not handed over."""
EXPIRED: Final = "expired"
"""The code of a receipt for a one-time code past its end, which is sent to nobody."""
_NEVER_GIVEN: Final = frozenset({(Received.UNKNOWN, UNREADABLE), (Received.SENT, EXPIRED)})


@attrs.frozen
class Relayed:
    """
    How many messages were sent, refused for now, are unknown; whether notices wait for tomorrow's budget; how
    many codes had expired and were sent to nobody.
    """

    sent: int = 0
    refused: int = 0
    unknown: int = 0
    held: bool = False
    expired: int = 0

    def plus(self, receipts: Sequence[Receipt]) -> Relayed:
        """Return the counts with *receipts* added."""
        expired = [(r.received, r.code) for r in receipts].count((Received.SENT, EXPIRED))
        kinds = [r.received for r in receipts]
        return Relayed(
            self.sent + kinds.count(Received.SENT) - expired,
            self.refused + kinds.count(Received.REFUSED),
            self.unknown + kinds.count(Received.UNKNOWN),
            expired=self.expired + expired,
        )


@attrs.frozen(kw_only=True, eq=False)
class Relay:
    """
    One relay of one process: from a store to a sender. Others may work beside it.

    *guarded_call* stands before the sender: an unclear answer counts as unknown. *key* opens messages,
    *ticks* measures time, *clock* tells it, *budget* says what notices may be handed over today.
    """

    store: Store
    sender: SmsSender
    key: DataKey
    guarded_call: GuardedCall
    ticks: Ticks
    budget: Callable[[], Debit]
    clock: Clock
    _watch: LeaseWatch = attrs.field(init=False)

    @_watch.default
    def _(self) -> LeaseWatch:
        return LeaseWatch(self.ticks, BATCH + (self.guarded_call.deadline_s or 0.0))

    def hand_over(self, *, alone: bool = False, on_progress: Callable[[int], None] = lambda _: None) -> Relayed:
        """
        Settle the unknown messages, then hand over all waiting ones, with *on_progress* called for each batch.

        A message the sender refuses goes back among the waiting and is not tried again in this call. After a
        batch it did not answer at all nothing more is handed over, and nothing is as long as a call of before
        still runs. *alone*: no other relay is at work, so what is unknown is settled without a wait.

        Raises:
            AdapterError: `info_failed`: the sender has no name, and without one nothing can be leased.
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
        Lease a batch, hand it over and settle it; return what became of it, nothing where none waits.

        A call that lasts too long keeps the wall busy, so nobody asks about its leases before it is back.
        Where the wait is interrupted, they are watched like another's.
        """
        began = self.ticks()
        leased = self.store.lease(name, BATCH, notices=self.budget())
        is_late = self.ticks() - began > CALL_WITHIN_S
        receipts = _not_sent(leased) if is_late else self._send(leased)
        self._watch.came_back(leased)
        receipts = _fenced(receipts, leased)
        self.store.settle(receipts)
        return receipts

    def _name_of_sender(self) -> str:
        name = self.guarded_call.ask(lambda: self.sender.sender_id)
        if type(name) is not str:
            raise AdapterError("info_failed", "sms")
        return name

    def _settle_unknown(self, name: str, *, alone: bool) -> None:
        """Ask the sender about the leases it was given; a query that fails leaves them as they are."""
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
            self.store.settle(_fenced(known, left))

    def _send(self, leased: Sequence[LeasedMessage]) -> list[Receipt]:
        """Hand messages over; whatever is not answered clearly, one receipt a message, is unknown."""
        at = self.clock()
        opened = [readable_message(m, self.key) for m in leased]
        messages = [o.message for o in opened if o is not None and not o.is_late(at)]
        ids = [m.message_id for m in messages]
        answer: object = {}
        if ids:
            answer = self.guarded_call.ask(
                lambda: self.sender.send(messages), lambda s: _clear_receipts(s, ids), more_s=len(ids)
            )
        receipts = answer if isinstance(answer, dict) else {}  # it may have sent some before it failed
        return [
            receipts.get(m.message_id) or _not_answered(m, message, at)
            for m, message in zip(leased, opened, strict=True)
        ]


def _not_answered(leased: LeasedMessage, opened: Outgoing | None, at: dt.datetime) -> Receipt:
    """Return what became of a message that the sender was not given, or said nothing of."""
    if opened is not None and opened.is_late(at):
        return Receipt(message_id=leased.message_id, received=Received.SENT, code=EXPIRED)
    code = UNREADABLE if opened is None else ""
    return Receipt(message_id=leased.message_id, received=Received.UNKNOWN, code=code)


def _is_enough(receipts: Sequence[Receipt]) -> bool:
    """Return whether the sender refused a message, or answered for none of those it was given."""
    said = {r.received for r in receipts if (r.received, r.code) not in _NEVER_GIVEN}
    return Received.REFUSED in said or said == {Received.UNKNOWN}


def _not_sent(leased: Sequence[LeasedMessage]) -> list[Receipt]:
    """Another relay may have begun to ask about these: they are given back and not handed over."""
    return [Receipt(message_id=m.message_id, received=Received.REFUSED) for m in leased]


def _fenced(receipts: Sequence[Receipt], leased: Sequence[LeasedMessage]) -> list[Receipt]:
    """Number each receipt with its lease: one that comes when another relay holds the message is void."""
    fences = {m.message_id: m.fence for m in leased}
    return [
        Receipt(message_id=r.message_id, received=r.received, code=r.code, fence=fences[r.message_id])
        for r in receipts
    ]


_MOST_CODE: Final = 64


def _clear_receipts(said: Any, ids: Sequence[str]) -> dict[str, Receipt]:  # noqa: ANN401 - whatever came
    """
    Return what is said clearly of *ids*, copied; raise where it is no list of receipts.

    What is said twice and differently is not clear. It runs on the adapter's side of the wall.
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
