"""Delivery reports: at least once, in any order, from anyone; the state does not depend on any of that."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.plugins import ReceiptStatus
from eduid_core.testing.simulators import LoopbackServer, ServedReply, ServedRequest
from eduid_sms_aliyun import REPORTS_TAKEN as ALIYUN_TAKEN
from eduid_sms_aliyun import read_reports as read_aliyun
from eduid_sms_http import DeliveryReport, Reports, latest
from eduid_sms_tencent import REPORTS_TAKEN as TENCENT_TAKEN
from eduid_sms_tencent import read_reports as read_tencent

from .providers import KINDS, Clock, Kind, batch, message

READERS: dict[str, tuple[Callable[[bytes], Reports], bytes]] = {
    "aliyun": (read_aliyun, ALIYUN_TAKEN),
    "tencent": (read_tencent, TENCENT_TAKEN),
}
BODIES = [
    b"",
    b"{}",
    b"null",
    b"[1, null, []]",
    b'[{"sid": 1}]',
    b'[{"biz_id": "1", "success": "yes"}]',
    b"[" * 5000,
    b"\xff",
]


@st.composite
def report_lists(draw: st.DrawFn) -> list[DeliveryReport]:
    """Return reports of a few messages, contradictory ones among them."""
    row = st.builds(
        DeliveryReport,
        provider=st.sampled_from(["aliyun", "tencent"]),
        message_id=st.sampled_from(["", "M1", "M2"]),
        provider_ref=st.sampled_from(["1", "2"]),
        status=st.sampled_from([ReceiptStatus.ACCEPTED, ReceiptStatus.FAILED]),
        code=st.sampled_from(["DELIVRD", "MK:0001", ""]),
    )
    return draw(st.lists(row, max_size=8))


@given(reports=report_lists(), more=st.data())
def test_order_and_repetition_change_nothing(reports: list[DeliveryReport], more: st.DataObject) -> None:
    twice = reports + more.draw(st.lists(st.sampled_from(reports), max_size=5) if reports else st.just([]))

    assert latest(more.draw(st.permutations(twice))) == latest(reports)


@given(reports=report_lists())
def test_a_delivered_message_stays_delivered(reports: list[DeliveryReport]) -> None:
    for key, state in latest(reports).items():
        statuses = {r.status for r in reports if (r.provider, r.provider_ref) == key}
        assert (state.status is ReceiptStatus.ACCEPTED) == (ReceiptStatus.ACCEPTED in statuses)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_is_no_report_is_counted_and_raises_nothing(name: str, body: bytes) -> None:
    read, _ = READERS[name]

    found = read(body)

    assert found.reports == ()
    assert found.unreadable == (3 if body == b"[1, null, []]" else 1)


@pytest.mark.parametrize("kind", KINDS[:2], ids=lambda kind: kind.name)
def test_a_simulator_posts_the_reports_of_its_messages(kind: Kind) -> None:
    read, taken = READERS[kind.name]

    class Endpoint(LoopbackServer):
        bodies: list[bytes]

        def answer(self, request: ServedRequest) -> ServedReply:
            self.bodies = [*getattr(self, "bodies", []), request.body]
            return ServedReply(200, taken)

    with Endpoint() as endpoint, kind.simulator() as provider:
        kind.sender(provider, Clock(provider.clock())).send(batch(message("M1")))
        answers = provider.post_reports(f"{endpoint.origin}/secret-path")
        again = provider.post_reports(f"{endpoint.origin}/secret-path", [provider.reports()] * 2)

    reports = [report for body in endpoint.bodies for report in read(body).reports]
    (state,) = latest(reports).values()
    assert answers + again == [taken] * 3
    assert (state.status, state.provider_ref) == (ReceiptStatus.ACCEPTED, provider.taken[0].ref)
    assert attrs.evolve(state, message_id="M1").receipt() is not None
