"""
The comparators of the rule set, called with the codes of texts; each result is a small number as well.

Every result is cached, however many rows hold the same texts. Several threads may call at once.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, TypeVar, cast

import attrs

from eduid_bulk.encode import EncodingContext
from eduid_core.matching import Application, Compared, FieldCode, RegistryRow, SchoolIndex
from eduid_core.matching.engine import (
    PLAIN_HAN,
    Placement,
    blanked,
    compare_class,
    compare_entry,
    compare_grade,
    compare_name,
    compare_school,
    read_placement,
)

__all__ = ["FAILED", "Ask", "Comparisons", "one_unlike"]

Ask = Callable[[tuple[int, ...]], Compared]
"""A comparator over the codes of texts."""
Side = TypeVar("Side", Application, RegistryRow)

FAILED: Final = 127
"""The number of a comparison that failed."""
_EQUAL: Final = Compared(FieldCode.EQUAL)
_HAN: Final = re.compile(f"[{PLAIN_HAN}]")


@attrs.define(eq=False)
class Comparisons:
    """The results of a run by number: 0 means that two texts are equal."""

    reading: EncodingContext
    schools: SchoolIndex = attrs.field(repr=False)
    has_failed: bool = False
    """Whether any comparison failed so far."""
    _answers: dict[Compared, int] = attrs.field(factory=lambda: {_EQUAL: 0}, repr=False)
    _asked: dict[str, dict[tuple[int, ...], int]] = attrs.field(factory=dict, repr=False)
    _characters: dict[tuple[str, str], int] = attrs.field(factory=dict, repr=False)
    _schools_seen: dict[tuple[type, int, int], object] = attrs.field(factory=dict, repr=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, repr=False)

    def name(self, mine: str, theirs: str) -> int:
        """
        Return the number of the result for a plain name and a different name.

        For plain names that differ in one character, that character alone determines the result.
        """
        unlike = one_unlike(mine, theirs) if blanked(theirs) else None
        if unlike is None:
            return self._answer_of(lambda: compare_name(mine, theirs))
        answer = self._characters.get(unlike)
        if answer is None:
            answer = self._characters[unlike] = self._answer_of(lambda: compare_name(mine, theirs))
        return answer

    def school(self, codes: tuple[int, ...]) -> Compared:
        """Compare the claimed school, the held one, the given code and the held one."""
        school, held, given, code = codes
        form, row = self._seen(Application, school, given), self._seen(RegistryRow, held, code)
        return compare_school(form, row, self.schools, self.reading.as_of)

    def grade(self, systems: list[str]) -> Ask:
        """Return the comparator of grades: the claimed one, the held one, the school system."""

        def ask(codes: tuple[int, ...]) -> Compared:
            form, row = self._beside(grade=codes[0]), self.held(grade=codes[1])
            reading = self.reading
            system = systems[codes[2]]
            placements = self._placements(form, row, system)
            return compare_grade(*placements, system=system, as_of=reading.as_of, policy=reading.policy)

        return ask

    def class_(self, systems: list[str]) -> Ask:
        """Return the comparator of classes with the grades and entries of both, and the school system."""

        def ask(codes: tuple[int, ...]) -> Compared:
            form = self._beside(class_=codes[0], grade=codes[2], entry=codes[4])
            row = self.held(class_=codes[1], grade=codes[3], entry=codes[5])
            system = systems[codes[6]]
            placements = self._placements(form, row, system)
            return compare_class(*placements, system=system, policy=self.reading.policy)

        return ask

    def entry(self, systems: list[str]) -> Ask:
        """Return the comparator of entries, with the held grade and the school system."""

        def ask(codes: tuple[int, ...]) -> Compared:
            form, row = self._beside(entry=codes[0]), self.held(entry=codes[1], grade=codes[2])
            system = systems[codes[3]]
            placements = self._placements(form, row, system)
            return compare_entry(*placements, system=system, policy=self.reading.policy)

        return ask

    def _placements(self, form: Application, row: RegistryRow, system: str) -> tuple[Placement, Placement]:
        policy = self.reading.policy
        theirs = read_placement(row.grade, row.class_name, row.entry_month, system=system, policy=policy)
        claimed = form.grade, form.class_name, form.entry_year
        return read_placement(*claimed, system=system, policy=policy, like=theirs), theirs

    def said(self, field: str, asked: Iterable[tuple[int, ...]], ask: Ask) -> list[int]:
        """Return the numbers of the results for *field*; each result is computed once."""
        known, said = self._asked.setdefault(field, {}), []
        for each in asked:
            if each not in known:
                known[each] = self._answer_of(partial(ask, each))
            said.append(known[each])
        return said

    def _answer_of(self, compare: Callable[[], Compared]) -> int:
        """Return the number of the result of *compare*; `FAILED` if it fails: the row is left to `match`."""
        try:
            compared = compare()
        except Exception:  # noqa: BLE001 - `match` will fail on the row, and reports it
            self.has_failed = True
            return FAILED
        with self._lock:  # batches may be marked concurrently
            return self._answers.setdefault(compared, len(self._answers))

    def _seen(self, kind: type[Side], school: int, code: int) -> Side:
        """Return a form or a row that holds only a school, made once for each name and code."""
        seen = self._schools_seen.get((kind, school, code))
        if seen is None:
            name, number = self._text("school", school), self._text("school_code", code)
            seen = self._schools_seen[kind, school, code] = kind(school=name, school_code=number)
        return cast("Side", seen)

    def _beside(self, *, grade: int = -1, class_: int = -1, entry: int = -1) -> Application:
        return Application(
            grade=self._text("grade", grade) if grade >= 0 else "",
            class_name=self._text("class", class_) if class_ >= 0 else "",
            entry_year=self._text("entry_year", entry) if entry >= 0 else "",
        )

    def held(self, *, grade: int = -1, class_: int = -1, entry: int = -1) -> RegistryRow:
        """Return a row that holds only these texts, given by code."""
        return RegistryRow(
            grade=self._text("grade", grade) if grade >= 0 else "",
            class_name=self._text("class", class_) if class_ >= 0 else "",
            entry_month=self._text("entry_month", entry) if entry >= 0 else "",
        )

    def _text(self, column: str, code: int) -> str:
        return self.reading.texts_of(column).texts[code]


def one_unlike(plain: str, other: str) -> tuple[str, str] | None:
    """
    Return the single character in which a *plain* name and an *other* differ, if the other is plain too.

    >>> one_unlike("陈小雨", "陈晓雨"), one_unlike("陈小雨", "陈小"), one_unlike("陈小雨", "陈·雨")
    (('小', '晓'), None, None)
    """
    if len(plain) != len(other):
        return None
    unlike = [pair for pair in zip(plain, other, strict=True) if pair[0] != pair[1]]
    return unlike[0] if len(unlike) == 1 and _HAN.fullmatch(unlike[0][1]) else None
