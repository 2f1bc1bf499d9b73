"""A service with a real sender and a simulated provider: whatever the provider does, a family gets a message once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_core.service import Service
from eduid_core.testing.doubles import form_of
from eduid_core.testing.simulators import Fault, SmsSimulator
from tests.service.house import NOW, House

from .providers import KINDS, Clock, Kind


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def provider(kind: Kind, clock: Clock) -> Iterator[SmsSimulator]:
    with kind.simulator(clock=clock, hang_s=5) as found:
        yield found


def opened(house: House, kind: Kind, provider: SmsSimulator, clock: Clock) -> Service:
    """Return the service with a sender to *provider*, after one application was approved and waits for it."""
    house.handed_in("A-1", house.registered(), form_of())
    sender = kind.sender(provider, clock, timeout_s=0.5)
    return house.open(sms=sender, clock=clock)


def test_an_approval_is_sent(house: House, kind: Kind, provider: SmsSimulator, clock: Clock) -> None:
    service = opened(house, kind, provider, clock)

    assert [service.send_messages().sent for _ in range(3)] == [1, 0, 0]
    assert [t.number[-11:] for t in provider.taken] == ["15400001234"]


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.BROKEN, Fault.FAILING])
def test_a_message_that_was_taken_without_an_answer_is_found_and_not_sent_again(
    house: House, kind: Kind, provider: SmsSimulator, clock: Clock, fault: Fault
) -> None:
    service = opened(house, kind, provider, clock)
    provider.fault = fault
    assert service.send_messages().unknown == 1
    provider.fault = None
    clock.go_on(3600)

    relayed = service.send_messages()

    assert (relayed.sent, relayed.unknown) == (0, 0)
    assert len(provider.taken) == 1


def test_a_message_that_never_arrived_is_sent_again_where_the_list_proves_it(
    house: House, kind: Kind, provider: SmsSimulator, clock: Clock
) -> None:
    """Tencent's list has reports only: there the message stays with the operator."""
    service = opened(house, kind, provider, clock)
    provider.fault = Fault.DOWN
    assert service.send_messages().unknown == 1
    provider.fault = None
    clock.go_on(60)
    assert service.send_messages().unknown == 1
    clock.go_on(3600)

    relayed = service.send_messages()

    assert (relayed.sent, relayed.unknown) == ((0, 1) if kind.name == "tencent" else (1, 0))
    assert len(provider.taken) == relayed.sent


def test_after_a_spent_balance_the_message_is_tried_again_in_an_hour(
    house: House, kind: Kind, provider: SmsSimulator, clock: Clock
) -> None:
    service, provider.request_code = opened(house, kind, provider, clock), kind.spent
    service.send_messages()
    provider.request_code = ""

    assert service.send_messages().sent == 0
    clock.go_on(3601)
    assert service.send_messages().sent == 1


def test_a_refused_number_gets_nothing_any_more(
    house: House, kind: Kind, provider: SmsSimulator, clock: Clock
) -> None:
    service = opened(house, kind, provider, clock)
    provider.refuse("15400001234", kind.refused_number)
    service.send_messages()
    provider.refusals.clear()
    clock.go_on(7 * 86400)

    assert service.send_messages().sent == 0
    assert provider.taken == []


FAULTS = st.lists(st.sampled_from([None, *(f for f in Fault if f is not Fault.HANGING)]), max_size=6)


@pytest.mark.parametrize("one", KINDS, ids=lambda kind: kind.name)
@given(faults=FAULTS, lag_s=st.integers(0, 800), steps=st.lists(st.integers(0, 4000), min_size=6, max_size=6))
@settings(max_examples=10)
def test_whatever_the_provider_does_a_family_gets_a_message_at_most_once(
    tmp_path_factory: pytest.TempPathFactory,
    one: Kind,
    faults: list[Fault | None],
    lag_s: int,
    steps: list[int],
) -> None:
    clock, house = Clock(NOW), House(tmp_path_factory.mktemp("house"))
    with one.simulator(clock=clock) as provider:
        service, provider.query_lag = opened(house, one, provider, clock), dt.timedelta(seconds=lag_s)
        for fault, step in zip([*faults, None, None, None], steps, strict=False):
            provider.fault = fault
            service.send_messages()
            clock.go_on(step)

        assert len(provider.taken) <= 1
