"""The provider of the laws: it answers each number as a law says, and counts the messages that reach it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import attrs

__all__ = ["Answer", "Script", "ScriptedCall"]


class Answer(enum.StrEnum):
    """An answer of the provider to one message."""

    ACCEPTED = "accepted"
    """It takes the message."""
    FAILED = "failed"
    """It refuses the message for good: a wrong or blacklisted number."""
    LATER = "later"
    """It refuses the message for now: a limit is reached, the balance is spent."""
    UNLISTED = "unlisted"
    """It answers with a code that no documentation lists."""
    GARBAGE = "garbage"
    """The reply is not the provider's: a log-in page, half a reply, another type."""
    SERVER_ERROR = "server error"
    """It fails within: HTTP 5xx, or an exception of its library."""
    TIMEOUT = "timeout"
    """No reply comes in time; the message may have been taken."""
    HANG_UP = "hang-up"
    """The connection breaks before a reply; the message may have been taken."""
    UNREACHABLE = "unreachable"
    """No connection is made, so nothing has left this machine."""


@attrs.define
class Script:
    """
    The answers of the provider by number, and the numbers of the messages that reached it, in order.

    `code` is the text of an unlisted code, `garbage` the content of a reply that cannot be read.
    """

    answers: Mapping[str, Answer] = attrs.field(factory=dict, repr=False)
    code: str = attrs.field(default="", repr=False)
    garbage: bytes = attrs.field(default=b"", repr=False)
    handed: list[str] = attrs.field(factory=list, repr=False)

    def answer(self, number: str) -> Answer:
        """Return the answer to a message for *number*, in any spelling, and count the message."""
        mainland = "".join(c for c in number if c.isdigit())[-11:]
        self.handed.append(mainland)
        return self.answers.get(mainland, Answer.ACCEPTED)

    def numbers_in(self, text: str) -> list[str]:
        """Return the numbers of the script in *text*, once for each time that they stand there."""
        return [number for number in self.answers for _ in range(text.count(number))]


@attrs.frozen
class ScriptedCall:
    """
    A provider's library in place of the network: called with a number, it returns the reply of its answer.

    *replies* are the provider's own; `{code}` in a text is replaced by the code of the script. Other answers
    raise, with the number in the text of the exception, as libraries do.
    """

    script: Script
    replies: Mapping[Answer, Any] = attrs.field(repr=False)

    def __call__(self, number: str) -> Any:
        """
        Return the reply to a message for *number*.

        Raises:
            OSError: there is no connection, or no reply.
            RuntimeError: the provider fails within.
        """
        answer = self.script.answer(number)
        if answer in self.replies:
            return _filled(self.replies[answer], self.script.code)
        if answer is Answer.TIMEOUT:
            raise TimeoutError(f"no reply for {number}")
        if answer is Answer.HANG_UP:
            raise ConnectionResetError(f"reset while sending to {number}")
        if answer is Answer.UNREACHABLE:
            raise ConnectionRefusedError(f"refused while sending to {number}")
        if answer is Answer.SERVER_ERROR:
            raise RuntimeError(f"internal error for {number}")
        return self.script.garbage


def _filled(reply: Any, code: str) -> Any:
    if isinstance(reply, str):
        return reply.replace("{code}", code)
    if isinstance(reply, Mapping):
        return {name: _filled(value, code) for name, value in reply.items()}
    return reply
