"""The examples of the laws: a batch, and the provider's answer to each number of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import attrs
from hypothesis import strategies as st

from eduid_core.plugins import HandedOver, SmsBatch, SmsMessage
from eduid_core.private import OtpCode, Phone
from eduid_core.testing.conformance.sms.script import Answer, Script

__all__ = ["AT", "SmsCase", "cases"]

AT: Final = dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC)
"""The time of the hand-over in a query."""
_CODES: Final = ("NEVER.SEEN", "97531", "ok!", "Limit.NeverSeen")
_GARBAGE: Final = (
    b"",
    b"<html><title>log in</title></html>",
    b"null",
    b"[]",
    b"{}",
    b'{"co',
    b"\xff\xfe",
    b'"OK"',
    b"[" * 5000,
)


@attrs.frozen(kw_only=True)
class SmsCase:
    """A batch, and the provider's answers by number. Its text shows no number."""

    messages: tuple[SmsMessage, ...]
    answers: Mapping[str, Answer]
    code: str
    garbage: bytes

    def __repr__(self) -> str:
        lines = [
            f"{m.message_id} {m.template} to {m.to.screen()}: the provider answers {self.answer_to(m)}"
            for m in self.messages
        ]
        return "\n    ".join(lines or ["no message"])

    def answer_to(self, message: SmsMessage) -> Answer:
        """Return the provider's answer to *message*."""
        return self.answers[message.to.reveal("compare")]

    def script(self) -> Script:
        """Return a new script with these answers."""
        return Script(answers=self.answers, code=self.code, garbage=self.garbage)

    def batch(self) -> SmsBatch:
        """Return the batch."""
        return SmsBatch(messages=self.messages, deadline_s=30.0)

    def handed_over(self) -> list[HandedOver]:
        """Return the messages as they are asked about."""
        return [HandedOver(message_id=m.message_id, to=m.to, at=AT) for m in self.messages]

    def personal(self) -> set[str]:
        """Return the texts that nothing may show: numbers and codes."""
        params = {v.reveal("compare") for m in self.messages for _, v in m.params if isinstance(v, OtpCode)}
        return {*self.answers, *params}


@st.composite
def cases(draw: st.DrawFn, answers: Sequence[Answer], *, least: int = 1, most: int = 6) -> SmsCase:
    """
    Return cases of *least* to *most* messages; the provider has one of *answers* to each number.

    A number may occur twice: a guardian has several children.
    """
    tails = draw(st.lists(st.integers(0, 9), min_size=least, max_size=most))
    numbers = [f"1540000{1001 + 111 * tail}" for tail in tails]
    planned = {number: draw(st.sampled_from(answers)) for number in dict.fromkeys(numbers)}
    messages = []
    for at, number in enumerate(numbers):
        template = draw(st.sampled_from(["approved", "registration_code"]))
        one_time = OtpCode(f"{draw(st.integers(100_000, 999_999))}")
        params = () if template == "approved" else (("code", one_time), ("minutes", 5))
        messages.append(SmsMessage(message_id=f"law-M{at}", template=template, to=Phone(number), params=params))
    code = draw(st.sampled_from(_CODES))
    return SmsCase(
        messages=tuple(messages), answers=planned, code=code, garbage=draw(st.sampled_from(_GARBAGE))
    )
