"""The feed: every event once, in the order of the commits, for the operator and for the seats it concerns."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from eduid_core.findings import CallerError, Refused
from eduid_core.service import KeyFile
from eduid_core.testing.doubles import CLASS, NUMBERS, form_of
from eduid_core.values import FeedEvent
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.reviewer_grant.states import Position

from .house import DISTRICT, HEAD, NOW, OPERATOR, House, granted, seated

TEACHER = Actor(id="teacher", role=Role.TEACHER, assurance=2)
ANOTHER = Actor(id="another", role=Role.TEACHER, assurance=2)
FAMILY = Actor(id="acct", role=Role.GUARDIAN)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """One application approved, one in review, of one class; a teacher of it, and one of another."""
    made = House(tmp_path)
    seated(made.service)
    made.registered("head", "15400004444", Role.TEACHER)
    made.registered("district", "15400005555", Role.TEACHER)
    made.homeroom()
    made.registered("another", "15400006666", Role.TEACHER)
    granted(made.service, ANOTHER, HEAD, Position.HOMEROOM, CLASS[0], "六年级 2班")
    made.registered()
    made.handed_in("A-1", FAMILY, form_of())
    made.handed_in("A-2", FAMILY, form_of(NUMBERS[1], name="陈小雪"))
    return made


def everything(house: House, by: Actor, limit: int = 100) -> list[FeedEvent]:
    """Read page by page to the end."""
    seen: list[FeedEvent] = []
    after = ""
    while page := house.service.feed(by=by, after=after, limit=limit):
        assert not isinstance(page, Refused)
        seen += page
        after = page[-1].cursor
    return seen


def test_the_operator_sees_every_event_of_every_aggregate_in_its_order(house: House) -> None:
    seen = everything(house, OPERATOR)

    for aggregate, key in {(e.aggregate, e.id) for e in seen}:
        of_stream = [e for e in seen if (e.aggregate, e.id) == (aggregate, key)]
        history = house.service.history(aggregate, key)
        assert [(e.version, e.name) for e in of_stream] == [(n, h.name) for n, h in enumerate(history, 1)]
        assert [(e.at, e.by, e.role) for e in of_stream] == [
            (h.stamp.at, h.stamp.by, h.stamp.role) for h in history
        ]
    aggregates = {e.aggregate for e in seen}
    assert {"account", "application", "card", "review_task", "reviewer_grant"} <= aggregates
    places = [int(e.cursor) for e in seen]
    assert places == sorted(places)


@pytest.mark.parametrize("limit", [1, 2, 7, 10**9, 0, -1])
def test_pages_of_any_size_come_to_the_same(house: House, limit: int) -> None:
    assert everything(house, OPERATOR, limit) == everything(house, OPERATOR)


def test_what_comes_later_comes_after(house: House) -> None:
    before = everything(house, OPERATOR)
    last = before[-1].cursor
    assert house.service.feed(by=OPERATOR, after=last) == ()
    house.service.clock = lambda: NOW.replace(year=2028)
    house.service.fire_timers()

    later: Any = house.service.feed(by=OPERATOR, after=last)

    assert {e.name for e in later if e.role is Role.SYSTEM} >= {"Escalated"}
    assert everything(house, OPERATOR) == [*before, *later]


def test_a_seat_sees_what_it_covers_and_nothing_else(house: House) -> None:
    mine, others = everything(house, TEACHER), everything(house, ANOTHER)
    of_school, of_district = everything(house, HEAD), everything(house, DISTRICT)

    assert {(e.aggregate, e.id) for e in mine} == {
        ("application", "A-1"),
        ("application", "A-2"),
        ("card", "A-1"),
        ("review_task", "A-2"),
    }
    assert others == []
    assert of_school == mine
    assert of_district == everything(house, OPERATOR)


@pytest.mark.parametrize("role", [Role.GUARDIAN, Role.STUDENT, Role.ANONYMOUS, Role.IMPORTER])
def test_nobody_else_has_a_feed(house: House, role: Role) -> None:
    answer = house.service.feed(by=Actor(id="acct", role=role))

    assert isinstance(answer, Refused)
    assert answer.code == "forbidden"


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "application/A-1", "9" * 25, "9" * 5000, "²"])
def test_a_cursor_that_is_none_is_the_callers_error(house: House, after: str) -> None:
    with pytest.raises(CallerError, match="after"):
        house.service.feed(by=OPERATOR, after=after)


def test_no_event_shows_a_person(house: House) -> None:
    shown = repr(everything(house, OPERATOR))

    for personal in ("陈小", NUMBERS[0], NUMBERS[1], "15400001234"):
        assert personal not in shown


def test_many_who_write_at_once_lose_no_event_and_double_none(house: House) -> None:
    """A reader follows while eight families register and hand in."""
    seen: list[FeedEvent] = list(everything(house, OPERATOR))

    def register(number: int) -> None:
        house.registered(f"u{number}", f"1540001{number:04}")

    with ThreadPoolExecutor(4) as threads:
        done = [threads.submit(house.service.feed, by=OPERATOR) for _ in range(4)]
        for number in range(8):
            register(number)
            seen += house.service.feed(by=OPERATOR, after=seen[-1].cursor, limit=3)  # type: ignore[arg-type]
        assert all(isinstance(d.result(), tuple) for d in done)
    while more := house.service.feed(by=OPERATOR, after=seen[-1].cursor):
        seen += more  # type: ignore[arg-type]

    names = [(e.aggregate, e.id, e.version) for e in seen]
    assert len(names) == len(set(names))
    assert seen == everything(house, OPERATOR)
    assert {f"u{n}" for n in range(8)} <= {e.id for e in seen if e.aggregate == "account"}


def test_a_rotation_of_the_keys_is_passed_over(tmp_path: Path) -> None:
    """Keys wrapped again are an entry of the ledger, and no event of anybody."""
    keys = KeyFile(tmp_path / "master.key")
    keys.make(secrets.token_bytes)
    house = House(tmp_path, keys=keys)
    house.registered()
    before = everything(house, OPERATOR)
    keys.rotate(secrets.token_bytes)
    assert house.service.rotate_keys() > 0
    house.registered("later", "15400007777")

    seen = everything(house, OPERATOR)

    assert seen[: len(before)] == before
    assert {e.id for e in seen[len(before) :]} == {"later"}
