"""
Synthetic numbers of every kind, the same for the same seed; none can belong to a living person.

`is_fake` recognises each of them; `eduid_core.validation.synthetic` explains the ranges. Use them in demos,
examples and tests instead of numbers constructed from real divisions, which may belong to a person.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from re import _parser  # type: ignore[attr-defined]  # the parse of a pattern has no public door
from typing import Any, Final

from eduid_core.validation import Kind, Sex, inspect_number
from eduid_core.validation.divisions.lookup import PROVINCES
from eduid_core.validation.documents.check_digits import check_character, mrz_digit
from eduid_core.validation.synthetic import SPACES, is_fake

__all__ = [
    "FAKES",
    "FUTURE_AS_OF",
    "damage",
    "fake",
    "fake_foreign_permanent_resident",
    "fake_foreign_permanent_resident_15",
    "fake_mobile",
    "fake_residence_permit",
    "fake_resident_id",
    "fake_resident_id_15",
    "fake_school_code",
    "fake_student_number",
    "is_fake",
]

FUTURE_AS_OF: Final = dt.date(2170, 9, 1)
"""A day on which students born in 2150 and later are of school age: for tests without any finding."""

_PROVINCES: Final = tuple(sorted(PROVINCES - {"46", "71", "81", "82", "83"}))
_STUDENTS: Final = (dt.date(2008, 1, 1), dt.date(2019, 12, 31))
_UNBORN: Final = (dt.date(2150, 1, 1), dt.date(2164, 12, 31))
_GROWN: Final = (dt.date(1950, 1, 1), dt.date(1989, 12, 31))


def _source(kind: Kind, seed: int) -> random.Random:
    return random.Random(f"{kind.value}:{seed}")


def _birth(source: random.Random, between: tuple[dt.date, dt.date]) -> dt.date:
    return between[0] + dt.timedelta(source.randrange((between[1] - between[0]).days + 1))


def _sequence(source: random.Random, sex: Sex | None) -> str:
    last = "0123456789" if sex is None else "13579" if sex is Sex.MALE else "02468"
    return f"{source.randrange(100):02}{source.choice(last)}"


def _checked(body: str) -> str:
    return body + check_character(body)


def _division(source: random.Random, province: str | None) -> str:
    """Return a code `PP00NN`, which no official list has ever contained."""
    return f"{province or source.choice(_PROVINCES)}00{source.randrange(1, 100):02}"


def fake_resident_id(
    seed: int,
    *,
    province: str | None = "32",
    birth: dt.date | None = None,
    sex: Sex | None = None,
    division: str | None = None,
) -> str:
    """
    Return a resident ID under `PP00NN`, or, with a real *division*, of a person born in 2150 or later.

    >>> fake_resident_id(1) == fake_resident_id(1), is_fake(fake_resident_id(1))
    (True, True)
    """
    source = _source(Kind.RESIDENT_ID, seed)
    code = division or _division(source, province)
    born = birth or _birth(source, _UNBORN if division else _STUDENTS)
    return _checked(f"{code}{born:%Y%m%d}{_sequence(source, sex)}")


def fake_resident_id_15(seed: int, *, province: str | None = "32", sex: Sex | None = None) -> str:
    """Return an old 15-digit number of an adult, under `PP00NN`."""
    source = _source(Kind.RESIDENT_ID_15, seed)
    return f"{_division(source, province)}{_birth(source, _GROWN):%y%m%d}{_sequence(source, sex)}"


def fake_residence_permit(seed: int, *, origin: str = "830000", sex: Sex | None = None) -> str:
    """Return a residence permit of somebody born in 2150 or later."""
    source = _source(Kind.RESIDENCE_PERMIT, seed)
    return _checked(f"{origin}{_birth(source, _UNBORN):%Y%m%d}{_sequence(source, sex)}")


def fake_foreign_permanent_resident(seed: int, *, birth: dt.date | None = None, sex: Sex | None = None) -> str:
    """Return an 18-character card of a user-assigned nationality (ISO 3166-1 numeric 900 to 998)."""
    source = _source(Kind.FOREIGN_PERMANENT_RESIDENT, seed)
    head = f"9{source.choice(_PROVINCES)}{source.randrange(900, 999)}"
    return _checked(f"{head}{birth or _birth(source, _STUDENTS):%Y%m%d}{_sequence(source, sex)}")


def fake_foreign_permanent_resident_15(seed: int) -> str:
    """Return an old 15-character card of a user-assigned nationality (alpha-3 QMA to QZZ), of Nanjing."""
    source = _source(Kind.FOREIGN_PERMANENT_RESIDENT_15, seed)
    nationality = f"Q{source.choice('MNOPQRSTUVWXYZ')}{source.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"
    body = f"{nationality}3201{_birth(source, _STUDENTS):%y%m%d}{source.randrange(10)}"
    return body + mrz_digit(body)


def fake_student_number(seed: int, *, letter: str = "G", province: str | None = "32") -> str:
    """Return a student registry number: G with a fake ID, J, or L with four random digits."""
    source = _source(Kind.STUDENT_NUMBER, seed)
    if letter == "G":
        return f"G{fake_resident_id(seed, province=province)}"
    body = f"{_division(source, province)}{_birth(source, _STUDENTS):%Y%m%d}{source.randrange(1000):03}"
    return letter + (_checked(body) if letter == "J" else f"{body}{source.randrange(10)}")


def fake_school_code(seed: int, *, category: str = "21") -> str:
    """Return a school code of province 19, which does not exist: invalid, and meant to be."""
    return f"{category}19{_source(Kind.SCHOOL_CODE, seed).randrange(10**6):06}"


def fake_mobile(seed: int) -> str:
    """
    Return a mobile number under 154, which is not assigned: it carries a doubt, and gateways refuse it.

    >>> fake_mobile(7).startswith("154")
    True
    """
    return f"154{_source(Kind.MOBILE, seed).randrange(10**8):08}"


def _mrz(seed: int) -> str:
    """Return both lines of a passport of Utopia, the country in ICAO's specimens."""
    source = _source(Kind.PASSPORT_MRZ_TD3, seed)
    number = f"ZZ99999{source.randrange(100):02}"
    birth, expiry = f"{_birth(source, _STUDENTS):%y%m%d}", "991231"
    personal = "<" * 14
    line = f"{number}{mrz_digit(number)}UTO{birth}{mrz_digit(birth)}{source.choice('MF')}"
    line += f"{expiry}{mrz_digit(expiry)}{personal}<"
    return "P<UTOSPECIMEN<<TEST".ljust(44, "<") + line + mrz_digit(line[:10] + line[13:20] + line[21:43])


def _sampled(kind: Kind) -> Callable[[int], str]:
    """Return the maker of a kind without an own one: numbers drawn from its synthetic range, check included."""
    pattern = _parser.parse(SPACES[kind])

    def make(seed: int) -> str:
        source = _source(kind, seed)
        drawn = ("".join(_drawn(pattern, source)) for _ in range(_TRIES))
        return next(n for n in drawn if is_fake(n) and _check_fits(n, kind))

    return make


def _check_fits(number: str, kind: Kind) -> bool:
    return "CHECKSUM" not in inspect_number(number, kind=kind, as_of=FUTURE_AS_OF).codes


_TRIES: Final = 10_000
"""A number with a check character is valid in one of some ten draws."""


def _drawn(pattern: Iterable[tuple[Any, Any]], source: random.Random) -> Iterator[str]:
    """Yield the characters of a text that fits the parsed *pattern*, but for its look-aheads."""
    for operation, argument in pattern:
        match str(operation):
            case "LITERAL":
                yield chr(argument)
            case "IN":
                yield chr(source.choice([code for part in argument for code in _codes(*part)]))
            case "MAX_REPEAT":
                least, most, body = argument
                for _ in range(source.randint(least, most)):
                    yield from _drawn(body, source)
            case "BRANCH":
                yield from _drawn(source.choice(argument[1]), source)
            case "SUBPATTERN":
                yield from _drawn(argument[-1], source)


def _codes(operation: Any, argument: Any) -> Iterable[int]:
    return range(argument[0], argument[1] + 1) if str(operation) == "RANGE" else (argument,)


_OWN: Final[Mapping[Kind, Callable[[int], str]]] = {
    Kind.RESIDENT_ID: fake_resident_id,
    Kind.RESIDENT_ID_15: fake_resident_id_15,
    Kind.RESIDENCE_PERMIT: fake_residence_permit,
    Kind.FOREIGN_PERMANENT_RESIDENT: fake_foreign_permanent_resident,
    Kind.FOREIGN_PERMANENT_RESIDENT_15: fake_foreign_permanent_resident_15,
    Kind.PASSPORT_MRZ_TD3: _mrz,
    Kind.STUDENT_NUMBER: fake_student_number,
    Kind.SCHOOL_CODE: fake_school_code,
    Kind.MOBILE: fake_mobile,
}
"""The kinds whose fakes take more than a seed, or are made of parts that agree."""

FAKES: Final[Mapping[Kind, Callable[[int], str]]] = {kind: _OWN.get(kind) or _sampled(kind) for kind in Kind}
"""Kind -> a function that makes a synthetic number from a seed."""


def fake(kind: Kind, seed: int) -> str:
    """
    Return a synthetic number of *kind*.

    >>> all(is_fake(fake(kind, 3)) for kind in Kind)
    True
    """
    return FAKES[kind](seed)


def _substituted(number: str, source: random.Random) -> str:
    i = source.choice([i for i, c in enumerate(number) if c.isdigit()])
    return number[:i] + source.choice([d for d in "0123456789" if d != number[i]]) + number[i + 1 :]


def _swapped(number: str, source: random.Random) -> str:
    places = [i for i in range(len(number) - 1) if number[i] != number[i + 1]]
    i = source.choice(places)
    return number[:i] + number[i + 1] + number[i] + number[i + 2 :]


def _lettered(number: str, source: random.Random) -> str:
    i = source.choice([i for i, c in enumerate(number) if c.isdigit()])
    return number[:i] + source.choice("OIlBSZ") + number[i + 1 :]


def _shortened(number: str, source: random.Random) -> str:
    i = source.randrange(len(number))
    return number[:i] + number[i + 1 :]


_DAMAGES: Final[Mapping[str, Callable[[str, random.Random], str]]] = {
    "substitution": _substituted,
    "swap": _swapped,
    "letter": _lettered,
    "truncation": _shortened,
    "month": lambda number, _source: number[:10] + "13" + number[12:],
}


def damage(number: str, seed: int, how: str) -> str:
    """
    Return *number* with one labelled mistake: substitution, swap, letter, truncation or month.

    >>> len(damage(fake_resident_id(1), 1, "truncation"))
    17
    """
    return _DAMAGES[how](number, random.Random(f"{how}:{seed}"))
