"""What a decision rests on stands until it is made durable, or it is made again."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from eduid_core.findings import Refused
from eduid_core.private import Phone
from eduid_core.service import Erase, Reveal
from eduid_core.service import intents as i
from eduid_core.service.drivers import run
from eduid_core.service.handlers import dispatch
from eduid_core.service.unit_of_work import ReadSet
from eduid_core.testing.doubles import CLASS, form_of
from eduid_core.workflow import Actor, Command, Role, comms_card
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant.states import Position

from .house import HEAD, House, about, granted, seated

TEACHER = Actor(id="teacher", role=Role.TEACHER, assurance=2)


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    seated(made.service)
    return made


def interleaved(house: House, command: Command, meanwhile: Callable[[], object]) -> Any:
    """Carry *command* out; let *meanwhile* happen just before its first commit."""
    service, happened = house.service, []

    def perform(intent: Any) -> Any:
        if isinstance(intent, i.Write) and not happened:
            happened.append(meanwhile())
        return service.executor.perform(intent)

    answer = run(dispatch.handle(command, policy=service.policy), perform)
    assert happened
    return answer


def revoked(house: House, key: str) -> Callable[[], object]:
    def revoke() -> None:
        assert house.service.handle(grant_commands.RevokeGrant(reason="left", **about(key, HEAD))).ok

    return revoke


def test_a_grant_taken_back_in_the_middle_of_a_decision_approves_nobody(house: House) -> None:
    house.registered("teacher", "15400002222")
    key = granted(house.service, TEACHER, HEAD, Position.HOMEROOM, *CLASS)
    house.handed_in("A-1", house.registered(), form_of(school="南京市云杉小学"))
    decide = task_commands.CompleteReview(
        outcome="approve", basis="known_in_person", expected_rev=1, **about("A-1", TEACHER)
    )

    answer = interleaved(house, decide, revoked(house, key))

    assert isinstance(answer, Refused)
    assert type(house.service.state("application", "A-1")) is status.PendingReview
    assert house.service.state("card", "A-1") is None


def test_a_grant_taken_back_in_the_middle_of_a_look_shows_nothing(house: House) -> None:
    house.handed_in("A-1", house.registered(), form_of(school="南京市云杉小学"))
    key = granted(house.service, TEACHER, HEAD, Position.DEPUTY, *CLASS)
    look = Reveal(fields=("name",), reason="LOOKED_AT_FOR_REVIEW", **about("A-1", TEACHER))

    assert interleaved(house, look, revoked(house, key)) == Refused("conflict")


def withdrawn(house: House, by: Actor) -> None:
    assert house.service.handle(app.WithdrawConsent(**about("A-1", by))).ok


def erased(house: House, by: Actor) -> None:
    withdrawn(house, by)
    assert house.service.handle(Erase(reason="ERASED_ON_REQUEST", **about("A-1", by))).ok


@pytest.mark.parametrize("meanwhile", [withdrawn, erased])
def test_no_number_is_linked_to_a_card_that_ended_in_the_middle(
    house: House, meanwhile: Callable[[House, Actor], None]
) -> None:
    """And whoever was erased stays so: no key is made for them anew."""
    family = house.registered()
    house.handed_in("A-1", family, form_of())
    choose = comms_card.ChooseExisting(phone=Phone("15400007777"), nonce="", **about("A-1", family))

    answer = interleaved(house, choose, lambda: meanwhile(house, family))

    assert isinstance(answer, Refused)
    assert house.service.state("comms_card", "A-1") is None
    assert ("application:A-1" in house.store.documents("data_key")) is (meanwhile is withdrawn)


def test_what_was_looked_at_is_noted_and_errors_pass_both_ways() -> None:
    def steps() -> Generator[Any, Any, str]:
        yield i.Load("account", "a")
        yield i.DrawBytes(1)
        yield i.Load("account", "a")
        try:
            yield i.Load("card", "c")
        except OSError:
            return "told"
        return "not told"

    read_set, versions = ReadSet(), iter([3, 4])

    def perform(intent: Any) -> Any:
        if intent == i.Load("card", "c"):
            raise OSError
        return i.Loaded(None, next(versions)) if isinstance(intent, i.Load) else b"1"

    assert run(read_set.recording(steps()), perform) == "told"  # type: ignore[arg-type, comparison-overlap]
    assert [(r.stream, r.version) for r in read_set.reads()] == [("account/a", 3)]
