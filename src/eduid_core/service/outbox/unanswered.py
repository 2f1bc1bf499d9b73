"""
Unanswered messages: handed over, or about to be, when the answer was lost.

Three sources can still settle one. The relay queries the sender (`query`). A later delivery report of the
provider says that the message was received. Otherwise a person finds out and closes the message for a listed
reason, on record. Only the sender's query can cause the message to be sent again: twice is worse than late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from eduid_core.findings import Refused
from eduid_core.messages.workflow import CLOSE_REASONS
from eduid_core.plugins import Committed, LeasedMessage, Receipt, Received, Store
from eduid_core.service import commands as own
from eduid_core.service.codec.wire import readable_message
from eduid_core.service.crypto.vault import DataKey
from eduid_core.service.handlers.relations import too_low
from eduid_core.service.intents import Accepted, FindUnanswered, Handler, Write
from eduid_core.service.ledger.entries import LedgerWriter, entry
from eduid_core.service.outbox.settling import settled
from eduid_core.service.unit_of_work import TRIES
from eduid_core.workflow import Command, Policy

__all__ = ["CLOSING", "UnansweredMessage", "reported", "shown"]


@attrs.frozen(kw_only=True)
class UnansweredMessage:
    """
    An unanswered message as shown to a person: its kind, the masked number, the sender.

    Kind and number are empty for a message that cannot be opened.
    """

    message_id: str
    template: str
    to_masked: str
    leased_by: str


def shown(store: Store, key: DataKey) -> tuple[UnansweredMessage, ...]:
    """Return the unanswered messages of *store*, oldest first; messages being handed over now are included."""
    return tuple(_shown(leased, key) for leased in store.unanswered())


def _shown(leased: LeasedMessage, key: DataKey) -> UnansweredMessage:
    opened = readable_message(leased, key)
    return UnansweredMessage(
        message_id=leased.message_id,
        template=opened.message.template if opened else "",
        to_masked=opened.message.to.screen() if opened else "",
        leased_by=leased.leased_by,
    )


def reported(ledger: LedgerWriter, receipts: Sequence[Receipt], *, at: dt.datetime) -> int:
    """
    Settle messages that delivery reports say were received; return their number.

    Any other report has no effect: an undelivered message was still received by the provider.
    """
    received = {r.message_id for r in receipts if r.received is Received.SENT}
    known = [
        Receipt(message_id=leased.message_id, received=Received.SENT, fence=leased.fence)
        for leased in ledger.store.unanswered()
        if leased.message_id in received
    ]
    return len(settled(ledger, known, at=at))


def _close(command: own.CloseMessage, _: Policy) -> Handler:
    """Record the actor and the reason, and end the message, in one commit."""
    if refused := too_low(command):
        return refused
    if command.reason not in CLOSE_REASONS:
        return Refused("reason_required")
    for _try in range(TRIES):
        leased: LeasedMessage | None = yield FindUnanswered(command.subject)
        if leased is None:
            return Refused("message_answered")
        answer = Accepted(subject=command.subject, status="closed")
        ended = Receipt(message_id=leased.message_id, received=Received.SENT, fence=leased.fence)
        written = Write(
            streams=(),
            documents=(_entry(command, leased.fence),),
            settled=(ended,),
            command=command if command.key else None,
            answer=answer,
        )
        if isinstance((yield written), Committed):
            return answer
    return Refused("conflict")


def _entry(command: own.CloseMessage, fence: int) -> Any:  # noqa: ANN401 - a document
    return entry(
        f"close/{command.subject}/{fence}",
        at=command.at.isoformat(),
        by=command.by.id,
        role=command.by.role.value,
        close=command.subject,
        reason=command.reason,
    )


CLOSING: Mapping[type[Command], Callable[[Any, Policy], Handler]] = {own.CloseMessage: _close}
"""The handler of each command."""
