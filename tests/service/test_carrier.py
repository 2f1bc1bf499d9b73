"""A bundled SIM is ordered of the carrier, once, and whatever the carrier does the card stays as it is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.plugins import Carrier, CarrierOrder, Served
from eduid_core.private import Phone
from eduid_core.service.external.gateway import ExternalServices
from eduid_core.testing.doubles import form_of
from eduid_core.workflow import Actor, comms_card

from .house import NOW, House


@attrs.define
class Memory:
    """Answers as it is told to and remembers what was ordered."""

    answer: Any = Served.IN_SERVICE
    orders: list[CarrierOrder] = attrs.field(factory=list)

    def order(self, order: CarrierOrder, /) -> Served:
        self.orders.append(order)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def ordered(house: House, carrier: Carrier | None) -> tuple[Any, Actor]:
    by = house.registered()
    house.handed_in("A-1", by, form_of())
    service = house.open(carrier=carrier)
    assert service.handle(comms_card.ChooseBundled(subject="A-1", by=by, at=NOW)).ok
    return service, by


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Served.IN_SERVICE, "active"),
        (Served.REFUSED, "order_failed"),
        (Served.PENDING, "ordered"),
        (RuntimeError("15400001234"), "ordered"),
        (None, "ordered"),
        ("in_service", "ordered"),
    ],
    ids=lambda v: str(getattr(v, "value", type(v).__name__)),
)
def test_the_answer_of_a_carrier_and_what_is_none(house: House, answer: Any, status: str) -> None:
    carrier = Memory(answer)
    service, _ = ordered(house, carrier)

    assert service.state("comms_card", "A-1").status == status
    assert [(o.application_id, o.guardian_phone) for o in carrier.orders] == [("A-1", Phone("15400001234"))]
    assert service.state("card", "A-1").status == "active"


def test_an_order_nobody_answers_runs_out_and_can_be_given_again_under_another_id(house: House) -> None:
    carrier = Memory(Served.PENDING)
    _, by = ordered(house, carrier)
    late = house.open(carrier=carrier)
    late.clock = lambda: NOW + dt.timedelta(days=1)
    late.fire_timers()
    assert late.state("comms_card", "A-1").status == "order_failed"

    carrier.answer = Served.IN_SERVICE
    assert late.handle(comms_card.Retry(subject="A-1", by=by, at=late.clock())).ok

    assert late.state("comms_card", "A-1").status == "active"
    assert len({o.order_id for o in carrier.orders}) == 2


def test_without_a_carrier_an_order_waits_for_its_term(house: House) -> None:
    service, _ = ordered(house, None)

    assert service.state("comms_card", "A-1").status == "ordered"


def test_an_order_that_a_crash_left_ungiven_is_given_by_the_program_that_starts_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit says "ordered"; a program that died before the call left an order that nobody had given."""
    by = house.registered()
    house.handed_in("A-1", by, form_of())
    carrier = Memory()

    def ends(*_: object) -> Served:
        raise KeyboardInterrupt  # the process ends before the call

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(ExternalServices, "order", ends)
        house.open(carrier=carrier).handle(comms_card.ChooseBundled(subject="A-1", by=by, at=NOW))

    service = house.open(carrier=carrier)
    assert service.resume() == 1

    assert service.state("comms_card", "A-1").status == "active"
    assert len({order.order_id for order in carrier.orders}) == 1
    assert service.resume() == 0
