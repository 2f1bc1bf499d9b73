"""Whether a username is taken is told to nobody who has not proved a phone, and then for five names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from eduid_core import commands
from eduid_core.findings import Refused
from eduid_core.private import Phone, PrivateText
from eduid_core.service.drivers import run
from eduid_core.service.unit_of_work import write
from eduid_core.workflow import Role
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.actors import Actor

from .town import PASSWORD, PHONE, Town

ANOTHER = "15400001235"
STRANGER = Actor(id="", role=Role.ANONYMOUS)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path)
    town.register("chen", PHONE)
    return town


def asked(town: Town, username: str, phone: str = ANOTHER) -> Any:
    names = {"username": PrivateText(username), "phone": Phone(phone), "password": PASSWORD}
    return town.service.handle(commands.Register(by=town.stranger(), role=Role.GUARDIAN, **names))  # type: ignore[arg-type]


def proved(town: Town, username: str = "chen", phone: str = ANOTHER) -> Any:
    """Register under a name, and enter the right code."""
    sent = asked(town, username, phone)
    town.service.send_messages()
    code = town.sms.last_code()
    return town.service.handle(
        commands.EnterCode(by=town.stranger(), subject=sent.subject, ticket=sent.ticket, code=code)
    )


def chosen(town: Town, answer: Any, username: str) -> Any:
    return town.service.handle(
        commands.ChooseUsername(
            by=town.stranger(), subject=answer.subject, ticket=answer.ticket, username=PrivateText(username)
        )
    )


def shape(answer: Any) -> tuple[Any, ...]:
    return (type(answer), answer.status, answer.revision, answer.events, bool(answer.ticket), answer.token)


def test_register_answers_alike_whether_the_name_is_taken(town: Town) -> None:
    """On the old code a stranger read `username_taken`, of any name, without a phone."""
    assert shape(asked(town, "chen")) == shape(asked(town, "nobody", "15400001236"))
    assert [m.template for m in town.sms.sent[1:]] == []
    town.service.send_messages()
    assert [m.template for m in town.sms.sent[1:]] == ["registration_code"] * 2


def test_a_taken_name_is_asked_for_again_once_the_code_was_right(town: Town) -> None:
    wanted = proved(town)

    assert (wanted.ok, wanted.status) == (True, "username_wanted")
    done = chosen(town, wanted, "chen2")
    assert (done.ok, done.status) == (True, "active")
    assert town.log_in("chen2").ok
    assert town.log_in("chen").subject != wanted.subject


def test_five_names_are_tried_in_one_flow_and_no_more(town: Town) -> None:
    for number in range(5):
        proved(town, f"taken{number}", f"1540000200{number}")
    answer = proved(town)

    for number in range(5):
        answer = chosen(town, answer, f"taken{number}")
        assert (answer.ok, answer.status) == (True, "username_wanted")
    assert chosen(town, answer, "free") == Refused("username_limit_exceeded")


def test_a_ticket_serves_for_one_name(town: Town) -> None:
    first = proved(town)
    chosen(town, first, "chen")

    assert not chosen(town, first, "free").ok
    assert not chosen(town, first, "other").ok


def test_a_flow_without_a_name_ends_with_its_hour(town: Town) -> None:
    wanted = proved(town)
    town.now += dt.timedelta(hours=2)
    town.service.fire_timers()

    assert town.service.state("account", wanted.subject).status == "abandoned"  # type: ignore[union-attr]
    assert not chosen(town, wanted, "free").ok


def test_a_name_is_free_until_a_code_was_right(town: Town) -> None:
    """On the old code a stranger kept a name from everybody for an hour, with a phone that was not theirs."""
    asked(town, "wang", "15400007777")

    assert proved(town, "wang").status == "active"


def test_a_name_claimed_between_the_look_and_the_commit_is_refused_by_the_claim(town: Town) -> None:
    """The service looks again then; the lifecycle itself never gives one name to two."""
    wanted = proved(town)
    choose = account_commands.ChooseUsername(
        username=PrivateText("chen"), subject=wanted.subject, by=STRANGER, at=town.now
    )

    answer, _ = run(write(choose, town.service.policy), town.service.executor.perform)

    assert answer == Refused("username_taken")
