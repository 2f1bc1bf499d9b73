"""The signer against the provider's worked example and against its official client, clock and nonce fixed."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import QuerySendDetailsRequest, SendSmsRequest
from alibabacloud_tea_openapi import client as openapi
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions

from eduid_sms_aliyun import acs3_headers

NOW = dt.datetime(2026, 11, 29, 15, 59, 58, tzinfo=dt.timezone(dt.timedelta(hours=8)))
HAN = "教育卡验证码您孩子的申请已通过𠮷㐂䶮〇·，。！ (~*'!+%&=/?#"
WORDS = "abcXYZ0189-_.~"


class _Captured(BaseException):
    """The request of the official client, instead of its journey."""


@pytest.fixture
def captured(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], Any]:
    def capture(request: Any, _: object) -> None:
        raise _Captured(request)

    monkeypatch.setattr(openapi.DaraCore, "do_action", staticmethod(capture))
    monkeypatch.setattr(
        openapi.Utils, "get_timestamp", staticmethod(lambda: f"{NOW.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}")
    )

    def request_of(call: Callable[[], object]) -> Any:
        try:
            call()
        except _Captured as found:
            return found.args[0]
        raise AssertionError("the client sent nothing")

    return request_of


def random_text(rng: random.Random, letters: str, most: int) -> str:
    return "".join(rng.choice(letters) for _ in range(rng.randint(1, most)))


def test_the_worked_example_of_the_provider() -> None:
    """Alibaba Cloud, signature method V3: RunInstances with a fixed date and nonce."""
    headers = acs3_headers(
        method="POST",
        host="ecs.cn-shanghai.aliyuncs.com",
        path="/",
        query={"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"},
        headers={"x-acs-action": "RunInstances", "x-acs-version": "2014-05-26"},
        body=b"",
        access_key_id="YourAccessKeyId",
        access_key_secret="YourAccessKeySecret",
        now=dt.datetime(2023, 10, 26, 10, 22, 32, tzinfo=dt.UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
    )

    assert headers["Authorization"].endswith(
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_2000_random_requests_are_signed_as_the_official_client_signs_them(
    captured: Callable[[Callable[[], object]], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng, differences = random.Random(20261129), 0
    for number in range(2000):
        secret, key, nonce = (
            random_text(rng, WORDS, 30),
            random_text(rng, WORDS, 24),
            f"{rng.getrandbits(128):032x}",
        )
        token = random_text(rng, WORDS, 60) if number % 3 == 0 else None
        monkeypatch.setattr(openapi.Utils, "get_nonce", staticmethod(lambda nonce=nonce: nonce))
        client = Client(
            Config(
                access_key_id=key,
                access_key_secret=secret,
                security_token=token,
                endpoint="dysmsapi.aliyuncs.com",
            )
        )
        sent = captured(lambda client=client, number=number: _any_call(client, rng, number))
        theirs = sent.headers.pop("Authorization")

        ours = acs3_headers(
            method=sent.method,
            host=sent.headers["host"],
            path=sent.pathname,
            query=sent.query,
            headers=sent.headers,
            body=b"",
            access_key_id=key,
            access_key_secret=secret,
            now=NOW,
            nonce=nonce,
            security_token=token,
        )

        differences += ours.pop("Authorization") != theirs or ours != sent.headers
    assert differences == 0


def _any_call(client: Client, rng: random.Random, number: int) -> object:
    """Call SendSms, or now and then QuerySendDetails, with random Chinese parameters."""
    phone = f"154{rng.randrange(10**8):08d}"
    if number % 5 == 4:
        query = QuerySendDetailsRequest(
            phone_number=phone,
            send_date="20261129",
            page_size=rng.randint(1, 50),
            current_page=rng.randint(1, 9),
        )
        return client.query_send_details_with_options(query, RuntimeOptions())
    params = {random_text(rng, "abcdef", 6): random_text(rng, HAN, 20) for _ in range(rng.randint(0, 4))}
    message = SendSmsRequest(
        phone_numbers=phone,
        sign_name=random_text(rng, HAN, 12),
        template_code=f"SMS_{rng.randrange(10**9)}",
        template_param=json.dumps(params, ensure_ascii=rng.random() < 0.5),
        out_id=random_text(rng, WORDS, 26),
    )
    return client.send_sms_with_options(message, RuntimeOptions())


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        acs3_headers(
            method="POST", host="h", path="/", query={}, headers={}, body=b"", access_key_id="k",
            access_key_secret="s", now=dt.datetime(2026, 1, 1), nonce="n",  # noqa: DTZ001 - naive by intention
        )  # fmt: skip


def test_a_given_header_of_the_signature_is_replaced_and_no_secret_is_sent() -> None:
    headers = acs3_headers(
        method="POST", host="h", path="", query={}, headers={"Host": "other", "X-Acs-Date": "x", "Authorization": "y"},
        body=b"{}", access_key_id="k", access_key_secret="s3cret", now=NOW, nonce="n", security_token="t",
    )  # fmt: skip

    assert headers["host"] == "h"
    assert headers["x-acs-date"] == "2026-11-29T07:59:58Z"
    assert headers["x-acs-security-token"] == "t"
    assert "s3cret" not in str(headers)
    assert sum(name.lower() == "authorization" for name in headers) == 1
