"""What becomes of a leased message by its receipt: sent, tried again after a growing delay, or failed."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

import attrs

from eduid_core.plugins import LeasedMessage, Receipt, ReceiptStatus, Settlement
from eduid_core.workflow.policy import SmsPolicy

__all__ = ["GAVE_UP", "Fate", "MessageFate", "fate_of", "left_as_it_is", "put_back", "sent"]

GAVE_UP: Final = "gave_up"
"""The code of a message whose tries are over without a code of the provider."""
Fate = Literal["sent", "later", "failed", "unknown", "unreadable", "expired", "withheld"]
_GROWS: Final = 3
"""Each delay is this many times as long as the one before."""


@attrs.frozen
class MessageFate:
    """The fate of one leased message, and what the store must write of it; nothing if the fate is unknown."""

    fate: Fate
    settlement: Settlement | None = None


def left_as_it_is(fate: Fate = "unknown") -> MessageFate:
    """Return the fate of a message that keeps its lease."""
    return MessageFate(fate)


def sent(leased: LeasedMessage, *, code: str = "", fate: Fate = "sent") -> MessageFate:
    """Return the fate of a message that ends; *fate* tells why one was not handed over."""
    return MessageFate(fate, _settled(leased, "sent", code))


def put_back(leased: LeasedMessage) -> MessageFate:
    """Return the fate of a message that was not handed over, and waits again as before."""
    return MessageFate("later", _settled(leased, "waiting", leased.code))


def fate_of(
    leased: LeasedMessage, receipt: Receipt, at: dt.datetime, policy: SmsPolicy, *, from_query: bool = False
) -> MessageFate:
    """
    Return what becomes of *leased* by *receipt* at a time. A message that was tried `policy.tries` times, or
    for `policy.tries_within_s`, fails instead of waiting again. It waits as long as the sender asks, else as
    the policy says; after a query that proves that it was not received, not at all.
    """
    match receipt.status:
        case ReceiptStatus.ACCEPTED:
            return sent(leased, code=receipt.code)
        case ReceiptStatus.FAILED:
            return MessageFate("failed", _settled(leased, "failed", receipt.code))
        case ReceiptStatus.UNKNOWN:
            return left_as_it_is()
        case ReceiptStatus.LATER:
            due = at + _delay(leased, receipt, policy, from_query=from_query)
            is_over = due - leased.first_at > dt.timedelta(seconds=policy.tries_within_s)
            if leased.fence >= policy.tries or is_over:
                return MessageFate("failed", _settled(leased, "failed", receipt.code or GAVE_UP))
            return MessageFate("later", _settled(leased, "waiting", receipt.code, due))


def _delay(leased: LeasedMessage, receipt: Receipt, policy: SmsPolicy, *, from_query: bool) -> dt.timedelta:
    """Return the time until the next try."""
    if receipt.retry_after_s is not None or from_query:
        return dt.timedelta(seconds=receipt.retry_after_s or 0)
    growing_s = policy.retry_s * _GROWS ** min(leased.fence - 1, 20)
    return dt.timedelta(seconds=min(growing_s, policy.tries_within_s))


def _settled(
    leased: LeasedMessage,
    state: Literal["sent", "waiting", "failed"],
    code: str,
    due: dt.datetime | None = None,
) -> Settlement:
    return Settlement(message_id=leased.message_id, fence=leased.fence, state=state, due=due, code=code)
