"""The official client of Alibaba Cloud against the simulator: a counterpart that proves it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import QuerySendDetailsRequest, SendSmsRequest
from alibabacloud_tea_openapi.utils_models import Config

from eduid_core.testing.simulators import AliyunSimulator

PHONE = "15400001234"
TEXTS = {"SMS_1": "验证码${code}，${minutes}分钟内有效"}


@pytest.fixture
def official() -> Iterator[tuple[AliyunSimulator, Client]]:
    with AliyunSimulator(templates=TEXTS) as provider:
        config = Config(
            access_key_id=provider.access_key_id,
            access_key_secret=provider.access_key_secret,
            endpoint=provider.origin.removeprefix("http://"),
            protocol="http",
        )
        yield provider, Client(config)


def official_message(**changed: str) -> SendSmsRequest:
    params = json.dumps({"code": "839204", "minutes": "五"}, ensure_ascii=False)
    fields = {"phone_numbers": PHONE, "sign_name": "教育卡", "template_code": "SMS_1", "template_param": params}
    return SendSmsRequest(**{**fields, "out_id": "M1", **changed})


def test_the_simulator_takes_what_the_official_client_sends(official: tuple[AliyunSimulator, Client]) -> None:
    provider, client = official

    body = client.send_sms(official_message()).body

    (taken,) = provider.taken
    assert (body.code, body.biz_id) == ("OK", taken.ref)
    assert (taken.number, taken.context, dict(taken.params)["minutes"]) == (PHONE, "M1", "五")


def test_the_official_client_reads_the_simulators_list(official: tuple[AliyunSimulator, Client]) -> None:
    provider, client = official
    client.send_sms(official_message())
    day = f"{provider.taken[0].at.astimezone(dt.timezone(dt.timedelta(hours=8))):%Y%m%d}"

    body = client.query_send_details(
        QuerySendDetailsRequest(phone_number=PHONE, send_date=day, page_size=10, current_page=1)
    ).body

    (row,) = body.sms_send_detail_dtos.sms_send_detail_dto
    assert (body.code, body.total_count, row.out_id, row.send_status) == ("OK", "1", "M1", 3)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"phone_numbers": "123"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"sign_name": "别的"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"template_code": "SMS_9"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"template_param": '{"code": 1}'}, "isv.INVALID_JSON_PARAM"),
        ({"template_param": "{"}, "isv.INVALID_JSON_PARAM"),
        ({"template_param": '{"code": "1"}'}, "isv.TEMPLATE_MISSING_PARAMETERS"),
    ],
)
def test_the_official_client_is_told_what_is_wrong(
    official: tuple[AliyunSimulator, Client], changed: dict[str, str], code: str
) -> None:
    provider, client = official

    assert client.send_sms(official_message(**changed)).body.code == code
    assert provider.taken == []


def test_the_official_client_with_a_wrong_secret_is_refused(official: tuple[AliyunSimulator, Client]) -> None:
    provider, client = official
    provider.access_key_secret = "another"

    with pytest.raises(Exception, match="SignatureDoesNotMatch"):
        client.send_sms(official_message())
    assert provider.taken == []
