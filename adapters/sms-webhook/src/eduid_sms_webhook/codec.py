"""
The codec: messages to a signed JSON request, the gateway's answers to receipts. It does no I/O.

Request: `{"messages": [{"id", "to", "template", "params", "text"}]}`. Response: `{"receipts": [{"id", "status",
"code", "retry_after_s", "ref"}]}` with HTTP 200, or any 4xx with `{"taken": false, "code", "retry_after_s"}`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from math import inf
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from eduid_core import messages as catalogue
from eduid_core.plugins import HandedOver, Receipt, ReceiptStatus, SmsMessage
from eduid_core.private import Phone, Private
from eduid_sms_http import HttpRequest, HttpResponse, RequestStamp, clear_code
from eduid_sms_http.templates import parameters_of
from eduid_sms_webhook.settings import Settings
from eduid_sms_webhook.signing import signed_headers

__all__ = ["WebhookCodec", "status_of"]

_OK: Final = 200
_MAINLAND: Final = 11
_LONGEST_REF: Final = 128
_STATUSES: Final = {status.value: status for status in ReceiptStatus}


def status_of(value: object) -> ReceiptStatus:
    """Return the status that a gateway writes, unknown for any other text."""
    return _STATUSES.get(value, ReceiptStatus.UNKNOWN) if isinstance(value, str) else ReceiptStatus.UNKNOWN


@attrs.frozen
class WebhookCodec:
    """The codec under *settings*."""

    settings: Settings

    @property
    def sender_id(self) -> str:
        """Return the name of the sender: the gateway."""
        return f"webhook:{self.settings.account or sha256(self.settings.url.encode()).hexdigest()[:16]}"

    @property
    def query_after_s(self) -> float:
        """Return the seconds after which the gateway knows of every message that it has received."""
        return self.settings.query_after_s

    def groups(self, messages: Sequence[SmsMessage], /) -> Sequence[tuple[SmsMessage, ...]]:
        """Return *messages* in groups of at most `messages_per_request`; one without a parameter is alone."""
        size = self.settings.messages_per_request
        whole = [message for message in messages if _is_whole(message)]
        groups = [tuple(whole[at : at + size]) for at in range(0, len(whole), size)]
        return [*groups, *((message,) for message in messages if not _is_whole(message))]

    def encode(self, group: Sequence[SmsMessage], stamp: RequestStamp, /) -> HttpRequest | Receipt:
        """Return the request with *group*, or a receipt if a parameter of its template is missing."""
        if not all(map(_is_whole, group)):
            return Receipt(
                message_id="", status=ReceiptStatus.LATER, code="parameter_missing", retry_after_s=3600.0
            )
        return self._request(self.settings.url, [_entry(message) for message in group], stamp)

    def decode(self, group: Sequence[SmsMessage], response: HttpResponse, /) -> Sequence[Receipt]:
        """Return a receipt for each message by its own answer; without one it is unknown."""
        return self._receipts([message.message_id for message in group], response)

    def encode_query(self, message: HandedOver, page: int, stamp: RequestStamp, /) -> HttpRequest | None:
        """Return the request for the status of *message*; None if the gateway tells none."""
        if page or self.settings.query_url is None:
            return None
        entry = {"id": message.message_id, "to": _e164(message.to), "at": int(message.at.timestamp())}
        return self._request(self.settings.query_url, [entry], stamp)

    def decode_query(
        self, message: HandedOver, pages: Sequence[HttpResponse], now: dt.datetime, /
    ) -> Receipt | None:
        """Return the status of *message*; "later", which says that it never arrived, only at its age."""
        response = pages[0]
        (receipt,) = self._receipts([message.message_id], response)
        is_early = (now - message.at).total_seconds() < self.query_after_s
        if receipt.status is ReceiptStatus.LATER and (is_early or response.status != _OK):
            return _unknown(message.message_id, receipt.code)
        return receipt

    def _request(self, url: str, entries: Sequence[Mapping[str, object]], stamp: RequestStamp) -> HttpRequest:
        body = json.dumps({"messages": entries}, ensure_ascii=False).encode()
        parts = urlsplit(url)
        headers = signed_headers(secret=self.settings.secret, body=body, now=stamp.now, nonce=stamp.nonce)
        return HttpRequest(
            method="POST",
            origin=f"{parts.scheme}://{parts.netloc}",
            target=parts.path or "/",
            headers={"Host": parts.netloc, "Content-Type": "application/json; charset=utf-8", **headers},
            body=body,
        )

    def _receipts(self, ids: Sequence[str], response: HttpResponse) -> list[Receipt]:
        body = response.json() or {}
        refused = 400 <= response.status < 500 and body.get("taken") is False  # noqa: PLR2004 - refused by itself
        if refused:
            answer = {**body, "status": ReceiptStatus.LATER.value}
            return [_receipt(identity, answer) for identity in ids]
        if response.status != _OK or not isinstance(body.get("receipts"), list):
            return [_unknown(identity, f"http_{response.status}") for identity in ids]
        answers = _by_id(body["receipts"])
        return [
            _receipt(identity, answers[identity][0])
            if len(answers.get(identity, ())) == 1
            else _unknown(identity, "answer_missing")
            for identity in ids
        ]


def _is_whole(message: SmsMessage) -> bool:
    return set(parameters_of(message.template)) <= {name for name, _ in message.params}


def _entry(message: SmsMessage) -> dict[str, object]:
    params = {n: v.reveal("send") if isinstance(v, Private) else v for n, v in message.params}
    return {
        "id": message.message_id,
        "to": _e164(message.to),
        "template": message.template,
        "params": {name: str(value) for name, value in params.items()},
        "text": catalogue.text(message.template, "zh", params),
    }


def _e164(phone: Phone) -> str:
    text = phone.reveal("send")
    digits = "".join(c for c in text if c.isdigit())
    return f"+86{digits}" if len(digits) == _MAINLAND and not text.startswith("+") else f"+{digits}"


def _by_id(answers: Iterable[object]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for answer in answers:
        if isinstance(answer, dict) and isinstance(answer.get("id"), str):
            found.setdefault(answer["id"], []).append(answer)
    return found


def _receipt(identity: str, answer: Mapping[str, Any]) -> Receipt:
    status, ref = status_of(answer.get("status")), answer.get("ref")
    return Receipt(
        message_id=identity,
        status=status,
        code=clear_code(answer["code"]) if answer.get("code") else "",
        retry_after_s=_delay(answer.get("retry_after_s")) if status is ReceiptStatus.LATER else None,
        provider_ref=ref if isinstance(ref, str) and ref.isprintable() and len(ref) <= _LONGEST_REF else "",
    )


def _delay(value: object) -> float | None:
    """Return a delay in seconds; None, the policy's own, for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < inf:
        return None
    return float(value)


def _unknown(identity: str, code: str) -> Receipt:
    return Receipt(message_id=identity, status=ReceiptStatus.UNKNOWN, code=code)
