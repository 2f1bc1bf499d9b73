"""The signer against the provider's worked examples and against its official client, clock fixed."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tencentcloud.common import abstract_client
from tencentcloud.common.credential import Credential
from tencentcloud.sms.v20210111.models import PullSmsSendStatusByPhoneNumberRequest, SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

from eduid_sms_tencent import tc3_headers

HAN = "教育卡验证码您孩子的申请已通过𠮷㐂䶮〇·，。！ (~*'!+%&=/?#\\\""
WORDS = "abcXYZ0189-_.~"


class _Captured(BaseException):
    """The request of the official client, instead of its journey."""


def random_text(rng: random.Random, letters: str, most: int) -> str:
    return "".join(rng.choice(letters) for _ in range(rng.randint(1, most)))


@pytest.mark.parametrize(
    ("signed", "signature"),
    [
        ("content-type;host", "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"),
        ("content-type;host;x-tc-action", "be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3"),
    ],
)
def test_the_worked_examples_of_the_provider(signed: str, signature: str) -> None:
    """Tencent Cloud API 3.0, signature method v3: DescribeInstances, in the two editions of the page."""
    headers = tc3_headers(
        host="cvm.tencentcloudapi.com",
        service="cvm",
        action="DescribeInstances",
        version="2017-03-12",
        region="ap-guangzhou",
        body=rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}',
        secret_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
        secret_key="Gu5t9xGARNpq86cd98joQYCN3*******",
        timestamp=1551113065,
        content_type="application/json; charset=utf-8",
        signed_headers=signed,
    )

    assert headers["Authorization"] == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******/2019-02-25/cvm/tc3_request, "
        f"SignedHeaders={signed}, Signature={signature}"
    )


def test_2000_random_requests_are_signed_as_the_official_client_signs_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng, differences = random.Random(20261129), 0
    for number in range(2000):
        key_id, key, at = random_text(rng, WORDS, 36), random_text(rng, WORDS, 32), rng.randrange(2 * 10**9)
        token = random_text(rng, WORDS, 60) if number % 3 == 0 else None
        monkeypatch.setattr(abstract_client.time, "time", lambda at=at: at + 0.5)
        sent = _captured(SmsClient(Credential(key_id, key, token), "ap-nanjing"), rng, number)
        theirs = sent.header

        ours = tc3_headers(
            host=theirs["Host"],
            service="sms",
            action=theirs["X-TC-Action"],
            version="2021-01-11",
            region="ap-nanjing",
            body=sent.data.encode(),
            secret_id=key_id,
            secret_key=key,
            timestamp=at,
            content_type=theirs["Content-Type"],
            signed_headers=("host", "content-type"),
            security_token=token,
        )

        differences += any(theirs[name] != value for name, value in ours.items())
    assert differences == 0


def _captured(client: SmsClient, rng: random.Random, number: int) -> Any:
    """Return the request of SendSms, or now and then of the list, with random Chinese parameters."""

    def capture(request: object) -> None:
        raise _Captured(request)

    client.request.send_request = capture
    phone = f"+86154{rng.randrange(10**8):08d}"
    try:
        if number % 5 == 4:
            query = PullSmsSendStatusByPhoneNumberRequest()
            query.PhoneNumber, query.BeginTime, query.Limit, query.Offset = phone, rng.randrange(10**9), 100, 0
            client.PullSmsSendStatusByPhoneNumber(query)
        else:
            message = SendSmsRequest()
            message.PhoneNumberSet, message.SignName = [phone], random_text(rng, HAN, 12)
            message.TemplateParamSet = [random_text(rng, HAN, 20) for _ in range(rng.randint(0, 4))]
            message.SessionContext = random_text(rng, HAN, 30)
            client.SendSms(message)
    except _Captured as found:
        return found.args[0]
    raise AssertionError("the client sent nothing")


@pytest.mark.parametrize("signed", ["host", "content-type;host;x-tc-nothing", ()])
def test_headers_that_cannot_be_signed_are_refused(signed: Any) -> None:
    with pytest.raises(ValueError, match="signs content-type"):
        tc3_headers(
            host="h", service="sms", action="A", version="v", region="r", body=b"", secret_id="i", secret_key="k",
            timestamp=1, content_type="application/json", signed_headers=signed,
        )  # fmt: skip


def test_without_region_and_token_their_headers_are_left_out_and_no_key_is_sent() -> None:
    headers = tc3_headers(
        host="h", service="sms", action="A", version="v", region="", body=b"", secret_id="i", secret_key="s3cret",
        timestamp=1, content_type="application/json", signed_headers=["Host", "Content-Type"],
    )  # fmt: skip

    assert set(headers) == {
        "Content-Type",
        "Host",
        "X-TC-Action",
        "X-TC-Timestamp",
        "X-TC-Version",
        "Authorization",
    }
    assert "s3cret" not in str(headers)
    assert "SignedHeaders=content-type;host," in headers["Authorization"]
