"""
The kernel: forms beside the registry rows under their keys -> classes of rows that cannot be told apart.

It decides nothing. Two rows are of one class when everything a rule of the rule set looks at is the same for
both: what the form says by itself, the status, how each of the six fields compares. `match` then decides one
row of each class, and what it says holds for all of them. Where texts differ, each pair of distinct texts is
given once to the comparator of the rule set. Rows that are not plainly written are left `ALONE`.

The kernel sees one batch at a time, of any size and in any order; it runs alike on a whole file, on a partition
and in a batch that Spark hands over.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar, cast

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from eduid_bulk.sides import Reading
from eduid_bulk.texts import distinct
from eduid_core.matching import Application, Compared, FieldCode, RegistryRow, SchoolIndex
from eduid_core.matching.fields.classes import Beside, compare_class
from eduid_core.matching.fields.entry_years import compare_entry
from eduid_core.matching.fields.grades import compare_grade, grade_number
from eduid_core.matching.fields.names import compare_name
from eduid_core.matching.fields.schools import compare_school
from eduid_core.matching.plain import PLAIN_CLASSES, PLAIN_MONTHS, PLAIN_YEARS
from eduid_core.matching.remarks import age_remark
from eduid_core.validation.schooling import GRADES

__all__ = ["ALONE", "Kernel", "Member"]

ALONE: Final = -1
"""The class of a row that the scalar reference must look at for itself."""

_EQUAL: Final = Compared(FieldCode.EQUAL)
_NOBODY: Final = -1
_BITS: Final = 7
"""Bits for the answer of one comparator: far more than there are answers."""
_SHIFT: Final = 48
_FOUND: Final = 1 << 47
_SHARED: Final = 46

Member = tuple[int, int, bool]
"""A row to know a class by: the row of the form, that of the registry or -1, whether others have its number."""

Side = TypeVar("Side", Application, RegistryRow)
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def _plain_grade(text: str) -> bool:
    return text in GRADES


def _plain_class(text: str) -> bool:
    return text in PLAIN_CLASSES


def _year(text: str) -> int:
    """Return the year a plain entry year names, -1 for another text."""
    return int(text) if text in PLAIN_YEARS else -1


def _year_of_month(text: str) -> int:
    """Return the year of a plain yyyymm, -2 for another text."""
    return int(text[:4]) if text[:4] in PLAIN_YEARS and text[4:] in PLAIN_MONTHS else -2


@attrs.define(eq=False)
class Kernel:
    """One run's classes: their numbers, and the first and the last row of each in the batch that showed it."""

    reading: Reading
    schools: SchoolIndex = attrs.field(repr=False)
    classes: dict[int, int] = attrs.field(factory=dict, repr=False)
    members: list[list[Member]] = attrs.field(factory=list, repr=False)
    _answers: dict[Compared, int] = attrs.field(factory=lambda: {_EQUAL: 0}, repr=False)
    _asked: dict[str, dict[tuple[int, ...], int]] = attrs.field(factory=dict, repr=False)
    _schools_seen: dict[tuple[type, int, int], object] = attrs.field(factory=dict, repr=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, repr=False)

    def settle(self, frame: pl.DataFrame) -> Ints:
        """Return the class of each row of *frame*, which is as `mark` wants it, or `ALONE`."""
        return self.number(self.mark(frame), frame)

    def mark(self, frame: pl.DataFrame) -> Ints:
        """
        Return for each row of *frame* all that a rule looks at, packed into one number; -1 for one left alone.

        Several batches may be marked at once, each in a thread of its own.

        *frame* has the columns of `Reading.forms`, those of `Reading.held` with `r_` before them, `count` (how
        many registry rows the key has: 0, 1 or more; what stands beside counts where it is 1) and `shared`
        (another valid form has the number).
        """
        count = frame["count"].to_numpy()
        alone = frame["odd"].to_numpy() | (count > 1)
        mark = (
            frame["said"].to_numpy().astype(np.int64) << _SHIFT
            | frame["shared"].to_numpy().astype(np.int64) << _SHARED
        )
        found = (count == 1) & ~alone
        if found.any():
            alone |= found & frame["r_odd"].to_numpy()
            mark |= np.where(found, self._compared(frame, found & ~alone) | _FOUND, 0)
        mark[alone] = _NOBODY
        return mark

    def number(self, mark: Ints, frame: pl.DataFrame) -> Ints:
        """Return the number of each class that *mark* names, noting two rows of each new one; or `ALONE`."""
        marks, first, back = distinct(mark)
        last = np.empty_like(first)
        last[back] = np.arange(len(mark))
        numbers = np.empty(len(marks), dtype=np.int64)
        for place, each in enumerate(marks.tolist()):
            if each != _NOBODY and each not in self.classes:
                self.classes[each] = len(self.classes)
                self.members.append([_member(frame, at) for at in {int(first[place]), int(last[place])}])
            numbers[place] = ALONE if each == _NOBODY else self.classes[each]
        return numbers[back]

    # --- comparing ----------------------------------------------------------------------------------------

    def _compared(self, frame: pl.DataFrame, found: Bools) -> Ints:
        """Return for each row a number of what the fields come to; it counts where something was *found*."""
        same_grade = self._same(frame, "grade", _plain_grade)
        same_entry = self._same_entry(frame)
        same_class = self._same(frame, "class", _plain_class)
        systems, system = self._systems(frame)
        age = self._age(frame, systems, system)
        told = frame["r_status"].to_numpy().astype(np.int64) << 2 | frame["r_filed"].to_numpy() << 1 | age
        grade = (*self._codes(frame, "grade"), system)
        for answer in (
            self._names(frame, found),
            self._asks("school", found & ~self._same_school(frame), self._school(frame), self._compare_school),
            self._asks("grade", found & ~same_grade, grade, self._compare_grade(systems)),
            self._asks("class", found & ~same_class, self._class(frame, system), self._compare_class(systems)),
            self._asks("entry", found & ~same_entry, self._entry(frame, system), self._compare_entry(systems)),
        ):
            told = told << _BITS | answer
        return told

    def _codes(self, frame: pl.DataFrame, *columns: str) -> tuple[Ints, ...]:
        """Return the numbers of the texts of *columns*, each of the form and then of the registry."""
        names = [side + column for column in columns for side in ("", "r_")]
        return tuple(frame[name].to_numpy() for name in names)

    def _same(self, frame: pl.DataFrame, column: str, plain: Callable[[str], bool]) -> Bools:
        """Return where both sides of *column* hold the same plain text."""
        mine, theirs = self._codes(frame, column)
        same: Bools = (mine == theirs) & self.reading.texts_of(column).table(plain, bool)[mine]
        return same

    def _same_entry(self, frame: pl.DataFrame) -> Bools:
        texts = self.reading.texts_of("entry_year")
        mine = texts.table(_year, np.int16)[frame["entry_year"].to_numpy()]
        same: Bools = mine == texts.table(_year_of_month, np.int16)[frame["r_entry_month"].to_numpy()]
        return same

    def _same_school(self, frame: pl.DataFrame) -> Bools:
        """Return where the school's name is the same, leads to one school, and no other code is given."""
        (mine, theirs), (given, code) = self._codes(frame, "school"), self._codes(frame, "school_code")
        blank = self.reading.texts_of("school_code").code("")
        leads = self.reading.texts_of("school").table(self._leads, np.int64)
        same: Bools = (mine == theirs) & (leads[mine] == code) & ((given == code) | (given == blank))
        return same

    def _leads(self, school: str) -> int:
        """Return the number of the code that a school's name as written leads to, or -1."""
        code = self.schools.exact.get(school)
        return -1 if code is None else self.reading.texts_of("school_code").code(code)

    def _names(self, frame: pl.DataFrame, found: Bools) -> Ints:
        """Return the answers about the names; equal plain names are equal, every other pair is compared."""
        answers = np.zeros(len(frame), dtype=np.int64)
        unlike = np.flatnonzero((frame["name"] != frame["r_name"]).to_numpy() & found)
        pairs = frame.select("name", "r_name")[unlike]
        for place, (mine, theirs) in zip(unlike.tolist(), pairs.iter_rows(), strict=True):
            held = theirs if theirs.strip() else ""
            answers[place] = self._answer(compare_name(mine, held))
        return answers

    def _answer(self, compared: Compared) -> int:
        with self._lock:  # batches may be marked at once
            return self._answers.setdefault(compared, len(self._answers))

    def _asks(
        self, field: str, where: Bools, codes: Sequence[Any], ask: Callable[[tuple[int, ...]], Compared]
    ) -> Ints:
        """Return the answers about *field*: 0 (equal) but *where* it is asked, once for unlike *codes*."""
        answers = np.zeros(len(where), dtype=np.int64)
        places = np.flatnonzero(where)
        if not len(places):
            return answers
        columns = [f"c{n}" for n in range(len(codes))]
        frame = pl.DataFrame(dict(zip(columns, (np.asarray(c)[places] for c in codes), strict=True)))
        distinct = frame.unique()
        known = self._asked.setdefault(field, {})
        said = []
        for each in distinct.iter_rows():
            if each not in known:
                known[each] = self._answer(ask(each))
            said.append(known[each])
        told = frame.join(distinct.with_columns(said=pl.Series(said)), on=columns, maintain_order="left")
        answers[places] = told["said"].to_numpy()
        return answers

    # --- the comparators, asked by numbers ------------------------------------------------------------------

    def _text(self, column: str, code: int) -> str:
        return self.reading.texts_of(column).texts[code]

    def _school(self, frame: pl.DataFrame) -> tuple[Ints, ...]:
        return self._codes(frame, "school", "school_code")

    def _compare_school(self, codes: tuple[int, ...]) -> Compared:
        school, held, given, code = codes
        form, row = self._seen(Application, school, given), self._seen(RegistryRow, held, code)
        return compare_school(form, row, self.schools, self.reading.as_of)

    def _seen(self, kind: type[Side], school: int, code: int) -> Side:
        """Return a form or a row that names nothing but a school, made once for each name and code."""
        seen = self._schools_seen.get((kind, school, code))
        if seen is None:
            name, number = self._text("school", school), self._text("school_code", code)
            seen = self._schools_seen[kind, school, code] = kind(school=name, school_code=number)
        return cast("Side", seen)

    def _systems(self, frame: pl.DataFrame) -> tuple[list[str], Ints]:
        """Return the school systems, and which of them each registry row's school has."""
        policy = self.reading.policy
        systems = sorted({policy.school_system, *(system for _, system in policy.school_systems)})
        if len(systems) == 1:
            return systems, np.zeros(len(frame), dtype=np.int64)
        codes = self.reading.texts_of("school_code")
        of = np.array(
            [systems.index(policy.system_of(RegistryRow(school_code=t).school_code)) for t in codes.texts]
        )
        return systems, of[frame["r_school_code"].to_numpy()]

    def _compare_grade(self, systems: list[str]) -> Callable[[tuple[int, ...]], Compared]:
        def ask(codes: tuple[int, ...]) -> Compared:
            form, row = self._beside(grade=codes[0]), self._held(grade=codes[1])
            reading = self.reading
            return compare_grade(
                form.grade, row.grade, system=systems[codes[2]], as_of=reading.as_of, policy=reading.policy
            )

        return ask

    def _class(self, frame: pl.DataFrame, system: Ints) -> tuple[Ints, ...]:
        """Return what classes are compared by; texts that name a number alone are compared by nothing else."""
        mine, theirs = self._codes(frame, "class")
        plain = self.reading.texts_of("class").table(_plain_class, bool)
        entry = (frame["entry_year"].to_numpy(), frame["r_entry_month"].to_numpy())
        besides = (*self._codes(frame, "grade"), *entry, system)
        alone = plain[mine] & plain[theirs]
        return (mine, theirs, *(np.where(alone, 0, codes) for codes in besides))

    def _compare_class(self, systems: list[str]) -> Callable[[tuple[int, ...]], Compared]:
        def ask(codes: tuple[int, ...]) -> Compared:
            form = self._beside(class_=codes[0], grade=codes[2], entry=codes[4])
            row = self._held(class_=codes[1], grade=codes[3], entry=codes[5])
            return compare_class(
                form.class_name,
                row.class_name,
                Beside(form.grade, form.entry_year),
                Beside(row.grade, row.entry_month),
                system=systems[codes[6]],
                policy=self.reading.policy,
            )

        return ask

    def _entry(self, frame: pl.DataFrame, system: Ints) -> tuple[Ints, ...]:
        columns = ("entry_year", "r_entry_month", "r_grade")
        return (*(frame[name].to_numpy() for name in columns), system)

    def _compare_entry(self, systems: list[str]) -> Callable[[tuple[int, ...]], Compared]:
        def ask(codes: tuple[int, ...]) -> Compared:
            form, row = self._beside(entry=codes[0]), self._held(entry=codes[1], grade=codes[2])
            system, policy = systems[codes[3]], self.reading.policy
            number = grade_number(row.grade, system=system, policy=policy)
            return compare_entry(form.entry_year, row.entry_month, number=number, system=system, policy=policy)

        return ask

    def _beside(self, *, grade: int = -1, class_: int = -1, entry: int = -1) -> Application:
        return Application(
            grade=self._text("grade", grade) if grade >= 0 else "",
            class_name=self._text("class", class_) if class_ >= 0 else "",
            entry_year=self._text("entry_year", entry) if entry >= 0 else "",
        )

    def _held(self, *, grade: int = -1, class_: int = -1, entry: int = -1) -> RegistryRow:
        return RegistryRow(
            grade=self._text("grade", grade) if grade >= 0 else "",
            class_name=self._text("class", class_) if class_ >= 0 else "",
            entry_month=self._text("entry_month", entry) if entry >= 0 else "",
        )

    # --- age and grade ------------------------------------------------------------------------------------

    def _age(self, frame: pl.DataFrame, systems: list[str], system: Ints) -> Ints:
        """Return 1 where the age is remarkable for the registry's grade; one of each age and grade is asked."""
        day, (month, first) = self.reading.as_of, self.reading.policy.cutover
        birth, grade = frame["birth"].to_numpy(), frame["r_grade"].to_numpy()
        year, date = np.divmod(birth, 10_000)
        late = date > month * 100 + first
        age = day.year - year - late
        texts = self.reading.texts_of("grade")
        marks, at, back = distinct((age * len(texts) + grade) * len(systems) + system)
        told = np.empty(len(marks), dtype=np.int64)
        for place, row in enumerate(at.tolist()):
            held = self._held(grade=int(grade[row]))
            number = grade_number(held.grade, system=systems[int(system[row])], policy=self.reading.policy)
            born = f"000000{int(birth[row]):08}0000"
            told[place] = bool(age_remark(born, number, as_of=day, policy=self.reading.policy))
        return told[back]


def _member(frame: pl.DataFrame, place: int) -> Member:
    row, held, count, shared = frame.select("row", "r_row", "count", "shared").row(place)
    return row, held if count == 1 else -1, shared
