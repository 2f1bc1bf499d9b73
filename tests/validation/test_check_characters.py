"""The check character: exhaustive where the rule is small, by oracle where it is large."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from eduid_core.validation import is_resident_id
from eduid_core.validation.documents.check_digits import (
    check_character,
    check_fits,
    hk_fits,
    mrz_digit,
    organisation_fits,
    tw_fits,
)

DIGITS = "0123456789"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
BODIES = ["00000000000000000", "32009820150315001", "99999999999999999", "12345678901234567"]


@pytest.mark.parametrize("body", BODIES)
def test_every_substitution_at_every_place_is_noticed(body):
    """18 places, every other character: none passes (exhaustive)."""
    number = body + check_character(body)
    for at in range(18):
        for other in DIGITS + ("X" if at == 17 else ""):
            if other != number[at]:
                assert not check_fits(number[:at] + other + number[at + 1 :])


def test_every_pair_of_digits_at_every_pair_of_neighbours_is_noticed_when_swapped():
    """17 pairs of places, 90 pairs of unequal digits: none passes when swapped (exhaustive)."""
    for at in range(16):
        for a in DIGITS:
            for b in DIGITS:
                body = BODIES[1][:at] + a + b + BODIES[1][at + 2 :]
                swapped = body[:at] + b + a + body[at + 2 :]
                assert (a == b) == check_fits(swapped + check_character(body))
    for body in (f"{BODIES[1][:14]}{n:03}" for n in range(1000)):
        check = check_character(body)
        if check not in (body[16], "X"):
            assert not check_fits(body[:16] + check + body[16])


def test_the_effect_of_a_digit_does_not_depend_on_the_others():
    """The sum is linear, so the exhaustive tests above hold for every body, not for these four only."""
    for at in range(17):
        for digit in range(10):
            effects = {
                (
                    int(_value(check_character(b[:at] + str(digit) + b[at + 1 :])))
                    - _value(check_character(b[:at] + "0" + b[at + 1 :]))
                )
                % 11
                for b in BODIES
            }
            assert effects == {-digit * WEIGHTS[at] % 11}


def _value(character: str) -> int:
    return "0123456789X".index(character)


@given(st.text(DIGITS, min_size=17, max_size=17))
def test_the_weights_of_the_standard_give_the_same_character(body):
    """GB 11643-1999: the weighted sum modulo 11, looked up in 10X98765432."""
    total = sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True))

    assert check_character(body) == "10X98765432"[total % 11]
    assert check_fits(body + check_character(body))


@pytest.mark.parametrize("count", [10_000, pytest.param(1_000_000, marks=pytest.mark.full)])
def test_python_stdnum_gives_the_same_character(count):
    source = random.Random(11)
    for _ in range(count):
        body = f"{source.randrange(10**17):017}"
        assert check_character(body) == mod_11_2.calc_check_digit(body)


@pytest.mark.parametrize(
    "body", ["", "1" * 16, "1" * 18, "１" * 17, "1_1" + "1" * 14, "+" + "1" * 16, "²" * 17, "x" * 17]
)
def test_only_seventeen_ascii_digits_have_a_check_character(body):
    with pytest.raises(ValueError, match="17 ASCII digits"):
        check_character(body)


@pytest.mark.parametrize(
    "text",
    [
        "３２009820150315001０",
        "3200982015031500١0",
        " 32009820150315001",
        "+3200982015031500100"[:18],
        "3200982015031_0010",
        "32009820150315001ⅹ",
    ],
)
def test_what_int_would_take_is_refused(text):
    """int() takes full-width digits, signs, blanks and underscores; a number does not."""
    assert not is_resident_id(text)


def test_the_mrz_digit_of_icaos_specimen():
    """ICAO 9303-3, appendix: 520727 has 3, AB2134<<< has 5."""
    assert mrz_digit("520727") == "3"
    assert mrz_digit("AB2134<<<") == "5"
    assert mrz_digit("D23145890734") == "9"


@pytest.mark.parametrize("number", ["G123456A", "A1234563", "AB9876543", "C6686689"])
def test_a_hong_kong_number_by_the_published_rule(number):
    """Immigration Department: letters from 10, a blank is 36, weights 9 to 2, modulo 11."""
    padded = number.rjust(9)
    values = [36 if c == " " else int(c, 36) for c in padded]

    assert hk_fits(number) == (
        sum(v * w for v, w in zip(values, (9, 8, 7, 6, 5, 4, 3, 2, 1), strict=True)) % 11 == 0
    )


def test_every_hong_kong_body_has_exactly_one_check():
    for letters in ("A", "Z", "AB", "QQ"):
        for body in (f"{letters}{n:06}" for n in range(0, 10**6, 4999)):
            assert sum(hk_fits(body + c) for c in "0123456789A") == 1


def test_a_blank_counts_58_as_well_as_36():
    """Both paddings are published; they are the same modulo 11."""
    assert (58 - 36) % 11 == 0


TW = dict(zip("ABCDEFGHJKLMNPQRSTUVXYWZIO", range(10, 36), strict=True))


@given(st.sampled_from(sorted(TW)), st.text(DIGITS, min_size=9, max_size=9))
def test_a_taiwan_number_by_the_published_rule(letter, digits):
    value = TW[letter]
    total = (
        value // 10
        + value % 10 * 9
        + sum(int(d) * w for d, w in zip(digits, (8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True))
    )

    assert tw_fits(letter + digits) == (total % 10 == 0)


def test_a_second_letter_counts_by_its_units():
    assert tw_fits("AC01234564") == tw_fits("A201234564")


@given(
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=16, max_size=16),
    st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"),
)
def test_an_organisation_code_as_python_stdnum_has_it(body, check):
    text = f"9{body}{check}"

    assert organisation_fits(text) == (uscc.calc_check_digit(text[:17]) == check)


@pytest.mark.parametrize("text", ["", "9" * 17, "81110000600037341L", "91110000600037341I"])
def test_what_is_no_organisation_code(text):
    assert not organisation_fits(text)
    assert organisation_fits("91110000600037341L")
