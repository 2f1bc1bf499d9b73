"""
The relay hands messages over, each at most once.

A lease is committed before the call. A lease found without an answer is *unknown*: it goes out again only where
the sender's own `query` proves that it was not received; else it stays for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from eduid_core.plugins import LeasedMessage, Receipt, Received, SmsMessage, SmsSender, Store
from eduid_core.service import wire
from eduid_core.service.vault import DataKey

__all__ = ["Relayed", "hand_over"]


@attrs.frozen
class Relayed:
    """How many messages were sent, refused for now, and are unknown."""

    sent: int = 0
    refused: int = 0
    unknown: int = 0

    def plus(self, receipts: Sequence[Receipt]) -> Relayed:
        """Return the counts with *receipts* added."""
        kinds = [r.received for r in receipts]
        return Relayed(
            self.sent + kinds.count(Received.SENT),
            self.refused + kinds.count(Received.REFUSED),
            self.unknown + kinds.count(Received.UNKNOWN),
        )


def hand_over(
    store: Store,
    sender: SmsSender,
    key: DataKey,
    *,
    batch: int = 200,
    told: Callable[[int], None] = lambda _: None,
) -> Relayed:
    """
    Settle what is unknown, then hand over everything that waits. *told* hears how many went in each batch.

    A message the sender refuses goes back among the waiting and is not tried again in this call.
    """
    _settle_unknown(store, sender)
    relayed = Relayed()
    while leased := store.lease(sender.sender_id, batch):
        receipts = _fenced(_send(sender, [_opened(m, key) for m in leased]), leased)
        store.settle(receipts)
        relayed = relayed.plus(receipts)
        told(len(receipts))
        if any(r.received is Received.REFUSED for r in receipts):
            break
    return attrs.evolve(relayed, unknown=len(store.unanswered()))


def _settle_unknown(store: Store, sender: SmsSender) -> None:
    """Ask the sender about its own leases; a query that fails leaves them as they are."""
    unanswered = store.unanswered(sender.sender_id)
    open_ids = [m.message_id for m in unanswered]
    if not open_ids:
        return
    try:
        answers = sender.query(open_ids)
    except Exception:  # noqa: BLE001 - an adapter may fail in any way: then nothing is proved
        return
    known = [r for r in answers if r.message_id in open_ids and r.received is not Received.UNKNOWN]
    store.settle(_fenced(known, unanswered))


def _fenced(receipts: Sequence[Receipt], leased: Sequence[LeasedMessage]) -> list[Receipt]:
    """Number each receipt with its lease: one that comes when another relay holds the message is void."""
    fences = {m.message_id: m.fence for m in leased}
    return [attrs.evolve(r, fence=fences[r.message_id]) for r in receipts]


def _send(sender: SmsSender, messages: Sequence[SmsMessage]) -> list[Receipt]:
    """Hand *messages* over; whatever is not answered clearly, one receipt a message, is unknown."""
    try:
        receipts = {r.message_id: r for r in sender.send(messages)}
    except Exception:  # noqa: BLE001 - it may have sent some before it failed
        receipts = {}
    unknown = Received.UNKNOWN
    return [receipts.get(m.message_id) or Receipt(message_id=m.message_id, received=unknown) for m in messages]


def _opened(leased: LeasedMessage, key: DataKey) -> SmsMessage:
    return wire.message_from(leased.message_id, key.open(leased.body, record=leased.message_id, field="outbox"))
