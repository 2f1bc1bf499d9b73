"""The laws of a sender, on every provider, against its simulator: at most once, each recipient for itself."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.plugins import ReceiptStatus, SmsMessage, SmsSender
from eduid_core.private import OtpCode
from eduid_core.testing.simulators import Fault, SmsSimulator
from eduid_sms_http import HttpResponse

from .providers import CODE, KINDS, PHONES, START, Clock, Kind, batch, handed_over, message

ACCEPTED, FAILED, LATER, UNKNOWN = ReceiptStatus


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(kind: Kind, clock: Clock) -> Iterator[SmsSimulator]:
    with kind.simulator(clock=clock, hang_s=5) as found:
        yield found


def test_a_message_is_taken_once_with_its_parameters(kind: Kind, provider: SmsSimulator, clock: Clock) -> None:
    sender = kind.sender(provider, clock)

    (receipt,) = sender.send(batch(message()))

    (taken,) = provider.taken
    assert isinstance(sender, SmsSender)
    assert (receipt.message_id, receipt.status, receipt.provider_ref) == ("M1", ACCEPTED, taken.ref)
    assert [value for _, value in taken.params] == [CODE, "5"]
    assert taken.context == "M1"


def test_each_recipient_has_an_outcome_of_its_own(kind: Kind, provider: SmsSimulator, clock: Clock) -> None:
    """HTTP says 200 for the refused ones too."""
    provider.refuse(PHONES[1], kind.refused_number)
    provider.refuse(PHONES[2], kind.limited_number)
    messages = [message(f"M{n}", phone, "approved") for n, phone in enumerate(PHONES)]

    receipts = kind.sender(provider, clock).send(batch(*messages))

    assert [(r.message_id, r.status) for r in receipts] == [("M0", ACCEPTED), ("M1", FAILED), ("M2", LATER)]
    assert [r.code for r in receipts[1:]] == [kind.refused_number, kind.limited_number]
    assert receipts[2].retry_after_s is not None
    assert receipts[2].retry_after_s >= 30
    assert receipts[0].retry_after_s is receipts[1].retry_after_s is None
    assert [t.number[-11:] for t in provider.taken] == [PHONES[0]]


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.HANGING, Fault.BROKEN, Fault.FAILING])
def test_a_message_that_was_taken_without_an_answer_is_unknown(
    kind: Kind, provider: SmsSimulator, clock: Clock, fault: Fault
) -> None:
    provider.fault = fault
    before = time.monotonic()

    (receipt,) = kind.sender(provider, clock, timeout_s=0.5).send(batch(message()))

    assert receipt.status is UNKNOWN
    assert len(provider.taken) == 1
    assert time.monotonic() - before < 3


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.PORTAL])
def test_an_answer_that_is_not_the_providers_is_unknown(
    kind: Kind, provider: SmsSimulator, clock: Clock, fault: Fault
) -> None:
    provider.fault = fault

    assert [r.status for r in kind.sender(provider, clock).send(batch(message()))] == [UNKNOWN]


def test_a_provider_that_cannot_be_reached_has_taken_nothing(
    kind: Kind, provider: SmsSimulator, clock: Clock
) -> None:
    provider.stop()

    (receipt,) = kind.sender(provider, clock).send(batch(message()))

    assert receipt.status is LATER
    assert receipt.retry_after_s is not None


@pytest.mark.parametrize("code", ["isv.NEVER_SEEN", "LimitExceeded.NeverSeen", "ok", "", "1"])
def test_a_code_that_is_in_no_table_is_unknown(
    kind: Kind, provider: SmsSimulator, clock: Clock, code: str
) -> None:
    provider.request_code = code or "0"

    (receipt,) = kind.sender(provider, clock).send(batch(message()))

    assert (receipt.status, receipt.retry_after_s) == (UNKNOWN, None)


def test_an_error_within_the_provider_is_unknown_and_a_spent_balance_is_for_later(
    kind: Kind, provider: SmsSimulator, clock: Clock
) -> None:
    sender = kind.sender(provider, clock)
    provider.request_code = kind.internal
    (internal,) = sender.send(batch(message()))
    provider.request_code = kind.spent
    (spent,) = sender.send(batch(message()))

    assert (internal.status, internal.code) == (UNKNOWN, kind.internal)
    assert (spent.status, spent.code) == (LATER, kind.spent)


def test_a_wrong_secret_sends_nothing_and_can_be_mended(
    kind: Kind, provider: SmsSimulator, clock: Clock
) -> None:
    sender = kind.sender(provider, clock)
    for name in ("access_key_secret", "secret_key", "secret"):
        setattr(provider, name, "another")

    (receipt,) = sender.send(batch(message()))

    assert receipt.status is LATER
    assert provider.taken == []


def test_a_template_that_is_not_in_the_settings_is_for_later(
    kind: Kind, provider: SmsSimulator, clock: Clock
) -> None:
    """A gateway of one's own has no templates to be filed, and takes any."""
    (receipt,) = kind.sender(provider, clock).send(batch(message(template="recovered")))

    assert receipt.status is (LATER if kind.has_templates else ACCEPTED)
    assert receipt.code == ("template_not_in_settings" if kind.has_templates else "")
    assert len(provider.taken) == (not kind.has_templates)


def test_a_message_without_a_parameter_is_not_sent(kind: Kind, provider: SmsSimulator, clock: Clock) -> None:
    (receipt,) = kind.sender(provider, clock).send(batch(attrs.evolve(message(), params=())))

    assert (receipt.status, receipt.code, provider.taken) == (LATER, "parameter_missing", [])


def test_a_batch_ends_at_its_deadline_and_the_rest_is_for_later(
    kind: Kind, provider: SmsSimulator, clock: Clock
) -> None:
    """The messages have codes of their own, so most providers get a request each; the first one hangs."""
    provider.fault = Fault.HANGING
    messages = [message(f"M{n}", phone) for n, phone in enumerate(PHONES)]
    messages = [_with_code(m, str(n)) for n, m in enumerate(messages)]
    before = time.monotonic()

    receipts = kind.sender(provider, clock).send(batch(*messages, deadline_s=0.6))

    first = len(kind.codec(provider).groups(messages)[0])
    assert [r.status for r in receipts] == [UNKNOWN] * first + [LATER] * (3 - first)
    assert len(provider.taken) == first
    assert time.monotonic() - before < 3


def _with_code(one: SmsMessage, code: str) -> SmsMessage:
    return attrs.evolve(one, params=(("code", OtpCode(code)), ("minutes", 5)))


def test_a_listed_message_is_accepted_or_failed(kind: Kind, provider: SmsSimulator, clock: Clock) -> None:
    sender = kind.sender(provider, clock)
    provider.fail_delivery(PHONES[1], kind.carrier)
    one, other = message("M0"), _with_code(message("M1", PHONES[1]), "1")
    sender.send(batch(one, other))
    asked = [handed_over("M0"), handed_over("M1", PHONES[1])]

    answers = sender.query(asked)

    assert [(a.message_id, a.status) for a in answers] == [("M0", ACCEPTED), ("M1", FAILED)]
    assert answers[1].code == kind.carrier


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.SILENT, Fault.BROKEN, Fault.FAILING, Fault.PORTAL])
def test_a_list_that_cannot_be_read_proves_nothing(
    kind: Kind, provider: SmsSimulator, clock: Clock, fault: Fault
) -> None:
    sender, provider.fault = kind.sender(provider, clock), fault
    clock.go_on(sender.query_after_s * 2)

    assert [r.status for r in sender.query([handed_over()])] == [UNKNOWN]


def test_a_refused_list_proves_nothing(kind: Kind, provider: SmsSimulator, clock: Clock) -> None:
    sender, provider.request_code = kind.sender(provider, clock), kind.internal
    clock.go_on(sender.query_after_s * 2)

    assert [r.status for r in sender.query([handed_over()])] == [UNKNOWN]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["OK", "Ok", "SUCCESS"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["Code", "Message", "BizId", "Response", "Error", "SendStatusSet", "PhoneNumber", "TotalCount",
             "SmsSendDetailDTOs", "SmsSendDetailDTO", "OutId", "SendStatus", "PullSmsSendStatusSet", "SerialNo"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(
    body=JSON, status=st.sampled_from([100, 200, 204, 302, 400, 403, 429, 500, 503]), raw=st.binary(max_size=9)
)
@pytest.mark.parametrize("one", KINDS, ids=lambda kind: kind.name)
def test_any_response_gives_one_receipt_a_message_and_raises_nothing(
    one: Kind, body: object, status: int, raw: bytes
) -> None:
    with one.simulator() as provider:
        codec = one.codec(provider)
    group = [message("M0", PHONES[0]), message("M1", PHONES[1])][: 2 if one.name == "tencent" else 1]
    for content in (json.dumps(body).encode(), raw, b"[" * 5000):
        response = HttpResponse(status=status, body=content)
        receipts = codec.decode(group, response)
        asked = codec.decode_query(handed_over(), [response], START)

        assert [r.message_id for r in receipts] == [m.message_id for m in group]
        if status != 200:
            assert {r.status for r in receipts} <= (
                {UNKNOWN} if status >= 500 or status < 400 else set(ReceiptStatus) - {ACCEPTED}
            )
        if content is not raw and isinstance(body, dict) and status == 200 and content.startswith(b"["):
            assert {r.status for r in receipts} == {UNKNOWN}
        assert asked is None or asked.message_id == "M1"


def test_nothing_personal_is_shown(
    kind: Kind, provider: SmsSimulator, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    provider.refuse(PHONES[0], f"{PHONES[0]}: refused")
    sender = kind.sender(provider, clock)
    receipts = [*sender.send(batch(message())), *sender.query([handed_over()])]

    shown = f"{receipts!r} {sender!r} {provider.taken!r} {caplog.text}"
    for secret in (
        PHONES[0],
        CODE,
        *[v for k, v in provider.credentials.items() if "secret" in k and k != "secret_id"],
    ):
        assert secret not in shown


def test_the_name_of_a_sender_is_of_its_account(kind: Kind, provider: SmsSimulator, clock: Clock) -> None:
    one = kind.sender(provider, clock).sender_id
    again = kind.sender(provider, clock).sender_id
    with kind.simulator(clock=clock) as other:
        for name in ("access_key_id", "sdk_app_id"):
            if hasattr(other, name):
                setattr(other, name, "1400009999")
        elsewhere = kind.sender(other, clock).sender_id

    assert one == again != elsewhere
    assert one.startswith(kind.name)
