"""A provider over HTTP for the conformance laws: a transport that replies by a script, without a network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import attrs

from eduid_core.testing.conformance.sms import Answer, Script
from eduid_sms_http.exchange import HttpRequest, HttpResponse, NoAnswer, NotSent, Outcome

__all__ = ["Reply", "ScriptedTransport", "recorded_replies", "text_of_request"]

Reply = tuple[int, str]
"""HTTP status and body."""
_LOST: Final[Mapping[Answer, Outcome]] = {
    Answer.SERVER_ERROR: HttpResponse(status=500, body=b"internal error"),
    Answer.TIMEOUT: NoAnswer("timeout"),
    Answer.HANG_UP: NoAnswer("connection_lost"),
    Answer.UNREACHABLE: NotSent("connection_refused"),
}


def recorded_replies(folder: Path) -> dict[Answer, Reply]:
    """
    Return the replies in *folder*: `accepted.json`, `failed.json`, `later.json` and `unlisted.json`, each with
    the HTTP `status` and the `body`.
    """
    replies: dict[Answer, Reply] = {}
    for answer in (Answer.ACCEPTED, Answer.FAILED, Answer.LATER, Answer.UNLISTED):
        found = json.loads((folder / f"{answer}.json").read_text("utf-8"))
        replies[answer] = (found["status"], json.dumps(found["body"], ensure_ascii=False))
    return replies


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
