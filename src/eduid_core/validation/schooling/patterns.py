"""The written forms of a class: numerals, folding, and the ordered list of patterns."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from eduid_core.validation.names.tables import FOLD, SPACES

__all__ = [
    "BLANK",
    "CLASS_FORMS",
    "FOLDING",
    "LABELS",
    "TEN",
    "TWO_DIGITS",
    "arabic_years",
    "numeral",
    "spaced_form",
    "squeeze",
]

LABELS: Final = ("实验", "国际", "双语")
"""Classes named by a word; one stem or one letter is always a label."""

_DIGITS: Final = "一二三四五六七八九"


def numeral(number: int) -> str:
    """
    Return *number*, 1 to 99, in Chinese.

    >>> numeral(7), numeral(10), numeral(12), numeral(41)
    ('七', '十', '十二', '四十一')
    """
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else _DIGITS[tens - 1] + "十")
    return head + (_DIGITS[ones - 1] if ones else "")


def _folding() -> dict[int, str]:
    """Return the fold of a character: width and invisible characters as in names, brackets to ( and )."""
    table = {code: to for code, (to, note) in FOLD.items() if note in _HARMLESS}
    table |= {ord(char): "(" for char in "［〔【〖[｛{"}
    table |= {ord(char): ")" for char in "］〕】〗]｝}"}
    table |= dict.fromkeys((8208, 8209, 8210, 8211, 8212, 8722), "-")
    return table


_HARMLESS: Final = {"WIDTH_FOLDED", "INVISIBLE_REMOVED", "VARIATION_SELECTOR_DROPPED", "RADICAL_FOLDED"}
FOLDING: Final = MappingProxyType(_folding())
"""Code point -> the text that `squeeze` writes for it."""
_SPACE: Final = re.compile(f"[{SPACES}]+")


def squeeze(text: str) -> str:
    """
    Return *text* with width and brackets folded, without spaces, with letters in upper case.

    >>> squeeze(" 四 （a）班")
    '四(A)班'
    """
    if text.isascii() and text.isalnum():
        return text.upper()
    return _SPACE.sub("", text.translate(FOLDING)).upper()


_APART: Final = re.compile(f"(?<=[0-9十{_DIGITS}])[{SPACES}]+(?=[0-9十{_DIGITS}])")


def spaced_form(text: str) -> str:
    """
    Return *text* as `squeeze` does, but with a space where blanks separate two numbers or their digits.

    >>> spaced_form("四 （1） 班"), spaced_form("1  2班")
    ('四(1)班', '1 2班')
    """
    plain = text.translate(FOLDING)
    return squeeze(plain) if _APART.search(plain) is None else " ".join(map(squeeze, _APART.split(plain)))


BLANK: Final = frozenset(
    [chr(code) for code, to in FOLDING.items() if not to]
    + re.findall(f"[{SPACES}]", "".join(map(chr, range(0x3001))))
)
"""Every character that `squeeze` drops: a text of these characters alone is blank."""


_GRADE = rf"(?P<grade>1[0-2]|0?[1-9]|十[一二]?|[{_DIGITS}])"
_HAN_GRADE = rf"(?P<grade>十[一二]?|[{_DIGITS}])"
_NUMBER = rf"(?P<number>[0-9]{{1,2}}|[{_DIGITS}]?十[{_DIGITS}]?|[{_DIGITS}])"
_LABEL = rf"(?P<label>[甲乙丙丁戊己庚辛壬癸A-Z]|{'|'.join(LABELS)})"

# A class after a grade: digits, a numeral or a label, in brackets or not; the brackets may be one-sided.
_END = r"(?:\)?班?|班\))"
_AFTER = rf"第?\(?(?:{_NUMBER}|{_LABEL}){_END}"
_STAGE = r"(?P<stage>小学|小|初中|初|高中|高)"

CLASS_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_STAGE}?(?P<year>[0-9]{{4}}|[0-9]{{2}})(?P<word>级|届)(?:{_AFTER})?",
        rf"{_STAGE}(?P<grade>[1-6](?![0-9])|[一二三四五六])(?:年级)?(?:{_AFTER})?",
        rf"{_GRADE}年级(?:{_AFTER})?",
        rf"{_GRADE}年{_AFTER}",
        rf"{_GRADE}\((?:{_NUMBER}|{_LABEL})(?:\)班?|班\))",
        r"(?P<grade>[1-9])(?P<number>0[1-9]|[1-9][0-9])班?",
        r"0(?P<grade>[1-9])(?P<number>0[1-9]|[1-9][0-9])班?",
        rf"{_GRADE}-(?P<number>[0-9]{{1,2}})班?",
        rf"{_HAN_GRADE}(?P<number>[0-9]{{1,2}})班",
        rf"(?:{_GRADE})?\(?{_LABEL}\)?班",
        rf"{_GRADE}(?P<label>[A-Z])",
        rf"第?\(?(?P<number>[0-9]{{1,2}}|十[{_DIGITS}]?|[{_DIGITS}]){_END}",
    )
)
"""The forms of a class text, in the order they are tried; the first that fits the whole text counts."""

_HAN_YEAR: Final = re.compile(f"[〇零○{_DIGITS}]{{4}}(?=[年级届秋春学]|$)")
_HAN_DIGITS: Final = str.maketrans(f"〇零○{_DIGITS}", "000123456789")


def arabic_years(plain: str) -> str:
    """
    Return *plain* with a year of four Chinese digits in Arabic ones.

    >>> arabic_years("二〇二三级"), arabic_years("四年级")
    ('2023级', '四年级')
    """
    return _HAN_YEAR.sub(lambda year: year[0].translate(_HAN_DIGITS), plain)


TEN: Final = re.compile(rf"第?(?P<grade>[{_DIGITS}])(?P<rest>十[{_DIGITS}]?)班?")
TWO_DIGITS: Final = re.compile(rf"(?P<first>[{_DIGITS}])(?P<second>[{_DIGITS}])班?")
