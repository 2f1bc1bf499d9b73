"""
One application after the other: `match` beside what python-stdnum takes to look at the number alone.

Numbers of real counties whose holders would be born in 2157 and later, so that nobody has them. In the mix three
of a hundred forms differ from the registry in the class, the grade or the name.

    python bench/bench_match.py
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence

from attrs import evolve
from stdnum.cn import ric

from eduid_core.matching import Application, Found, Outcome, RegistryRow, SchoolIndex, match
from eduid_core.validation.divisions.lookup import table
from eduid_core.validation.documents.check_digits import check_character
from eduid_core.validation.schooling.patterns import numeral
from stopwatch import best_of, row

AS_OF = dt.date(2170, 11, 2)
COUNT = 4_000
DIFFERENCES = ({"class_name": "39班"}, {"grade": "九年级"}, {"name": "王小锟"})

Case = tuple[Application, Found]


def pairs(count: int = COUNT, seed: int = 5) -> list[Case]:
    """Return *count* forms that agree with the row found."""
    source, codes = random.Random(seed), sorted(c for c, (a, b) in table().plain.items() if b > 9000)
    made = []
    for n in range(count):
        grade, school = source.randrange(1, 7), source.randrange(2_000)
        born = f"{AS_OF.year - 6 - grade}{source.randrange(1, 9):02}{source.randrange(1, 29):02}"
        body = f"{source.choice(codes)}{born}{source.randrange(1, 1_000):03}"
        number, year = body + check_character(body), str(AS_OF.year + 1 - grade)
        place = f"海英第{school}小学", f"{numeral(grade)}年级", f"{source.randrange(1, 21)}班"
        form = Application(f"A{n}", "王小明", number, *place, year, id_type="1", guardian_phone="15412345678")
        held = RegistryRow(
            "G" + number, "王小明", "1", number, f"21320{school:05}", *place, f"{year}09", "在读"
        )
        made.append((form, held))
    schools = SchoolIndex.of(held for _, held in made)
    return [(form, Found((held,), schools, AS_OF)) for form, held in made]


def mixed(cases: Sequence[Case]) -> list[Case]:
    """Return *cases*, three of a hundred with a difference."""
    return [
        (evolve(form, **DIFFERENCES[n % 100]) if n % 100 < len(DIFFERENCES) else form, found)
        for n, (form, found) in enumerate(cases)
    ]


def matching(cases: Sequence[Case]) -> Callable[[], int]:
    def way() -> int:
        for form, found in cases:
            match(form, found)
        return len(cases)

    return way


def validating(numbers: Sequence[str]) -> int:
    for number in numbers:
        try:
            ric.validate(number)
        except KeyError:  # a county that its table lacks
            continue
    return len(numbers)


def rows() -> list[dict[str, object]]:
    """Return microseconds for one application beside those for one number."""
    plain = pairs()
    mix = mixed(plain)
    assert {match(*case).outcome for case in plain} == {Outcome.APPROVED}
    assert sum(match(*case).outcome is Outcome.REVIEW for case in mix) == COUNT * 3 // 100
    numbers = [form.id_number.reveal("bench") for form, _ in plain]
    one, some, peer = best_of(matching(plain), matching(mix), lambda: validating(numbers))
    return [
        row("match, plainly written, python-stdnum's validate", one, peer),
        row("match, 3 in 100 differ, python-stdnum's validate", some, peer),
    ]


if __name__ == "__main__":
    for each in rows():
        print(
            f"{each['name']:<62} {each['ours']:>8.2f} {each['peer']:>8.2f} {each['unit']} x{each['ratio']:.2f}"
        )
