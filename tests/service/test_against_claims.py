"""Weak documents take no unique claim, and two persons may decide against one; one person may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eduid_core.findings import Refused
from eduid_core.testing.doubles import form_of, row_of
from eduid_core.workflow import Actor, Policy
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.forms import is_weak
from eduid_core.workflow.policy import ReviewPolicy
from eduid_core.workflow.review_task.commands import CompleteReview, SecondReview

from .house import DISTRICT, HEAD, House, about, seated

PASSPORT = {"id_type": "护照", "number": "E12345678"}


def decided(house: House, key: str, first: Actor = HEAD, second: Actor | None = DISTRICT) -> Any:
    """Return the last answer to an approval by one person, or by two."""
    rev = house.service.state("application", key).revision  # type: ignore[union-attr]
    answer = house.service.handle(CompleteReview(outcome="approve", expected_rev=rev, **about(key, first)))
    if second is None or isinstance(answer, Refused):
        return answer
    return house.service.handle(SecondReview(agrees=True, expected_rev=rev, **about(key, second)))


@pytest.mark.parametrize(
    ("id_type", "weak"),
    [("护照", True), ("其他", True), ("学生证", True), ("", False), ("居民身份证", False), ("台胞证", False)],
)
def test_which_documents_are_weak(id_type: str, weak: object) -> None:
    assert is_weak(form_of(id_type=id_type)) is weak


def test_a_second_child_with_a_colliding_passport_is_approved_by_two_persons(tmp_path: Path) -> None:
    """It was person_taken, even when a person approved."""
    row = row_of("E12345678", id_type="护照", student_number="G320098201503150010")
    house = House(tmp_path, [row])
    seated(house.service)
    first: Any = house.handed_in("A-1", house.registered("one"), form_of(**PASSPORT))
    assert first.status == "approved"
    house.handed_in("A-2", house.registered("two", "15400001235"), form_of(**PASSPORT))

    assert decided(house, "A-2").ok

    both = [house.service.state("application", key) for key in ("A-1", "A-2")]
    assert [type(s) for s in both] == [status.Approved] * 2
    assert house.service.state("card", "A-2") is not None


def test_a_claim_ends_with_its_approval_weak_or_not(tmp_path: Path) -> None:
    row = row_of("E12345678", id_type="护照", student_number="G320098201503150010")
    house = House(tmp_path, [row])
    for key in ("A-1", "A-2"):
        mother = house.registered(f"acct{key}", f"1540000123{key[-1]}")
        assert house.handed_in(key, mother, form_of(**PASSPORT)).status == "approved"
        assert house.service.handle(app.WithdrawConsent(**about(key, mother))).ok


def test_a_person_may_decide_against_a_claim_with_a_second_person(tmp_path: Path) -> None:
    house = House(tmp_path)
    seated(house.service)
    assert house.handed_in("A-1", house.registered("one"), form_of()).status == "approved"
    house.handed_in("A-2", house.registered("two", "15400001235"), form_of())

    assert decided(house, "A-2", second=None).status == "awaiting_second"
    assert type(house.service.state("application", "A-2")) is status.PendingReview
    answer = house.service.handle(SecondReview(agrees=True, expected_rev=1, **about("A-2", DISTRICT)))

    assert answer.ok
    state: Any = house.service.state("application", "A-2")
    assert (type(state), state.evidence.shares_claim) == (status.Approved, True)


def test_one_person_alone_decides_against_no_claim(tmp_path: Path) -> None:
    """Whatever the policy leaves to one person."""
    house = House(tmp_path, policy=Policy(review=ReviewPolicy(two_persons=())))
    seated(house.service)
    house.handed_in("A-1", house.registered("one"), form_of())
    house.handed_in("A-2", house.registered("two", "15400001235"), form_of())

    assert decided(house, "A-2", second=None) == Refused("person_taken")
    assert house.service.state("card", "A-2") is None


def test_two_persons_who_approve_another_name_take_the_claim(tmp_path: Path) -> None:
    """The claim is shared only where another application names the student."""
    house = House(tmp_path)
    seated(house.service)
    house.handed_in("A-1", house.registered("one"), form_of(name="欧阳震华"))
    assert decided(house, "A-1").ok

    state: Any = house.service.state("application", "A-1")
    assert state.evidence.shares_claim is False
