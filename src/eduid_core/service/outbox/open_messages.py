"""
Messages for a person: unknown ones, whose answer was lost, and those that failed.

An unknown message is settled by the sender's `query`, or by a later delivery report of the provider. A failed
one was refused for good, or could not be taken in all its tries. A person finds out and closes either for a
listed reason, on record; a failed one may also be tried once more. An unknown one never is: twice is worse than
late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import attrs

from eduid_core.findings import Refused
from eduid_core.messages.workflow import CLOSE_REASONS
from eduid_core.plugins import Committed, LeasedMessage, Receipt, ReceiptStatus, Settlement, Store
from eduid_core.service import commands as own
from eduid_core.service.codec.wire import readable_message
from eduid_core.service.crypto.vault import DataKey
from eduid_core.service.handlers.relations import too_low
from eduid_core.service.intents import Accepted, FindMessage, Handler, Write
from eduid_core.service.ledger.entries import LedgerWriter, entry
from eduid_core.service.outbox.settling import settled
from eduid_core.service.unit_of_work import TRIES
from eduid_core.workflow import Command, Policy

__all__ = ["BY_HAND", "OpenMessage", "OpenStatus", "open_messages", "reported"]

OpenStatus = Literal["unknown", "failed"]


@attrs.frozen(kw_only=True)
class OpenMessage:
    """
    A message as shown to a person: its kind, the masked number, the sender, the provider's code, the number of
    tries, and the times of the first and the last.

    Kind and number are empty for a message that cannot be opened.
    """

    message_id: str
    status: OpenStatus
    template: str
    to_masked: str
    sender_id: str
    code: str
    tries: int
    first_at: dt.datetime
    last_at: dt.datetime


def open_messages(store: Store, key: DataKey, status: OpenStatus, limit: int) -> tuple[OpenMessage, ...]:
    """Return the first *limit* messages of a status, oldest first; those being handed over now are unknown."""
    found = store.failed(limit) if status == "failed" else store.unanswered()[:limit]
    return tuple(_shown(message, key, status) for message in found)


def _shown(leased: LeasedMessage, key: DataKey, status: OpenStatus) -> OpenMessage:
    opened = readable_message(leased, key)
    return OpenMessage(
        message_id=leased.message_id,
        status=status,
        template=opened.message.template if opened else "",
        to_masked=opened.message.to.screen() if opened else "",
        sender_id=leased.leased_by,
        code=leased.code,
        tries=leased.fence,
        first_at=leased.first_at,
        last_at=leased.leased_at,
    )


_REPORTED: Mapping[ReceiptStatus, Literal["sent", "failed"]] = {
    ReceiptStatus.ACCEPTED: "sent",
    ReceiptStatus.FAILED: "failed",
}


def reported(ledger: LedgerWriter, receipts: Sequence[Receipt], *, at: dt.datetime) -> int:
    """
    Settle unknown messages that delivery reports call received, or failed; return their number.

    Any other report has no effect, and none makes a message go out again.
    """
    said = {r.message_id: r for r in receipts if r.status in _REPORTED}
    known = [
        Settlement(
            message_id=leased.message_id,
            fence=leased.fence,
            state=_REPORTED[said[leased.message_id].status],
            code=said[leased.message_id].code,
        )
        for leased in ledger.store.unanswered()
        if leased.message_id in said
    ]
    return len(settled(ledger, known, at=at))


def _close(command: own.CloseMessage, _: Policy) -> Handler:
    """End an unknown or failed message."""
    if command.reason not in CLOSE_REASONS:
        return Refused("reason_required")
    return (yield from _settled_by_hand(command, "sent", reason=command.reason))


def _retry(command: own.RetryMessage, _: Policy) -> Handler:
    """Let a failed message wait again, for one more try."""
    return (yield from _settled_by_hand(command, "waiting"))


def _settled_by_hand(
    command: own.CloseMessage | own.RetryMessage, state: Literal["sent", "waiting"], **told: str
) -> Handler:
    """Record the actor, and settle the message, in one commit."""
    if refused := too_low(command):
        return refused
    for _try in range(TRIES):
        found: LeasedMessage | None = yield FindMessage(command.subject, failed_only=state == "waiting")
        if found is None:
            return Refused("message_answered")
        answer = Accepted(subject=command.subject, status="closed" if state == "sent" else "waiting")
        ended = Settlement(message_id=found.message_id, fence=found.fence, state=state, code=found.code)
        written = Write(
            streams=(),
            documents=(_entry(command, found, **told),),
            settled=(ended,),
            command=command if command.key else None,
            answer=answer,
        )
        if isinstance((yield written), Committed):
            return answer
    return Refused("conflict")


def _entry(command: Command, found: LeasedMessage, **told: str) -> Any:  # noqa: ANN401 - a document
    verb = "close" if isinstance(command, own.CloseMessage) else "retry"
    return entry(
        f"{verb}/{found.message_id}/{found.fence}/{found.leased_at.isoformat()}",
        at=command.at.isoformat(),
        by=command.by.id,
        role=command.by.role.value,
        **{verb: found.message_id},
        **told,
    )


BY_HAND: Mapping[type[Command], Callable[[Any, Policy], Handler]] = {
    own.CloseMessage: _close,
    own.RetryMessage: _retry,
}
"""The handler of each command."""
