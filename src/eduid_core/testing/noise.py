"""
Noise for tests: other spellings of an honest form, which must not change the result.

Every function takes the random source and an agreeing pair and returns a changed pair, or None if it does
not apply (no dot in the name to vary). The names of the functions are the strata of an evaluation.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Final

from attrs import evolve

from eduid_core.testing.invented_students import InventedStudent
from eduid_core.validation.names.gb18030 import REPAIR
from eduid_core.validation.schooling.patterns import numeral

__all__ = ["NOISE", "Change"]

Change = Callable[[Random, InventedStudent], InventedStudent | None]

_WIDE: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_BLANKS: Final = (" ", "\u3000", "\t", "\u00a0", "\u200b", "\ufeff")
_COMPATIBLE: Final = {
    unicodedata.normalize("NFC", chr(code)): chr(code)
    for code in (*range(0xF900, 0xFAFF), *range(0x2F800, 0x2FA1E))
    if unicodedata.normalize("NFC", chr(code)) != chr(code)
}
_DOTS: Final = (
    "\u2022\u30fb\uff65\uff0e\u2027\u22c5\u2219\u0387\u25cf\u25e6\u2024\u16eb\u2e31\u1427\ufe52\u318d\u119e."
)
_OLD: Final = {chr(right): chr(code) for code, right in REPAIR.items()}


def _name(pair: InventedStudent, text: str) -> InventedStudent:
    return evolve(pair, application=evolve(pair.application, name=text))


def _said(pair: InventedStudent) -> str:
    return pair.application.name.reveal("test")


def _number(pair: InventedStudent) -> str:
    return pair.application.id_number.reveal("test")


def _with_number(pair: InventedStudent, text: str) -> InventedStudent:
    return evolve(pair, application=evolve(pair.application, id_number=text))


def blanks_around(rng: Random, pair: InventedStudent) -> InventedStudent:
    """Blanks before and after every text."""
    form = pair.application

    def around(text: str) -> str:
        return rng.choice(_BLANKS) + text + rng.choice(_BLANKS)

    number, name = around(_number(pair)), around(_said(pair))
    texts = {field: around(getattr(form, field)) for field in ("school", "grade", "class_name", "entry_year")}
    return evolve(pair, application=evolve(form, name=name, id_number=number, **texts))


def blanks_in_name(rng: Random, pair: InventedStudent) -> InventedStudent:
    """A blank between the characters of the name."""
    name = _said(pair)
    at = rng.randrange(1, len(name))
    return _name(pair, name[:at] + rng.choice(_BLANKS) + name[at:])


def selector_in_name(rng: Random, pair: InventedStudent) -> InventedStudent:
    """A variation selector behind a character of the name."""
    name = _said(pair)
    at = rng.randrange(1, len(name) + 1)
    return _name(pair, name[:at] + rng.choice(("\ufe00", "\ufe0f", "\U000e0100")) + name[at:])


def dot_form(rng: Random, pair: InventedStudent) -> InventedStudent | None:
    """Another dot in the name."""
    name = _said(pair)
    return _name(pair, name.replace("·", rng.choice(_DOTS))) if "·" in name else None


def compatibility_ideograph(_rng: Random, pair: InventedStudent) -> InventedStudent | None:
    """A compatibility ideograph in place of its standard character."""
    name = "".join(_COMPATIBLE.get(char, char) for char in _said(pair))
    return _name(pair, name) if name != _said(pair) else None


def old_encoding(_rng: Random, pair: InventedStudent) -> InventedStudent | None:
    """A private-use character left by an old encoding."""
    name = "".join(_OLD.get(char, char) for char in _said(pair))
    return _name(pair, name) if name != _said(pair) else None


def number_wide(_rng: Random, pair: InventedStudent) -> InventedStudent:
    """The number in full-width characters."""
    return _with_number(pair, _number(pair).translate(_WIDE))


def number_spaced(rng: Random, pair: InventedStudent) -> InventedStudent:
    """Spaces or hyphens in the number."""
    number, sign = _number(pair), rng.choice((" ", "-", "\u3000", "–"))
    return _with_number(pair, f"{number[:6]}{sign}{number[6:14]}{sign}{number[14:]}")


def number_lower(_rng: Random, pair: InventedStudent) -> InventedStudent | None:
    """A lower-case x at the end of the number."""
    number = _number(pair)
    return _with_number(pair, number.lower()) if number.endswith("X") else None


def phone_written(rng: Random, pair: InventedStudent) -> InventedStudent:
    """The phone with country code, spaces or dashes."""
    phone = pair.application.guardian_phone.reveal("test")
    spaced = f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
    text = rng.choice((f"+86{phone}", f"+86 {spaced}", spaced, f"86{phone}", phone.translate(_WIDE)))
    return evolve(pair, application=evolve(pair.application, guardian_phone=text))


def grade_written(rng: Random, pair: InventedStudent) -> InventedStudent:
    """Another spelling of the grade."""
    number = next(n for n in range(1, 13) if pair.row.grade == f"{numeral(n)}年级")
    stage, first = ("小学", 1) if number <= 6 else ("初", 7) if number <= 9 else ("高", 10)
    forms = [
        f"{number}年级",
        str(number),
        numeral(number),
        f"{number}年级".translate(_WIDE),
        f" {numeral(number)}年级",
    ]
    index = number - first + 1
    forms += [f"{stage}{numeral(index)}", f"{stage}{index}", f"{stage[:1]}{numeral(index)}"]
    return evolve(pair, application=evolve(pair.application, grade=rng.choice(forms)))


def class_written(rng: Random, pair: InventedStudent) -> InventedStudent:
    """Another spelling of the class, with and without the grade."""
    grade = next(n for n in range(1, 13) if pair.row.grade == f"{numeral(n)}年级")
    number = int(pair.row.class_name.removesuffix("班"))
    entry = pair.row.entry_month[:4]
    forms = [
        f"（{number}）班",
        f"{number:02d}班",
        str(number),
        f"{numeral(grade)}年级{numeral(number)}班",
        f"{grade}年级{number}班",
        f"{numeral(grade)}（{number}）班",
        f"{grade}({number})班",
        f"{entry}级{number}班",
        f"{entry[2:]}级（{number}）班",
        f"{number}班".translate(_WIDE),
    ]
    if grade < 10:
        forms += [f"{grade}{number:02d}班", f"{grade}{number:02d}", f"{numeral(grade)}{number}班"]
    return evolve(pair, application=evolve(pair.application, class_name=rng.choice(forms)))


def entry_written(rng: Random, pair: InventedStudent) -> InventedStudent | None:
    """Another spelling of the entry year."""
    year = pair.application.entry_year
    if len(year) != 4 or not year.isascii():
        return None
    text = rng.choice(
        (f"{year}年", f"{year}09", f"{year}-09", f"{year}年9月", f"{year}/9/1", year.translate(_WIDE))
    )
    return evolve(pair, application=evolve(pair.application, entry_year=text))


def entry_of_other_stage(rng: Random, pair: InventedStudent) -> InventedStudent | None:
    """The exact year in which an earlier stage began."""
    back = {"31": (6,), "34": (3, 9)}.get(pair.row.school_code[:2])
    if back is None:
        return None
    year = int(pair.row.entry_month[:4]) - rng.choice(back)
    return evolve(pair, application=evolve(pair.application, entry_year=str(year)))


def school_written(rng: Random, pair: InventedStudent) -> InventedStudent:
    """Width, brackets and spaces of the school's name."""
    school = pair.application.school
    wide = school.replace("（", "(").replace("）", ")")
    text = rng.choice((f"{school[:3]} {school[3:]}", wide, f"{school}\u3000"))
    return evolve(pair, application=evolve(pair.application, school=text))


def school_without_area(rng: Random, pair: InventedStudent) -> InventedStudent | None:
    """The school's name without some of its areas, if it still identifies a single school."""
    short = {
        "2132000001": ("玄武区海英小学", "海英小学", "南京市海英小学", "江苏省南京市玄武区海英小学"),
        "2132000002": ("鼓楼区晨光小学", "南京市晨光小学"),
        "2132000005": ("实验小学", "梁溪区实验小学"),
        "3132000006": ("第三初级中学", "江苏省南京市第三初级中学"),
        "3432000008": ("明远高级中学", "南京市明远高级中学"),
    }.get(pair.row.school_code)
    if short is None:
        return None
    return evolve(pair, application=evolve(pair.application, school=rng.choice(short)))


def type_written(rng: Random, pair: InventedStudent) -> InventedStudent:
    """The document type by another of its names."""
    text = rng.choice(("居民身份证", "身份证", "1", "resident_id", " 居民身份证 ", "１"))
    return evolve(pair, application=evolve(pair.application, id_type=text))


def guardian_blank(_rng: Random, pair: InventedStudent) -> InventedStudent:
    """No guardian's name."""
    return evolve(pair, application=evolve(pair.application, guardian_name=""))


NOISE: Final[Mapping[str, Change]] = MappingProxyType(
    {
        change.__name__: change
        for change in (
            blanks_around,
            blanks_in_name,
            selector_in_name,
            dot_form,
            compatibility_ideograph,
            old_encoding,
            number_wide,
            number_spaced,
            number_lower,
            phone_written,
            grade_written,
            class_written,
            entry_written,
            entry_of_other_stage,
            school_written,
            school_without_area,
            type_written,
            guardian_blank,
        )
    }
)
"""Stratum -> another spelling of the same fact: the outcome must stay `approved`."""
