"""
Messages nobody answered for: handed over, or about to be, when the answer got lost.

Three may still tell. The relay asks the sender's own `query`; a delivery report that the provider brings later
says that a message was received; and where neither does, a person finds out, and closes it with a reason of the
list, on record. Nobody's word but the query's lets a message go out again: twice is worse than late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from eduid_core.findings import Refused
from eduid_core.messages.workflow import CLOSE_REASONS
from eduid_core.plugins import Committed, LeasedMessage, Receipt, Received, Store
from eduid_core.service import commands as own
from eduid_core.service.codec.wire import readable_message
from eduid_core.service.crypto.vault import DataKey
from eduid_core.service.intents import Accepted, FindUnanswered, Handler, Write
from eduid_core.service.ledger import log
from eduid_core.service.unit_of_work import TRIES
from eduid_core.workflow import Command, Policy, Role

__all__ = ["CLOSING", "UnansweredMessage", "reported", "shown"]

ASSURANCE = 2


@attrs.frozen(kw_only=True)
class UnansweredMessage:
    """
    A message nobody answered for, as a person may see it: what kind it is, to a masked number, by whom.

    Of one that cannot be opened kind and number are empty.
    """

    message_id: str
    template: str
    to_masked: str
    leased_by: str


def shown(store: Store, key: DataKey) -> tuple[UnansweredMessage, ...]:
    """Return the messages of *store* nobody answered for, oldest first; those on their way are among them."""
    return tuple(_shown(leased, key) for leased in store.unanswered())


def _shown(leased: LeasedMessage, key: DataKey) -> UnansweredMessage:
    opened = readable_message(leased, key)
    return UnansweredMessage(
        message_id=leased.message_id,
        template=opened.message.template if opened else "",
        to_masked=opened.message.to.screen() if opened else "",
        leased_by=leased.leased_by,
    )


def reported(store: Store, receipts: Sequence[Receipt]) -> int:
    """
    Settle what delivery reports say was received; return how many messages that were.

    A report of anything else changes nothing: a message that was not delivered was received by the provider all
    the same.
    """
    received = {r.message_id for r in receipts if r.received is Received.SENT}
    known = [
        Receipt(message_id=leased.message_id, received=Received.SENT, fence=leased.fence)
        for leased in store.unanswered()
        if leased.message_id in received
    ]
    if known:
        store.settle(known)
    return len(known)


def _close(command: own.CloseMessage, _: Policy) -> Handler:
    """Record who says so and why, and end the message, in one commit."""
    if command.by.role is not Role.OPERATOR:
        return Refused("forbidden")
    if command.by.assurance < ASSURANCE:
        return Refused("assurance_too_low", {"need": ASSURANCE})
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
    return log.entry(
        f"close/{command.subject}/{fence}",
        at=command.at.isoformat(),
        by=command.by.id,
        role=command.by.role.value,
        close=command.subject,
        reason=command.reason,
    )


CLOSING: Mapping[type[Command], Callable[[Any, Policy], Handler]] = {own.CloseMessage: _close}
"""Command -> its handler."""
