"""Ages by three rules, with the leap day pinned."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from eduid_core.findings import CallerError
from eduid_core.validation import AgeRule, age_on

D = dt.date


@pytest.mark.parametrize(
    ("birth", "day", "anniversary", "next_day", "calendar_year"),
    [
        (D(2015, 3, 15), D(2026, 3, 14), 10, 10, 11),
        (D(2015, 3, 15), D(2026, 3, 15), 11, 10, 11),
        (D(2015, 3, 15), D(2026, 3, 16), 11, 11, 11),
        (D(2015, 3, 15), D(2026, 2, 28), 10, 10, 11),
        (D(2015, 3, 15), D(2026, 4, 1), 11, 11, 11),
        (D(2012, 2, 29), D(2026, 2, 28), 13, 13, 14),
        (D(2012, 2, 29), D(2026, 3, 1), 14, 14, 14),
        (D(2012, 2, 29), D(2024, 2, 28), 11, 11, 12),
        (D(2012, 2, 29), D(2024, 2, 29), 12, 11, 12),
        (D(2012, 2, 29), D(2024, 3, 1), 12, 12, 12),
        (D(2012, 2, 28), D(2025, 2, 28), 13, 12, 13),
        (D(2012, 3, 1), D(2025, 2, 28), 12, 12, 13),
        (D(2012, 3, 1), D(2025, 3, 1), 13, 12, 13),
        (D(2012, 3, 1), D(2025, 3, 2), 13, 13, 13),
        (D(2015, 12, 31), D(2016, 1, 1), 0, 0, 1),
        (D(2015, 3, 15), D(2015, 3, 15), 0, 0, 0),
    ],
)
def test_worked_examples(birth, day, anniversary, next_day, calendar_year):
    """Born on 29 February, the birthday of a common year is 1 March under both legal rules."""
    assert age_on(birth, day) == anniversary
    assert [age_on(birth, day, rule=rule) for rule in AgeRule] == [anniversary, next_day, calendar_year]


@given(st.dates(D(1900, 1, 1), D(2100, 1, 1)), st.dates(D(1900, 1, 1), D(2100, 1, 1)))
def test_the_rules_differ_by_a_year_at_most_and_in_one_order(birth, day):
    assume(birth <= day)
    anniversary, next_day, calendar_year = (age_on(birth, day, rule=rule) for rule in AgeRule)

    assert 0 <= next_day <= anniversary <= calendar_year <= next_day + 1


@given(st.dates(D(1900, 1, 1), D(2099, 1, 1)), st.integers(0, 120))
def test_on_the_anniversary_a_person_is_exactly_so_old(birth, years):
    assume((birth.month, birth.day) != (2, 29))

    assert age_on(birth, birth.replace(year=birth.year + years)) == years


@given(st.dates(D(1900, 1, 1), D(2100, 1, 1)), st.dates(D(1900, 1, 1), D(2100, 1, 1)), st.sampled_from(AgeRule))
def test_nobody_grows_younger(birth, day, rule):
    assume(birth <= day)

    assert age_on(birth, day, rule=rule) <= age_on(birth, day + dt.timedelta(1), rule=rule)


def test_a_day_before_the_birth_and_an_unknown_rule_are_the_callers_mistakes():
    with pytest.raises(CallerError, match="before the birth"):
        age_on(D(2015, 3, 15), D(2015, 3, 14))
    with pytest.raises(CallerError, match="no such rule"):
        age_on(D(2015, 3, 15), D(2016, 3, 14), rule="lunar")
