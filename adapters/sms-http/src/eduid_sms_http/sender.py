"""The sender over HTTP: hands messages over by a codec and a transport, each message once."""

from __future__ import annotations

import datetime as dt
import math
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import attrs

from eduid_core.plugins import HandedOver, Receipt, ReceiptStatus, SmsBatch, SmsMessage
from eduid_sms_http.exchange import HttpRequest, HttpResponse, NotSent, Transport

__all__ = ["HttpSmsSender", "RequestStamp", "SmsCodec"]

_LEAST_S = 0.05
"""A request that has less time than this is not begun."""


@attrs.frozen
class RequestStamp:
    """The time, aware, and the nonce that make a request unique."""

    now: dt.datetime
    nonce: str


class SmsCodec(Protocol):
    """Makes the requests of a provider and reads its responses, without I/O."""

    @property
    def sender_id(self) -> str:
        """Return the name of the sender: the provider and the account."""
        ...

    @property
    def query_after_s(self) -> float:
        """Return the seconds after which the provider's list can be believed."""
        ...

    def groups(self, messages: Sequence[SmsMessage], /) -> Sequence[tuple[SmsMessage, ...]]:
        """Return *messages* in groups: each is handed over by one request."""
        ...

    def encode(self, group: Sequence[SmsMessage], stamp: RequestStamp, /) -> HttpRequest | Receipt:
        """Return the request for *group*, or a receipt that refuses each of it before anything is sent."""
        ...

    def decode(self, group: Sequence[SmsMessage], response: HttpResponse, /) -> Sequence[Receipt]:
        """Return one receipt for each message of *group*, in order."""
        ...

    def encode_query(self, message: HandedOver, page: int, stamp: RequestStamp, /) -> HttpRequest | None:
        """Return the request for *page*, from 0, of the list that may hold *message*; None after the last."""
        ...

    def decode_query(
        self, message: HandedOver, pages: Sequence[HttpResponse], now: dt.datetime, /
    ) -> Receipt | None:
        """Return the receipt for *message* by the *pages* read so far, at *now*; None to read one more."""
        ...


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _nonce() -> str:
    return secrets.token_hex(16)


@attrs.frozen(kw_only=True)
class HttpSmsSender:
    """
    The sender of a *codec*. *timeout_s* limits one request; a batch has its own deadline.

    A message for which no time is left, or whose request never left this machine, may be handed over later. One
    without a readable response is unknown.
    """

    codec: SmsCodec
    transport: Transport
    timeout_s: float = 10.0
    clock: Callable[[], dt.datetime] = attrs.field(default=_now, repr=False)
    nonce: Callable[[], str] = attrs.field(default=_nonce, repr=False)
    monotonic: Callable[[], float] = attrs.field(default=time.monotonic, repr=False)

    @property
    def sender_id(self) -> str:
        """Return the name of the sender."""
        return self.codec.sender_id

    @property
    def reaches_people(self) -> bool:
        """Return True: messages arrive at phones."""
        return True

    @property
    def query_after_s(self) -> float:
        """Return the seconds after which the provider's list can be believed."""
        return self.codec.query_after_s

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        """Hand the messages of *batch* over and return one receipt each, in order, within its deadline."""
        ends = math.inf if batch.deadline_s is None else self.monotonic() + batch.deadline_s
        found: dict[str, Receipt] = {}
        for group in self.codec.groups(batch.messages):
            for receipt in self._hand_over(group, ends - self.monotonic()):
                found[receipt.message_id] = receipt
        return [found.get(m.message_id) or _all_of((m,), _UNKNOWN)[0] for m in batch.messages]

    def _hand_over(self, group: tuple[SmsMessage, ...], left_s: float) -> Sequence[Receipt]:
        if left_s < _LEAST_S:
            return _all_of(group, _LATE)
        request = self.codec.encode(group, RequestStamp(self.clock(), self.nonce()))
        if isinstance(request, Receipt):
            return _all_of(group, request)
        outcome = self.transport(request, timeout_s=min(self.timeout_s, left_s))
        if isinstance(outcome, HttpResponse):
            return self.codec.decode(group, outcome)
        if isinstance(outcome, NotSent):
            return _all_of(group, attrs.evolve(_LATE, code=outcome.code))
        return _all_of(group, attrs.evolve(_UNKNOWN, code=outcome.code))

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        """Return the status of each message by the provider's list; unknown where the list proves nothing."""
        return [self._asked(message) for message in messages]

    def _asked(self, message: HandedOver) -> Receipt:
        unknown = attrs.evolve(_UNKNOWN, message_id=message.message_id)
        pages: list[HttpResponse] = []
        while True:
            request = self.codec.encode_query(message, len(pages), RequestStamp(self.clock(), self.nonce()))
            if request is None:
                return unknown
            outcome = self.transport(request, timeout_s=self.timeout_s)
            if not isinstance(outcome, HttpResponse):
                return attrs.evolve(unknown, code=outcome.code)
            pages.append(outcome)
            if (receipt := self.codec.decode_query(message, pages, self.clock())) is not None:
                return receipt


_UNKNOWN = Receipt(message_id="", status=ReceiptStatus.UNKNOWN)
_LATE = Receipt(message_id="", status=ReceiptStatus.LATER, code="no_time_left", retry_after_s=60.0)


def _all_of(group: Sequence[SmsMessage], receipt: Receipt) -> list[Receipt]:
    return [attrs.evolve(receipt, message_id=message.message_id) for message in group]
