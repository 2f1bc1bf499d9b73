"""What-if under two policies, and the days that are worked."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_core.matching import Found, match
from eduid_core.service import ChinaSchoolDays
from eduid_core.testing.invented_students import AS_OF, WORLD
from eduid_core.testing.strategies import noisy_students, students
from eduid_core.workflow import CHINA, Calendar, MondayToFriday, Policy, simulate
from eduid_core.workflow.deadlines import after_working_days

STRICT = Policy(matching=attrs.evolve(Policy().matching, synthetic="review"))


def found(pair: object) -> Found:
    return Found((pair.row,), WORLD, AS_OF)  # type: ignore[attr-defined]


@given(st.lists(noisy_students(), max_size=6))
@settings(max_examples=40)
def test_one_policy_against_itself_changes_nothing(pairs: list[object]) -> None:
    cases = [(p.application, found(p)) for p in pairs]  # type: ignore[attr-defined]

    result = simulate(cases, Policy(), Policy())

    assert result.changes == ()
    assert result.before == result.after
    assert sum(result.before.values()) == len(cases)


@given(st.lists(students(), min_size=1, max_size=6))
@settings(max_examples=40)
def test_what_changes_is_what_each_policy_decides(pairs: list[object]) -> None:
    cases = [(attrs.evolve(p.application, application_id=str(n)), found(p)) for n, p in enumerate(pairs)]  # type: ignore[attr-defined]

    result = simulate(cases, Policy(), STRICT)

    for change in result.changes:
        form, held = cases[int(change.application_id)]
        assert change.why_before == match(form, held, policy=Policy().matching).reasons[0]
        assert change.why_after == match(form, held, policy=STRICT.matching).reasons[0]
        assert match(form, held, policy=Policy().matching).outcome.value == change.before
        assert match(form, held, policy=STRICT.matching).outcome.value == change.after
    assert {c.after for c in result.changes} == {"review"}
    assert len(result.changes) == len(cases)
    back = simulate(cases, STRICT, Policy())
    assert [(c.after, c.before) for c in back.changes] == [(c.before, c.after) for c in result.changes]
    assert all(c.why_before and c.why_after and c.why_before != c.why_after for c in result.changes)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-10-01", False),  # National Day
        ("2026-10-10", True),  # a Saturday worked in exchange
        ("2026-10-11", False),  # a Sunday
        ("2026-11-02", True),
        ("2026-07-15", False),  # the school's summer
    ],
)
def test_china_works_on_some_weekends_and_schools_have_their_own_breaks(day: str, worked: object) -> None:
    calendar: Calendar = ChinaSchoolDays(breaks=[(dt.date(2026, 7, 4), dt.date(2026, 8, 31))])

    assert calendar.is_working_day(dt.date.fromisoformat(day)) is worked


def test_a_service_level_pauses_over_the_summer() -> None:
    calendar = ChinaSchoolDays(breaks=[(dt.date(2026, 7, 4), dt.date(2026, 8, 31))])
    began = dt.datetime(2026, 7, 3, 10, tzinfo=CHINA)

    assert after_working_days(began, 2, calendar).date() == dt.date(2026, 9, 2)


@given(
    st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(CHINA)), st.integers(1, 30)
)
def test_so_many_working_days_lie_between(began: dt.datetime, days: int) -> None:
    calendar = MondayToFriday()

    due = after_working_days(began, days, calendar)

    between = (began.date() + dt.timedelta(days=n) for n in range(1, (due.date() - began.date()).days + 1))
    assert sum(calendar.is_working_day(d) for d in between) == days
    assert calendar.is_working_day(due.date())
