"""The class: its number or label. A grade or entry year in the class text must agree with its record."""

from __future__ import annotations

from typing import NamedTuple

from eduid_core.matching.fields.grades import cohort_entry, grade_number
from eduid_core.matching.policy import MatchingPolicy
from eduid_core.matching.stages import number_of
from eduid_core.matching.verdict import Compared, FieldCode
from eduid_core.validation.names.inspect import has_lost_glyph
from eduid_core.validation.schooling.parse import Ambiguous, ClassText, EntryYear, parse_class, parse_entry_year
from eduid_core.validation.schooling.patterns import squeeze

__all__ = ["Beside", "compare_class"]

_EQUAL = Compared(FieldCode.EQUAL)
_UNREADABLE = Compared(FieldCode.UNRESOLVABLE, "CLASS_UNREADABLE")
_AMBIGUOUS = Compared(FieldCode.UNRESOLVABLE, "CLASS_AMBIGUOUS")


class Beside(NamedTuple):
    """The other fields of the record of a class text."""

    grade: str
    entry: str


def compare_class(
    claimed: str, held: str, mine: Beside, theirs: Beside, *, system: str, policy: MatchingPolicy
) -> Compared:
    """
    Compare the claimed class with the registry's, both as written.

    A class text with a grade or an entry year must first agree with those of its record.
    """
    if not held.strip():
        return Compared(FieldCode.MISSING_REG)
    own = parse_class(claimed)
    other = own if claimed == held else parse_class(held)
    numbers = [grade_number(grade, system=system, policy=policy) for grade in (mine.grade, theirs.grade)]
    entry = parse_entry_year(theirs.entry)
    # A grade written as a cohort has no number; it was compared with the number of the other side.
    for read, number in ((own, numbers[0] or numbers[1]), (other, numbers[1] or numbers[0])):
        if note := _conflict(read, number, entry, system=system, policy=policy):
            return Compared(FieldCode.DIFFERENT, note)
    mine_plain, theirs_plain = squeeze(claimed), squeeze(held)
    if has_lost_glyph(mine_plain) or has_lost_glyph(theirs_plain):
        return Compared(FieldCode.UNRESOLVABLE, "UNRESOLVABLE_GLYPH")
    if claimed == held:
        return _EQUAL
    if mine_plain == theirs_plain:
        return Compared(FieldCode.EQUAL_NORMALISED, "CLASS_SPELLING")
    return _compare(own, other)


def _compare(own: ClassText | Ambiguous | None, other: ClassText | Ambiguous | None) -> Compared:
    if own is None or other is None:
        return _UNREADABLE if own or other else Compared(FieldCode.DIFFERENT)
    if isinstance(own, Ambiguous) or isinstance(other, Ambiguous):
        return _AMBIGUOUS
    if not (own.number or own.label) or not (other.number or other.label):
        return _UNREADABLE
    if (own.number, own.label) == (other.number, other.label):
        return Compared(FieldCode.EQUAL_NORMALISED, "CLASS_SPELLING")
    return Compared(FieldCode.DIFFERENT)


def _conflict(
    read: ClassText | Ambiguous | None,
    number: int,
    entry: EntryYear | None,
    *,
    system: str,
    policy: MatchingPolicy,
) -> str:
    """
    Return the note of a contradiction between a class text and its record, or an empty string.

    *number* is the grade of the record, or 0; *entry* the year in which the stage began, by the registry.
    """
    if read is None:
        return ""
    if isinstance(read, Ambiguous):
        notes = [_conflict(one, number, entry, system=system, policy=policy) for one in read.readings]
        return notes[0] if all(notes) else ""
    if read.grade is None:
        return ""
    if read.grade.index:
        named = number_of(read.grade, system=system, policy=policy)
        return "" if named and named == number else "CLASS_GRADE_CONFLICT"
    cohort = cohort_entry(read.grade, number, system=system) if number or read.grade.entry_year else 0
    return "" if entry and entry.year == cohort else "CLASS_YEAR_CONFLICT"
