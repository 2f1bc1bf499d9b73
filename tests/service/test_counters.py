"""Counters under many tries at once: as many as are allowed, and not one more, in whatever order they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from eduid_core import commands
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import Service
from eduid_core.testing.doubles import totp_of
from eduid_core.workflow import Role
from eduid_core.workflow.account.states import Purpose
from eduid_store_sql import SqlStore

from .town import PASSWORD, PHONE, Town

TRIES = 64


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A town on SQLite, or on a PostgreSQL that the tests start."""
    town = Town(tmp_path)
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").replace("{n}", "counters")
        town.store = SqlStore(url, district=tmp_path.name[-8:])
        town.service = town.open(Service, store=town.store)
    yield town
    town.store.close()


def at_once(give: Callable[[int], Any]) -> Counter[str]:
    """Give a command from 64 threads; return how often each answer came."""
    with ThreadPoolExecutor(TRIES) as threads:
        answers = list(threads.map(give, range(TRIES)))
    return Counter("ok" if a.ok else a.code for a in answers)


def until_decided(give: Callable[[], Any]) -> Any:
    """Give a command again while it only lost a race: that is no answer to a try."""
    for _ in range(200):
        answer = give()
        if answer.ok or answer.code != "conflict":
            return answer
    raise AssertionError("no end of conflicts")


def test_a_flow_compares_five_codes_of_sixty_four(town: Town) -> None:
    account_id = town.register("chen", PHONE)
    town.later(minutes=2)
    asked: Any = town.service.handle(
        commands.StartProof(by=town.stranger(), subject=account_id, purpose=Purpose.RECOVERY)
    )
    guess = commands.EnterCode(
        by=town.stranger(), subject=account_id, ticket=asked.ticket, code=OtpCode("no code")
    )

    answers = at_once(lambda _: until_decided(lambda: town.service.handle(guess)))

    assert answers == {"challenge_mismatch": 5, "challenge_locked": TRIES - 5}


def test_a_phone_gets_ten_codes_of_sixty_four(town: Town) -> None:
    def register(number: int) -> Any:
        names = {"username": PrivateText(f"chen{number}"), "password": PASSWORD}
        command = commands.Register(by=town.stranger(), role=Role.GUARDIAN, phone=Phone(PHONE), **names)
        return until_decided(lambda: town.service.handle(command))

    assert at_once(register) == {"ok": 10, "challenge_limit_exceeded": TRIES - 10}


def test_a_code_of_the_second_factor_serves_one_log_in_of_sixty_four(town: Town) -> None:
    town.register("gao", PHONE, Role.TEACHER)
    secret, _ = town.with_factor("gao")
    town.later(hours=1)
    right = totp_of(secret, town.now)

    answers = at_once(lambda _: until_decided(lambda: town.log_in("gao", right)))

    assert answers == {"ok": 1, "second_factor_wrong": TRIES - 1}


def test_one_of_sixty_four_who_enter_their_codes_at_once_gets_the_username(town: Town) -> None:
    """The others are asked for another name: nobody learns before that whether it was taken."""
    flows: list[Any] = []
    for number in range(TRIES):
        names = {"username": PrivateText("chen"), "password": PASSWORD, "phone": Phone(f"154000{number:05d}")}
        command = commands.Register(by=town.stranger(), role=Role.GUARDIAN, **names)  # type: ignore[arg-type]
        flows.append(town.service.handle(command))
    town.service.send_messages()
    codes = [
        dict(message.params)["code"] for message in sorted(town.sms.sent, key=lambda m: m.to.reveal("test"))
    ]
    statuses: list[str] = []

    def enter(number: int) -> Any:
        about = {"subject": flows[number].subject, "ticket": flows[number].ticket}
        command = commands.EnterCode(by=town.stranger(), code=codes[number], **about)  # type: ignore[arg-type]
        answer = until_decided(lambda: town.service.handle(command))
        statuses.append(answer.status)
        return answer

    assert at_once(enter) == {"ok": TRIES}
    assert Counter(statuses) == {"active": 1, "username_wanted": TRIES - 1}
