"""
Validation beside its peers: one thread, one process, the same inputs, the best of several rounds.

The inputs are 20,000 numbers of real counties whose holders would be born in 2150 and later, so that nobody
has them; in the mix half are valid and the rest have a wrong digit, two swapped, a missing one or month 13.

    python bench/bench_validation.py
"""

from __future__ import annotations

import datetime as dt
import functools
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
import phonenumbers
from id_validator import validator as idv
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from eduid_bulk import validate_resident_ids
from eduid_core.testing.fakes import damage
from eduid_core.validation import Kind, inspect_number, inspect_phone, is_resident_id
from eduid_core.validation.divisions.lookup import table
from eduid_core.validation.documents.check_digits import check_character

AS_OF = dt.date(2170, 9, 1)
COUNT = 20_000
ROUNDS = 5

Row = dict[str, str | float]


def numbers(count: int = COUNT, seed: int = 5) -> list[str]:
    source, codes = random.Random(seed), sorted(c for c, (a, b) in table().plain.items() if b > 9000)
    made = []
    for _ in range(count):
        body = f"{source.choice(codes)}{source.randrange(2150, 2166)}{source.randrange(1, 13):02}{source.randrange(1, 29):02}{source.randrange(1000):03}"
        made.append(body + check_character(body))
    return made


def mixed(valid: Sequence[str]) -> list[str]:
    hows = ("substitution", "swap", "truncation", "month")
    return [n if i % 2 else damage(n, i, hows[i // 2 % 4]) for i, n in enumerate(valid)]


def per_item(call: Callable[[str], object], items: Sequence[str], rounds: int = ROUNDS) -> float:
    """Return nanoseconds per item, the best of *rounds*."""

    def whole() -> None:
        for item in items:
            call(item)

    return timed(whole, rounds) / len(items)


def timed(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return nanoseconds of one call, the best of *rounds*."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter_ns()
        call()
        best = min(best, time.perf_counter_ns() - start)
    return best


def stdnum_is_valid(number: str) -> bool:
    try:
        return ric.is_valid(number)
    except KeyError:
        return False


def stdnum_validate(number: str) -> str | None:
    try:
        return ric.validate(number)
    except (ValidationError, KeyError):
        return None


CODES = frozenset(c for c in table().terms if c[4:] != "00")
DATES = frozenset(f"{dt.date(1900, 1, 1) + dt.timedelta(i):%Y%m%d}" for i in range(366 * 300))
DIGITS = "0123456789X"


def by_hand(number: str) -> bool:
    """The least Python that can be written: two sets and one sum."""
    if len(number) != 18 or not number.isascii():
        return False
    body = number[:17]
    return (
        body.isdigit()
        and number[:6] in CODES
        and number[6:14] in DATES
        and DIGITS[(1 - 2 * int(body, 13)) % 11] == number[17]
    )


@functools.cache
def _bits() -> tuple[np.ndarray, np.ndarray]:
    counties, days = np.zeros(1_000_000, dtype=bool), np.zeros(100_000_000 // 8, dtype=np.uint8)
    counties[[int(c) for c in CODES]] = True
    for date in DATES:
        days[int(date) >> 3] |= 1 << (int(date) & 7)
    return counties, days


WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), dtype=np.uint16)


def by_hand_numpy(column: list[str]) -> np.ndarray:
    """The least NumPy that can be written: lengths, one block, digits, county set, date set, sum."""
    counties, days = _bits()
    right = np.fromiter(map(len, column), dtype=np.intp, count=len(column)) == 18
    block = "".join(t for t in column if len(t) == 18).encode()
    places = np.ascontiguousarray(np.frombuffer(block, dtype=np.uint8).reshape(-1, 18).T) - np.uint8(48)
    digits, last = places[:17], places[17]
    county, date = np.zeros(len(last), dtype=np.int32), np.zeros(len(last), dtype=np.int32)
    for place in digits[:6]:
        county = county * 10 + place
    for place in digits[6:14]:
        date = date * 10 + place
    total = np.zeros(len(last), dtype=np.uint16)
    for place, weight in zip(digits, WEIGHTS, strict=True):
        total += place * weight
    check = np.array([1, 0, 40, 9, 8, 7, 6, 5, 4, 3, 2], dtype=np.uint8)[total % 11]
    good = (digits <= 9).all(axis=0) & (check == last)
    county[~good], date[~good] = 0, 0
    good &= counties[county] & ((days[date >> 3] >> (date & 7).astype(np.uint8)) & 1).astype(bool)
    answer = np.zeros(len(column), dtype=bool)
    answer[right] = good
    return answer


def phone_of_peer(text: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(text, "CN"))


def row(name: str, ours: float, peer: float, unit: str = "ns") -> Row:
    return {
        "name": name,
        "ours": round(ours, 1),
        "peer": round(peer, 1),
        "ratio": round(peer / ours, 2),
        "unit": unit,
    }


def scalar_rows(valid: list[str], mix: list[str]) -> list[Row]:
    ours, few = per_item(is_resident_id, mix), mix[:2_000]
    inspect, declared = (
        functools.partial(inspect_number, as_of=AS_OF),
        functools.partial(inspect_number, kind=Kind.RESIDENT_ID, as_of=AS_OF),
    )
    slow = [m for m in mix[:60] if m[:17].isdigit()]
    std_valid, std_mix = per_item(stdnum_validate, valid[:2_000], 3), per_item(stdnum_validate, few, 3)
    return [
        row("is_resident_id, mix, python-stdnum", ours, per_item(stdnum_is_valid, few, 3)),
        row("is_resident_id, mix, id-validator", ours, per_item(idv.is_valid, slow, 1)),
        row("is_resident_id, mix, by hand", ours, per_item(by_hand, mix)),
        row("is_resident_id, valid, by hand", per_item(is_resident_id, valid), per_item(by_hand, valid)),
        row("inspect_number, valid, python-stdnum", per_item(inspect, valid), std_valid),
        row("inspect_number, mix, python-stdnum", per_item(inspect, mix), std_mix),
        row("inspect_number of a declared kind, valid, python-stdnum", per_item(declared, valid), std_valid),
        row("inspect_number of a declared kind, mix, python-stdnum", per_item(declared, mix), std_mix),
    ]


def phone_rows() -> list[Row]:
    source = random.Random(6)
    phones = [
        f"{source.choice(('138', '159', '186', '199'))}0000{source.randrange(10**4):04}" for _ in range(2_000)
    ]
    return [
        row(
            "inspect_phone, plain mobiles, phonenumbers",
            per_item(inspect_phone, phones),
            per_item(phone_of_peer, phones, 3),
        )
    ]


def batch_rows(mix: list[str]) -> list[Row]:
    column = mix * 10
    assert (by_hand_numpy(mix) == validate_resident_ids(mix).valid).all()
    ours = timed(lambda: validate_resident_ids(column, as_of=AS_OF)) / len(column)
    return [
        row(
            "validate_resident_ids, list of str, mix, python-stdnum",
            ours,
            per_item(stdnum_is_valid, mix[:2_000], 3),
        ),
        row(
            "validate_resident_ids, list of str, mix, NumPy by hand",
            ours,
            timed(lambda: by_hand_numpy(column)) / len(column),
        ),
    ]


def import_rows() -> list[Row]:
    def ms(module: str) -> float:
        script = (
            f"import time; t = time.perf_counter(); import {module}; print((time.perf_counter() - t) * 1000)"
        )
        return min(
            float(
                subprocess.run(  # noqa: S603 - our own interpreter and modules
                    [sys.executable, "-c", script], capture_output=True, text=True, check=True
                ).stdout
            )
            for _ in range(5)
        )

    first = timed(_read_table, 3) / 1e6
    return [
        row(
            "import eduid_core.validation, phonenumbers", ms("eduid_core.validation"), ms("phonenumbers"), "ms"
        ),
        {"name": "first look at a division", "ours": round(first, 1), "peer": 0.0, "ratio": 0.0, "unit": "ms"},
    ]


def _read_table() -> None:
    table.cache_clear()
    table()


def rows() -> list[Row]:
    """Return every measure of this room beside its peers: ratio is peer over ours."""
    valid = numbers()
    mix = mixed(valid)
    inspect_number(valid[0], as_of=AS_OF)
    ric.is_valid(valid[0])
    return [*scalar_rows(valid, mix), *phone_rows(), *batch_rows(mix), *import_rows()]


if __name__ == "__main__":
    for each in rows():
        print(f"{each['name']:<62} {each['ours']:>10} {each['peer']:>14} {each['unit']:<3} x{each['ratio']}")
