"""
The kernel: joined forms and registry rows -> classes of rows that no rule can distinguish.

The kernel takes no decision. Two rows are in the same class if every input of the rule set is the same for
both: the result of checking the form alone, the status, the result of comparing each of the six fields. `match`
then decides one row of each class, and its verdict holds for all of them. If texts differ, each pair of
distinct texts is passed once to the comparator of the rule set. Rows that are not plainly written are marked
`ALONE`.

The kernel sees one batch at a time, of any size and in any order; it works the same on a whole file, on a
partition and in a batch of Spark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from eduid_bulk.comparators import FAILED, Ask, Comparisons
from eduid_bulk.dictionary import distinct
from eduid_bulk.encode import EncodingContext
from eduid_core.matching import RegistryRow, SchoolIndex
from eduid_core.matching.engine import (
    GRADES,
    PLAIN_CLASSES,
    PLAIN_MONTHS,
    PLAIN_YEARS,
    age_remark,
    read_placement,
)

__all__ = ["ALONE", "Kernel", "Member"]

ALONE: Final = -1
"""The class of a row that the scalar reference must decide itself."""

_NOBODY: Final = -1
_BITS: Final = 7
"""Bits for the result of one comparator: far more than there are results."""
_FEW: Final = 10_000
"""The largest number of rows for which each pair is compared directly, without a search for equal pairs."""
_SHIFT: Final = 48
_FOUND: Final = 1 << 47
_SHARED: Final = 46

Member = tuple[int, int, bool]
"""
A sample row of a class: the row of the form, the row of the registry or -1, whether other forms have its
number.
"""

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def _plain_grade(text: str) -> bool:
    return text in GRADES


def _plain_class(text: str) -> bool:
    return text in PLAIN_CLASSES


def _year(text: str) -> int:
    """Return the year in a plain entry year, -1 for another text."""
    return int(text) if text in PLAIN_YEARS else -1


def _year_of_month(text: str) -> int:
    """Return the year in a plain yyyymm, -2 for another text."""
    return int(text[:4]) if text[:4] in PLAIN_YEARS and text[4:] in PLAIN_MONTHS else -2


@attrs.define(eq=False)
class Kernel:
    """
    The classes of a run: their numbers, and the first and last row of each in the batch with its first
    occurrence.
    """

    reading: EncodingContext
    schools: SchoolIndex = attrs.field(repr=False)
    classes: dict[int, int] = attrs.field(factory=dict, repr=False)
    members: list[list[Member]] = attrs.field(factory=list, repr=False)
    asking: Comparisons = attrs.field(
        init=False,
        repr=False,
        default=attrs.Factory(lambda self: Comparisons(self.reading, self.schools), takes_self=True),
    )

    def settle(self, frame: pl.DataFrame) -> Ints:
        """Return the class of each row of *frame* (columns as for `mark`), or `ALONE`."""
        return self.number(self.mark(frame), frame)

    def mark(self, frame: pl.DataFrame) -> Ints:
        """
        Return for each row of *frame* all inputs of the rules, packed into one number; -1 for a row marked
        alone.

        Several batches may be marked at once, each in a thread of its own.

        *frame* has the columns of `Reading.forms`, those of `Reading.held` with the prefix `r_`, `count` (the
        number of registry rows with the key: 0, 1 or more; the registry columns are valid only for 1) and
        `shared` (another valid form has the number).
        """
        count = frame["count"].to_numpy()
        alone = frame["needs_scalar"].to_numpy() | (count > 1)
        mark = (
            frame["said"].to_numpy().astype(np.int64) << _SHIFT
            | frame["shared"].to_numpy().astype(np.int64) << _SHARED
        )
        found = (count == 1) & ~alone
        if found.any():
            alone |= found & frame["r_needs_scalar"].to_numpy()
            compared, failed = self._compared(frame, found & ~alone)
            alone |= found & failed
            mark |= np.where(found, compared | _FOUND, 0)
        mark[alone] = _NOBODY
        return mark

    def number(self, mark: Ints, frame: pl.DataFrame) -> Ints:
        """Return the number of the class of each *mark*, and record two rows of each new class; or `ALONE`."""
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

    def _compared(self, frame: pl.DataFrame, found: Bools) -> tuple[Ints, Bools]:
        """
        Return for each row the packed results of the fields, and whether a comparison failed; both are
        valid only where a row was *found*.
        """
        failed = np.zeros(len(frame), dtype=bool)
        same_grade = self._same(frame, "grade", _plain_grade)
        same_entry = self._same_entry(frame)
        same_class = self._same(frame, "class", _plain_class)
        systems, system = self._systems(frame)
        age = self._age(frame, systems, system)
        case = frame["r_status"].to_numpy().astype(np.int64) << 3 | frame["r_filed"].to_numpy() << 1 | age
        if self.reading.phones:
            mine, theirs = frame["phone"].to_numpy(), frame["r_phone"].to_numpy()
            case |= ((theirs != 0) & (mine != 0) & (theirs != mine)).astype(np.int64) << 2
        grade = (*self._codes(frame, "grade"), system)
        for answer in (
            self._names(frame, found),
            self._schools(frame, found),
            self._asks("grade", found & ~same_grade, grade, self.asking.grade(systems)),
            self._asks("class", found & ~same_class, self._class(frame, system), self.asking.class_(systems)),
            self._asks("entry", found & ~same_entry, self._entry(frame, system), self.asking.entry(systems)),
        ):
            case <<= _BITS
            case |= answer
            if self.asking.has_failed:
                failed |= answer == FAILED
        return case, failed

    def _codes(self, frame: pl.DataFrame, *columns: str) -> tuple[Ints, ...]:
        """Return the codes of the texts of *columns*, each of the form and then of the registry."""
        names = [side + column for column in columns for side in ("", "r_")]
        return tuple(frame[name].to_numpy() for name in names)

    def _same(self, frame: pl.DataFrame, column: str, plain: Callable[[str], bool]) -> Bools:
        """Return the rows in which both sides of *column* hold the same plain text."""
        mine, theirs = self._codes(frame, column)
        same: Bools = (mine == theirs) & self.reading.texts_of(column).table(plain, bool).take(mine)
        return same

    def _same_entry(self, frame: pl.DataFrame) -> Bools:
        texts = self.reading.texts_of("entry_year")
        mine = texts.table(_year, np.int16).take(frame["entry_year"].to_numpy())
        same: Bools = mine == texts.table(_year_of_month, np.int16).take(frame["r_entry_month"].to_numpy())
        return same

    def _schools(self, frame: pl.DataFrame, found: Bools) -> Ints:
        """
        Return the results for the schools.

        A name as written in the registry leads to one school. If both names lead to the same school, they are
        equal; if they lead to different schools and no code is given, one pair is compared for all of them.
        """
        (mine, theirs), (given, code) = self._codes(frame, "school"), self._codes(frame, "school_code")
        blank = self.reading.texts_of("school_code").code("")
        leads = self.reading.texts_of("school").table(self._leads, np.int64)
        led, settled = leads.take(mine), leads.take(theirs) == code
        same = (mine == theirs) & settled & ((given == code) | (given == blank))
        apart = np.flatnonzero(settled & (led >= 0) & (led != code) & (given == blank) & found)
        columns = np.stack((mine, theirs, given, code))
        columns[:, apart] = columns[:, apart[:1]]
        return self._asks("school", found & ~same, columns, self.asking.school)

    def _leads(self, school: str) -> int:
        """Return the number of the code that a school's name as written leads to, or -1."""
        code = self.schools.exact.get(school)
        return -1 if code is None else self.reading.texts_of("school_code").code(code)

    def _names(self, frame: pl.DataFrame, found: Bools) -> Ints:
        """Return the results for the names; equal plain names are equal, every other pair is compared."""
        answers = np.zeros(len(frame), dtype=np.int64)
        unlike = np.flatnonzero((frame["name"] != frame["r_name"]).to_numpy() & found)
        pairs = frame.select("name", "r_name")[unlike]
        answers[unlike] = [self.asking.name(mine, theirs) for mine, theirs in pairs.iter_rows()]
        return answers

    def _asks(self, field: str, where: Bools, codes: Iterable[Any], ask: Ask) -> Ints:
        """
        Return the results for *field*: 0 (equal) except at *where*, compared once for each set of different
        *codes*.
        """
        answers = np.zeros(len(where), dtype=np.int64)
        places = np.flatnonzero(where)
        if not len(places):
            return answers
        columns = [np.asarray(c)[places] for c in codes]
        if len(places) <= _FEW:
            answers[places] = self.asking.said(field, zip(*(c.tolist() for c in columns), strict=True), ask)
            return answers
        frame = pl.DataFrame({f"c{n}": column for n, column in enumerate(columns)})
        distinct = frame.unique()
        said = pl.Series(self.asking.said(field, distinct.iter_rows(), ask))
        asked = frame.join(distinct.with_columns(said=said), on=frame.columns, maintain_order="left")
        answers[places] = asked["said"].to_numpy()
        return answers

    # --- inputs of the comparators ----------------------------------------------------------------------------

    def _systems(self, frame: pl.DataFrame) -> tuple[list[str], Ints]:
        """Return the school systems, and the number of the system of each registry row's school."""
        policy = self.reading.policy
        systems = sorted({policy.school_system, *(system for _, system in policy.school_systems)})
        if len(systems) == 1:
            return systems, np.zeros(len(frame), dtype=np.int64)
        codes = self.reading.texts_of("school_code")
        of = np.array(
            [systems.index(policy.system_of(RegistryRow(school_code=t).school_code)) for t in codes.texts]
        )
        return systems, of[frame["r_school_code"].to_numpy()]

    def _class(self, frame: pl.DataFrame, system: Ints) -> tuple[Ints, ...]:
        """Return the inputs of comparing classes; texts that are only a number need no other input."""
        mine, theirs = self._codes(frame, "class")
        plain = self.reading.texts_of("class").table(_plain_class, bool)
        entry = (frame["entry_year"].to_numpy(), frame["r_entry_month"].to_numpy())
        besides = (*self._codes(frame, "grade"), *entry, system)
        alone = plain.take(mine) & plain.take(theirs)
        return (mine, theirs, *(np.where(alone, 0, codes) for codes in besides))

    def _entry(self, frame: pl.DataFrame, system: Ints) -> tuple[Ints, ...]:
        columns = ("entry_year", "r_entry_month", "r_grade")
        return (*(frame[name].to_numpy() for name in columns), system)

    # --- age and grade ------------------------------------------------------------------------------------

    def _age(self, frame: pl.DataFrame, systems: list[str], system: Ints) -> Ints:
        """
        Return 1 if the age is unusual for the registry's grade; each pair of age and grade is
        checked once.
        """
        day, (month, first) = self.reading.as_of, self.reading.policy.cutover
        birth, grade = frame["birth"].to_numpy(), frame["r_grade"].to_numpy()
        year, date = np.divmod(birth, 10_000)
        late = date > month * 100 + first
        age = day.year - year - late
        texts = self.reading.texts_of("grade")
        marks, at, back = distinct((age * len(texts) + grade) * len(systems) + system)
        codes = np.empty(len(marks), dtype=np.int64)
        for place, row in enumerate(at.tolist()):
            held = self.asking.held(grade=int(grade[row]))
            number = self._grade_number(held.grade, systems[int(system[row])])
            codes[place] = bool(age_remark(int(birth[row]), number, as_of=day, policy=self.reading.policy))
        return codes[back]

    def _grade_number(self, grade: str, system: str) -> int:
        """Return the number of a grade; 0 if it cannot be read: its comparison fails too."""
        try:
            return read_placement(grade, "", "", system=system, policy=self.reading.policy).number
        except Exception:  # noqa: BLE001 - as in `Comparisons`
            return 0


def _member(frame: pl.DataFrame, place: int) -> Member:
    row, held, count, shared = frame.select("row", "r_row", "count", "shared").row(place)
    return row, held if count == 1 else -1, shared
