"""
Synthetic numbers of every kind, the same for the same seed; none can belong to a living person.

`is_fake` recognises each of them; `eduid_core.validation.synthetic` explains the ranges. Use them in demos,
examples and tests instead of numbers constructed from real divisions, which may belong to a person.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from typing import Final

from eduid_core.validation import Kind, Sex
from eduid_core.validation.divisions.lookup import PROVINCES
from eduid_core.validation.documents.check_digits import check_character, hk_fits, mrz_digit, tw_fits
from eduid_core.validation.synthetic import is_fake

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


def _ended(body: str, fits: Callable[[str], bool], ends: str) -> str:
    """Append the character of *ends* that makes the check match, and return the number."""
    return next(body + end for end in ends if fits(body + end))


def _hk_id(seed: int) -> str:
    return _ended(f"QQ999{_source(Kind.HK_ID, seed).randrange(1000):03}", hk_fits, "0123456789A")


def _tw_id(seed: int) -> str:
    source = _source(Kind.TW_ID, seed)
    return _ended(f"Y{source.choice('12')}999{source.randrange(10**4):04}", tw_fits, "0123456789")


def _mrz(seed: int) -> str:
    """Return both lines of a passport of Utopia, the country in ICAO's specimens."""
    source = _source(Kind.PASSPORT_MRZ_TD3, seed)
    number = f"ZZ99999{source.randrange(100):02}"
    birth, expiry = f"{_birth(source, _STUDENTS):%y%m%d}", "991231"
    personal = "<" * 14
    line = f"{number}{mrz_digit(number)}UTO{birth}{mrz_digit(birth)}{source.choice('MF')}"
    line += f"{expiry}{mrz_digit(expiry)}{personal}<"
    return "P<UTOSPECIMEN<<TEST".ljust(44, "<") + line + mrz_digit(line[:10] + line[13:20] + line[21:43])


def _numbered(kind: Kind, head: str, digits: int) -> Callable[[int], str]:
    def make(seed: int) -> str:
        return f"{head}{_source(kind, seed).randrange(10**digits):0{digits}}"

    return make


def _first_of(kind: Kind, heads: str, body: str, digits: int) -> Callable[[int], str]:
    def make(seed: int) -> str:
        source = _source(kind, seed)
        return f"{source.choice(heads)}{body}{source.randrange(10**digits):0{digits}}"

    return make


FAKES: Final[Mapping[Kind, Callable[[int], str]]] = {
    Kind.RESIDENT_ID: fake_resident_id,
    Kind.RESIDENT_ID_15: fake_resident_id_15,
    Kind.RESIDENCE_PERMIT: fake_residence_permit,
    Kind.FOREIGN_PERMANENT_RESIDENT: fake_foreign_permanent_resident,
    Kind.FOREIGN_PERMANENT_RESIDENT_15: fake_foreign_permanent_resident_15,
    Kind.MAINLAND_TRAVEL_PERMIT_HK_MO: _first_of(Kind.MAINLAND_TRAVEL_PERMIT_HK_MO, "HM", "99999", 3),
    Kind.MAINLAND_TRAVEL_PERMIT_TW: _numbered(Kind.MAINLAND_TRAVEL_PERMIT_TW, "99999", 3),
    Kind.EXIT_PERMIT_HK_MO: _first_of(Kind.EXIT_PERMIT_HK_MO, "CW", "Z99999", 2),
    Kind.PASSPORT_CN: _first_of(Kind.PASSPORT_CN, "E", "I", 7),
    Kind.PASSPORT_OTHER: _numbered(Kind.PASSPORT_OTHER, "ZZ99999", 2),
    Kind.PASSPORT_MRZ_TD3: _mrz,
    Kind.HK_ID: _hk_id,
    Kind.MO_ID: _numbered(Kind.MO_ID, "7999", 4),
    Kind.TW_ID: _tw_id,
    Kind.OTHER_DOCUMENT: _numbered(Kind.OTHER_DOCUMENT, "TEST", 4),
    Kind.STUDENT_NUMBER: fake_student_number,
    Kind.SCHOOL_CODE: fake_school_code,
    Kind.MOBILE: fake_mobile,
    Kind.LANDLINE: _numbered(Kind.LANDLINE, "02589999", 3),
}
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
