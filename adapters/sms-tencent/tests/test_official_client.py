"""The official client of Tencent Cloud against the simulator: a counterpart that proves it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import PullSmsSendStatusByPhoneNumberRequest, SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

from eduid_core.testing.simulators import TencentSimulator

TEXTS = {"1": "验证码{1}，{2}分钟内有效", "2": "您孩子的申请已通过"}


@pytest.fixture
def official() -> Iterator[tuple[TencentSimulator, SmsClient]]:
    with TencentSimulator(templates=TEXTS, echoes=True) as provider:
        http = HttpProfile(protocol="http", endpoint=provider.origin.removeprefix("http://"))
        profile = ClientProfile(httpProfile=http)
        yield provider, SmsClient(Credential(provider.secret_id, provider.secret_key), "ap-guangzhou", profile)


def official_message(**changed: object) -> SendSmsRequest:
    request = SendSmsRequest()
    fields = {
        "PhoneNumberSet": ["+8615400000001", "+8615400000002"],
        "SmsSdkAppId": "1400006666",
        "TemplateId": "1",
    }
    request._deserialize({**fields, "SignName": "教育卡", "TemplateParamSet": ["839204", "五"], **changed})
    return request


def test_the_simulator_takes_what_the_official_client_sends(
    official: tuple[TencentSimulator, SmsClient],
) -> None:
    provider, client = official

    rows = client.SendSms(official_message(SessionContext="上下文")).SendStatusSet

    assert [(row.Code, row.SerialNo, row.PhoneNumber) for row in rows] == [
        ("Ok", t.ref, t.number) for t in provider.taken
    ]
    assert [dict(t.params)["2"] for t in provider.taken] == ["五", "五"]


def test_the_official_client_reads_the_simulators_list(official: tuple[TencentSimulator, SmsClient]) -> None:
    provider, client = official
    client.SendSms(official_message(SessionContext="M1"))
    query = PullSmsSendStatusByPhoneNumberRequest()
    query.PhoneNumber, query.SmsSdkAppId = "+8615400000001", "1400006666"
    query.BeginTime, query.EndTime = (int(provider.clock().timestamp()) + s for s in (-60, 60))
    query.Offset, query.Limit = 0, 100

    (row,) = client.PullSmsSendStatusByPhoneNumber(query).PullSmsSendStatusSet

    assert (row.SerialNo, row.ReportStatus, row.SessionContext) == (provider.taken[0].ref, "SUCCESS", "M1")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"SignName": "别的"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"TemplateId": "9"}, "FailedOperation.TemplateUnapprovedOrNotExist"),
        ({"TemplateParamSet": ["1"]}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ({"PhoneNumberSet": ["+86123", "+86124"]}, "InvalidParameterValue.IncorrectPhoneNumber"),
    ],
)
def test_the_official_client_is_told_what_is_wrong_with_each_recipient(
    official: tuple[TencentSimulator, SmsClient], changed: dict[str, object], code: str
) -> None:
    provider, client = official

    assert {row.Code for row in client.SendSms(official_message(**changed)).SendStatusSet} == {code}
    assert provider.taken == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"SmsSdkAppId": "1"}, "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
        ({"PhoneNumberSet": []}, "MissingParameter.EmptyPhoneNumberSet"),
        ({"PhoneNumberSet": ["+8615400000001"] * 201}, "LimitExceeded.PhoneNumberCountLimit"),
    ],
)
def test_the_official_client_is_told_what_is_wrong_with_the_request(
    official: tuple[TencentSimulator, SmsClient], changed: dict[str, object], code: str
) -> None:
    provider, client = official

    with pytest.raises(TencentCloudSDKException) as found:
        client.SendSms(official_message(**changed))
    assert found.value.get_code() == code
    assert provider.taken == []


def test_the_official_client_with_a_wrong_secret_is_refused(
    official: tuple[TencentSimulator, SmsClient],
) -> None:
    provider, client = official
    provider.secret_key = "another"

    with pytest.raises(TencentCloudSDKException, match=r"AuthFailure\.SignatureFailure"):
        client.SendSms(official_message())
