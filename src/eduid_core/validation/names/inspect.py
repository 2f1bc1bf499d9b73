"""
A person's name (姓名): its normal form and all findings about it.

`fold_name` maps the many spellings of a name to one: compatibility ideographs, full-width letters,
radical signs copied from a page, invisible characters, a dozen dots, stray spaces, private-use characters of
an old encoding. It never changes a name into another: traditional stays traditional, a missing dot stays
missing. `inspect_name` reports the folded characters and the invalid ones, each with its original place.

Standard:
    民委发〔2016〕33号 (the dot is U+00B7, a field holds at least 50 characters); GB 18030-2022 (the scripts
    of the national languages).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, cast

import attrs

from eduid_core.findings import Finding, finding
from eduid_core.private import PersonName, Private
from eduid_core.validation.folding import plain_text
from eduid_core.validation.names.tables import BEYOND, DOT, FOLD, HAN, LATIN, LOST, NATIONAL, PLAIN_HAN, SPACES

__all__ = ["NAME_CAP", "NameInspection", "fold_name", "has_lost_glyph", "inspect_name", "is_plain_name"]

NAME_CAP: Final = 200
"""The maximum in code points; a longer text is not examined."""
_LONGEST: Final = 100
_LONG: Final = 50

_PLAIN: Final = re.compile(f"[{PLAIN_HAN}]+(?:{DOT}[{PLAIN_HAN}]+)*")
_ALL_HAN: Final = re.compile(f"[{HAN}{DOT}]+")
_TRANSLATION: Final = {code: to for code, (to, _) in FOLD.items()}
_SPACE_RUN: Final = re.compile(f"[{SPACES}]+")
_SPACE_BESIDE: Final = re.compile(f"(?<=[{HAN}{DOT}]) | (?=[{HAN}{DOT}])")
_ASCII_DOT: Final = re.compile(f"(?<=[{HAN}])\\.(?=[{HAN}])")
_HAN: Final = re.compile(f"[{HAN}]")
_LATIN: Final = re.compile(f"[{LATIN}]")
_NATIONAL: Final = re.compile(f"[{NATIONAL}]")
_LOST: Final = re.compile(f"[{LOST}]")
_BEYOND: Final = re.compile(f"[{BEYOND}]")
_BESIDE_LATIN: Final = re.compile(r"[ '.\-]")


@attrs.frozen
class NameInspection:
    """
    The result for a name: its canonical form and every finding, with places in the original text.

    `name` is None if the text cannot be a name. Valid means: no finding of severity error.
    """

    name: PersonName | None
    findings: tuple[Finding, ...] = ()

    @property
    def valid(self) -> bool:
        """Return whether no finding is an error."""
        return not any(found.is_error for found in self.findings)


def fold_name(text: str) -> tuple[str, tuple[str, ...]]:
    """
    Return the normal form of *text* and the codes of the changes, in the order of the steps.

    Idempotent, and its result is in NFC. A text of more than `NAME_CAP` code points is returned unchanged.

    >>> fold_name("买买提．艾力 ")
    ('买买提·艾力', ('DOT_NORMALISED', 'SPACE_REMOVED'))
    """
    if len(text) <= NAME_CAP and _PLAIN.fullmatch(text):
        return text, ()
    if len(text) > NAME_CAP:
        return text, ("TOO_LONG_INPUT",)
    notes = dict.fromkeys(FOLD[ord(char)][1] for char in text if ord(char) in FOLD)
    plain = text.translate(_TRANSLATION)
    composed = unicodedata.normalize("NFC", plain)
    if composed != plain:
        notes["COMPAT_FOLDED"] = None
    spaced = _SPACE_BESIDE.sub("", _SPACE_RUN.sub(" ", composed)).strip(" ")
    if spaced != composed:
        notes["SPACE_REMOVED"] = None
    dotted = _ASCII_DOT.sub(DOT, spaced)
    if dotted != spaced:
        notes["DOT_NORMALISED"] = None
    return dotted, tuple(notes)


def is_plain_name(text: str) -> bool:
    """
    Return whether *text* is a name without any finding: plain characters, dots inside.

    >>> is_plain_name("买买提·艾力"), is_plain_name("陈 小雨")
    (True, False)
    """
    return 1 < len(text) <= _LONG and _PLAIN.fullmatch(text) is not None


def has_lost_glyph(folded: str) -> bool:
    """
    Return whether a folded name holds the sign of a lost character: ``?``, ``□``, private use …

    >>> has_lost_glyph("王?"), has_lost_glyph("王小")
    (True, False)
    """
    return _LOST.search(folded) is not None


def inspect_name(text: object, *, latin: bool = False) -> NameInspection:
    """
    Return the canonical form of *text* and all findings. Total: any object, never an exception.

    *latin* tells that the document is foreign, so that a name in Latin letters needs no remark.

    >>> [f.code for f in inspect_name("王小2").findings]
    ['NAME_BAD_CHARACTER']
    >>> inspect_name("陈小雨")
    NameInspection(name=<name:3>, findings=())
    """
    if issubclass(type(text), Private):
        text = cast("Private", text).reveal("validation")
    plain = plain_text(text)
    return (
        NameInspection(None, (finding("NOT_TEXT", (0, 0)),))
        if plain is None
        else _inspection_of(plain, latin=latin)
    )


def _inspection_of(text: str, *, latin: bool) -> NameInspection:
    """Return the inspection of a text."""
    if is_plain_name(text):
        return NameInspection(PersonName(text))
    if len(text) > NAME_CAP:
        return NameInspection(None, (finding("TOO_LONG_INPUT", (0, len(text))),))
    folded, _ = fold_name(text)
    if not folded:
        return NameInspection(None, (finding("EMPTY", (0, len(text))),))
    found = [*_edits(text), *_characters(text, folded), *_whole(text, folded, latin=latin)]
    found.sort(key=lambda one: (one.at, one.severity.rank))
    return NameInspection(PersonName(folded), tuple(found))


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of base characters with the marks and the invisible characters after them."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not (unicodedata.combining(text[at]) or _TRANSLATION.get(ord(text[at])) == ""):
            yield start, at
            start = at


def _edits(text: str) -> Iterator[Finding]:
    """Yield a note for every character that folding replaces or drops."""
    for at, char in enumerate(text):
        if ord(char) in FOLD:
            yield finding(FOLD[ord(char)][1], (at, at + 1))
    for start, end in _clusters(text):
        plain = text[start:end].translate(_TRANSLATION)
        if unicodedata.normalize("NFC", plain) != plain:
            yield finding("COMPAT_FOLDED", (start, end))
    if "SPACE_REMOVED" in fold_name(text)[1]:
        yield from (finding("SPACE_REMOVED", run.span()) for run in _SPACE_RUN.finditer(text))
    if "." in text and "." not in fold_name(text)[0]:
        yield from (finding("DOT_NORMALISED", (at, at + 1)) for at, char in enumerate(text) if char == ".")


def _characters(text: str, folded: str) -> Iterator[Finding]:
    """Yield the findings about single characters."""
    beside_latin = _LATIN.search(folded) is not None
    for start, end in _clusters(text):
        for char in unicodedata.normalize("NFC", text[start:end].translate(_TRANSLATION)):
            if code := _character(char, beside_latin=beside_latin, folded=folded):
                yield finding(code, (start, end))


def _character(char: str, *, beside_latin: bool, folded: str) -> str:
    """Return the finding code of a folded character, or an empty string."""
    if char == DOT or _SPACE_RUN.match(char):
        return ""
    if _HAN.match(char):
        return "BEYOND_GB18030_2022" if _BEYOND.match(char) else ""
    if _LATIN.match(char) or _NATIONAL.match(char) or (char == "." and "." not in folded):
        return ""
    if _LOST.match(char):
        return "UNRESOLVABLE_GLYPH"
    return "" if beside_latin and _BESIDE_LATIN.match(char) else "NAME_BAD_CHARACTER"


def _whole(text: str, folded: str, *, latin: bool) -> Iterator[Finding]:
    """Yield the findings about the name as a whole."""
    whole = (0, len(text))
    if folded.startswith(DOT) or folded.endswith(DOT) or DOT * 2 in folded:
        yield finding("NAME_DOT_PLACE", whole)
    if len(folded) > _LONGEST:
        yield finding("NAME_TOO_LONG", whole, limit=_LONGEST)
    elif len(folded) > _LONG:
        yield finding("NAME_LONG", whole)
    if len(folded) == 1:
        yield finding("NAME_VERY_SHORT", whole)
    scripts = [script for script in (_HAN, _LATIN, _NATIONAL) if script.search(folded)]
    if len(scripts) > 1:
        yield finding("NAME_MIXED_SCRIPT", whole)
    elif scripts == [_LATIN] and not latin:
        yield finding("NAME_LATIN", whole)
    elif scripts == [_NATIONAL]:
        yield finding("NAME_NATIONAL_SCRIPT", whole)
