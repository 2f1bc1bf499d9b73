"""A message that cannot be opened: it stays with its lease, a person sees it, and it is in no other's way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from eduid_core.plugins import Commit, OutboxRow, ReceiptStatus
from eduid_core.service import CloseMessage
from eduid_core.service.codec.serialize import dumps
from eduid_core.service.outbox import relay
from eduid_core.testing.conformance.store.making import terms
from eduid_core.testing.doubles import NUMBERS, form_of

from .house import NOW, OPERATOR, House

IDENTITY = "UNREADABLE"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A house in which one message waits, that a form was approved."""
    made = House(tmp_path)
    made.handed_in("A-1", made.registered(), form_of())
    made.sms.sent.clear()
    return made


def flipped(house: House) -> None:
    """Post a message of which a byte has changed."""
    body = sealed(house, dumps({"template": "approved", "to": "15400001234", "params": []}))
    post(house, bytes([*body[:-1], body[-1] ^ 1]))


def of_newer_code(house: House) -> None:
    """Post a message with a kind of parameter that nobody knows yet."""
    params = [["iris", "IrisScan", "what newer code would know"]]
    post(house, sealed(house, dumps({"template": "approved", "to": "15400001234", "params": params})))


def no_message(house: House) -> None:
    post(house, sealed(house, b"[]"))


def sealed(house: House, body: bytes) -> bytes:
    return house.service.executor.vault.house.seal(body, record=IDENTITY, field="outbox")


def post(house: House, body: bytes) -> None:
    house.store.commit([Commit(outbox=(OutboxRow(message_id=IDENTITY, body=body),))])


SPOILT = pytest.mark.parametrize("spoil", [flipped, of_newer_code, no_message])
Spoil = Callable[[House], None]


@SPOILT
def test_the_rest_of_its_batch_goes_out_and_it_stays_unknown(house: House, spoil: Spoil) -> None:
    spoil(house)

    relayed = [house.service.send_messages() for _ in range(2)]

    assert [(r.sent, r.unknown) for r in relayed] == [(1, 1), (0, 1)]
    assert house.sms.templates() == ["approved"]


@SPOILT
def test_with_a_sender_that_answers_queries_it_stops_nothing_at_any_call(house: House, spoil: Spoil) -> None:
    spoil(house)
    house.sms.query_answer = ReceiptStatus.LATER
    house.service.send_messages()
    house.handed_in("A-2", house.registered("other"), form_of(NUMBERS[1]))

    assert [(r.sent, r.unknown) for r in (house.service.send_messages() for _ in range(2))] == [(1, 1), (0, 1)]
    assert house.sms.templates() == ["approved", "registration_code", "approved"]


def test_a_batch_of_nothing_else_does_not_end_the_call(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "BATCH", 1)
    house.store.lease("elsewhere", 9, terms())
    flipped(house)
    house.handed_in("A-2", house.registered("other"), form_of(NUMBERS[1]))

    assert house.service.send_messages().unknown == 2
    assert house.sms.templates()[-1] == "approved"


@SPOILT
def test_a_person_sees_it_with_nothing_known_of_it_and_closes_it(house: House, spoil: Spoil) -> None:
    spoil(house)
    house.sms.answer = TimeoutError()
    house.service.send_messages()

    shown = {
        m.message_id: (m.template, m.to_masked, m.sender_id)
        for m in house.service.messages(by=OPERATOR, status="unknown")
    }
    close = CloseMessage(reason="TOLD_OTHERWISE", subject=IDENTITY, by=OPERATOR, at=NOW)

    assert sorted(shown.values()) == [("", "", "memory"), ("approved", "154****1234", "memory")]
    assert shown[IDENTITY][0] == ""
    assert house.service.handle(close).ok
    assert [m.template for m in house.service.messages(by=OPERATOR, status="unknown")] == ["approved"]
