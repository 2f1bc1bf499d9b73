"""The part of a simulated provider that all have: messages taken, knobs, the clock, delivery reports."""

from __future__ import annotations

import datetime as dt
import enum
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.request import Request, urlopen

import attrs

from eduid_core.testing.simulators.loopback import LoopbackServer, ServedReply, ServedRequest

__all__ = ["Fault", "SmsSimulator", "TakenSms", "number_of"]

_DELIVERED: Final = "DELIVERED"
_REPORT_TIMEOUT_S: Final = 5.0


class Fault(enum.StrEnum):
    """A failure of the whole provider."""

    DOWN = "down"
    """Every request gets HTTP 503, and none is taken."""
    SILENT = "silent"
    """A request is taken, and the connection is closed without a reply."""
    HANGING = "hanging"
    """A request is taken, and no reply comes until the caller gives up."""
    BROKEN = "broken"
    """A request is taken, and the reply is cut off in the middle."""
    FAILING = "failing"
    """A request is taken, and the reply is HTTP 500."""
    PORTAL = "portal"
    """A page of HTML comes with HTTP 200, as from a log-in page on the way; nothing is taken."""


@attrs.frozen(kw_only=True)
class TakenSms:
    """A message that the provider has taken; `context` is the caller's own name of it."""

    ref: str
    number: str = attrs.field(repr=False)
    template: str
    params: tuple[tuple[str, str], ...] = attrs.field(repr=False)
    context: str
    at: dt.datetime


def number_of(text: str) -> str:
    """Return a phone in one form: digits, without the country code of mainland China."""
    digits = "".join(c for c in text if c.isdigit())
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class SmsSimulator(LoopbackServer):
    """
    A provider on the loopback address.

    `taken` lists the messages that it took; a number in *refusals* gets its code; `fault` is a failure of all
    requests; `request_code` refuses every request; `query_lag` is the time before a message is listed;
    `undeliverable` gives a number the carrier's code. *clock* is the provider's clock; *hang_s* is how long a
    `HANGING` reply lasts.
    """

    def __init__(self, *, clock: Callable[[], dt.datetime] = _now, hang_s: float = 30.0) -> None:
        """Begin without faults."""
        super().__init__()
        self.clock, self.hang_s = clock, hang_s
        self.taken: list[TakenSms] = []
        self.refusals: dict[str, str] = {}
        self.undeliverable: dict[str, str] = {}
        self.fault: Fault | None = None
        self.request_code: str = ""
        self.query_lag = dt.timedelta(0)
        self._lock = threading.Lock()
        self._freed = threading.Event()

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the settings by which a sender is accepted."""
        raise NotImplementedError

    def refuse(self, phone: str, code: str) -> None:
        """Answer every message to *phone* with *code*, and take none."""
        self.refusals[number_of(phone)] = code

    def fail_delivery(self, phone: str, code: str) -> None:
        """Take the messages to *phone*, and report that the carrier failed with *code*."""
        self.undeliverable[number_of(phone)] = code

    def stop(self) -> None:
        """Stop listening, and let hanging requests go."""
        self._freed.set()
        super().stop()

    def answer(self, request: ServedRequest) -> ServedReply | None:
        """Return the reply of the provider under its faults."""
        if self.fault is Fault.DOWN:
            return ServedReply(503, b"Service Unavailable", "text/plain")
        if self.fault is Fault.PORTAL:
            return ServedReply(200, b"<html><body>Please sign in</body></html>", "text/html")
        with self._lock:
            reply = self.reply(request)
        if self.fault is Fault.SILENT:
            return None
        if self.fault is Fault.HANGING:
            self._freed.wait(self.hang_s)
            return None
        if self.fault is Fault.FAILING:
            return ServedReply(500, reply.body)
        if self.fault is Fault.BROKEN:
            return ServedReply(reply.status, reply.body[: len(reply.body) // 2])
        return reply

    def reply(self, request: ServedRequest) -> ServedReply:
        """Return the provider's own reply to *request*."""
        raise NotImplementedError

    def report_of(self, message: TakenSms, code: str) -> Mapping[str, Any]:
        """Return the delivery report of *message*; a blank *code* is that of a delivered one."""
        raise NotImplementedError

    def take(self, message: TakenSms) -> None:
        """Take *message*."""
        self.taken.append(message)

    def refusal(self, phone: str) -> str:
        """Return the code that refuses a message to *phone*, blank if it is taken."""
        return self.refusals.get(number_of(phone), "")

    def listed(self, phone: str) -> list[TakenSms]:
        """Return the messages to *phone* that the provider lists by now."""
        until, number = self.clock() - self.query_lag, number_of(phone)
        return [
            message for message in self.taken if number_of(message.number) == number and message.at <= until
        ]

    def next_number(self) -> int:
        """Return the number of the message that is taken next, from 1."""
        return len(self.taken) + 1

    def carrier_code(self, message: TakenSms) -> str:
        """Return the carrier's code for *message*, blank if it was delivered."""
        return self.undeliverable.get(number_of(message.number), "")

    def reports(self) -> bytes:
        """Return the body of a post with the delivery report of each message taken, in order."""
        rows = [self.report_of(message, self.carrier_code(message)) for message in self.taken]
        return json.dumps(rows, ensure_ascii=False).encode()

    def post_reports(self, url: str, bodies: Sequence[bytes] = ()) -> list[bytes]:
        """Post `reports()`, or the given *bodies*, to *url* and return the answers."""
        answers = []
        for body in bodies or (self.reports(),):
            request = Request(url, data=body, headers={"Content-Type": "application/json"}, method="POST")  # noqa: S310
            with urlopen(request, timeout=_REPORT_TIMEOUT_S) as answer:  # noqa: S310 - the test's own address
                answers.append(answer.read())
        return answers
