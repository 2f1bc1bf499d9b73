"""
The relay hands messages over to the SMS sender, each at most once.

A lease is committed before the call. A lease without an answer is *unknown*: its message is sent again only if
no relay can still act on the lease (`watch`) and the sender's own `query` proves that it was not received.
Otherwise it is left to a person. A message that cannot be opened keeps its lease and is left to a person too;
the rest of its batch is sent. What the sender cannot take now waits with growing delays; what it refuses for
good, or could not take in all its tries, is listed as failed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from threading import Event
from typing import Any, Final

import attrs

from eduid_core.china import CHINA
from eduid_core.findings import AdapterError
from eduid_core.plugins import (
    Clock,
    Debit,
    HandedOver,
    LeasedMessage,
    LeaseTerms,
    SmsBatch,
    SmsSender,
    Store,
)
from eduid_core.service.codec.wire import readable_message
from eduid_core.service.crypto.vault import DataKey
from eduid_core.service.external.guarded_call import GuardedCall
from eduid_core.service.ledger.entries import LedgerWriter
from eduid_core.service.outbox import fates as to
from eduid_core.service.outbox.fates import Fate, MessageFate
from eduid_core.service.outbox.lease_watch import CALL_WITHIN_S, LeaseWatch, Ticks
from eduid_core.service.outbox.phone_budget import PhoneBudget
from eduid_core.service.outbox.receipts import clear_receipts
from eduid_core.service.outbox.sender_pause import SenderPause
from eduid_core.service.outbox.settling import settled
from eduid_core.workflow.policy import SmsPolicy

__all__ = ["Relay", "Relayed"]

BATCH: Final = 200
"""The number of messages leased and handed over at once."""
EXPIRED: Final = "expired"
"""The code of an expired one-time code, which is not sent."""
WITHHELD: Final = "phone_budget_spent"
"""The code of a notice over its phone's budget of the day, which is not sent."""


@attrs.frozen(kw_only=True)
class Relayed:
    """
    Counts of messages sent, not taken yet, failed for good, and unknown; whether notices wait for tomorrow's
    budget or the end of the quiet hours; and the counts of expired codes and of notices over their phone's
    budget, which were not sent.
    """

    sent: int = 0
    later: int = 0
    failed: int = 0
    unknown: int = 0
    held: bool = False
    expired: int = 0
    withheld: int = 0


@attrs.frozen
class _SenderTraits:
    """What a sender says of itself."""

    sender_id: str
    reaches_people: bool
    query_after_s: float


@attrs.frozen(kw_only=True, eq=False)
class Relay:
    """
    The relay of a process, from the store of a *ledger* to a sender. Other relays may work on the same store.

    *guarded_call* guards the sender: an unclear answer counts as unknown. *key* opens messages, *ticks*
    measures intervals, *clock* gives the time, *budget* returns the budget of notices for today, *by_phone* is
    the budget of each phone, *policy* has the tries and the quiet hours.
    """

    ledger: LedgerWriter
    sender: SmsSender
    key: DataKey
    guarded_call: GuardedCall
    ticks: Ticks
    budget: Callable[[], Debit]
    by_phone: PhoneBudget
    clock: Clock
    policy: SmsPolicy
    _watch: LeaseWatch = attrs.field(init=False)
    pause: SenderPause = attrs.field(init=False)

    @property
    def store(self) -> Store:
        """Return the store of the messages."""
        return self.ledger.store

    @_watch.default
    def _(self) -> LeaseWatch:
        return LeaseWatch(self.ticks, BATCH + (self.guarded_call.deadline_s or 0.0))

    @pause.default
    def _(self) -> SenderPause:
        return SenderPause(self.ticks)

    def hand_over(self, *, alone: bool = False, on_progress: Callable[[int], None] = lambda _: None) -> Relayed:
        """
        Settle the unknown messages, then hand over all waiting ones, with *on_progress* called for each batch.

        After a batch of which the sender took or refused nothing no more messages are handed over; the same
        holds while an earlier call still runs, and during the pause of a sender that took nothing several
        times. *alone*: no other relay is at work, so unknown leases are settled without a wait.

        Raises:
            AdapterError: `info_failed`: the sender does not tell its name and traits, and a lease needs them.
        """
        if self.guarded_call.busy or self.pause.left_s:
            return Relayed(unknown=len(self.store.unanswered()))
        traits = self._traits_of_sender()
        self._settle_unknown(traits, alone=alone)
        total: Counter[Fate] = Counter()
        while counts := self._a_batch(traits):
            total += counts
            on_progress(counts.total())
            if not counts["sent"] and not counts["failed"] and (counts["later"] or counts["unknown"]):
                break
        held = not counts and self.store.wait(0, LeaseTerms(at=self.clock()))
        numbers = {name: total[name] for name in ("sent", "later", "failed", "expired", "withheld")}
        return Relayed(**numbers, unknown=len(self.store.unanswered()), held=held)

    def terms(self, *, reaches_people: bool) -> LeaseTerms:
        """Return the terms on which messages may be leased now."""
        at = self.clock()
        is_quiet = self.policy.is_quiet(at.astimezone(CHINA).hour)
        return LeaseTerms(at=at, notices=self.budget(), codes_only=reaches_people and is_quiet)

    def wait(self, timeout_s: float) -> bool:
        """
        Wait at most *timeout_s* for a message to hand over, and return whether there is one; during a pause of
        the sender there is none.
        """
        if pause_s := self.pause.left_s:
            Event().wait(min(timeout_s, pause_s))
            timeout_s -= pause_s
            if timeout_s < 0:
                return False
        return self.store.wait(timeout_s, self.terms(reaches_people=self._traits_of_sender().reaches_people))

    def _a_batch(self, traits: _SenderTraits) -> Counter[Fate]:
        """
        Lease a batch, hand it over and settle it; return the counts of fates, none if no message waits.

        A call that lasts too long keeps the guard busy, so its leases are not queried before it returns. If the
        wait is interrupted, its leases are watched like those of another relay.
        """
        began = self.ticks()
        leased = self.store.lease(traits.sender_id, BATCH, self.terms(reaches_people=traits.reaches_people))
        is_late = self.ticks() - began > CALL_WITHIN_S  # another relay may have begun to query them
        fates = [to.put_back(m) for m in leased] if is_late else list(self._handed_over(leased))
        self._watch.came_back(leased)
        settled(self.ledger, (f.settlement for f in fates if f.settlement), at=self.clock())
        return Counter(f.fate for f in fates)

    def _traits_of_sender(self) -> _SenderTraits:
        sender = self.sender
        said: Any = self.guarded_call.ask(
            lambda: (sender.sender_id, sender.reaches_people, float(sender.query_after_s))
        )
        if type(said) is not tuple or tuple(map(type, said)) != (str, bool, float):
            raise AdapterError("info_failed", "sms")
        return _SenderTraits(*said)

    def _settle_unknown(self, traits: _SenderTraits, *, alone: bool) -> None:
        """Query the sender about its unknown leases; if a query fails, they stay as they are."""
        now = self.clock()
        left = [
            (m, opened)
            for m in self._watch.left(self.store.unanswered(traits.sender_id), alone=alone)
            if (now - m.leased_at).total_seconds() >= traits.query_after_s
            and (opened := readable_message(m, self.key)) is not None
        ]
        if not left:
            return
        asked = [HandedOver(message_id=m.message_id, to=o.message.to, at=m.leased_at) for m, o in left]
        ids = [m.message_id for m in asked]
        receipts = self.guarded_call.ask(
            lambda: self.sender.query(asked), lambda s: clear_receipts(s, ids), more_s=len(ids)
        )
        if not isinstance(receipts, dict):
            return
        fates = [
            to.fate_of(m, receipts[m.message_id], now, self.policy, from_query=True)
            for m, _ in left
            if m.message_id in receipts
        ]
        settled(self.ledger, (f.settlement for f in fates if f.settlement), at=now)

    def _handed_over(self, leased: Sequence[LeasedMessage]) -> Iterator[MessageFate]:
        """Hand messages over and yield the fate of each; a message without a clear receipt is unknown."""
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
            batch = SmsBatch(messages=tuple(messages), deadline_s=self._deadline_s(len(ids)))
            answer = self.guarded_call.ask(
                lambda: self.sender.send(batch), lambda s: clear_receipts(s, ids), more_s=len(ids)
            )
        receipts = answer if isinstance(answer, dict) else {}  # it may have sent some before it failed
        for message, read in zip(leased, opened, strict=True):
            if message.message_id in over:
                yield to.sent(message, code=WITHHELD, fate="withheld")
            elif read is not None and read.is_late(at):
                yield to.sent(message, code=EXPIRED, fate="expired")
            elif read is None:
                yield to.left_as_it_is("unreadable")
            else:
                receipt = receipts.get(message.message_id)
                fate = (
                    to.fate_of(message, receipt, self.clock(), self.policy) if receipt else to.left_as_it_is()
                )
                yield fate
        if ids:
            self.pause.came_back(receipts.values())

    def _deadline_s(self, count: int) -> float | None:
        within_s = self.guarded_call.deadline_s
        return None if within_s is None else within_s + count
