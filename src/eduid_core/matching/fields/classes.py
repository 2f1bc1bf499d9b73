"""The class: its number or label. A grade or entry year in the class text must agree with its record."""

from __future__ import annotations

from eduid_core.matching.fields.grades import cohort_entry, fits_stage
from eduid_core.matching.placement import Placement
from eduid_core.matching.policy import MatchingPolicy
from eduid_core.matching.stages import number_of
from eduid_core.matching.verdict import Compared, FieldCode
from eduid_core.validation.names.inspect import has_lost_glyph
from eduid_core.validation.schooling.parse import Ambiguous, ClassText, EntryYear
from eduid_core.validation.schooling.patterns import spaced_form

__all__ = ["compare_class"]

_EQUAL = Compared(FieldCode.EQUAL)
_UNREADABLE = Compared(FieldCode.UNRESOLVABLE, "CLASS_UNREADABLE")
_AMBIGUOUS = Compared(FieldCode.UNRESOLVABLE, "CLASS_AMBIGUOUS")


def compare_class(mine: Placement, theirs: Placement, *, system: str, policy: MatchingPolicy) -> Compared:
    """
    Compare the claimed class with the registry's.

    A class text with a grade or an entry year must first agree with those of its record.
    """
    if not theirs.class_text.strip():
        return Compared(FieldCode.MISSING_REG)
    # A grade written as a cohort has no number; it was compared with the number of the other side.
    numbers = (mine.number or theirs.number, theirs.number or mine.number)
    for read, number in zip((mine.class_, theirs.class_), numbers, strict=True):
        if note := _conflict(read, number, theirs.entry, system=system, policy=policy):
            return Compared(FieldCode.DIFFERENT, note)
    same = mine.class_text == theirs.class_text
    mine_plain = spaced_form(mine.class_text)
    theirs_plain = mine_plain if same else spaced_form(theirs.class_text)
    if has_lost_glyph(mine_plain) or (not same and has_lost_glyph(theirs_plain)):
        return Compared(FieldCode.UNRESOLVABLE, "UNRESOLVABLE_GLYPH")
    if same:
        return _EQUAL
    if mine_plain == theirs_plain:
        return Compared(FieldCode.EQUAL_NORMALISED, "CLASS_SPELLING")
    return _compare(mine.class_, theirs.class_)


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
    fits = entry and entry.year == cohort and fits_stage(read.grade, number, system=system)
    return "" if fits else "CLASS_YEAR_CONFLICT"
