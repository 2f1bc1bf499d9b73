"""The signed format of a gateway of one's own: the body, the signature, the answers, the reports."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.findings import CallerError
from eduid_core.plugins import HandedOver, ReceiptStatus, SmsMessage, load_adapters
from eduid_core.private import OtpCode, Phone
from eduid_sms_http import HttpRequest, HttpResponse, RequestStamp, SettingError
from eduid_sms_webhook import Settings, WebhookCodec, is_signed, read_reports, signed_headers

NOW = dt.datetime(2026, 11, 29, 4, tzinfo=dt.UTC)
SECRET = "0123456789abcdef0123456789abcdef"
GOOD: dict[str, Any] = {"url": "https://gateway.example/v1/sms", "secret": SECRET}


def message(identity: str = "M1", phone: str = "15400001234") -> SmsMessage:
    params = (("code", OtpCode("839204")), ("minutes", 5))
    return SmsMessage(message_id=identity, template="registration_code", to=Phone(phone), params=params)


def test_the_body_of_a_request_is_as_documented() -> None:
    request = WebhookCodec(Settings(**GOOD)).encode([message()], RequestStamp(NOW, "n1"))

    assert isinstance(request, HttpRequest)
    assert (request.method, request.origin, request.target) == ("POST", "https://gateway.example", "/v1/sms")
    assert json.loads(request.body) == {
        "messages": [
            {
                "id": "M1",
                "to": "+8615400001234",
                "template": "registration_code",
                "params": {"code": "839204", "minutes": "5"},
                "text": "验证码839204，5分钟内有效，请勿告诉他人。",
            }
        ]
    }
    assert is_signed(secret=SECRET, headers=request.headers, body=request.body, now=NOW)


def test_the_signature_is_a_fixed_value() -> None:
    """Written out by hand with `openssl dgst -sha256 -hmac`."""
    headers = signed_headers(secret=SECRET, body=b"{}", now=NOW, nonce="n1")

    assert headers == {
        "x-eduid-timestamp": "1795924800",
        "x-eduid-nonce": "n1",
        "x-eduid-signature": "414eb4fbee2e450c358fbce68e1c3e1bc01de07551f11e1e7b0e828c73826fd2",
    }


@given(body=st.binary(max_size=40), at=st.integers(0, 39), nonce=st.text("abc019", min_size=1, max_size=5))
def test_no_changed_byte_is_signed(body: bytes, at: int, nonce: str) -> None:
    headers = signed_headers(secret=SECRET, body=body, now=NOW, nonce=nonce)
    changed = body[:at] + bytes([(body[at] + 1) % 256]) + body[at + 1 :] if at < len(body) else body + b"a"

    assert is_signed(secret=SECRET, headers=headers, body=body, now=NOW)
    assert not is_signed(secret=SECRET, headers=headers, body=changed, now=NOW)
    assert not is_signed(secret=SECRET[::-1], headers=headers, body=body, now=NOW)
    assert not is_signed(secret=SECRET, headers={**headers, "x-eduid-nonce": f"{nonce}a"}, body=body, now=NOW)


@pytest.mark.parametrize(("seconds", "right"), [(300, True), (301, False), (-300, True), (-301, False)])
def test_a_signature_is_good_for_five_minutes(seconds: int, *, right: bool) -> None:
    headers = signed_headers(secret=SECRET, body=b"{}", now=NOW, nonce="n1")

    assert (
        is_signed(secret=SECRET, headers=headers, body=b"{}", now=NOW + dt.timedelta(seconds=seconds)) is right
    )


@pytest.mark.parametrize(
    "changed",
    [{"x-eduid-timestamp": ""}, {"x-eduid-timestamp": "1" * 5000}, {"x-eduid-timestamp": "１"}, {"x-eduid-nonce": ""},
     {"x-eduid-signature": ""}, {"x-eduid-signature": "\udcff"}],
)  # fmt: skip
def test_a_broken_header_is_no_signature(changed: dict[str, str]) -> None:
    headers = {**signed_headers(secret=SECRET, body=b"{}", now=NOW, nonce="n1"), **changed}

    assert not is_signed(secret=SECRET, headers=headers, body=b"{}", now=NOW)


def decoded(status: int, body: object, *identities: str) -> list[tuple[str, float | None]]:
    response = HttpResponse(status=status, body=json.dumps(body).encode())
    receipts = WebhookCodec(Settings(**GOOD)).decode([message(i) for i in identities or ("M1",)], response)
    return [(r.status.value, r.retry_after_s) for r in receipts]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, {"receipts": [{"id": "M1", "status": "accepted"}]}, ("accepted", None)),
        (200, {"receipts": [{"id": "M1", "status": "failed"}]}, ("failed", None)),
        (200, {"receipts": [{"id": "M1", "status": "later", "retry_after_s": 90}]}, ("later", 90)),
        (200, {"receipts": [{"id": "M1", "status": "later", "retry_after_s": -1}]}, ("later", None)),
        (200, {"receipts": [{"id": "M1", "status": "later", "retry_after_s": "soon"}]}, ("later", None)),
        (200, {"receipts": [{"id": "M1", "status": "Accepted"}]}, ("unknown", None)),
        (200, {"receipts": [{"id": "M1", "status": ["accepted"]}]}, ("unknown", None)),
        (200, {"receipts": [{"id": "M2", "status": "accepted"}]}, ("unknown", None)),
        (200, {"receipts": [{"id": "M1", "status": "accepted"}] * 2}, ("unknown", None)),
        (200, {"receipts": {"M1": "accepted"}}, ("unknown", None)),
        (200, {"taken": False}, ("unknown", None)),
        (401, {"taken": False}, ("later", None)),
        (429, {"taken": False, "retry_after_s": 5, "status": "accepted"}, ("later", 5)),
        (429, {}, ("unknown", None)),
        (403, {"receipts": [{"id": "M1", "status": "accepted"}]}, ("unknown", None)),
        (503, {"taken": False}, ("unknown", None)),
    ],
)
def test_an_answer_is_believed_only_as_documented(
    status: int, body: object, said: tuple[str, float | None]
) -> None:
    assert decoded(status, body) == [said]


def test_each_message_has_an_answer_of_its_own() -> None:
    body = {"receipts": [{"id": "M2", "status": "failed"}, {"id": "M1", "status": "accepted"}]}

    assert decoded(200, body, "M1", "M2", "M3") == [("accepted", None), ("failed", None), ("unknown", None)]


def test_without_an_address_for_the_status_nothing_is_asked() -> None:
    asked = HandedOver(message_id="M1", to=Phone("15400001234"), at=NOW)

    assert WebhookCodec(Settings(**GOOD)).encode_query(asked, 0, RequestStamp(NOW, "n")) is None


def test_reports_are_read_with_a_right_signature_only() -> None:
    rows = [
        {"id": "M1", "status": "accepted", "ref": "gw-1"},
        {"id": "M2", "status": "failed", "code": "ABSENT"},
    ]
    body = json.dumps([*rows, {"id": "M3", "status": "later"}, {"status": "accepted"}]).encode()
    headers = signed_headers(secret=SECRET, body=body, now=NOW, nonce="n1")

    right = read_reports(body, headers=headers, secret=SECRET, now=NOW)
    wrong = read_reports(body + b" ", headers=headers, secret=SECRET, now=NOW)

    assert [(r.message_id, r.status, r.code) for r in right.reports] == [
        ("M1", ReceiptStatus.ACCEPTED, ""),
        ("M2", ReceiptStatus.FAILED, "ABSENT"),
    ]
    assert (right.unreadable, wrong.reports, wrong.unreadable) == (2, (), 1)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"url": "http://gateway.example/sms"}, "url"),
        ({"url": "https://gateway.example/a b"}, "url"),
        ({"url": "https://user:pw@gateway.example"}, "url"),
        ({"secret": "short"}, "secret"),
        ({"query_url": "gateway.example"}, "query_url"),
        ({"account": "网关"}, "account"),
        ({"messages_per_request": 0}, "messages_per_request"),
        ({"timeout_s": -1}, "timeout_s"),
    ],
)
def test_a_fault_names_its_setting_and_never_its_value(changed: dict[str, object], named: str) -> None:
    with pytest.raises(SettingError) as found:
        Settings(**{**GOOD, **changed})

    assert found.value.setting == named
    assert "short" not in str(found.value)


def test_the_adapter_is_found_by_its_name_and_shows_no_secret() -> None:
    adapters = load_adapters(allow=("sms-webhook",))

    assert adapters.sms_sender("webhook", **GOOD, account="school").sender_id == "webhook:school"
    assert SECRET not in repr(adapters.sms_sender("webhook", **GOOD))
    with pytest.raises(CallerError, match="secret: not allowed"):
        adapters.sms_sender("webhook", **{**GOOD, "secret": "short"})
