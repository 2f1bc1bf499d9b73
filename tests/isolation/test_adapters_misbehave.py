"""Whatever an adapter does: nobody is approved by it, nothing is lost, and what it said is repeated nowhere."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_audit.chaos import ANSWERS, CANARY, CHAOS, HARMLESS, RECEIPTS, FaultyAdapter, released
from eduid_core.matching import Application, SchoolIndex
from eduid_core.plugins import ReceiptStatus, Served
from eduid_core.service.external.guarded_call import NO_ANSWER, GuardedCall
from eduid_core.testing.doubles import NUMBERS, form_of
from eduid_core.workflow import comms_card
from tests.service.house import NOW, House

DEADLINE_S = 0.3
PARTS = CANARY.split()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    released.clear()
    yield House(tmp_path, adapter_deadline_s=DEADLINE_S)
    released.set()


@attrs.define
class Carrier:
    orders: list[Any] = attrs.field(factory=list)

    def order(self, order: Any, /) -> Served:
        self.orders.append(order)
        return Served.IN_SERVICE


def handed_in(house: House, form: Application, how: str) -> Any:
    by = house.registered()
    house.registry = FaultyAdapter(house.registry, "find", {**CHAOS, **ANSWERS}[how])  # type: ignore[assignment]
    house.service = house.open()
    return house.handed_in("A-1", by, form)


def test_there_are_five_and_twenty_at_least() -> None:
    assert len(CHAOS) >= 25
    assert len(CHAOS) + len(ANSWERS) + len(RECEIPTS) >= 50


@pytest.mark.parametrize("how", [*CHAOS, *ANSWERS])
def test_a_registry_that_misbehaves_never_approves_a_form_that_differs(house: House, how: str) -> None:
    state = handed_in(house, form_of(class_name="九班"), how)

    assert state.status == "pending_review"
    assert state.match.reasons


@pytest.mark.parametrize("how", [*CHAOS, *ANSWERS])
def test_nor_one_that_agrees_unless_its_answer_is_right(house: House, how: str) -> None:
    state = handed_in(house, form_of(), how)

    if how in HARMLESS:
        assert state.status == "approved"
    else:
        assert state.status == "pending_review"
        assert state.match.reasons
    assert state.form == form_of()


@pytest.mark.parametrize("how", sorted(set(CHAOS) - HARMLESS))
def test_what_a_registry_raises_or_babbles_is_no_answer(house: House, how: str) -> None:
    """No answer is never "nobody": the reason says that the source could not be asked."""
    assert handed_in(house, form_of(), how).match.reasons[0] == "SOURCE_UNAVAILABLE"


UNWRITABLE = [
    how for how in ANSWERS if how.startswith(("schools_", "a_nul_", "a_surrogate_")) or "_thousand" in how
]


@pytest.mark.parametrize("how", UNWRITABLE)
def test_nor_is_what_cannot_be_kept_or_compared(house: House, how: str) -> None:
    """Not every store can write it; nothing is left in between, and the next answer is taken."""
    assert handed_in(house, form_of(), how).match.reasons[0] == "SOURCE_UNAVAILABLE"
    house.registry = house.registry._adapter  # type: ignore[attr-defined]  # it is well again
    assert house.open().match_again() == 1
    assert house.service.state("application", "A-1").status == "approved"


class Counted(dict[str, Any]):
    """A table that counts how often it was read."""

    reads = 0

    def items(self) -> Any:
        self.reads += 1
        return super().items()


def test_an_index_of_schools_is_read_once_and_cannot_be_changed_afterwards(house: House) -> None:
    honest = house.registry.schools
    names, exact = Counted(honest.names), dict(honest.exact)
    house.registry.schools = SchoolIndex(names, exact, honest.aliases, honest.cores)
    by = house.registered()

    first = house.handed_in("A-1", by, form_of())
    exact.clear()
    names.clear()
    second = house.handed_in("A-2", by, form_of(NUMBERS[1]))

    assert [first.status, second.status] == ["approved"] * 2
    assert names.reads == 1


@pytest.mark.parametrize("how", [*CHAOS, *RECEIPTS])
def test_a_sender_that_misbehaves_loses_no_message_and_none_goes_twice(house: House, how: str) -> None:
    by = house.registered()
    house.handed_in("A-1", by, form_of())
    handed: list[str] = []
    honest = house.sms.send

    def send(messages: Any) -> Any:
        handed.extend(m.message_id for m in messages)
        return honest(messages)

    house.sms.send = send  # type: ignore[method-assign]
    bad = house.open(sms=FaultyAdapter(house.sms, "send", {**CHAOS, **RECEIPTS}[how]))
    bad.send_messages()
    bad.send_messages()
    house.open().send_messages(alone=True)  # the provider's query says unknown: nothing may go again

    assert len(handed) == len(set(handed)) <= 1
    waiting = [m.message_id for m in house.store.unanswered()]
    assert len(house.sms.sent) - 1 + len(waiting) >= 1


@pytest.mark.parametrize("how", [*CHAOS, *RECEIPTS])
def test_a_query_that_misbehaves_proves_nothing(house: House, how: str) -> None:
    by = house.registered()
    house.handed_in("A-1", by, form_of())
    house.sms.answer = ReceiptStatus.UNKNOWN
    house.service.send_messages()
    assert len(house.store.unanswered()) == 1
    house.sms.answer = ReceiptStatus.ACCEPTED

    house.open(sms=FaultyAdapter(house.sms, "query", {**CHAOS, **RECEIPTS}[how])).send_messages(alone=True)

    assert len(house.store.unanswered()) == 1
    assert len(house.sms.sent) == 1  # the code of the registration


@pytest.mark.parametrize("how", CHAOS)
def test_a_carrier_that_misbehaves_has_not_answered(house: House, how: str) -> None:
    by = house.registered()
    house.handed_in("A-1", by, form_of())
    service = house.open(carrier=FaultyAdapter(Carrier(), "order", CHAOS[how]))

    assert service.handle(comms_card.ChooseBundled(subject="A-1", by=by, at=NOW)).ok

    expected = "active" if how in HARMLESS else "ordered"
    assert service.state("comms_card", "A-1").status == expected
    assert service.state("card", "A-1").status == "active"


@pytest.mark.parametrize("how", CHAOS)
def test_what_an_adapter_says_is_repeated_nowhere(
    house: House, how: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    state = handed_in(house, form_of(class_name="九班"), how)

    shown = [repr(state), str(house.service.history("application", "A-1")), caplog.text, *capfd.readouterr()]
    assert not [part for part in PARTS for text in shown if part in text]
    files = b"".join(p.read_bytes() for p in house.store_files())
    assert not [part for part in PARTS if part.encode() in files]


# --- the wall ------------------------------------------------------------------------------------------


def test_a_call_that_hangs_is_left_and_the_adapter_is_not_called_again_until_it_is_back() -> None:
    released.clear()
    guarded, calls = GuardedCall(0.05), list[int]()

    def hang() -> str:
        calls.append(1)
        released.wait(30)
        return "late"

    began = time.monotonic()
    first, second = guarded.ask(hang), guarded.ask(hang)
    took = time.monotonic() - began
    released.set()
    time.sleep(0.2)

    assert (first, second, guarded.ask(lambda: "well")) == (NO_ANSWER, NO_ANSWER, "well")
    assert len(calls) == 1
    assert took < 5


def test_ctrl_c_of_the_operator_passes_and_that_of_an_adapter_does_not() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    assert GuardedCall(1).ask(interrupt) is NO_ANSWER
    with pytest.raises(KeyboardInterrupt):
        GuardedCall(None).ask(interrupt)


def test_a_batch_of_messages_is_given_a_second_more_each() -> None:
    assert GuardedCall(0.01).ask(lambda: time.sleep(0.1) or "well", more_s=2) == "well"


@pytest.mark.parametrize("deadline_s", [None, 1.0])
def test_nothing_of_the_adapters_error_hangs_on_what_comes_back(deadline_s: float | None) -> None:
    def fail() -> None:
        raise RuntimeError(CANARY)

    answer = GuardedCall(deadline_s).ask(fail)

    assert CANARY not in repr(answer)
    assert not vars(answer)
