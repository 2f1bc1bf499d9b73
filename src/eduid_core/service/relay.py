"""
The relay hands messages over, each at most once.

A lease is committed before the call. A lease found without an answer is *unknown*: it goes out again only where
the sender's own `query` proves that it was not received; else it stays for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from eduid_core.findings import AdapterError
from eduid_core.plugins import LeasedMessage, Receipt, Received, SmsMessage, SmsSender, Store
from eduid_core.service import wire
from eduid_core.service.isolation import Wall
from eduid_core.service.sealing import without_traces
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
    wall: Wall | None = None,
) -> Relayed:
    """
    Settle what is unknown, then hand over everything that waits. *told* hears how many went in each batch.

    A message the sender refuses goes back among the waiting and is not tried again in this call. *wall* stands
    before the sender: whatever it does not answer clearly is unknown. After a batch it did not answer at all
    nothing more is handed over, and nothing is as long as a call of before still runs.
    """
    wall = wall or Wall()
    if wall.busy:
        return Relayed(unknown=len(store.unanswered()))
    name = _name_of(sender, wall)
    _settle_unknown(store, sender, name, wall)
    relayed = Relayed()
    while leased := store.lease(name, batch):
        receipts = _fenced(_send(sender, [_opened(m, key) for m in leased], wall), leased)
        store.settle(receipts)
        relayed = relayed.plus(receipts)
        told(len(receipts))
        if any(r.received is Received.REFUSED for r in receipts) or all(
            r.received is Received.UNKNOWN for r in receipts
        ):
            break
    return attrs.evolve(relayed, unknown=len(store.unanswered()))


def _name_of(sender: SmsSender, wall: Wall) -> str:
    """
    Return the sender's name: without one nothing can be leased.

    Raises:
        AdapterError: `info_failed`.
    """
    name = wall.ask(lambda: sender.sender_id)
    if type(name) is not str:
        raise AdapterError("info_failed", "sms")
    return name


def _settle_unknown(store: Store, sender: SmsSender, name: str, wall: Wall) -> None:
    """Ask the sender about its own leases; a query that fails leaves them as they are."""
    unanswered = store.unanswered(name)
    open_ids = [m.message_id for m in unanswered]
    if not open_ids:
        return
    told = wall.ask(lambda: sender.query(list(open_ids)), lambda s: _told(s, open_ids), more_s=len(open_ids))
    answers = told if isinstance(told, dict) else {}
    known = [r for r in answers.values() if r.received is not Received.UNKNOWN]
    if known:
        store.settle(_fenced(known, unanswered))


def _fenced(receipts: Sequence[Receipt], leased: Sequence[LeasedMessage]) -> list[Receipt]:
    """Number each receipt with its lease: one that comes when another relay holds the message is void."""
    fences = {m.message_id: m.fence for m in leased}
    return [attrs.evolve(r, fence=fences[r.message_id]) for r in receipts]


def _send(sender: SmsSender, messages: Sequence[SmsMessage], wall: Wall) -> list[Receipt]:
    """Hand *messages* over; whatever is not answered clearly, one receipt a message, is unknown."""
    ids = [m.message_id for m in messages]
    told = wall.ask(lambda: sender.send(list(messages)), lambda s: _told(s, ids), more_s=len(ids))
    receipts = told if isinstance(told, dict) else {}  # it may have sent some before it failed
    return [receipts.get(i) or Receipt(message_id=i, received=Received.UNKNOWN) for i in ids]


_MOST_CODE: Final = 64


def _told(receipts: Any, ids: Sequence[str]) -> dict[str, Receipt]:  # noqa: ANN401 - whatever came
    """
    Return what is said clearly of *ids*, copied; raise where it is no list of receipts.

    What is said twice and differently is not clear. It runs on the adapter's side of the wall.
    """
    if type(receipts) not in {list, tuple}:
        raise TypeError("no receipts")
    told: dict[str, Receipt] = {}
    for receipt in receipts[: 4 * len(ids)]:
        if type(receipt) is Receipt and type(receipt.message_id) is str and receipt.message_id in ids:
            before = told.get(receipt.message_id)
            told[receipt.message_id] = _clear(receipt, before)
    return told


def _clear(receipt: Receipt, before: Receipt | None) -> Receipt:
    received = receipt.received if type(receipt.received) is Received else Received.UNKNOWN
    if before is not None and before.received is not received:
        received = Received.UNKNOWN
    code = receipt.code[:_MOST_CODE] if type(receipt.code) is str else ""
    return Receipt(message_id=str(receipt.message_id), received=received, code=code)


def _opened(leased: LeasedMessage, key: DataKey) -> SmsMessage:
    identity = leased.message_id
    return without_traces(
        lambda: wire.message_from(identity, key.open(leased.body, record=identity, field="outbox"))
    )
