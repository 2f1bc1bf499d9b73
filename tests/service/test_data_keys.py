"""Whose key seals what: made once, never in the place of another, and none where nothing personal is said."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from eduid_core.findings import Refused
from eduid_core.matching import Application
from eduid_core.private import Phone
from eduid_core.service import Erase
from eduid_core.service.crypto.data_keys import DataKeys, KeysOfCommits, person_behind
from eduid_core.testing.doubles import CLASS, form_of
from eduid_core.workflow import Actor, Role, comms_card
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.reviewer_grant.commands import ClaimRole, Verify
from eduid_core.workflow.reviewer_grant.states import Position, RoleClaim

from .house import HEAD, UNTIL, House, about, seated


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    seated(made.service)
    return made


def opening(key: str, by: Actor, form: Application) -> app.Open:
    return app.Open(form=form, **about(key, by, key=f"open {key}"))


def test_a_key_that_is_not_at_hand_is_never_replaced(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    family = house.registered()
    house.handed_in("A-1", family, form_of())
    kept = house.store.documents("data_key")
    choose = comms_card.ChooseExisting(phone=Phone("15400007777"), nonce="", **about("A-1", family))
    honest = DataKeys.fetch
    with monkeypatch.context() as patched:
        patched.setattr(DataKeys, "fetch", lambda self, _: honest(self, ()))
        patched.setattr(DataKeys, "need", honest)
        assert house.service.handle(choose) == Refused("conflict")

    assert house.store.documents("data_key") == kept
    assert house.service.handle(choose).ok
    assert house.service.state("application", "A-1") is not None


def test_a_grant_is_sealed_under_nobodys_key_and_outlives_an_account_of_its_name(house: House) -> None:
    person = house.registered("U-7", "15400003333")
    teacher = attrs.evolve(person, role=Role.TEACHER, assurance=2)
    assert person_behind("reviewer_grant", "U-7") == ""
    claim = RoleClaim(
        teacher_id="U-7", school_code=CLASS[0], class_name=CLASS[1], position=Position.HOMEROOM, evidence="T-17"
    )
    assert house.service.handle(ClaimRole(claim=claim, **about("U-7", teacher))).ok
    assert house.service.handle(Verify(until=UNTIL, **about("U-7", HEAD))).ok
    assert list(house.store.documents("data_key")) == ["account:U-7"]

    assert house.service.handle(account_commands.CloseAccount(**about("U-7", person))).ok
    assert house.service.handle(
        Erase(reason="ERASED_ON_REQUEST", aggregate="account", **about("U-7", person))
    ).ok

    assert house.service.state("reviewer_grant", "U-7") is not None
    assert house.service.history("reviewer_grant", "U-7")
    house.handed_in("A-1", house.registered(), form_of(school="南京市云杉小学"))
    assert house.service.state("review_task", "A-1") is not None


def test_the_notes_of_a_grant_are_sealed_under_the_key_of_the_deployment(house: House) -> None:
    """A grant has no person whose key could seal it, and none is made for it."""
    vault, documents = house.service.executor.vault, []
    keys = KeysOfCommits(vault, DataKeys(house.store, vault).fetch(()))

    assert keys.of("reviewer_grant", "G-1", begins=True, documents=documents) is vault.house
    assert documents == []


@pytest.mark.parametrize("half", ["陈\ud800", "\udfff"])
def test_what_no_file_can_hold_is_refused_and_takes_nobody_along(house: House, half: str) -> None:
    family = house.registered()
    forms = [form_of(), form_of(guardian_name=half), form_of()]
    commands = [opening(f"A-{n}", family, form) for n, form in enumerate(forms)]

    answers = house.service.handle_many(commands)

    assert [a.ok for a in answers] == [True, False, True]
    assert answers[1] == house.service.handle(commands[1]) == Refused("text_unusable")


@pytest.mark.parametrize("name", ["A\0", "A-1 ", " A-1", "A\ud800", "A\n1", "A" * 121])
def test_a_name_that_not_every_store_can_keep_is_refused(house: House, name: str) -> None:
    family = house.registered()

    for command in (opening(name, family, form_of()), opening("A-1", attrs.evolve(family, id=name), form_of())):
        assert house.service.handle(command) == Refused("text_unusable")
    assert house.service.handle(attrs.evolve(opening("A-1", family, form_of()), key="\ud800")) == Refused(
        "text_unusable"
    )


@pytest.mark.parametrize("name", ["320098201503150010", "15400001234"])
def test_no_application_is_known_by_a_number_of_somebody(house: House, name: str) -> None:
    assert house.service.handle(opening(name, house.registered(), form_of())) == Refused("text_unusable")
