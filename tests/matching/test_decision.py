"""The decision is total and monotone over all codes, notes and policies: by enumeration, not by example."""

from __future__ import annotations

import itertools
import operator

import pytest

from eduid_core.matching import (
    KEY_FIELDS,
    Compared,
    FieldCode,
    Outcome,
    Policy,
    decide_conditions,
    decide_fields,
)
from eduid_core.matching.decide import hits
from eduid_core.matching.decision_table import APPROVING, FIELD_RULES, FIELD_TIERS, LATTICE, RULE_SET, RuleSet

FLAGS = ("allow_safe_ts", "allow_grade_not_rolled", "allow_class_missing")
POLICIES = [
    Policy(**dict(zip(FLAGS, switches, strict=True))) for switches in itertools.product((False, True), repeat=3)
]
NOTED = {"name": "TS_SAFE", "grade": "GRADE_NOT_ROLLED", "entry_year": "ENTRY_YEAR_OTHER_STAGE"}


def letters(field: str) -> list[Compared]:
    """Return everything that a comparator of *field* can answer, as far as the decision can tell."""
    plain = [Compared(code) for code in FieldCode]
    return [*plain, Compared(FieldCode.VARIANT, NOTED[field])] if field in NOTED else plain


def rank(decision) -> int:
    """Return how bad a decision is: approved, review by tier, returned."""
    if decision.outcome is Outcome.REVIEW:
        return 1 + decision.tier
    return 0 if decision.outcome is Outcome.APPROVED else 100


def worse(field: str) -> list[tuple[Compared, Compared]]:
    """Return the pairs (better, worse) of neighbours in the order of codes."""
    chain = [FieldCode.EQUAL, FieldCode.EQUAL_NORMALISED, FieldCode.VARIANT, FieldCode.HOMOPHONE]
    chain += [FieldCode.SIMILAR, FieldCode.DIFFERENT]
    beside = [FieldCode.MISSING_APP, FieldCode.MISSING_REG, FieldCode.UNRESOLVABLE]
    pairs = [(Compared(a), Compared(b)) for a, b in itertools.pairwise(chain)]
    pairs += [(Compared(FieldCode.VARIANT), Compared(code)) for code in beside]
    if field in NOTED:
        noted = Compared(FieldCode.VARIANT, NOTED[field])
        pairs += [(Compared(FieldCode.EQUAL_NORMALISED), noted), (noted, Compared(FieldCode.VARIANT))]
    return pairs


def exempt(policy: Policy, field: str, better: Compared, other: Compared) -> bool:
    """A source that has no class column cannot hold a class that differs: its blank is no worse code."""
    return (
        policy.allow_class_missing
        and field == "class"
        and other.code is FieldCode.MISSING_REG
        and better.code is FieldCode.VARIANT
    )


def enumerated(policy: Policy) -> bytearray:
    """Return the rank of every combination, the last field running fastest."""
    return bytearray(
        rank(decide_fields(combination, policy)) for combination in itertools.product(*map(letters, KEY_FIELDS))
    )


def assert_monotone(policy: Policy, table: bytearray) -> None:
    """Raise unless no worse code gives a better rank, for every field and every combination of the others."""
    sizes = [len(letters(field)) for field in KEY_FIELDS]
    for at, field in enumerate(KEY_FIELDS):
        inner = 1
        for size in sizes[at + 1 :]:
            inner *= size
        block = inner * sizes[at]
        places = {letter: i for i, letter in enumerate(letters(field))}
        for better, other in worse(field):
            if exempt(policy, field, better, other):
                continue
            one, two = places[better] * inner, places[other] * inner
            for start in range(0, len(table), block):
                low = table[start + one : start + one + inner]
                high = table[start + two : start + two + inner]
                assert all(map(operator.le, low, high)), (policy.flags, field, better, other)


@pytest.mark.parametrize(
    "policy", [Policy(), Policy(**dict.fromkeys(FLAGS, True))], ids=["no flag", "all flags"]
)
def test_every_combination_of_codes_and_notes_has_one_outcome_and_a_worse_code_never_a_better_one(policy):
    """729,000 combinations; the other six policies run in the long suite."""
    table = enumerated(policy)

    assert len(table) == 9**3 * 10**3
    assert_monotone(policy, table)


@pytest.mark.full
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: "+".join(sorted(policy.flags)) or "no flag")
def test_every_combination_under_every_policy(policy):
    """The same for all eight settings of the flags."""
    assert_monotone(policy, enumerated(policy))


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: "+".join(sorted(policy.flags)) or "no flag")
def test_exactly_the_approving_set_is_approved(policy):
    """Approved if and only if each field stands in the approving set: brute force over small alphabets."""
    approving = {
        (row.field, row.code, row.note) for row in APPROVING if not row.flag or row.flag in policy.flags
    }
    small = [FieldCode.EQUAL, FieldCode.VARIANT, FieldCode.MISSING_REG]
    for combination in itertools.product(
        *([Compared(c) for c in small] + [x for x in letters(f) if x.note] for f in KEY_FIELDS)
    ):
        agrees = all((f, c.code, c.note) in approving for f, c in zip(KEY_FIELDS, combination, strict=True))
        assert (decide_fields(combination, policy).outcome is Outcome.APPROVED) is agrees


def test_a_blank_of_the_form_is_returned_whatever_else_differs():
    for combination in itertools.product(
        (FieldCode.EQUAL, FieldCode.DIFFERENT, FieldCode.MISSING_APP), repeat=6
    ):
        decided = decide_fields(combination, Policy())
        assert (decided.outcome is Outcome.RETURNED) is (FieldCode.MISSING_APP in combination)


@pytest.mark.parametrize(
    ("field", "code", "reason", "tier"),
    [
        ("name", FieldCode.DIFFERENT, "IDENTITY_DIFFERS", 5),
        ("name", FieldCode.SIMILAR, "IDENTITY_DIFFERS", 3),
        ("name", FieldCode.HOMOPHONE, "IDENTITY_DIFFERS", 3),
        ("name", FieldCode.VARIANT, "IDENTITY_DIFFERS", 2),
        ("name", FieldCode.UNRESOLVABLE, "IDENTITY_DIFFERS", 2),
        ("id", FieldCode.DIFFERENT, "IDENTITY_DIFFERS", 5),
        ("school", FieldCode.DIFFERENT, "VISITING_STUDENT", 2),
        ("grade", FieldCode.DIFFERENT, "PLACEMENT_DIFFERS", 1),
        ("class", FieldCode.DIFFERENT, "PLACEMENT_DIFFERS", 1),
        ("entry_year", FieldCode.DIFFERENT, "PLACEMENT_DIFFERS", 1),
    ],
)
def test_one_differing_field_names_its_reason_and_tier(field, code, reason, tier):
    codes = [code if key == field else FieldCode.EQUAL for key in KEY_FIELDS]

    decided = decide_fields(codes, Policy())

    assert (decided.reason, decided.tier) == (reason, tier)


def test_a_misheard_name_beside_another_difference_weighs_more():
    codes = [
        FieldCode.EQUAL,
        FieldCode.HOMOPHONE,
        FieldCode.EQUAL,
        FieldCode.EQUAL,
        FieldCode.DIFFERENT,
        FieldCode.EQUAL,
    ]

    assert decide_fields(codes, Policy()).tier == 4


def test_returned_stands_before_any_review_in_the_lattice():
    outcomes = [rule.outcome for rule in LATTICE]

    assert Outcome.APPROVED not in outcomes
    assert outcomes == sorted(outcomes, key=lambda outcome: outcome is not Outcome.RETURNED)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_first_condition_of_the_lattice_decides_and_adding_one_never_helps(size):
    """Every set of up to three conditions: the outcome is that of the first, and never better than of fewer."""
    reasons = [rule.reason for rule in LATTICE]
    for chosen in itertools.combinations(reasons, size):
        decided = decide_conditions(reversed(chosen))
        assert decided.reason == chosen[0]
        assert all(rank(decide_conditions([one])) <= rank(decided) or rank(decided) == 100 for one in chosen)
        assert [rule.reason for rule in hits(chosen)] == list(chosen)


def test_no_condition_decides_nothing():
    assert decide_conditions([]) is None


def test_every_key_field_stands_in_one_field_rule_and_every_code_has_a_tier():
    ruled = [field for rule in FIELD_RULES for field in rule.fields]

    assert sorted(ruled) == sorted(KEY_FIELDS)
    for field in KEY_FIELDS:
        assert set(FIELD_TIERS[field]) == set(FieldCode) - {FieldCode.EQUAL, FieldCode.EQUAL_NORMALISED}
        assert all(1 <= tier <= 5 for tier in FIELD_TIERS[field].values())


def test_another_row_is_another_digest():
    assert RULE_SET.digest == RuleSet("1").digest
    assert RuleSet("1", lattice=LATTICE[:-1]).digest != RULE_SET.digest
