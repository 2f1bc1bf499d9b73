"""The features of a number are all that a rule may read: numbers with equal features have equal findings."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator

import pytest

from eduid_core.matching import Application, Policy
from eduid_core.matching.form_check import examine
from eduid_core.validation import Kind, inspect_number
from eduid_core.validation.divisions.lookup import DivisionAsked, DivisionStatus, Term, judge, table
from eduid_core.validation.documents import resident
from eduid_core.validation.documents.check_digits import check_character
from eduid_core.validation.documents.features import NumberFeatures, division_status, features_of
from eduid_core.validation.inspection import found

AS_OF = dt.date(2026, 11, 2)
TODAY = 20261102
Codes = tuple[tuple[str, ...], ...]


def numbers(count: int = 6_000) -> Iterator[str]:
    """Yield numbers of few divisions and births, so that many share their features; a third with a wrong check."""
    source = random.Random(3)
    listed = sorted(table().terms)
    divisions = ["320098", "320102", "320000", "810000", "990101", "830001", *source.sample(listed, 12)]
    births = ["20150315", "20150231", "20990101", "18700101", "20140901", "19950505", "00000101"]
    for _ in range(count):
        body = f"{source.choice(divisions)}{source.choice(births)}{source.randrange(1000):03}"
        check = check_character(body)
        yield body + (check if source.random() < 2 / 3 else source.choice("0123456789X"))


def codes_of(number: str) -> Codes:
    """Return every code that a rule says of *number*: by itself, of a student, strictly, and in a form."""
    form = examine(Application(id_number=number), as_of=AS_OF, policy=Policy())
    ways: tuple[dict[str, object], ...] = ({}, {"role": "student"}, {"strict": True})
    said = [inspect_number(number, kind=Kind.RESIDENT_ID, as_of=AS_OF, **way).codes for way in ways]  # type: ignore[arg-type]
    return (*said, form.conditions, form.remarks)


def contradictions() -> list[NumberFeatures]:
    """Return the features under which two numbers have different codes."""
    seen: dict[tuple[NumberFeatures, bool], Codes] = {}
    differing = []
    for number in numbers():
        key = features_of(number, today=TODAY), number[0] == "9"  # a 9 in front is another kind of document
        if seen.setdefault(key, codes_of(number)) != codes_of(number):
            differing.append(key[0])
    return differing


def test_equal_features_mean_equal_codes() -> None:
    assert contradictions() == []


def _reads_the_sequence(look: Callable[..., tuple[object, ...]]) -> Callable[..., tuple[object, ...]]:
    def worse(text: str, setting: object) -> tuple[object, ...]:
        odd = (found("CENTENARIAN_SEQUENCE", 14, 17),) if text[14:17] > "500" else ()
        return (*look(text, setting), *odd)

    return worse


def test_a_rule_that_reads_more_than_the_features_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A finding that depends on the sequence, put where a finding would naturally be put."""
    monkeypatch.setattr(resident, "look", _reads_the_sequence(resident.look))

    assert contradictions()


def test_masked_places_leave_features_unknown() -> None:
    assert features_of("320098\0\0\0\0\0\0\0\0001\0", today=TODAY) == (None, None, None)
    assert features_of("320098201503150\0\0\0", today=TODAY)[1:] == (11, None)


def test_a_feature_is_known_as_soon_as_its_own_places_are() -> None:
    """The division and the year are the first ten places, the birth the places 7 to 14."""
    assert features_of("32010220150315\0\0\0\0", today=TODAY) == (DivisionStatus.IN_FORCE_AT_BIRTH, 11, None)
    assert features_of("3201022015\0\0\0\0\0\0\0\0", today=TODAY) == (
        DivisionStatus.IN_FORCE_AT_BIRTH,
        None,
        None,
    )
    assert features_of("320102\x00015031500\0\0", today=TODAY) == (None, None, None)


class OneDivision:
    """A source that knows 320199 from 2010 on, and another history of 320102 than the table."""

    def history(self, asked: DivisionAsked, /) -> tuple[Term, ...]:
        return (Term(2010, 9999, "elsewhere"),) if asked.code in {"320199", "320102"} else ()


@pytest.mark.parametrize("tail", ["150013", "15\0\0\0\0"], ids=["whole", "masked"])
def test_a_source_of_divisions_goes_before_the_table(tail: str) -> None:
    source = OneDivision()
    for code, year, with_source, without in (
        ("320199", "2015", DivisionStatus.IN_FORCE_AT_BIRTH, DivisionStatus.UNKNOWN_IN_KNOWN_PROVINCE),
        ("320102", "1999", DivisionStatus.CREATED_AFTER_BIRTH, DivisionStatus.IN_FORCE_AT_BIRTH),
    ):
        number = f"{code}{year}03{tail}"
        assert features_of(number, today=TODAY, divisions=source).division is with_source
        assert features_of(number, today=TODAY).division is without


def test_the_short_way_to_a_division_says_what_the_history_says() -> None:
    for code in random.Random(5).sample(sorted(table().terms), 300):
        first, last = table().plain.get(code, (1990, 2020))
        for year in {1949, 2015, first, first - 1, last, last + 1}:
            assert division_status(code, year, None) is judge(code, year)
