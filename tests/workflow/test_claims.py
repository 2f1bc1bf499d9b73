"""What only one may hold is refused to the second by the commit: places of teachers, numbers of SIM cards."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import attrs

from eduid_core.private import Phone
from eduid_core.service import EnterNumberCode
from eduid_core.testing.doubles import NUMBERS, form_of
from eduid_core.workflow import Actor, Role, comms_card
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant import states as grant
from tests.service.house import NOW, House, seated

TEACHER = Actor(id="teacher", role=Role.TEACHER, assurance=2)
OTHER = Actor(id="other", role=Role.TEACHER, assurance=2)
HEAD = Actor(id="head", role=Role.SCHOOL_ADMIN, assurance=2)
CLAIM = grant.RoleClaim(teacher_id="teacher", school_code="2132098001", class_name="六（1）班", evidence="T-17")


def about(subject: str, by: Actor) -> dict[str, Any]:
    return {"subject": subject, "by": by, "at": NOW}


def test_a_teacher_claims_a_class_once(tmp_path: Path) -> None:
    service = House(tmp_path).service

    first = service.handle(grant_commands.ClaimRole(claim=CLAIM, **about("G-1", TEACHER)))
    again = service.handle(grant_commands.ClaimRole(claim=CLAIM, **about("G-2", TEACHER)))

    assert first.ok
    assert not again.ok
    assert again.code == "grant_exists"  # type: ignore[union-attr]


def test_a_class_has_one_homeroom_teacher(tmp_path: Path) -> None:
    service = House(tmp_path).service
    for name, by in (("G-1", TEACHER), ("G-2", OTHER)):
        claim = attrs.evolve(CLAIM, teacher_id=by.id)
        assert service.handle(grant_commands.ClaimRole(claim=claim, **about(name, by))).ok
    until = dt.date(2027, 8, 31)
    service = seated(service)

    first, second = (
        service.handle(grant_commands.Verify(until=until, **about(n, HEAD))) for n in ("G-1", "G-2")
    )

    assert first.ok
    assert second.code == "homeroom_taken"  # type: ignore[union-attr]


def test_a_sim_number_stands_for_one_pupil(tmp_path: Path) -> None:
    house = House(tmp_path)
    by = house.registered()
    answers = []
    for key, number in (("A-1", NUMBERS[0]), ("A-2", NUMBERS[1])):
        house.handed_in(key, by, form_of(number))
        choose = comms_card.ChooseExisting(phone=Phone("15400001234"), nonce="", **about(key, by))
        assert house.service.handle(choose).ok
        house.service.send_messages()
        answers.append(house.service.handle(EnterNumberCode(code=house.sms.last_code(), **about(key, by))))

    assert answers[0].ok
    assert answers[1].code == "number_in_use"
    assert isinstance(house.service.state("account", "acct"), account.ActiveAccount)


def test_a_number_given_up_is_free_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    by = house.registered()
    for key, number in (("A-1", NUMBERS[0]), ("A-2", NUMBERS[1])):
        house.handed_in(key, by, form_of(number))
        choose = comms_card.ChooseExisting(phone=Phone("15400001234"), nonce="", **about(key, by))
        assert house.service.handle(choose).ok
        house.service.send_messages()
        for command in (
            EnterNumberCode(code=house.sms.last_code(), **about(key, by)),
            comms_card.Release(**about(key, by)),
        ):
            assert house.service.handle(command).ok


def test_a_decision_enters_by_its_task_only(tmp_path: Path) -> None:
    """A teacher who hands an approval to the application itself passes by lease, grant and second person."""
    house = House(tmp_path)
    by = house.registered()
    house.handed_in("A-1", by, form_of(name="陈大雨"))

    answer = house.service.handle(app.Approve(basis="known_in_person", **about("A-1", TEACHER)))

    assert answer.code == "forbidden"  # type: ignore[union-attr]
