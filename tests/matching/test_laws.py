"""Laws of `match`: pure, total, deaf to noise, never an approval of a difference."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_audit.evaluation.cases import different_cases
from eduid_audit.evaluation.differences import DIFFERENCES
from eduid_audit.evaluation.score import _beside, cases, differing_cases, score, wilson
from eduid_core.matching import Application, Found, Outcome, Policy, RegistryRow, SchoolIndex, Verdict, match
from eduid_core.matching.fast_path import plain_agreement
from eduid_core.matching.matcher import decide_at_length
from eduid_core.testing.invented_students import AS_OF, SCHOOLS, WORLD, invented_student
from eduid_core.testing.noise import NOISE
from eduid_core.testing.strategies import applications, noisy_students, person_names, registries, students

anything = st.one_of(
    st.text(max_size=30),
    st.text(alphabet=st.characters(), max_size=8),
    st.sampled_from(
        ["", " ", "\ud800", "\x00", "九" * 300, "1" * 5000, "四年级", "1班", "2023", "在读", "1", "Z"]
    ),
    st.none(),
    st.integers(),
    st.dates(),
)
policies = st.builds(
    Policy,
    allow_safe_ts=st.booleans(),
    allow_grade_not_rolled=st.booleans(),
    allow_class_missing=st.booleans(),
    synthetic=st.sampled_from(["approve", "review"]),
    school_system=st.sampled_from(["six_three", "five_four"]),
    pupil_age=st.sampled_from([(5, 22), (6, 9), (18, 60)]),
)


@settings(max_examples=400)
@given(
    form=st.builds(Application, *[anything] * 11),
    rows=st.lists(st.builds(RegistryRow, *[anything] * 12), max_size=3),
    day=st.none() | st.dates(),
    policy=policies,
)
def test_any_texts_at_all_have_a_verdict(form, rows, day, policy):
    verdict = match(form, Found(rows, None, day), policy=policy)

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is not Outcome.APPROVED
    assert (verdict.tier > 0) is (verdict.outcome is Outcome.REVIEW)


@settings(max_examples=300)
@given(pair=students(), field=st.sampled_from(Application.__slots__[:-1]), value=anything, policy=policies)
def test_any_text_in_one_field_has_the_same_verdict_twice_by_both_ways(pair, field, value, policy):
    form = evolve(pair.application, **{field: value})
    found = Found((pair.row,), WORLD, AS_OF)

    verdict = match(form, found, policy=policy)

    assert verdict == match(form, found, policy=policy) == decide_at_length(form, found, policy=policy)


@settings(max_examples=300)
@given(pair=students(), policy=policies, day=st.dates(dt.date(2024, 1, 1), dt.date(2030, 1, 1)))
def test_the_short_way_says_what_the_long_way_says(pair, policy, day):
    found = Found((pair.row,), WORLD, day)
    short = plain_agreement(pair.application, found, policy=policy)

    assert short is None or short == decide_at_length(pair.application, found, policy=policy)


def test_the_short_way_is_the_way_of_plain_forms():
    """It must also be taken: nine honest forms in ten, printed as the registry prints them."""
    plain = list(cases(seed=3, size=400, difference_percent=0, most_noises=0))
    taken = [plain_agreement(case.application, case.found, policy=Policy()) for case in plain]

    assert sum(verdict is not None for verdict in taken) > 0.9 * len(plain)
    for case, verdict in zip(plain, taken, strict=True):
        assert verdict in (None, decide_at_length(case.application, case.found, policy=Policy()))


@settings(max_examples=400)
@given(pair=noisy_students(), policy=policies.filter(lambda policy: policy.synthetic == "approve"))
def test_noise_never_changes_the_outcome(pair, policy):
    if policy.school_system == "five_four":
        policy = evolve(policy, school_system="six_three")

    assert match(pair.application, Found((pair.row,), WORLD, AS_OF), policy=policy).outcome is Outcome.APPROVED


@settings(max_examples=400)
@given(
    case=different_cases(),
    policy=policies.map(lambda policy: evolve(policy, allow_safe_ts=False, allow_class_missing=False)),
)
def test_a_real_difference_is_never_approved(case, policy):
    assert match(case.application, case.found, policy=policy).outcome is not Outcome.APPROVED


@pytest.mark.parametrize("seed", [11, 12])
def test_the_evaluation_has_neither_a_false_approval_nor_a_needless_review(seed):
    report = score(cases(seed=seed, size=15_000))

    assert (report.false_approvals, report.needless_reviews) == (0, 0)
    assert report.total(agrees=False).bounds[1] < 0.0005
    assert {stratum.name for stratum in report.strata if not stratum.agrees} >= {
        "name_homophone",
        "class_contradicts",
    }


def test_the_score_sees_a_decider_that_approves_everything():
    """The instrument itself can fail: an approver of everything is found out in every stratum."""
    clean = match(*_agreeing())
    report = score(cases(seed=5, size=300), lambda _form, _found: clean)

    assert report.false_approvals == report.total(agrees=False).size > 100
    assert report.needless_reviews == 0


def test_the_score_sees_exact_comparison_troubling_teachers():
    """The baseline: comparing texts to the letter approves no difference of the key fields and reviews noise."""
    refused = match(Application(), [])
    clean = match(*_agreeing())

    def exact(form, found):
        row = found.rows[0]
        same = (form.name, form.id_number, form.school, form.grade, form.class_name) == (
            row.name,
            row.id_number,
            row.school,
            row.grade,
            row.class_name,
        )
        return clean if same and form.entry_year == row.entry_month[:4] else refused

    report = score(cases(seed=5, size=600), exact)

    assert report.needless_reviews > 50


def _agreeing():
    case = next(iter(cases(seed=1, size=1, difference_percent=0, most_noises=0)))
    return case.application, case.found


def test_wilson_bounds_hold_the_rate():
    low, high = wilson(5, 100)

    assert 0 < low < 0.05 < high < 0.2
    assert wilson(0, 10)[0] == 0
    assert wilson(10, 10)[1] == pytest.approx(1)


@given(pair=students(), others=registries())
def test_rows_of_other_numbers_are_left_aside(pair, others):
    rows = [row for row in others.rows if row.id_number != pair.row.id_number]

    mixed = match(pair.application, Found((*rows, pair.row), WORLD, AS_OF))

    assert mixed == match(pair.application, Found((pair.row,), WORLD, AS_OF))


@given(form=applications(), name=person_names())
def test_nothing_personal_is_shown(form, name):
    row = RegistryRow("G1", name, "1", form.id_number)
    shown = repr((form, row, match(form, Found((row,), WORLD, AS_OF))))

    for value in (form.id_number, form.name, form.guardian_phone, row.name):
        text = value.reveal("test").strip()
        assert len(text) < 2 or text not in shown


@given(pair=students(with_code=False))
def test_the_index_of_the_rows_serves_where_none_is_given(pair):
    schools = SchoolIndex.of([pair.row])

    assert (
        match(pair.application, [pair.row]).outcome
        is match(pair.application, Found((pair.row,), schools, AS_OF)).outcome
    )


def test_the_world_has_the_schools_it_says():
    assert {code for codes in WORLD.names.values() for code in codes} == {code for code, _ in SCHOOLS}


@pytest.mark.parametrize("seed", [21, 22])
def test_a_difference_behind_noise_is_never_approved(seed):
    """Noise in the other fields hides nothing; some forms have it, and every stratum occurs."""
    made = list(differing_cases(seed=seed, size=6_000))
    report = score(made)

    assert report.false_approvals == 0
    assert {stratum.name for stratum in report.strata} == set(DIFFERENCES)
    assert sum(bool(match(case.application, case.found).notes) for case in made) > len(made) // 4


@given(case=different_cases(), rng=st.randoms(use_true_random=False))
def test_noise_beside_a_difference_leaves_the_difference_as_it_was(case, rng):
    pair = invented_student(rng)
    differing = evolve(pair.application, class_name=case.application.class_name, name=case.application.name)
    noisy = NOISE["blanks_around"](rng, pair).application
    written = _beside(pair.application, differing, noisy)

    for field in attrs.fields_dict(Application):
        mine = getattr(differing, field)
        changed = mine != getattr(pair.application, field)
        assert getattr(written, field) == (mine if changed else getattr(noisy, field))
