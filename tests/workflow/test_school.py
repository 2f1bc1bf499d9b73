"""A school in which one teacher in five never answers."""

from __future__ import annotations

import pytest

from eduid_audit.school import simulate_school, table
from eduid_core.workflow import Policy
from eduid_core.workflow.policy import ReviewPolicy


@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_waits_more_than_seven_working_days_for_a_person(seed: int) -> None:
    outcome = simulate_school(seed=seed)
    print(table(outcome))

    assert outcome.silent == round(0.2 * outcome.teachers)
    assert outcome.open == 0
    assert outcome.longest <= 7
    assert {w.level for w in outcome.waits} >= {0, 1}


def test_a_school_whose_teachers_are_all_silent_waits_no_longer() -> None:
    outcome = simulate_school(students=200, silent=1.0)

    assert {w.level for w in outcome.waits} == {2}
    assert outcome.longest <= 7


def test_a_slower_ladder_is_noticed() -> None:
    """The twin: with five working days for the teacher the promise does not hold."""
    slow = Policy(review=ReviewPolicy(sla_working_days=(5, 3, 3, 3)))

    assert simulate_school(students=400, silent=1.0, policy=slow).longest > 7
