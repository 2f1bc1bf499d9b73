"""A correction that names another student is no correction: the old number is revoked, a new one issued."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eduid_core.service.intents import FindHolders
from eduid_core.testing.doubles import NUMBERS, form_of, row_of
from eduid_core.workflow import Policy, card, decide, evolve
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.reactions.applications import SYSTEM

from .house import HEAD, NOW, House, about, seated

POLICY = Policy()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, [row_of(), row_of(NUMBERS[1]), row_of(NUMBERS[2], name="陈大海")])


def corrected(house: House, **form: Any) -> tuple[Any, Any]:
    """Return the card of an approval before and after an approved correction."""
    mother = house.registered()
    assert isinstance(house.handed_in("A-1", mother, form_of()), status.Approved)
    before = house.service.state("card", "A-1")
    assert house.service.handle(
        app.RequestCorrection(form=form_of(**form), consent_text="v1", **about("A-1", mother))
    ).ok
    assert isinstance(house.service.state("application", "A-1"), status.Approved)
    return before, house.service.state("card", "A-1")


def test_one_card_two_children_a_correction_to_another_child_gets_a_new_number(house: House) -> None:
    """Number and name both differ: the second child stood on the first child's card."""
    before, after = corrected(house, number=NUMBERS[2], name="陈大海")

    assert isinstance(after, card.ActiveCard)
    assert after.card.number != before.card.number
    assert (after.card.former, after.card.serial) == ((before.card.number,), 1)


def test_the_old_number_is_never_used_again(house: House) -> None:
    before, _ = corrected(house, number=NUMBERS[2], name="陈大海")

    held = house.service.executor.perform(FindHolders("card_number", before.card.number))
    assert held == ("A-1",)


def test_two_numbers_with_an_active_row_each_are_two_children_of_one_name(house: House) -> None:
    before, after = corrected(house, number=NUMBERS[1])

    assert after.card.number != before.card.number
    state: Any = house.service.state("application", "A-1")
    assert "ANOTHER_PERSON" in state.evidence.match.reasons


def test_every_other_correction_keeps_the_card(house: House) -> None:
    before, after = corrected(house, guardian_name="陈大海")

    assert after == before


def test_a_number_without_an_active_row_was_a_typing_error(tmp_path: Path) -> None:
    house = House(tmp_path, [row_of(), row_of(NUMBERS[1])])
    mother = house.registered()
    house.handed_in("A-1", mother, form_of())
    before = house.service.state("card", "A-1")
    house.registry.rows = (row_of(NUMBERS[1]), row_of(status="转出"))

    assert house.service.handle(app.RequestCorrection(form=form_of(NUMBERS[1]), **about("A-1", mother))).ok

    assert house.service.state("card", "A-1") == before


@pytest.mark.parametrize("held", [card.ActiveCard, card.SuspendedCard, card.ExpiredCard])
def test_a_replaced_card_is_in_use_whatever_it_was(house: House, held: Any) -> None:
    before, _ = corrected(house, guardian_name="陈大海")
    more = {"reason": "lost"} if held is card.SuspendedCard else {}
    state = held(card=before.card, since=NOW, **more)
    number = type(before.card.number)(card.card_number("123456789012"))
    command = card.Replace(subject="A-1", by=SYSTEM, at=NOW, number=number)

    (event,) = decide(state, command, policy=POLICY)  # type: ignore[misc]
    after = evolve(state, event)

    assert isinstance(after, card.ActiveCard)
    assert after.card.number == number


def test_a_revoked_card_stays_revoked(house: House) -> None:
    mother = house.registered()
    house.handed_in("A-1", mother, form_of())
    seated(house.service)
    assert house.service.handle(card.RevokeCard(reason="error", **about("A-1", HEAD))).ok
    correction = app.RequestCorrection(form=form_of(NUMBERS[2], name="陈大海"), **about("A-1", mother))

    assert house.service.handle(correction).ok
    assert isinstance(house.service.state("card", "A-1"), card.RevokedCard)
