"""Erasure reaches every stream that is sealed under the person's key, and the key itself wherever it is."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest

from eduid_core.findings import AdapterError
from eduid_core.plugins import Stream
from eduid_core.private import Phone
from eduid_core.service import Erase
from eduid_core.service.codec.wire import event_of
from eduid_core.service.crypto.sealing import DataKey
from eduid_core.testing.doubles import form_of
from eduid_core.workflow import Actor, comms_card
from eduid_core.workflow.application import commands as app

from .house import House, about

BESIDE = ("application", "review_task", "card", "comms_card")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def ended(house: House) -> Actor:
    """Leave an application that was reviewed, had a card and a SIM beside it, and has come to an end."""
    guardian = house.registered()
    house.handed_in("A-1", guardian, form_of())
    choose = comms_card.ChooseExisting(phone=Phone("15400007777"), nonce="", **about("A-1", guardian))
    assert house.service.handle(choose).ok
    corrected = app.RequestCorrection(form=form_of(class_name="九班"), **about("A-1", guardian))
    assert house.service.handle(corrected).ok
    assert house.service.handle(app.WithdrawConsent(**about("A-1", guardian))).ok
    return guardian


def erased(house: House, by: Actor) -> None:
    assert house.service.handle(Erase(reason="ERASED_ON_REQUEST", **about("A-1", by))).ok


def test_every_stream_of_an_application_is_erased_with_it(house: House) -> None:
    """The review, the card and the number chosen for the SIM are sealed under the one key, and end with it."""
    guardian = ended(house)
    assert [name for name in BESIDE if house.store.load([f"{name}/A-1"])[0].version] == list(BESIDE)

    erased(house, guardian)

    for service in (house.service, house.open()):
        states: list[Any] = [service.state(name, "A-1") for name in BESIDE]
        assert [state.status for state in states] == ["erased"] * len(BESIDE)
        assert [service.history(name, "A-1") for name in BESIDE] == [()] * len(BESIDE)


def keys_that_open(stream: Stream) -> int:
    """Return how many keys anywhere in this process open the first record of *stream*."""
    found = 0
    for key in [o for o in gc.get_objects() if type(o) is DataKey]:
        try:
            found += event_of(stream.records[0], key=key, place=f"{stream.name}#1") is not None
        except AdapterError:
            continue
    return found


def test_the_key_of_who_was_erased_is_not_left_in_the_process(house: House) -> None:
    """Whoever kept a copy of the sealed file finds no key to it, in the store or in the program that erased."""
    guardian = ended(house)
    (copy,) = house.store.load(["application/A-1"], whole=True)
    assert keys_that_open(copy) >= 1

    erased(house, guardian)

    gc.collect()
    assert keys_that_open(copy) == 0
