"""Review by file: two named persons where the policy wants two, and nothing where a seat decides."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from eduid_cli.deployment import key_file, locked_store
from eduid_core.testing.doubles import TrustingService
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.reviewer_grant.states import Position
from tests.service.house import DISTRICT, OPERATOR, granted

from .conftest import School, certify, outcomes, rows_of
from .test_review import reviewed, told

HEADINGS = "application_id,revision,decision,fields,code,reviewer,second_reviewer\n"


@pytest.fixture
def waiting(school: School) -> School:
    """Return a school where one application has another name and one another entry year."""
    certify(school, school.applications([school.row(0, name="欧阳震华"), school.row(1, entry_year="2019")]))
    assert set(outcomes(school.folder / "out").values()) == {"review"}
    return school


def decisions(school: School, *rows: str) -> Path:
    path = school.folder / "person.csv"
    path.write_text(HEADINGS + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


@pytest.mark.parametrize("second", ["", "王老师", " 王 老师 "])
def test_what_needs_two_persons_needs_a_different_second_reviewer(waiting: School, second: str) -> None:
    file = decisions(waiting, f"A-0000,1,approve,,,王老师,{second}", f"A-0001,1,approve,,,王老师,{second}")

    assert reviewed(waiting, file) == (1, ["second_approval_required", "done"])
    assert told(waiting, "reviewed") == ["approved_by_school"]


def test_two_persons_of_one_row_approve_it_and_the_same_file_again_says_done(waiting: School) -> None:
    file = decisions(waiting, "A-0000,1,approve,,,王老师,李主任")

    assert reviewed(waiting, file) == (0, ["done"])
    assert reviewed(waiting, file, "again") == (0, ["done"])
    assert (told(waiting, "reviewed"), told(waiting, "again")) == (["approved_by_school"], [])


def test_a_return_needs_one_person(waiting: School) -> None:
    file = decisions(waiting, "A-0000,1,return,name,NAME_AS_IN_HOUSEHOLD_REGISTER,王老师,")

    assert reviewed(waiting, file) == (0, ["done"])


def test_a_chinese_heading_names_the_second(waiting: School) -> None:
    path = waiting.folder / "person.csv"
    path.write_text(
        "申请编号,版本,决定,退回字段,退回原因,审核人,复核人\nA-0000,1,通过,,,王老师,李主任\n", "utf-8"
    )

    assert reviewed(waiting, path) == (0, ["done"])


def seat(school: School, position: Position) -> None:
    """Seat a person over the school, or the district, of the waiting applications."""
    (row, *_) = rows_of(school.folder / "out" / "review_queue.csv")
    assert row["application_id"] == "A-0000"
    db = school.folder / "school.db"
    with locked_store(db, create=False) as store:
        service = TrustingService(store=store, keys=key_file(db, fresh=False), capabilities={"operator"})
        service.clock = lambda: dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
        code = service.state("review_task", "A-0000").brief.class_ref[0]  # type: ignore[union-attr]
        granted(service, DISTRICT, OPERATOR, Position.DISTRICT_ADMIN, "")
        if position is Position.SCHOOL_ADMIN:
            granted(service, Actor(id="head", role=Role.SCHOOL_ADMIN, assurance=2), DISTRICT, position, code)


def test_where_a_seat_over_the_school_stands_the_file_decides_nothing(waiting: School) -> None:
    seat(waiting, Position.SCHOOL_ADMIN)
    file = decisions(waiting, "A-0000,1,approve,,,王老师,李主任")

    assert reviewed(waiting, file) == (1, ["SEAT_DECIDES"])
    assert told(waiting, "reviewed") == []


def test_a_seat_over_the_district_is_no_seat_over_the_school(waiting: School) -> None:
    seat(waiting, Position.DISTRICT_ADMIN)

    assert reviewed(waiting, decisions(waiting, "A-0000,1,approve,,,王老师,李主任")) == (0, ["done"])


def test_a_policy_may_leave_every_decision_to_seats(school: School) -> None:
    policy = school.folder / "policy.toml"
    policy.write_text('file_reviewers = "seats"\n', "utf-8")
    certify(school, school.applications([school.row(0, entry_year="2019")]), "--policy", policy)

    assert reviewed(school, decisions(school, "A-0000,1,approve,,,王老师,")) == (1, ["SEAT_DECIDES"])
