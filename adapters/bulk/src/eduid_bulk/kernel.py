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

from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from eduid_bulk.comparators import Ask, Comparisons
from eduid_bulk.dictionary import distinct
from eduid_bulk.encode import EncodingContext
from eduid_core.matching import RegistryRow, SchoolIndex
from eduid_core.matching.cross_checks import age_remark
from eduid_core.matching.fast_path import PLAIN_CLASSES, PLAIN_MONTHS, PLAIN_YEARS
from eduid_core.matching.fields.grades import grade_number
from eduid_core.validation.schooling.parse import GRADES

__all__ = ["ALONE", "Kernel", "Member"]

ALONE: Final = -1
"""The class of a row that the scalar reference must look at for itself."""

_NOBODY: Final = -1
_BITS: Final = 7
"""Bits for the answer of one comparator: far more than there are answers."""
_FEW: Final = 10_000
"""Rows of a slice up to which each is asked about for itself, without looking for those that are alike."""
_SHIFT: Final = 48
_FOUND: Final = 1 << 47
_SHARED: Final = 46

Member = tuple[int, int, bool]
"""A row to know a class by: the row of the form, that of the registry or -1, whether others have its number."""

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
        alone = frame["needs_scalar"].to_numpy() | (count > 1)
        mark = (
            frame["said"].to_numpy().astype(np.int64) << _SHIFT
            | frame["shared"].to_numpy().astype(np.int64) << _SHARED
        )
        found = (count == 1) & ~alone
        if found.any():
            alone |= found & frame["r_needs_scalar"].to_numpy()
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
        case = frame["r_status"].to_numpy().astype(np.int64) << 2 | frame["r_filed"].to_numpy() << 1 | age
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
        return case

    def _codes(self, frame: pl.DataFrame, *columns: str) -> tuple[Ints, ...]:
        """Return the numbers of the texts of *columns*, each of the form and then of the registry."""
        names = [side + column for column in columns for side in ("", "r_")]
        return tuple(frame[name].to_numpy() for name in names)

    def _same(self, frame: pl.DataFrame, column: str, plain: Callable[[str], bool]) -> Bools:
        """Return where both sides of *column* hold the same plain text."""
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
        Return the answers about the schools.

        Names as the registry writes them lead to one school each. Where both lead to the same one they are
        equal; where they lead apart and no code is given, one pair is asked about for all.
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
        """Return the answers about the names; equal plain names are equal, every other pair is compared."""
        answers = np.zeros(len(frame), dtype=np.int64)
        unlike = np.flatnonzero((frame["name"] != frame["r_name"]).to_numpy() & found)
        pairs = frame.select("name", "r_name")[unlike]
        answers[unlike] = [self.asking.name(mine, theirs) for mine, theirs in pairs.iter_rows()]
        return answers

    def _asks(self, field: str, where: Bools, codes: Iterable[Any], ask: Ask) -> Ints:
        """Return the answers about *field*: 0 (equal) but *where* it is asked, once for unlike *codes*."""
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

    # --- what the comparators are asked about ---------------------------------------------------------------

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

    def _class(self, frame: pl.DataFrame, system: Ints) -> tuple[Ints, ...]:
        """Return what classes are compared by; texts that name a number alone are compared by nothing else."""
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
        """Return 1 where the age is remarkable for the registry's grade; one of each age and grade is asked."""
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
            number = grade_number(held.grade, system=systems[int(system[row])], policy=self.reading.policy)
            born = f"000000{int(birth[row]):08}0000"
            codes[place] = bool(age_remark(born, number, as_of=day, policy=self.reading.policy))
        return codes[back]


def _member(frame: pl.DataFrame, place: int) -> Member:
    row, held, count, shared = frame.select("row", "r_row", "count", "shared").row(place)
    return row, held if count == 1 else -1, shared
