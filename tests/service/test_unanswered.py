"""Messages nobody answered for: a delivery report tells, or a person closes them, on record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.findings import Refused
from eduid_core.plugins import Commit, Committed, Conflict, Receipt, ReceiptStatus
from eduid_core.service import CloseMessage
from eduid_core.testing.conformance.store.making import settle, settled
from eduid_core.testing.doubles import form_of
from eduid_core.workflow import Actor, Role
from eduid_store_sql import SqlStore

from .house import HEAD, NOW, OPERATOR, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A house in which one message, that a form was approved, was handed over and not answered for."""
    made = House(tmp_path)
    made.handed_in("A-1", made.registered(), form_of())
    made.sms.sent.clear()
    made.sms.answer = TimeoutError()
    made.service.send_messages()
    made.sms.answer = ReceiptStatus.ACCEPTED
    return made


def closing(house: House, by: Actor = OPERATOR, reason: str = "TOLD_OTHERWISE", key: str = "") -> CloseMessage:
    (message,) = house.service.messages(by=OPERATOR, status="unknown")
    return CloseMessage(reason=reason, subject=message.message_id, by=by, at=NOW, key=key)


def entries(house: House) -> list[dict[str, Any]]:
    ledger = house.service.ledger("example.cn/ledger")
    ledger.integrate()
    told = ("at", "by", "role", "close", "reason")
    return [{k: entry[k] for k in told} for entry in map(json.loads, ledger.entries()) if "close" in entry]


def test_a_person_sees_what_kind_it_is_and_a_masked_number(house: House) -> None:
    (message,) = house.service.messages(by=OPERATOR, status="unknown")

    assert (message.template, message.to_masked, message.sender_id) == ("approved", "154****1234", "memory")
    assert "15400001234" not in repr(message)


def test_a_delivery_report_ends_the_wait_once(house: House) -> None:
    identity = house.service.messages(by=OPERATOR, status="unknown")[0].message_id
    report = Receipt(message_id=identity, status=ReceiptStatus.ACCEPTED)

    assert [house.service.take_reports([report]) for _ in range(2)] == [1, 0]
    assert (house.service.messages(by=OPERATOR, status="unknown"), house.service.send_messages().unknown) == (
        (),
        0,
    )


@pytest.mark.parametrize("received", [ReceiptStatus.LATER, ReceiptStatus.UNKNOWN])
def test_a_report_of_anything_else_changes_nothing(house: House, received: ReceiptStatus) -> None:
    """The provider had it all the same: nothing goes out again on a report's word."""
    before = house.service.messages(by=OPERATOR, status="unknown")
    receipts = [Receipt(message_id=m, status=received) for m in (before[0].message_id, "another")]

    assert house.service.take_reports(receipts) == 0
    assert house.service.messages(by=OPERATOR, status="unknown") == before
    assert house.service.send_messages().sent == 0


def test_a_report_of_a_message_that_waits_changes_nothing(house: House) -> None:
    (message,) = house.store.unanswered()
    settle(house.store, settled(message, "waiting"))

    assert (
        house.service.take_reports([Receipt(message_id=message.message_id, status=ReceiptStatus.ACCEPTED)]) == 0
    )
    assert house.service.send_messages().sent == 1


def test_what_a_person_closed_is_never_handed_over_and_stands_in_the_ledger(house: House) -> None:
    close = closing(house)

    assert house.service.handle(close).ok
    house.sms.query_answer = ReceiptStatus.LATER
    assert house.open().send_messages(alone=True).sent == 0
    assert house.sms.sent == []
    assert house.service.messages(by=OPERATOR, status="unknown") == ()
    (entry,) = entries(house)
    assert entry == {
        "at": NOW.isoformat(),
        "by": "operator",
        "role": "operator",
        "close": close.subject,
        "reason": "TOLD_OTHERWISE",
    }


def test_given_again_under_its_key_it_has_its_answer_and_under_another_there_is_nothing_to_close(
    house: House,
) -> None:
    close = closing(house, key="k")
    first = house.service.handle(close)

    assert house.service.handle(close) == first
    assert house.service.handle(attrs.evolve(close, key="k2")) == Refused("message_answered")
    assert len(entries(house)) == 1


@pytest.mark.parametrize(
    ("by", "reason", "code"),
    [
        (HEAD, "TOLD_OTHERWISE", "forbidden"),
        (Actor(id="operator", role=Role.OPERATOR, assurance=1), "TOLD_OTHERWISE", "assurance_too_low"),
        (OPERATOR, "TIRED_OF_IT", "reason_required"),
    ],
)
def test_only_the_operator_closes_and_only_for_a_listed_reason(
    house: House, by: Actor, reason: str, code: str
) -> None:
    answer = house.service.handle(closing(house, by, reason))

    assert isinstance(answer, Refused)
    assert answer.code == code
    assert (len(house.service.messages(by=OPERATOR, status="unknown")), entries(house)) == (1, [])


def test_a_message_that_moves_while_it_is_closed_is_looked_at_again(house: House) -> None:
    """The query proved meanwhile that it was not received: it waits, and what was looked at is no more."""

    class Moves(SqlStore):
        def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
            for receipt in commits[0].settled:
                back = attrs.evolve(receipt, state="waiting")
                super().commit([Commit(settled=(back,))])
            return super().commit(commits)

    close = closing(house)

    assert house.open(store=Moves(house.url)).handle(close) == Refused("message_answered")
    assert entries(house) == []
    assert house.service.send_messages().sent == 1
