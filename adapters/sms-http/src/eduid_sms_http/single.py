"""The common part of codecs for providers that take one message a request and keep no list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from eduid_core.plugins import HandedOver, Receipt, SmsMessage
from eduid_sms_http.exchange import HttpRequest, HttpResponse
from eduid_sms_http.sender import RequestStamp

__all__ = ["SingleMessageCodec"]


class SingleMessageCodec:
    """
    A codec that lacks `sender_id`, `encode` and `decode`: each message is a group of its own.

    There is no list to ask, so a message of unknown fate stays unknown.
    """

    query_after_s: float = 0.0

    def groups(self, messages: Sequence[SmsMessage], /) -> Sequence[tuple[SmsMessage, ...]]:
        """Return each of *messages* alone."""
        return [(message,) for message in messages]

    def encode_query(self, _: HandedOver, __: int, ___: RequestStamp, /) -> HttpRequest | None:
        """Return None: the provider cannot be asked."""
        return None

    def decode_query(self, _: HandedOver, __: Sequence[HttpResponse], ___: dt.datetime, /) -> Receipt | None:
        """Return None: nothing was read."""
        return None
