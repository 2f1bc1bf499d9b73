"""The frozen values of the SMS port: a message, a batch, and what the sender answers about them."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

from eduid_core.private import Phone, Private

__all__ = ["HandedOver", "Receipt", "ReceiptStatus", "SmsBatch", "SmsMessage"]


@attrs.frozen(kw_only=True)
class SmsMessage:
    """One message to hand over: a template code with parameters, never free text."""

    message_id: str
    template: str
    to: Phone
    params: tuple[tuple[str, Private | str | int], ...] = ()


class ReceiptStatus(enum.StrEnum):
    """The fate of a message, as its sender knows it."""

    ACCEPTED = "accepted"
    """The provider took it."""
    FAILED = "failed"
    """The provider refused it for good: a wrong or blacklisted number, a template that is not filed."""
    LATER = "later"
    """The provider proved that it did not take it, and may take it later."""
    UNKNOWN = "unknown"
    """Not known: the message is never handed over again unless a query proves that it was not received."""


@attrs.frozen(kw_only=True)
class Receipt:
    """
    The sender's answer about a message. `code` is the provider's own, free of personal data.

    After `later` the message is handed over again once `retry_after_s` is over, else the policy's own growing
    delay. From `query`, `later` means proved not received.
    """

    message_id: str
    status: ReceiptStatus
    code: str = ""
    retry_after_s: float | None = None
    provider_ref: str = attrs.field(default="", repr=False)
    """The provider's own name of the message, needed by some to ask about it."""


@attrs.frozen(kw_only=True)
class SmsBatch:
    """Messages to hand over, in order; the caller waits *deadline_s* for the receipts (None: for ever)."""

    messages: tuple[SmsMessage, ...]
    deadline_s: float | None = None


@attrs.frozen(kw_only=True)
class HandedOver:
    """A message whose fate is asked: its number, and the time it was handed over."""

    message_id: str
    to: Phone
    at: dt.datetime
