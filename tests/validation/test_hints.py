"""Repair hints: places for the person, numbers for a reviewer, nothing for anybody else."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core.testing import strategies
from eduid_core.testing.fakes import FUTURE_AS_OF, damage, fake_resident_id
from eduid_core.validation import Sex, Slip, is_resident_id, suggest_repairs
from eduid_core.validation.repairs import _score

AS_OF = dt.date(2026, 9, 1)
VALID = "320098201503150010"


def places(text, **said):
    return [(h.slip, h.at) for h in suggest_repairs(text, as_of=AS_OF, **said).hints]


def apart(a: str, b: str) -> bool:
    """Return whether *a* and *b* differ by one substitution or one swap of neighbours."""
    different = [i for i in range(18) if a[i] != b[i]]
    if len(different) == 1:
        return True
    return (
        len(different) == 2
        and different[1] == different[0] + 1
        and (a[different[0]], a[different[1]]) == (b[different[1]], b[different[0]])
    )


@given(st.integers(0, 2**32), st.integers(0, 2**32), st.sampled_from(["substitution", "swap"]))
def test_the_true_number_is_always_among_the_candidates(seed, slip, how):
    """Exactly the valid numbers one slip away, none else, and the place of the slip is hinted at."""
    true = fake_resident_id(seed, division="320102")
    wrong = damage(true, slip, how)
    repairs = suggest_repairs(wrong, as_of=FUTURE_AS_OF, reviewer=True)
    numbers = [c.reveal("test") for c in repairs.candidates]

    assert true in numbers
    assert all(is_resident_id(n, as_of=FUTURE_AS_OF) and apart(n, wrong) for n in numbers)
    assert len(set(numbers)) == len(numbers) == repairs.count == sum(h.count for h in repairs.hints)
    different = [i for i in range(18) if true[i] != wrong[i]]
    assert any(h.at == (different[0], different[-1] + 1) for h in repairs.hints)


@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_what_the_form_says_moves_the_true_number_to_the_front(seed, slip):
    """With the date of birth and the province of the form, what contradicts both comes last."""
    true = fake_resident_id(seed, division="320102")
    birth = dt.date(int(true[6:10]), int(true[10:12]), int(true[12:14]))
    sex = Sex.MALE if int(true[16]) % 2 else Sex.FEMALE
    wrong = damage(true, slip, "substitution")
    said = {"birth_date": birth, "sex": sex, "province": true[:2]}
    numbers = [
        c.reveal("test") for c in suggest_repairs(wrong, as_of=FUTURE_AS_OF, reviewer=True, **said).candidates
    ]

    def agreeing(n):
        return 8 * (n[6:14] == true[6:14]) + 4 * (int(n[16]) % 2 == int(true[16]) % 2) + 4 * (n[:2] == true[:2])

    weights = [agreeing(n) for n in numbers]
    assert agreeing(true) == 16
    assert all(w == 16 for w in weights[: weights.count(16)])
    assert numbers.index(true) < weights.count(16) + 2


@given(strategies.objects(), st.booleans())
def test_an_applicant_never_sees_a_number(thing, reviewer):
    repairs = suggest_repairs(thing, as_of=AS_OF, reviewer=reviewer)

    assert reviewer or repairs.candidates == ()
    assert all(h.count >= 1 for h in repairs.hints)
    if isinstance(thing, str):
        assert all(0 <= h.at[0] < h.at[1] <= len(thing) for h in repairs.hints)


@pytest.mark.parametrize(
    "text",
    [
        VALID,
        "",
        None,
        5,
        "陈小雨",
        "J320098201503150011",
        "L320098201503150011",
        "15400001234",
        "1" * 65,
        "3200982015031500",
        "32009820150315001000",
    ],
)
def test_no_hints_where_nothing_is_wrong_or_it_is_no_resident_number(text):
    assert suggest_repairs(text, as_of=AS_OF, reviewer=True).hints == ()
    assert suggest_repairs(text, as_of=AS_OF, reviewer=True).count == 0


def test_a_swap_comes_first_then_neighbours_on_the_keypad_then_the_rest():
    hints = suggest_repairs("320098201503150019", as_of=AS_OF).hints

    assert hints[0].slip is Slip.SWAP
    slips = [h.slip for h in hints]
    assert slips == sorted(slips, key=lambda s: s is not Slip.SWAP)


@pytest.mark.parametrize(
    ("typed", "meant", "score"),
    [
        ("4", "1", 1),
        ("8", "0", 1),
        ("1", "7", 1),
        ("6", "0", 1),
        ("3", "8", 1),
        ("5", "6", 1),
        ("2", "3", 1),
        ("9", "6", 1),
        ("1", "9", 2),
        ("3", "7", 2),
        ("2", "0", 2),
        ("0", "X", 2),
    ],
)
def test_likely_substitutions(typed, meant, score):
    assert _score(typed, meant) == _score(meant, typed) == score


def test_a_letter_is_pointed_at_and_not_replaced():
    assert places("32009820150315OO10") == [(Slip.LETTER, (14, 15)), (Slip.LETTER, (15, 16))]
    assert places(" 3200982015031500l0") == [(Slip.LETTER, (17, 18))]
    assert suggest_repairs("32009820150315OO10", as_of=AS_OF).count == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("32009820150315001", [(Slip.MISSING, (14, 17))]),
        ("3200982015031500100", [(Slip.EXTRA, (14, 19))]),
        ("32009201503150010", [(Slip.MISSING, (0, 5))]),
        ("3200098201503150010", [(Slip.EXTRA, (0, 7))]),
        ("3200982015031500O", [(Slip.MISSING, (14, 17))]),
        ("32009820150315O01", []),
        ("3200982015315001X", []),
        ("32009811111111111", []),
    ],
)
def test_a_missing_or_extra_digit_is_placed_where_the_birth_settles_it(text, expected):
    assert places(text) == expected


def test_places_are_those_of_what_was_typed():
    clean = places("320098201503105010")
    spaced = places(" 320098-201503105010")

    def moved(at):
        return at[0] + 2, at[1] + 2  # a blank at the head and a hyphen after the division

    assert [slip for slip, _ in spaced] == [slip for slip, _ in clean]
    assert [at for slip, at in spaced if at[0] > 8] == [moved(at) for slip, at in clean if at[0] > 6]


def test_a_pupils_number_has_candidates_of_a_pupils_age_only():
    wrong = "320098201503150019"
    anybody = suggest_repairs(wrong, as_of=AS_OF, reviewer=True)
    student = suggest_repairs(wrong, as_of=AS_OF, role="student", reviewer=True)

    assert set(student.candidates) < set(anybody.candidates) or student.count == anybody.count
    assert all(2003 <= int(c.reveal("test")[6:10]) <= 2021 for c in student.candidates)


def test_candidates_raise_no_doubt_the_typed_number_did_not():
    """A slip is mended into numbers as good as the typed one: the synthetic one stays in the synthetic space."""
    for candidate in suggest_repairs("320098201503150019", as_of=AS_OF, reviewer=True).candidates:
        code = candidate.reveal("test")[:6]
        assert code[2:4] == "00" or code[4:6] != "00"


def test_an_x_that_changed_places_with_its_neighbour_is_a_swap():
    true = next(n for n in map(fake_resident_id, range(99)) if n.endswith("X"))
    repairs = suggest_repairs(f"{true[:16]}X{true[16]}", as_of=AS_OF, reviewer=True)

    assert [(h.slip, h.at) for h in repairs.hints] == [(Slip.SWAP, (16, 18))]
    assert [c.reveal("test") for c in repairs.candidates] == [true]
