"""The sender for Alibaba Cloud: its list, its limits, its reports, its settings."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import attrs
import pytest

from eduid_core.findings import CallerError
from eduid_core.plugins import HandedOver, ReceiptStatus, SmsBatch, SmsMessage, load_adapters
from eduid_core.private import OtpCode, Phone
from eduid_core.testing.simulators import AliyunSimulator, TakenSms
from eduid_sms_aliyun import CODES, REPORTS_TAKEN, AliyunCodec, Settings, read_reports
from eduid_sms_aliyun.codes import limit_delay_s
from eduid_sms_http import HttpResponse, HttpSmsSender, RequestStamp, SettingError, UrllibTransport

START = dt.datetime(2026, 11, 29, 4, tzinfo=dt.UTC)
PHONE = "15400001234"
TEMPLATES = {"registration_code": "SMS_1", "approved": "SMS_2"}
TEXTS = {"SMS_1": "验证码${code}，${minutes}分钟内有效", "SMS_2": "您孩子的申请已通过"}


@attrs.define
class Clock:
    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(clock: Clock) -> Iterator[AliyunSimulator]:
    with AliyunSimulator(templates=TEXTS, clock=clock) as found:
        yield found


@pytest.fixture
def sender(provider: AliyunSimulator, clock: Clock) -> HttpSmsSender:
    settings = Settings(endpoint=provider.origin, templates=TEMPLATES, **provider.credentials)
    return HttpSmsSender(codec=AliyunCodec(settings), transport=UrllibTransport(), clock=clock)


def message(identity: str, phone: str = PHONE) -> SmsMessage:
    params = (("code", OtpCode("839204")), ("minutes", 5))
    return SmsMessage(message_id=identity, template="registration_code", to=Phone(phone), params=params)


def send(sender: HttpSmsSender, *identities: str) -> list[ReceiptStatus]:
    batch = SmsBatch(messages=tuple(map(message, identities)), deadline_s=30)
    return [receipt.status for receipt in sender.send(batch)]


def query(sender: HttpSmsSender, identity: str, at: dt.datetime = START) -> ReceiptStatus:
    return sender.query([HandedOver(message_id=identity, to=Phone(PHONE), at=at)])[0].status


# --- the list -----------------------------------------------------------------------------------------------


def test_a_message_that_is_absent_long_enough_was_never_received(sender: HttpSmsSender, clock: Clock) -> None:
    send(sender, "OTHER")
    clock.now += dt.timedelta(seconds=sender.query_after_s - 1)
    assert query(sender, "M") is ReceiptStatus.UNKNOWN
    clock.now += dt.timedelta(seconds=1)

    (receipt,) = sender.query([HandedOver(message_id="M", to=Phone(PHONE), at=START)])

    assert (receipt.status, receipt.retry_after_s) == (ReceiptStatus.LATER, 0)


def test_a_list_that_lags_is_not_believed_before_its_time(
    sender: HttpSmsSender, provider: AliyunSimulator, clock: Clock
) -> None:
    provider.query_lag = dt.timedelta(minutes=10)
    send(sender, "M")
    clock.now += dt.timedelta(minutes=5)
    assert query(sender, "M") is ReceiptStatus.UNKNOWN
    clock.now += dt.timedelta(minutes=6)
    assert query(sender, "M") is ReceiptStatus.ACCEPTED


@pytest.mark.parametrize("place", [0, 49, 50, 100, 119])
def test_every_page_of_the_list_is_read(
    sender: HttpSmsSender, provider: AliyunSimulator, clock: Clock, place: int
) -> None:
    for number in range(120):
        provider.take(_taken(f"M{number}", START))
    clock.now += dt.timedelta(hours=1)

    assert query(sender, f"M{place}") is ReceiptStatus.ACCEPTED
    assert query(sender, "ABSENT") is ReceiptStatus.LATER


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_message_around_midnight_is_looked_for_on_both_days(
    sender: HttpSmsSender, provider: AliyunSimulator, clock: Clock, minutes: int
) -> None:
    """Midnight in China is 16:00 UTC; the provider's clock is some minutes away from ours."""
    ours = dt.datetime(2026, 11, 29, 16, tzinfo=dt.UTC) - dt.timedelta(minutes=minutes / 2)
    provider.take(_taken("M", ours + dt.timedelta(minutes=minutes)))
    clock.now = ours + dt.timedelta(hours=2)

    assert query(sender, "M", at=ours) is ReceiptStatus.ACCEPTED
    assert query(sender, "ABSENT", at=ours) is ReceiptStatus.LATER


def test_a_list_that_is_not_whole_proves_nothing(sender: HttpSmsSender) -> None:
    """It says that it has two rows, and shows one on every page."""
    rows = {"SmsSendDetailDTO": [{"OutId": "X", "SendStatus": 3}]}
    body = {"Code": "OK", "TotalCount": "9999", "SmsSendDetailDTOs": rows}
    asked = HandedOver(message_id="M", to=Phone(PHONE), at=START)

    pages = [HttpResponse(status=200, body=json.dumps(body).encode())]
    codec = sender.codec

    assert codec.decode_query(asked, pages, START + dt.timedelta(days=1)) is None
    assert codec.encode_query(asked, 20, RequestStamp(START, "n")) is None


def _taken(identity: str, at: dt.datetime) -> TakenSms:
    return TakenSms(ref=f"{identity}^0", number=PHONE, template="SMS_1", params=(), context=identity, at=at)


# --- limits and codes ---------------------------------------------------------------------------------------


def test_the_limit_of_a_number_waits_as_long_as_its_window(
    sender: HttpSmsSender, provider: AliyunSimulator
) -> None:
    provider.refuse(PHONE, "isv.BUSINESS_LIMIT_CONTROL")

    (receipt,) = sender.send(SmsBatch(messages=(message("M"),), deadline_s=30))

    assert (receipt.status, receipt.retry_after_s) == (ReceiptStatus.LATER, 60)
    assert limit_delay_s("触发小时级流控Permits:5") == 3600
    assert limit_delay_s(None) is None


def test_a_request_that_a_proxy_repeats_is_unknown() -> None:
    """The first of the two may have been taken."""
    assert CODES["SignatureNonceUsed"].status is ReceiptStatus.UNKNOWN


def test_a_template_with_other_variables_fails_for_good(provider: AliyunSimulator, clock: Clock) -> None:
    templates = {"registration_code": {"code": "SMS_1", "params": ["code"]}}
    settings = Settings(endpoint=provider.origin, templates=templates, **provider.credentials)
    sender = HttpSmsSender(codec=AliyunCodec(settings), transport=UrllibTransport(), clock=clock)

    (receipt,) = sender.send(SmsBatch(messages=(message("M"),), deadline_s=30))

    assert (receipt.status, receipt.code) == (ReceiptStatus.FAILED, "isv.TEMPLATE_MISSING_PARAMETERS")


# --- reports ------------------------------------------------------------------------------------------------


def test_reports_name_the_message_and_its_end(sender: HttpSmsSender, provider: AliyunSimulator) -> None:
    provider.fail_delivery("15400005678", "MK:0001")
    sender.send(SmsBatch(messages=(message("M1"), message("M2", "15400005678")), deadline_s=30))

    found = read_reports(provider.reports())

    assert found.unreadable == 0
    assert [(r.message_id, r.status, r.code) for r in found.reports] == [
        ("M1", ReceiptStatus.ACCEPTED, "DELIVERED"),
        ("M2", ReceiptStatus.FAILED, "MK:0001"),
    ]
    assert [r.provider_ref for r in found.reports] == [t.ref for t in provider.taken]
    assert json.loads(REPORTS_TAKEN) == {"code": 0, "msg": "OK"}
    assert PHONE not in repr(found)


# --- settings -----------------------------------------------------------------------------------------------

GOOD = {"access_key_id": "k", "access_key_secret": "s3cret", "sign_name": "教育卡", "templates": TEMPLATES}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"access_key_id": ""}, "access_key_id"),
        ({"access_key_secret": " s3cret"}, "access_key_secret"),
        ({"sign_name": "【教育卡】"}, "sign_name"),
        ({"templates": {}}, "templates"),
        ({"templates": {"no_such": "SMS_1"}}, "templates.no_such"),
        ({"templates": {"approved": ""}}, "templates.approved"),
        ({"templates": {"approved": {"code": "SMS_1", "params": ["name"]}}}, "templates.approved.params"),
        ({"templates": {"approved": {"id": "SMS_1"}}}, "templates.approved"),
        ({"region": "Hangzhou"}, "region"),
        ({"endpoint": "http://dysmsapi.aliyuncs.com"}, "endpoint"),
        ({"endpoint": "dysmsapi.aliyuncs.com"}, "endpoint"),
        ({"endpoint": "https://user@host"}, "endpoint"),
        ({"security_token": ""}, "security_token"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"query_after_s": True}, "query_after_s"),
        ({"account": "a b"}, "account"),
    ],
)
def test_a_fault_names_its_setting_and_never_its_value(changed: dict[str, object], named: str) -> None:
    with pytest.raises(SettingError) as found:
        Settings(**{**GOOD, **changed})

    assert found.value.setting == named
    assert "s3cret" not in str(found.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({name: value for name, value in GOOD.items() if name != "sign_name"}, "sign_name: missing"),
        ({**GOOD, "acess_key_id": "k"}, "acess_key_id: unknown"),
        ({**GOOD, "access_key_secret": "s3cret "}, "access_key_secret: not allowed"),
    ],
)
def test_an_operator_reads_which_setting_is_wrong(settings: dict[str, object], said: str) -> None:
    with pytest.raises(CallerError, match=said) as found:
        load_adapters(allow=("sms-aliyun",)).sms_sender("aliyun", **settings)

    assert "s3cret" not in str(found.value)


def test_the_endpoint_follows_from_the_region_and_secrets_are_not_shown() -> None:
    here, abroad = Settings(**GOOD), Settings(**GOOD, region="ap-southeast-1", security_token="t0ken")

    assert here.origin == "https://dysmsapi.aliyuncs.com"
    assert abroad.origin == "https://dysmsapi.ap-southeast-1.aliyuncs.com"
    assert not {"s3cret", "t0ken"} & set(repr(abroad).replace("'", " ").split())


def test_the_adapter_is_found_by_its_name_and_needs_no_network() -> None:
    sender = load_adapters(allow=("sms-aliyun",)).sms_sender("aliyun", **GOOD, account="school")

    assert sender.sender_id == "aliyun:school"
    assert "s3cret" not in repr(sender)
