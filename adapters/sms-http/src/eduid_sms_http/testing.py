"""A provider over HTTP for the conformance laws: a transport that replies by a script, without a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

import attrs

from eduid_core.testing.conformance.sms import Answer, Script
from eduid_sms_http.exchange import HttpRequest, HttpResponse, NoAnswer, NotSent, Outcome

__all__ = ["Reply", "ScriptedTransport", "text_of_request"]

Reply = tuple[int, str]
"""HTTP status and body."""
_LOST: Final[Mapping[Answer, Outcome]] = {
    Answer.SERVER_ERROR: HttpResponse(status=500, body=b"internal error"),
    Answer.TIMEOUT: NoAnswer("timeout"),
    Answer.HANG_UP: NoAnswer("connection_lost"),
    Answer.UNREACHABLE: NotSent("connection_refused"),
}


def text_of_request(request: HttpRequest) -> str:
    """Return target and body of *request*, decoded."""
    return unquote(request.target) + unquote(request.body.decode("utf-8", "replace"))


@attrs.frozen
class ScriptedTransport:
    """
    A transport to the provider of *script*. The numbers of a request are found in its target and its body.

    *replies* has the provider's reply to one message for each answer of its own: accepted, failed, later and
    unlisted; `{code}` in its body is replaced by the code of the script. *reply* makes the reply to a request
    with several messages, or to a query.
    """

    script: Script
    replies: Mapping[Answer, Reply] = attrs.field(factory=dict, repr=False)
    reply: Callable[[HttpRequest, Sequence[Answer]], Reply] | None = attrs.field(default=None, repr=False)

    def __call__(self, request: HttpRequest, /, *, timeout_s: float) -> Outcome:  # noqa: ARG002 - part of the port
        """Return the outcome of *request*; *timeout_s* is the sender's affair."""
        numbers = self.script.numbers_in(text_of_request(request))
        answers = [self.script.answer(number) for number in numbers] or [Answer.GARBAGE]
        for answer in answers:
            if answer in _LOST:
                return _LOST[answer]
            if answer is Answer.GARBAGE:
                return HttpResponse(status=200, body=self.script.garbage)
        status, body = self.reply(request, answers) if self.reply else self.replies[answers[0]]
        return HttpResponse(status=status, body=body.replace("{code}", self.script.code).encode())
