"""The simulators can refuse: a request that is changed on its way, comes twice or comes late is not taken."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from eduid_core.testing.simulators import SmsSimulator
from eduid_sms_http import HttpRequest, HttpResponse, RequestStamp, UrllibTransport

from .providers import KINDS, START, Clock, Kind, message

Change = Callable[[HttpRequest], HttpRequest]


def in_target(request: HttpRequest) -> HttpRequest:
    return attrs.evolve(request, target=request.target.replace("15400001234", "15400005678"))


def in_body(request: HttpRequest) -> HttpRequest:
    return attrs.evolve(request, body=request.body.replace(b"15400001234", b"15400005678"))


def in_header(name: str, value: str) -> Change:
    def change(request: HttpRequest) -> HttpRequest:
        headers = {key: value if key.lower() == name else old for key, old in request.headers.items()}
        assert headers != request.headers
        return attrs.evolve(request, headers=headers)

    return change


def without_signature(request: HttpRequest) -> HttpRequest:
    headers = {key: value for key, value in request.headers.items() if key.lower() != "authorization"}
    return attrs.evolve(request, headers=headers)


def signed_less(request: HttpRequest) -> HttpRequest:
    """Leave a header out of the names that are signed."""
    headers = dict(request.headers)
    headers["Authorization"] = (
        headers["Authorization"].replace(";x-acs-action", "").replace("content-type;", "")
    )
    return attrs.evolve(request, headers=headers)


CHANGES: dict[str, list[Change]] = {
    "aliyun": [
        in_target,
        in_header("x-acs-action", "QuerySendDetails"),
        in_header("x-acs-signature-nonce", "other"),
        in_header("x-acs-date", "2026-11-29T04:00:01Z"),
        in_header("x-acs-content-sha256", "0" * 64),
        without_signature,
        signed_less,
        lambda request: attrs.evolve(request, body=b"PhoneNumbers=15400005678"),
    ],
    "tencent": [
        in_body,
        in_header("content-type", "application/json; charset=utf-8"),
        in_header("x-tc-timestamp", "1795924801"),
        without_signature,
        signed_less,
    ],
}
CASES = [(kind, change) for kind in KINDS[:2] for change in CHANGES[kind.name]]


def request_to(kind: Kind, provider: SmsSimulator) -> HttpRequest:
    request = kind.codec(provider).encode([message()], RequestStamp(START, "nonce"))
    assert isinstance(request, HttpRequest)
    return request


@pytest.mark.parametrize(("kind", "change"), CASES)
def test_a_changed_request_is_not_taken(kind: Kind, change: Change) -> None:
    with kind.simulator(clock=Clock()) as provider:
        request = request_to(kind, provider)
        changed = change(request)
        assert changed != request
        UrllibTransport()(changed, timeout_s=5)
        assert provider.taken == []
        UrllibTransport()(request, timeout_s=5)
        assert len(provider.taken) == 1


@pytest.mark.parametrize("kind", KINDS[:2], ids=lambda kind: kind.name)
@pytest.mark.parametrize("seconds", [-901, 901])
def test_a_request_of_another_time_is_not_taken(kind: Kind, seconds: int) -> None:
    clock = Clock()
    clock.go_on(seconds)
    with kind.simulator(clock=clock) as provider:
        UrllibTransport()(request_to(kind, provider), timeout_s=5)
        assert provider.taken == []


def test_a_request_that_comes_twice_is_taken_once_by_aliyun() -> None:
    with KINDS[0].simulator(clock=Clock()) as provider:
        request = request_to(KINDS[0], provider)
        first, second = (UrllibTransport()(request, timeout_s=5) for _ in range(2))

    assert len(provider.taken) == 1
    assert isinstance(first, HttpResponse)
    assert isinstance(second, HttpResponse)
    assert (second.json() or {})["Code"] == "SignatureNonceUsed"
