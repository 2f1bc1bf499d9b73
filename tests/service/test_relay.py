"""The relay: at most once, however many work, and whatever becomes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eduid_core.findings import CallerError
from eduid_core.plugins import ReceiptStatus
from eduid_core.private import Phone, PrivateText
from eduid_core.service import Register
from eduid_core.testing.doubles import MemorySender, form_of
from eduid_core.workflow import Actor, Role

from .house import ANYONE, NOW, OPERATOR, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def approved(house: House) -> None:
    house.handed_in("A-1", house.registered(), form_of())
    house.sms.sent.clear()


def test_a_message_is_handed_over_once_however_often_the_relay_runs(house: House) -> None:
    approved(house)

    relayed = [house.service.send_messages() for _ in range(3)]

    assert house.sms.templates() == ["approved"]
    assert [r.sent for r in relayed] == [1, 0, 0]


@pytest.mark.parametrize("answer", [ReceiptStatus.UNKNOWN, TimeoutError()])
def test_an_unknown_message_is_never_handed_over_again(house: House, answer: ReceiptStatus | Exception) -> None:
    approved(house)
    house.sms.answer = answer
    assert house.service.send_messages().unknown == 1
    house.sms.answer = ReceiptStatus.ACCEPTED

    assert house.service.send_messages().unknown == 1
    assert house.sms.sent == []


def test_an_unknown_message_proved_not_received_goes_out_and_one_proved_received_does_not(house: House) -> None:
    approved(house)
    house.sms.answer = TimeoutError()
    house.service.send_messages()
    house.sms.answer, house.sms.query_answer = ReceiptStatus.ACCEPTED, ReceiptStatus.LATER

    assert house.service.send_messages().sent == 1
    assert house.sms.templates() == ["approved"]


def test_an_unknown_message_found_received_is_settled(house: House) -> None:
    approved(house)
    house.sms.answer = TimeoutError()
    house.service.send_messages()
    house.sms.query_answer = ReceiptStatus.ACCEPTED

    relayed = house.service.send_messages()

    assert (relayed.sent, relayed.unknown) == (0, 0)
    assert house.sms.sent == []


def test_a_lease_of_another_outlet_is_never_answered_by_this_one(house: House) -> None:
    approved(house)
    house.sms.answer = TimeoutError()
    house.service.send_messages()
    other = MemorySender()
    other.sender_id, other.query_answer = "elsewhere", ReceiptStatus.LATER

    relayed = house.open(sms=other).send_messages()

    assert (other.sent, relayed.unknown) == ([], 1)


def test_what_the_sender_cannot_take_now_waits_a_minute(house: House) -> None:
    house.registered("one")
    house.sms.sent.clear()
    house.handed_in("A-1", Actor(id="one", role=Role.GUARDIAN), form_of())
    house.sms.answer = ReceiptStatus.LATER
    assert house.service.send_messages().later == 1
    house.sms.answer = ReceiptStatus.ACCEPTED

    assert house.service.send_messages().sent == 0
    house.service.clock = lambda: NOW + dt.timedelta(minutes=1)
    assert house.service.send_messages().sent == 1


class Stalled(MemorySender):
    """A sender before whose call something else happens."""

    def __init__(self, sms: MemorySender, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self.sms, self.meanwhile = sms, meanwhile

    def send(self, batch: Any) -> Any:
        self.meanwhile()
        return self.sms.send(batch)


def test_a_relay_does_not_ask_about_what_another_is_about_to_hand_over(house: House) -> None:
    """Asked between lease and hand-over, the provider would say truly that it received nothing."""
    approved(house)
    house.sms.query_answer = ReceiptStatus.LATER
    beside = house.open()
    first = house.open(sms=Stalled(house.sms, beside.send_messages))

    first.send_messages()
    beside.send_messages()

    assert house.sms.templates() == ["approved"]


def test_what_a_dead_process_held_is_asked_about_when_it_was_watched_long_enough(house: House) -> None:
    approved(house)
    house.sms.answer = TimeoutError()
    house.service.send_messages()
    house.sms.answer, house.sms.query_answer = ReceiptStatus.ACCEPTED, ReceiptStatus.LATER
    now = 0.0
    beside = house.open(ticks=lambda: now)

    for now, sent in ((0.0, 0), (900.0, 0), (1300.0, 1)):  # noqa: B007 - the clock the other reads
        assert beside.send_messages().sent == sent


def test_a_lease_that_moved_is_watched_anew(house: House) -> None:
    approved(house)
    now = 0.0
    watcher, other = house.open(ticks=lambda: now), house.open()
    house.sms.answer = TimeoutError()
    other.send_messages()
    watcher.send_messages()
    house.sms.query_answer = ReceiptStatus.LATER
    other.send_messages()  # it was not received, and goes out again, with no answer
    house.sms.answer = ReceiptStatus.ACCEPTED

    now = 1300.0
    assert watcher.send_messages().sent == 0
    now = 2600.0
    assert watcher.send_messages().sent == 1


def test_alone_a_service_asks_at_once(house: House) -> None:
    approved(house)
    house.sms.answer = TimeoutError()
    house.service.send_messages()
    house.sms.answer, house.sms.query_answer = ReceiptStatus.ACCEPTED, ReceiptStatus.LATER

    assert house.open().send_messages(alone=True).sent == 1


def test_a_relay_held_up_after_its_lease_gives_it_back(house: House) -> None:
    """Others may have watched the lease for too long by then."""
    approved(house)
    now = iter([0.0, 0.0, 121.0, *[200.0] * 9])

    relayed = house.open(ticks=lambda: next(now)).send_messages()

    assert (relayed.sent, relayed.later, house.sms.sent) == (0, 1, [])
    assert house.service.send_messages().sent == 1


@pytest.mark.parametrize(("later", "templates"), [(4, ["registration_code"]), (60 * 48, [])])
def test_a_code_past_its_end_is_sent_to_nobody_and_kept_no_longer(
    house: House, later: int, templates: list[str]
) -> None:
    service = house.service
    names = {
        "username": PrivateText("u"),
        "phone": Phone("15400001234"),
        "password": PrivateText("long enough"),
    }
    register = Register(role=Role.GUARDIAN, subject="acct", by=ANYONE, at=NOW, **names)
    assert service.handle(register).ok
    service.clock = lambda: NOW + dt.timedelta(minutes=later)

    relayed = service.send_messages()

    assert house.sms.templates() == templates
    assert (relayed.sent, relayed.expired) == (len(templates), 1 - len(templates))
    assert service.messages(by=OPERATOR, status="unknown") == ()
    assert service.send_messages().sent == 0


def test_a_notice_is_never_too_late(house: House) -> None:
    approved(house)

    house.service.clock = lambda: NOW + dt.timedelta(days=900)

    assert house.service.send_messages().sent == 1


def test_a_service_without_a_sender_says_so(house: House) -> None:
    with pytest.raises(CallerError):
        house.open(sms=None).send_messages()
