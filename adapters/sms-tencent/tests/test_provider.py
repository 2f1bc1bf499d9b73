"""The sender for Tencent Cloud: batches, its list, its reports, its settings."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tencentcloud.sms.v20210111 import errorcodes

from eduid_core.plugins import HandedOver, ReceiptStatus, SmsBatch, SmsMessage, load_adapters
from eduid_core.private import OtpCode, Phone
from eduid_core.testing.simulators import Fault, TencentSimulator
from eduid_sms_http import CodeClass, HttpResponse, HttpSmsSender, SettingError, UrllibTransport
from eduid_sms_tencent import CODES, REPORTS_TAKEN, Settings, TencentCodec, read_reports

START = dt.datetime(2026, 11, 29, 4, tzinfo=dt.UTC)
PHONE = "15400001234"
TEMPLATES = {"registration_code": "1", "approved": "2", "review_digest": {"code": "3", "params": []}}
TEXTS = {"1": "验证码{1}，{2}分钟内有效", "2": "您孩子的申请已通过", "3": "您的班级有申请待审核"}


@attrs.define
class Clock:
    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(clock: Clock) -> Iterator[TencentSimulator]:
    with TencentSimulator(templates=TEXTS, clock=clock) as found:
        yield found


def sender_to(provider: TencentSimulator, **changed: object) -> HttpSmsSender:
    settings = Settings(endpoint=provider.origin, templates=TEMPLATES, **provider.credentials, **changed)
    return HttpSmsSender(
        codec=TencentCodec(settings), transport=UrllibTransport(), clock=provider.clock, timeout_s=1
    )


def phone(number: int) -> str:
    return f"154{number:08d}"


def notice(number: int, at: str | None = None) -> SmsMessage:
    return SmsMessage(message_id=f"M{number}", template="approved", to=Phone(at or phone(number)))


def code(number: int, digits: str) -> SmsMessage:
    params = (("code", OtpCode(digits)), ("minutes", 5))
    return SmsMessage(
        message_id=f"C{number}", template="registration_code", to=Phone(phone(number)), params=params
    )


def send(sender: HttpSmsSender, *messages: SmsMessage) -> list[ReceiptStatus]:
    return [receipt.status for receipt in sender.send(SmsBatch(messages=messages, deadline_s=30))]


# --- batches ------------------------------------------------------------------------------------------------


def test_450_notices_are_three_requests(provider: TencentSimulator) -> None:
    sender = sender_to(provider)
    groups = sender.codec.groups([notice(n) for n in range(450)])

    statuses = send(sender, *(notice(n) for n in range(450)))

    assert [len(group) for group in groups] == [200, 200, 50]
    assert Counter(statuses) == {ReceiptStatus.ACCEPTED: 450}
    assert len({taken.number for taken in provider.taken}) == 450


@given(
    made=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["11", "22"]), st.booleans()), max_size=30),
    most=st.integers(1, 200),
)
def test_groups_are_a_partition_of_equal_messages_without_a_number_twice(
    made: list[tuple[int, str, bool]], most: int
) -> None:
    messages = [
        attrs.evolve(notice(n) if is_notice else code(n, digits), message_id=f"M{place}")
        for place, (n, digits, is_notice) in enumerate(made)
    ]
    given_settings = Settings(
        secret_id="i", secret_key="k", sdk_app_id="1400006666", sign_name="教育卡", templates=TEMPLATES,
        recipients_per_request=most,
    )  # fmt: skip

    groups = TencentCodec(given_settings).groups(messages)

    assert sorted(m.message_id for g in groups for m in g) == sorted(m.message_id for m in messages)
    for group in groups:
        assert len(group) <= most
        assert len({(m.template, m.params) for m in group}) == 1
        assert len({m.to for m in group}) == len(group)


def test_codes_of_two_people_never_share_a_request(provider: TencentSimulator) -> None:
    send(sender_to(provider), code(1, "111111"), code(2, "222222"))

    assert [(t.number[-1], dict(t.params)["1"]) for t in provider.taken] == [("1", "111111"), ("2", "222222")]


def test_part_of_a_batch_may_fail(provider: TencentSimulator) -> None:
    provider.refuse(phone(1), "FailedOperation.PhoneNumberInBlacklist")
    provider.refuse(phone(2), "LimitExceeded.PhoneNumberDailyLimit")
    provider.refuse(phone(3), "FailedOperation.NeverSeen")

    statuses = send(sender_to(provider), *(notice(n) for n in range(5)))

    assert [status.value for status in statuses] == ["accepted", "failed", "later", "unknown", "accepted"]


def test_without_an_answer_the_whole_batch_is_unknown(provider: TencentSimulator) -> None:
    provider.fault = Fault.SILENT

    assert set(send(sender_to(provider), *(notice(n) for n in range(3)))) == {ReceiptStatus.UNKNOWN}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"PhoneNumber": "+8615400000009", "Code": "Ok"}],
        [
            {"PhoneNumber": "+8615400000000", "Code": "Ok"},
            {"PhoneNumber": "15400000000", "Code": "LimitExceeded"},
        ],
        [{"Code": "Ok"}],
        ["Ok"],
        None,
    ],
)
def test_a_recipient_without_one_code_of_its_own_is_unknown(provider: TencentSimulator, rows: object) -> None:
    body = json.dumps({"Response": {"SendStatusSet": rows}}).encode()

    (receipt,) = sender_to(provider).codec.decode([notice(0)], HttpResponse(status=200, body=body))

    assert receipt.status is ReceiptStatus.UNKNOWN


def test_a_reply_with_an_error_and_a_status_is_believed_in_neither(provider: TencentSimulator) -> None:
    content = {
        "Error": {"Code": "AuthFailure"},
        "SendStatusSet": [{"PhoneNumber": "+8615400000000", "Code": "Ok"}],
    }
    response = HttpResponse(status=200, body=json.dumps({"Response": content}).encode())

    assert sender_to(provider).codec.decode([notice(0)], response)[0].status is ReceiptStatus.UNKNOWN


def test_a_template_filed_without_variables_is_sent_without_parameters(provider: TencentSimulator) -> None:
    """Notices may have no variables with this provider."""
    one = SmsMessage(message_id="D", template="review_digest", to=Phone(PHONE), params=(("count", 3),))

    assert send(sender_to(provider), one) == [ReceiptStatus.ACCEPTED]
    assert provider.taken[0].params == ()


# --- the list -----------------------------------------------------------------------------------------------


def asked(identity: str, at: dt.datetime = START) -> HandedOver:
    return HandedOver(message_id=identity, to=Phone(phone(1)), at=at)


def test_absence_proves_nothing_however_old(provider: TencentSimulator, clock: Clock) -> None:
    """The list holds messages that a carrier has reported on, and no others."""
    clock.now += dt.timedelta(days=6)

    assert sender_to(provider).query([asked("C1")])[0].status is ReceiptStatus.UNKNOWN


@pytest.mark.parametrize("echoes", [False, True])
def test_a_message_without_an_answer_is_found_by_its_context(clock: Clock, *, echoes: bool) -> None:
    """Unless the provider's support has not switched the return of contexts on."""
    with TencentSimulator(templates=TEXTS, clock=clock, echoes=echoes) as provider:
        sender, provider.fault = sender_to(provider), Fault.SILENT
        send(sender, code(1, "111111"))
        provider.fault = None

        (receipt,) = sender.query([asked("C1")])

    found = (ReceiptStatus.ACCEPTED, provider.taken[0].ref) if echoes else (ReceiptStatus.UNKNOWN, "")
    assert (receipt.status, receipt.provider_ref) == found


def test_a_list_that_lags_says_unknown_and_later_the_end(clock: Clock) -> None:
    with TencentSimulator(templates=TEXTS, clock=clock, echoes=True) as provider:
        sender, provider.query_lag = sender_to(provider), dt.timedelta(minutes=10)
        send(sender, code(1, "1"))
        clock.now += dt.timedelta(minutes=5)
        assert sender.query([asked("C1")])[0].status is ReceiptStatus.UNKNOWN
        clock.now += dt.timedelta(minutes=6)
        assert sender.query([asked("C1")])[0].status is ReceiptStatus.ACCEPTED


# --- codes --------------------------------------------------------------------------------------------------

LISTED = sorted(value for name, value in vars(errorcodes).items() if name.isupper() and isinstance(value, str))


def test_every_code_of_the_official_client_has_a_class() -> None:
    """Those that end a request of unknown fate are the only unknown ones."""
    unlisted = [code for code in LISTED if CODES[code] is CODES.unlisted]
    unknown = {code for code in LISTED if CODES[code].class_ is CodeClass.UNKNOWN}

    assert len(LISTED) >= 94
    assert unlisted == []
    assert unknown == {
        *(f"InternalError.{name}" for name in ("Timeout", "SendAndRecvFail", "ParseBackendResponseFail")),
        *("InternalError.UnknownError", "InternalError.OtherError"),
        *("FailedOperation.OtherError", "FailedOperation.ParametersOtherError"),
    }


# --- reports ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("echoes", [False, True])
def test_reports_name_the_reference_and_if_switched_on_the_message(clock: Clock, *, echoes: bool) -> None:
    with TencentSimulator(templates=TEXTS, clock=clock, echoes=echoes) as provider:
        provider.fail_delivery(phone(2), "MK:0001")
        send(sender_to(provider), code(1, "111111"), code(2, "222222"))
        found = read_reports(provider.reports())

    assert [(r.provider_ref, r.status.value, r.code) for r in found.reports] == [
        (provider.taken[0].ref, "accepted", "DELIVRD"),
        (provider.taken[1].ref, "failed", "MK:0001"),
    ]
    assert [r.message_id for r in found.reports] == (["C1", "C2"] if echoes else ["", ""])
    assert (found.reports[0].receipt() is None) == (not echoes)
    assert json.loads(REPORTS_TAKEN) == {"result": 0, "errmsg": "OK"}


# --- settings -----------------------------------------------------------------------------------------------

GOOD = {
    "secret_id": "i",
    "secret_key": "s3cret",
    "sdk_app_id": "1400006666",
    "sign_name": "教育卡",
    "templates": TEMPLATES,
}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"secret_id": None}, "secret_id"),
        ({"secret_key": "s3cret\n"}, "secret_key"),
        ({"sdk_app_id": 1400006666}, "sdk_app_id"),
        ({"sign_name": "[教育卡]"}, "sign_name"),
        ({"templates": "1"}, "templates"),
        ({"templates": {"approved": 7}}, "templates.approved"),
        ({"region": "guangzhou"}, "region"),
        ({"endpoint": "https://sms.tencentcloudapi.com/path"}, "endpoint"),
        ({"security_token": " t"}, "security_token"),
        ({"timeout_s": float("inf")}, "timeout_s"),
        ({"recipients_per_request": 201}, "recipients_per_request"),
        ({"recipients_per_request": 0}, "recipients_per_request"),
        ({"query_after_s": "1"}, "query_after_s"),
    ],
)
def test_a_fault_names_its_setting_and_never_its_value(changed: dict[str, object], named: str) -> None:
    with pytest.raises(SettingError) as found:
        Settings(**{**GOOD, **changed})

    assert found.value.setting == named
    assert "s3cret" not in str(found.value)


def test_the_adapter_is_found_by_its_name_and_shows_no_secret() -> None:
    sender = load_adapters(allow=("sms-tencent",)).sms_sender("tencent", **GOOD)

    assert sender.sender_id == "tencent:1400006666"
    assert "s3cret" not in repr(sender)
