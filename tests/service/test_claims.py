"""Claims of positions that wait: an administrator finds those of the school, the operator all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eduid_core.testing.doubles import CLASS
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.reviewer_grant.commands import ClaimRole, Verify
from eduid_core.workflow.reviewer_grant.states import Position, RoleClaim

from .house import DISTRICT, HEAD, NOW, OPERATOR, UNTIL, House, seated


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A head and a district seated; a teacher of the school and an administrator of another have claimed."""
    made = House(tmp_path)
    seated(made.service)
    made.registered("head", "15400004444", Role.TEACHER)
    made.registered("district", "15400005555", Role.TEACHER)
    _claim(made, "gao", "15400006661", Position.HOMEROOM, *CLASS)
    _claim(made, "far", "15400006662", Position.SCHOOL_ADMIN, "2132098003", "")
    return made


def _claim(house: House, who: str, phone: str, position: Position, school: str, class_name: str) -> None:
    house.registered(who, phone, Role.TEACHER)
    claim = RoleClaim(
        teacher_id=who, school_code=school, class_name=class_name, position=position, evidence="T-17"
    )
    by = Actor(id=who, role=Role.TEACHER, assurance=2)
    assert house.service.handle(ClaimRole(claim=claim, subject=f"G-{who}", by=by, at=NOW)).ok


def ids(house: House, by: Actor) -> list[str]:
    found: Any = house.service.claims(by=by)
    return [line.id for line in found]


def test_each_sees_the_claims_within_their_reach(house: House) -> None:
    assert ids(house, HEAD) == ["G-gao"]
    assert sorted(ids(house, DISTRICT)) == sorted(ids(house, OPERATOR)) == ["G-far", "G-gao"]
    (line,) = house.service.claims(by=HEAD)  # type: ignore[misc]  # permitted
    assert (line.account_id, line.position, line.school_code, line.class_name) == (
        "gao",
        Position.HOMEROOM,
        *CLASS,
    )
    assert line.phone_masked == "154****6661"
    assert "15400006661" not in repr(line)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.GUARDIAN, Role.ANONYMOUS, Role.IMPORTER])
def test_nobody_else_sees_claims(house: House, role: Role) -> None:
    refused: Any = house.service.claims(by=Actor(id="gao", role=role, assurance=2))

    assert refused.code == "forbidden"


def test_a_verified_claim_waits_no_longer(house: House) -> None:
    assert house.service.handle(Verify(until=UNTIL, subject="G-gao", by=HEAD, at=NOW)).ok

    assert ids(house, HEAD) == []
