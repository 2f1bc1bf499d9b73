"""
Parse grade, class and entry year (年级、班级、入学年份) in people's spellings.

Each parser is total: it accepts any object and returns a frozen value, or None for an unreadable text. A class
with two plausible readings (四十一班: class 41, or grade 4 class 11) is `Ambiguous` and keeps both.

>>> parse_grade("初中二年级")
Grade(stage=<Stage.JUNIOR: 'junior'>, index=2, entry_year=0, grad_year=0)
>>> parse_class("四（1）班").number
1
>>> parse_entry_year("2023年9月")
EntryYear(year=2023, month=9)
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from types import MappingProxyType
from typing import Final, cast

import attrs

from eduid_core.validation.folding import plain_text
from eduid_core.validation.schooling.patterns import (
    CLASS_FORMS,
    TEN,
    TWO_DIGITS,
    arabic_years,
    numeral,
    spaced_form,
    squeeze,
)


class Stage(enum.StrEnum):
    """A stage of schooling (学段)."""

    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"


@attrs.frozen
class Grade:
    """
    The parts of a grade in a text; a missing part is None or 0.

    With a `stage`, `index` counts within it (初二: junior, 2); without, it is the plain number (八年级: 8).
    A cohort text (2022级, 初中2025级, 2025届) names an entry or a graduation year and no index.
    """

    stage: Stage | None = None
    index: int = 0
    entry_year: int = 0
    grad_year: int = 0


@attrs.frozen
class ClassText:
    """The parts of a class in a text: its number or its label, and the grade named beside them, if any."""

    grade: Grade | None = None
    number: int = 0
    label: str = ""


@attrs.frozen
class Ambiguous:
    """A class text with more than one plausible reading."""

    readings: tuple[ClassText, ...]


@attrs.frozen
class EntryYear:
    """A year of entry, with the month if the text names it (otherwise 0)."""

    year: int
    month: int = 0


_STAGES: Final = MappingProxyType(
    {
        "小": Stage.PRIMARY,
        "小学": Stage.PRIMARY,
        "初": Stage.JUNIOR,
        "初中": Stage.JUNIOR,
        "高": Stage.SENIOR,
        "高中": Stage.SENIOR,
    }
)
_LONGEST_STAGE: Final = MappingProxyType({Stage.PRIMARY: 6, Stage.JUNIOR: 4, Stage.SENIOR: 3})
_CLASS_CAP: Final = 40
_COHORT: Final = re.compile(r"(小学|小|初中|初|高中|高)?([0-9]{4}|[0-9]{2})(级|届)")


def _spellings() -> dict[str, Grade]:
    """Return every spelling of a grade other than a cohort."""
    table = {"预初": Grade(index=6)}
    for number in range(1, 13):
        for digits in (str(number), f"{number:02d}", numeral(number)):
            table |= dict.fromkeys((digits, f"{digits}年级", f"第{digits}年级"), Grade(index=number))
    for word, stage in _STAGES.items():
        for index in range(1, _LONGEST_STAGE[stage] + 1):
            for digits in (str(index), numeral(index)):
                for text in (f"{word}{digits}", f"{word}{digits}年级"):
                    table[text] = Grade(stage, index)
    return table


GRADES: Final = MappingProxyType(_spellings())
"""Every plain spelling of a grade -> its parsed value."""


def parse_grade(text: object) -> Grade | None:
    """
    Parse *text* as a grade.

    >>> parse_grade("4年级") == parse_grade("四") == parse_grade("４")
    True
    >>> parse_grade("2022级").entry_year
    2022
    """
    typed = plain_text(text)
    if typed is None:
        return None
    if known := GRADES.get(typed):
        return known
    if len(typed) > _CLASS_CAP:
        return None
    plain = arabic_years(spaced_form(typed))
    return GRADES.get(plain) or (_cohort(*cohort.groups()) if (cohort := _COHORT.fullmatch(plain)) else None)


def _cohort(stage: str | None, year: str, word: str) -> Grade:
    number, of = int(year) if len(year) == 4 else 2000 + int(year), _STAGES.get(stage or "")  # noqa: PLR2004
    return Grade(of, entry_year=number) if word == "级" else Grade(of, grad_year=number)


def parse_class(text: object) -> ClassText | Ambiguous | None:
    """
    Parse *text* as a class.

    >>> parse_class("2022级1班") == ClassText(Grade(entry_year=2022), 1)
    True
    >>> parse_class("401班") == parse_class("四年级一班")
    True
    >>> len(parse_class("四十一班").readings), len(parse_class("1 2班").readings)
    (2, 2)
    """
    typed = plain_text(text)
    if typed is None or len(typed) > _CLASS_CAP:
        return None
    if known := CLASSES.get(typed):
        return known
    return parse_class_form(arabic_years(spaced_form(typed)))


def parse_class_form(plain: str) -> ClassText | Ambiguous | None:
    """Parse the folded text *plain* (`spaced_form`) as a class, by the forms in their order."""
    if " " in plain:
        return _apart(plain)
    for form in CLASS_FORMS:
        if found := form.fullmatch(plain):
            return _read(found.groupdict())
    return _doubtful(plain)


def _apart(plain: str) -> ClassText | Ambiguous | None:
    """Return the class in a text with two numbers apart (1 2班): a grade and a class, or one torn number."""
    if plain.count(" ") > 1:
        return None
    grade, _, rest = plain.partition(" ")
    apart, joined = parse_class_form(f"{grade}年级{rest}"), parse_class_form(f"{grade}{rest}")
    if not isinstance(apart, ClassText) or joined is None or joined == apart:
        return apart
    readings = joined.readings if isinstance(joined, Ambiguous) else (joined,)
    return Ambiguous(tuple(dict.fromkeys((apart, *readings))))


def _plain_classes() -> dict[str, ClassText]:
    """Return the spellings of a class that consist of its number only, 1 to 40."""
    table = {f"{numeral(number)}班": ClassText(number=number) for number in range(1, 11)}
    for number in range(1, 41):
        for text in (f"{number}班", f"{number:02d}班", str(number), f"({number})班", f"（{number}）班"):
            table[text] = ClassText(number=number)
    return table


CLASSES: Final = MappingProxyType(_plain_classes())
"""Every plain spelling of a class -> its parsed value."""


def _read(part: dict[str, str | None]) -> ClassText | None:
    """Return the class in the named parts of a pattern match."""
    grade: Grade | None = None
    if year := part.get("year"):
        grade = _cohort(part.get("stage"), year, part["word"] or "")
    elif index := part.get("grade"):
        stage = _STAGES.get(part.get("stage") or "")
        grade = Grade(stage, numeral_value(index))
        if grade.index > (_LONGEST_STAGE[stage] if stage else 12):
            return None
    number = part.get("number") or ""
    value = numeral_value(number) if number else 0
    if number and not value:
        return None
    return ClassText(grade, value, part.get("label") or "")


def numeral_value(text: str) -> int:
    """
    Return the number 1 to 99 written as *text* in ASCII digits or in Chinese; 0 for any other text.

    >>> numeral_value("十二"), numeral_value("一十二"), numeral_value("07"), numeral_value("一二")
    (12, 12, 7, 0)
    """
    if text.isascii():
        return int(text) if text.isdigit() else 0
    return _NUMERALS.get(text, 0)


_NUMERALS: Final = MappingProxyType(
    {numeral(number): number for number in range(1, 100)}
    | {"一" + numeral(number): number for number in range(10, 20)}
)


def _doubtful(plain: str) -> Ambiguous | None:
    """Return the readings of a text that has two: 四十一班, 一十班 (10 班, or 一年级十班), 一二班."""
    if found := TEN.fullmatch(plain):
        grade, rest = _NUMERALS[found["grade"]], _NUMERALS[found["rest"]]
        return Ambiguous((ClassText(number=10 * (grade - 1) + rest), ClassText(Grade(index=grade), rest)))
    if found := TWO_DIGITS.fullmatch(plain):
        first, second = _NUMERALS[found["first"]], _NUMERALS[found["second"]]
        return Ambiguous((ClassText(Grade(index=first), second), ClassText(number=10 * first + second)))
    return None


_YEAR: Final = r"(?P<year>(?:19[5-9]|2[01][0-9])[0-9])"
_MONTH: Final = r"(?P<month>0?[1-9]|1[0-2])"
_TIME: Final = r"(?:T?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
_ENTRY_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        f"{_YEAR}(?:年度?|级)?",
        rf"{_YEAR}(?:年?[-—至~][0-9]{{4}})?(?:学年)度?(?:第[一1]学期)?",
        rf"{_YEAR}年?(?P<season>秋|春)(?:季|期|季学期)?(?:入学)?",
        rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])?",
        f"{_YEAR}年{_MONTH}月(?:[0-9]{{1,2}}日{_TIME})?",
        rf"{_YEAR}[-/.]{_MONTH}(?:[-/.][0-9]{{1,2}}{_TIME})?",
    )
)


_YEARS: Final = range(1950, 2200)
_MONTHS: Final = range(1, 13)
_PLAIN_LENGTHS: Final = (len("2023"), len("202309"))


def parse_entry_year(text: object) -> EntryYear | None:
    """
    Parse *text*, or the date of a spreadsheet cell, as an entry year.

    >>> parse_entry_year("202309") == parse_entry_year("2023-09-01") == EntryYear(2023, 9)
    True
    >>> parse_entry_year("去年") is None
    True
    """
    if issubclass(type(text), dt.date):
        return EntryYear(*dt.date.timetuple(cast("dt.date", text))[:2])  # a subclass's own year is not used
    typed = plain_text(text)
    if typed is None or len(typed) > _CLASS_CAP:
        return None
    if len(typed) in _PLAIN_LENGTHS and typed.isascii() and typed.isdigit():
        year, month = int(typed[:4]), int(typed[4:] or 0)
        if year in _YEARS and (month in _MONTHS or len(typed) == len("2023")):
            return EntryYear(year, month)
    return parse_entry_form(arabic_years(squeeze(typed)))


def parse_entry_form(plain: str) -> EntryYear | None:
    """Parse the folded text *plain* (`squeeze`) as an entry year, by the forms in their order."""
    for form in _ENTRY_FORMS:
        if found := form.fullmatch(plain):
            parts = found.groupdict()
            month = _SEASONS.get(parts.get("season") or "") or int(parts.get("month") or 0)
            return EntryYear(int(found["year"]), month)
    return _serial(plain)


_SEASONS: Final = MappingProxyType({"秋": 9, "春": 3})
_SERIALS: Final = range(32_874, 62_000)
"""The serial numbers of the days from 1990 to 2069."""
_FIRST_DAY: Final = dt.date(1899, 12, 30)


def _serial(plain: str) -> EntryYear | None:
    """Return the month of a date that a spreadsheet shows as its serial number."""
    text = plain.removesuffix(".0")
    if len(text) != 5 or not (text.isascii() and text.isdigit()) or int(text) not in _SERIALS:  # noqa: PLR2004
        return None
    day = _FIRST_DAY + dt.timedelta(days=int(text))
    return EntryYear(day.year, day.month)
