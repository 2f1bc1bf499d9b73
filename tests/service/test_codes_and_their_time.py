"""A one-time code is good for the guess that was counted for it, until its end, and is no likelier than another."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eduid_core.findings import Refused
from eduid_core.private import Phone, PrivateText
from eduid_core.service import EnterCode, EnterNumberCode, Register, ResendCode
from eduid_core.service.crypto.vault import one_time_code
from eduid_core.testing.doubles import form_of
from eduid_core.workflow import Actor, Role, comms_card

from .house import ANYONE, NOW, House

NAMES = {"username": PrivateText("mum"), "phone": Phone("15400001234"), "password": PrivateText("long enough")}


class Draws:
    """Randomness in sequence, one for each length: the same commands draw the same nonces again."""

    def __init__(self) -> None:
        self.counts: defaultdict[int, itertools.count[int]] = defaultdict(itertools.count)

    def __call__(self, size: int) -> bytes:
        return next(self.counts[size]).to_bytes(size, "big")


def made(folder: Path) -> House:
    folder.mkdir()
    return House(folder, entropy=Draws())


def about(subject: str, after_s: int, by: Actor = ANYONE, **more: Any) -> dict[str, Any]:
    return {"subject": subject, "by": by, "at": NOW + dt.timedelta(seconds=after_s), **more}


def after_its_first_commit(
    house: House, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None]
) -> None:
    """Let *meanwhile* happen when the next commit has landed, as if another process had done it."""
    commit, left = house.store.commit, [meanwhile]

    def then(commits: Any) -> Any:
        outcomes = commit(commits)
        if left:
            left.pop()()
        return outcomes

    monkeypatch.setattr(house.store, "commit", then)


def registers(house: House) -> None:
    assert house.service.handle(Register(role=Role.GUARDIAN, **NAMES, **about("acct", 0))).ok


def another_code(house: House) -> None:
    """Ask for the code again so late that a second one is made."""
    assert house.service.handle(ResendCode(**about("acct", 190))).ok


def test_a_guess_is_compared_with_no_code_that_was_made_after_it_was_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One counted guess at one code; a second code made meanwhile would have been guessed at for nothing."""
    before = made(tmp_path / "before")
    registers(before)
    another_code(before)
    before.service.send_messages()
    second = before.sms.last_code()
    house = made(tmp_path / "now")
    registers(house)

    after_its_first_commit(house, monkeypatch, lambda: another_code(house))
    answer = house.service.handle(EnterCode(code=second, **about("acct", 200)))

    assert answer == Refused("challenge_mismatch", {"left": 4})
    assert house.service.handle(EnterCode(code=second, **about("acct", 201))).ok, "it is the second code"


def chooses(house: House, by: Actor, after_s: int) -> None:
    choose = comms_card.ChooseExisting(phone=Phone("15400007777"), nonce="", **about("A-1", after_s, by))
    assert house.service.handle(choose).ok


def chooses_again(house: House, by: Actor) -> None:
    assert house.service.handle(comms_card.Release(**about("A-1", 2, by))).ok
    chooses(house, by, 400)


def test_a_guess_at_a_number_is_compared_with_no_code_that_was_made_after_it_was_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = made(tmp_path / "before")
    by = before.registered()
    before.handed_in("A-1", by, form_of())
    chooses(before, by, 0)
    chooses_again(before, by)
    before.service.send_messages()
    second = before.sms.last_code()
    house = made(tmp_path / "now")
    by = house.registered()
    house.handed_in("A-1", by, form_of())
    chooses(house, by, 0)

    after_its_first_commit(house, monkeypatch, lambda: chooses_again(house, by))
    answer = house.service.handle(EnterNumberCode(code=second, **about("A-1", 1, by)))

    assert not answer.ok
    assert house.service.handle(EnterNumberCode(code=second, **about("A-1", 401, by))).ok, (
        "it is the second code"
    )


@pytest.mark.parametrize(("after_s", "sent"), [(299, 1), (301, 0), (599, 0)])
def test_a_code_is_handed_over_until_its_end_and_to_the_second(tmp_path: Path, after_s: int, sent: int) -> None:
    """The message says five minutes; whoever reads a code later than that cannot use it."""
    house = House(tmp_path)
    registers(house)
    house.service.clock = lambda: NOW + dt.timedelta(seconds=after_s)

    relayed = house.service.send_messages()

    assert (relayed.sent, relayed.expired) == (sent, 1 - sent)
    assert len(house.sms.sent) == sent


@pytest.mark.parametrize(("after_s", "good"), [(299, True), (300, False)])
def test_a_code_is_good_until_its_end_and_to_the_second(tmp_path: Path, after_s: int, *, good: bool) -> None:
    house = House(tmp_path)
    registers(house)
    house.service.send_messages()

    answer = house.service.handle(EnterCode(code=house.sms.last_code(), **about("acct", after_s)))

    assert answer.ok == good


def test_no_code_is_likelier_than_another() -> None:
    """
    Of many codes as many lie below any bound as a fair draw puts there.

    The bound is where the remainder of 2**24 would show: 24 bits modulo a million make the codes below it one
    part in sixteen likelier, which moves the share by 0.010; a fair draw of so many strays by 0.0013.
    """
    count, bound = 100_000, 2**24 % 1_000_000

    below = sum(int(one_time_code(b"k" * 32, str(n), "proof")) < bound for n in range(count))

    assert abs(below / count - bound / 1_000_000) < 0.004


def test_a_code_has_six_digits_also_where_it_begins_with_zeros() -> None:
    codes = [one_time_code(b"k" * 32, str(n)) for n in range(2000)]

    assert {len(code) for code in codes} == {6}
    assert {code[0] for code in codes} == set("0123456789")
