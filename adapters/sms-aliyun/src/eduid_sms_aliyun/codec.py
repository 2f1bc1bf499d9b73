"""
The codec: messages to requests of SendSms and QuerySendDetails, responses to receipts. It does no I/O.

Standard:
    Dysmsapi 2017-05-25: SendSms, QuerySendDetails; RPC style, POST, parameters in the query, an empty body.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from eduid_core.china import CHINA
from eduid_core.plugins import HandedOver, Receipt, ReceiptStatus, SmsMessage
from eduid_core.private import Phone
from eduid_sms_aliyun.codes import CODES, LIMIT, limit_delay_s
from eduid_sms_aliyun.settings import Settings
from eduid_sms_aliyun.signing import acs3_headers, canonical_query
from eduid_sms_http import HttpRequest, HttpResponse, RequestStamp, clear_code, text_of

__all__ = ["AliyunCodec"]

_VERSION: Final = "2017-05-25"
_PAGE: Final = 50
_MOST_PAGES: Final = 20
"""Pages of one day that are read; a phone with more messages a day is a person's case."""
_SKEW: Final = dt.timedelta(minutes=10)
"""How much earlier or later than our time the provider may have dated a message."""
_NOT_LISTED: Final = "not_listed"


@attrs.frozen
class AliyunCodec:
    """The codec under *settings*."""

    settings: Settings

    @property
    def sender_id(self) -> str:
        """Return the name of the sender: the provider and the account."""
        return (
            f"aliyun:{self.settings.account or sha256(self.settings.access_key_id.encode()).hexdigest()[:16]}"
        )

    @property
    def query_after_s(self) -> float:
        """Return the seconds after which the provider's list can be believed."""
        return self.settings.query_after_s

    def groups(self, messages: Sequence[SmsMessage], /) -> Sequence[tuple[SmsMessage, ...]]:
        """Return each message alone: the provider gives a request one code for all of its recipients."""
        return [(message,) for message in messages]

    def encode(self, group: Sequence[SmsMessage], stamp: RequestStamp, /) -> HttpRequest | Receipt:
        """Return the request of SendSms, or a receipt if the template is not in the settings."""
        (message,) = group
        template = self.settings.templates.get(message.template)
        if template is None:
            return _later(message.message_id, "template_not_in_settings")
        query = {
            "PhoneNumbers": _number(message.to),
            "SignName": self.settings.sign_name,
            "TemplateCode": template.code,
            "OutId": message.message_id,
        }
        try:
            if params := text_of(message, template):
                query["TemplateParam"] = json.dumps(params, ensure_ascii=False)
        except KeyError:
            return _later(message.message_id, "parameter_missing")
        return self._request("SendSms", query, stamp)

    def decode(self, group: Sequence[SmsMessage], response: HttpResponse, /) -> Sequence[Receipt]:
        """Return the receipt of the message by the code in the body; HTTP 200 alone proves nothing."""
        (message,) = group
        body = _believed(response)
        if body is None:
            return [_unknown(message.message_id, f"http_{response.status}")]
        code, meaning = body.get("Code"), CODES[body.get("Code")]
        if response.status != _OK and meaning.status is ReceiptStatus.ACCEPTED:
            return [_unknown(message.message_id, f"http_{response.status}")]
        delay = limit_delay_s(body.get("Message")) if code == LIMIT else None
        return [
            Receipt(
                message_id=message.message_id,
                status=meaning.status,
                code=clear_code(code),
                retry_after_s=delay or meaning.retry_after_s,
                provider_ref=_ref(body.get("BizId")),
            )
        ]

    def encode_query(self, message: HandedOver, page: int, stamp: RequestStamp, /) -> HttpRequest | None:
        """Return the request for *page* of the list: its pages go through the days on which it can stand."""
        days = _days(message)
        if page >= _MOST_PAGES * len(days):
            return None
        # The days are read in turn, each page by page: page 0 and 1 are the first pages of two days.
        query = {
            "PhoneNumber": _number(message.to),
            "SendDate": days[page % len(days)].strftime("%Y%m%d"),
            "PageSize": str(_PAGE),
            "CurrentPage": str(page // len(days) + 1),
        }
        return self._request("QuerySendDetails", query, stamp)

    def decode_query(
        self, message: HandedOver, pages: Sequence[HttpResponse], now: dt.datetime, /
    ) -> Receipt | None:
        """
        Return the receipt of *message*: found in the list, or absent from the whole of it at an age at which
        that proves that it never arrived; None while more pages are to be read. A message that was accepted
        once is never proved absent.
        """
        days = len(_days(message))
        listed = _listed(pages[-1])
        if listed is None:
            return _unknown(message.message_id, "list_unreadable")
        for row in listed[0]:
            if row.get("OutId") == message.message_id:
                return _of_row(message, row)
        lists = [_listed(page) for page in pages]
        whole = all(_is_whole([one for one in lists[day::days] if one is not None]) for day in range(days))
        if not whole:
            return None
        if (now - message.at).total_seconds() < self.query_after_s:
            return _unknown(message.message_id, _NOT_LISTED)
        return Receipt(
            message_id=message.message_id, status=ReceiptStatus.LATER, code=_NOT_LISTED, retry_after_s=0.0
        )

    def _request(self, action: str, query: Mapping[str, str], stamp: RequestStamp) -> HttpRequest:
        headers = acs3_headers(
            method="POST",
            host=urlsplit(self.settings.origin).netloc,
            path="/",
            query=query,
            headers={"x-acs-action": action, "x-acs-version": _VERSION, "accept": "application/json"},
            body=b"",
            access_key_id=self.settings.access_key_id,
            access_key_secret=self.settings.access_key_secret,
            now=stamp.now,
            nonce=stamp.nonce,
            security_token=self.settings.security_token,
        )
        target = f"/?{canonical_query(query)}"
        return HttpRequest(method="POST", origin=self.settings.origin, target=target, headers=headers)


_OK: Final = 200


def _number(phone: Phone) -> str:
    """Return *phone* as the provider takes it: digits only, a mainland number without its country code."""
    digits = "".join(c for c in phone.reveal("send") if c.isdigit())
    return digits[2:] if digits.startswith("861") and len(digits) == 13 else digits  # noqa: PLR2004 - 86 and 11 digits


def _believed(response: HttpResponse) -> dict[str, Any] | None:
    """Return the body of *response* if it comes from the provider's API and not from something on the way."""
    body = response.json()
    refused = 400 <= response.status < 500  # noqa: PLR2004 - the API itself refuses a request so
    return body if body is not None and (response.status == _OK or refused) and "Code" in body else None


def _later(message_id: str, code: str) -> Receipt:
    return Receipt(message_id=message_id, status=ReceiptStatus.LATER, code=code, retry_after_s=3600.0)


def _unknown(message_id: str, code: str) -> Receipt:
    return Receipt(message_id=message_id, status=ReceiptStatus.UNKNOWN, code=code)


def _ref(value: object) -> str:
    return value if isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_REF else ""


_LONGEST_REF: Final = 128


def _days(message: HandedOver) -> list[dt.date]:
    """Return the days in China on which the provider may have dated *message*."""
    first, last = ((message.at + skew).astimezone(CHINA).date() for skew in (-_SKEW, _SKEW))
    return [first] if first == last else [first, last]


_Listed = tuple[list[Mapping[str, Any]], int]
"""The rows of one page, and the number of rows of the whole list."""


def _listed(response: HttpResponse) -> _Listed | None:
    """Return the rows of a page of the list; None if it is no such page."""
    body = response.json() if response.status == _OK else None
    if body is None or body.get("Code") != "OK":
        return None
    holder = body.get("SmsSendDetailDTOs")
    rows = holder.get("SmsSendDetailDTO", []) if isinstance(holder, dict) else None
    total = body.get("TotalCount")
    try:
        count = int(total) if isinstance(total, str | int) else None
    except ValueError:
        count = None
    if count is None or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    return rows, count


def _is_whole(pages: Sequence[_Listed]) -> bool:
    """Return whether *pages* are the whole list of one day."""
    return bool(pages) and sum(len(rows) for rows, _ in pages) >= pages[-1][1]


_LISTED_STATUS: Final = {1: ReceiptStatus.ACCEPTED, 2: ReceiptStatus.FAILED, 3: ReceiptStatus.ACCEPTED}
"""SendStatus: 1 waits for the carrier's report, 2 not delivered, 3 delivered."""


def _of_row(message: HandedOver, row: Mapping[str, Any]) -> Receipt:
    try:
        status = _LISTED_STATUS.get(int(row.get("SendStatus", 0)), ReceiptStatus.UNKNOWN)
    except (TypeError, ValueError):
        status = ReceiptStatus.UNKNOWN
    code = clear_code(row["ErrCode"]) if row.get("ErrCode") else ""
    return Receipt(message_id=message.message_id, status=status, code=code)
