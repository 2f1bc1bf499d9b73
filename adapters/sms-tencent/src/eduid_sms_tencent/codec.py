"""
The codec: messages to requests of SendSms and PullSmsSendStatusByPhoneNumber, responses to receipts. It does no
I/O.

Standard:
    Tencent Cloud SMS 2021-01-11: SendSms, PullSmsSendStatusByPhoneNumber; a JSON body, POST to `/`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from eduid_core.plugins import HandedOver, Receipt, ReceiptStatus, SmsMessage
from eduid_core.private import Phone
from eduid_sms_http import HttpRequest, HttpResponse, RequestStamp, clear_code, text_of
from eduid_sms_tencent.codes import CODES
from eduid_sms_tencent.settings import Settings
from eduid_sms_tencent.signing import tc3_headers

__all__ = ["TencentCodec"]

_SERVICE, _VERSION, _TYPE = "sms", "2021-01-11", "application/json"
_SIGNED: Final = ("content-type", "host")
_LISTED: Final = 100
"""Entries of the provider's list: there is no second page."""
_BEFORE, _AFTER = dt.timedelta(minutes=10), dt.timedelta(days=3)
"""The span around the hand-over in which the carrier's report can be dated."""
_OK: Final = 200
_MAINLAND: Final = 11
_LONGEST_REF: Final = 128


@attrs.frozen
class TencentCodec:
    """The codec under *settings*."""

    settings: Settings

    @property
    def sender_id(self) -> str:
        """Return the name of the sender: the provider and the application."""
        return f"tencent:{self.settings.sdk_app_id}"

    @property
    def query_after_s(self) -> float:
        """Return the seconds after which a message is looked for in the provider's list."""
        return self.settings.query_after_s

    def groups(self, messages: Sequence[SmsMessage], /) -> Sequence[tuple[SmsMessage, ...]]:
        """Return *messages* in groups of one template with equal parameters; no group has one number twice."""
        groups: dict[object, list[dict[str, SmsMessage]]] = {}
        for message in messages:
            number, parts = _number(message.to), groups.setdefault((message.template, message.params), [])
            fitting = (p for p in parts if len(p) < self.settings.recipients_per_request and number not in p)
            part = next(fitting, None)
            if part is None:
                parts.append(part := {})
            part[number] = message
        return [tuple(part.values()) for parts in groups.values() for part in parts]

    def encode(self, group: Sequence[SmsMessage], stamp: RequestStamp, /) -> HttpRequest | Receipt:
        """
        Return the request of SendSms, or a receipt if the template is not in the settings. A message that is
        alone has its identity as the context, which the provider returns in reports once it is asked to.
        """
        first = group[0]
        template = self.settings.templates.get(first.template)
        if template is None:
            return _later("template_not_in_settings")
        try:
            params = list(text_of(first, template).values())
        except KeyError:
            return _later("parameter_missing")
        body: dict[str, object] = {
            "PhoneNumberSet": [_number(message.to) for message in group],
            "SmsSdkAppId": self.settings.sdk_app_id,
            "SignName": self.settings.sign_name,
            "TemplateId": template.code,
            "TemplateParamSet": params,
        }
        if len(group) == 1:
            body["SessionContext"] = first.message_id
        return self._request("SendSms", body, stamp)

    def decode(self, group: Sequence[SmsMessage], response: HttpResponse, /) -> Sequence[Receipt]:
        """
        Return a receipt for each recipient by its own code; HTTP 200 alone proves nothing. Without a code of
        its own a recipient is unknown.
        """
        body = _believed(response)
        if body is None:
            return [_unknown(message.message_id, f"http_{response.status}") for message in group]
        error, rows = body.get("Error"), body.get("SendStatusSet")
        if (
            isinstance(error, dict)
            and not rows
            and CODES[error.get("Code")].status is not ReceiptStatus.ACCEPTED
        ):
            return [_by_code(message.message_id, error.get("Code")) for message in group]
        if error is not None or not isinstance(rows, list):
            return [_unknown(message.message_id, "reply_unreadable") for message in group]
        by_number = _by_number(rows)
        return [_of_statuses(message, by_number.get(_number(message.to), [])) for message in group]

    def encode_query(self, message: HandedOver, page: int, stamp: RequestStamp, /) -> HttpRequest | None:
        """Return the request for the list of the recipient's reports; it has one page."""
        if page:
            return None
        body = {
            "BeginTime": int((message.at - _BEFORE).timestamp()),
            "EndTime": int(min(message.at + _AFTER, stamp.now + _BEFORE).timestamp()),
            "Offset": 0,
            "Limit": _LISTED,
            "PhoneNumber": _number(message.to),
            "SmsSdkAppId": self.settings.sdk_app_id,
        }
        return self._request("PullSmsSendStatusByPhoneNumber", body, stamp)

    def decode_query(
        self,
        message: HandedOver,
        pages: Sequence[HttpResponse],
        now: dt.datetime,  # noqa: ARG002 - the age of a message proves nothing here
        /,
    ) -> Receipt | None:
        """
        Return the receipt of *message* by the carrier's report. The list holds messages with a report only, so
        a message that is absent from it is unknown, however old.
        """
        unknown = _unknown(message.message_id, "not_listed")
        body = _believed(pages[0])
        rows = body.get("PullSmsSendStatusSet") if body is not None and "Error" not in body else None
        if not isinstance(rows, list):
            return attrs.evolve(unknown, code="list_unreadable")
        mine = [
            row for row in rows if isinstance(row, dict) and row.get("SessionContext") == message.message_id
        ]
        statuses = {_REPORTED.get(row.get("ReportStatus"), ReceiptStatus.UNKNOWN) for row in mine}
        if len(statuses) != 1:
            return unknown
        code = clear_code(mine[0]["Description"]) if mine[0].get("Description") else ""
        return Receipt(
            message_id=message.message_id,
            status=statuses.pop(),
            code=code,
            provider_ref=_ref(mine[0].get("SerialNo")),
        )

    def _request(self, action: str, body: Mapping[str, object], stamp: RequestStamp) -> HttpRequest:
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = tc3_headers(
            host=urlsplit(self.settings.endpoint).netloc,
            service=_SERVICE,
            action=action,
            version=_VERSION,
            region=self.settings.region,
            body=content,
            secret_id=self.settings.secret_id,
            secret_key=self.settings.secret_key,
            timestamp=int(stamp.now.timestamp()),
            content_type=_TYPE,
            signed_headers=_SIGNED,
            security_token=self.settings.security_token,
        )
        return HttpRequest(
            method="POST", origin=self.settings.endpoint, target="/", headers=headers, body=content
        )


_REPORTED: Final[Mapping[object, ReceiptStatus]] = {
    "SUCCESS": ReceiptStatus.ACCEPTED,
    "FAIL": ReceiptStatus.FAILED,
}


def _number(phone: Phone) -> str:
    """Return *phone* in the form of E.164; a number without a country code is of mainland China."""
    return _e164(phone.reveal("send"))


def _e164(text: str) -> str:
    digits = "".join(c for c in text if c.isdigit())
    return f"+86{digits}" if len(digits) == _MAINLAND and not text.startswith("+") else f"+{digits}"


def _believed(response: HttpResponse) -> dict[str, Any] | None:
    """Return the part `Response` of the body, unless something on the way made it."""
    body = response.json()
    refused = 400 <= response.status < 500  # noqa: PLR2004 - the API itself refuses a request so
    found = body.get("Response") if body is not None and (response.status == _OK or refused) else None
    if not isinstance(found, dict) or (refused and "Error" not in found):
        return None
    return found


def _by_number(rows: Iterable[object]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("PhoneNumber"), str):
            found.setdefault(_e164(row["PhoneNumber"]), []).append(row)
    return found


def _of_statuses(message: SmsMessage, rows: Sequence[Mapping[str, Any]]) -> Receipt:
    """Return the receipt of *message* by the one row of its number; none or several prove nothing."""
    if len(rows) != 1:
        return _unknown(message.message_id, "reply_unreadable")
    return _by_code(message.message_id, rows[0].get("Code"), _ref(rows[0].get("SerialNo")))


def _by_code(message_id: str, code: object, ref: str = "") -> Receipt:
    meaning = CODES[code]
    return Receipt(
        message_id=message_id,
        status=meaning.status,
        code=clear_code(code),
        retry_after_s=meaning.retry_after_s,
        provider_ref=ref,
    )


def _ref(value: object) -> str:
    return value if isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_REF else ""


def _later(code: str) -> Receipt:
    return Receipt(message_id="", status=ReceiptStatus.LATER, code=code, retry_after_s=3600.0)


def _unknown(message_id: str, code: str) -> Receipt:
    return Receipt(message_id=message_id, status=ReceiptStatus.UNKNOWN, code=code)
