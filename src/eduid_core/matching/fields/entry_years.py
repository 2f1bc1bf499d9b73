"""
The entry year (入学年月): the year in which the pupil began the present stage.

Pupils of a junior school often write the year in which they began primary school. Where that is exactly what
the school system makes it, the difference is explained.
"""

from __future__ import annotations

from eduid_core.matching.policy import MatchingPolicy
from eduid_core.matching.stages import earlier_starts
from eduid_core.matching.verdict import Compared, FieldCode
from eduid_core.validation.schooling.parse import EntryYear, parse_entry_year

__all__ = ["compare_entry"]

_EQUAL = Compared(FieldCode.EQUAL)
_PLAIN_YEAR, _PLAIN_MONTH = 4, 6


def compare_entry(claimed: str, held: str, *, number: int, system: str, policy: MatchingPolicy) -> Compared:
    """
    Return how the claimed year stands to the registry's month; *number* is the registry's grade, or 0.

    >>> compare_entry("2017", "202309", number=8, system="six_three", policy=Policy()).note
    'ENTRY_YEAR_OTHER_STAGE'
    """
    if not held.strip():
        return Compared(FieldCode.MISSING_REG)
    mine, theirs = parse_entry_year(claimed), parse_entry_year(held)
    if mine is None or theirs is None:
        return Compared(FieldCode.UNRESOLVABLE, "ENTRY_YEAR_UNREADABLE")
    if _same_year(mine, theirs, policy=policy):
        as_asked = len(claimed) == _PLAIN_YEAR and len(held) == _PLAIN_MONTH
        return _EQUAL if as_asked or claimed == held else Compared(FieldCode.EQUAL_NORMALISED, "ENTRY_SPELLING")
    if number and _began(theirs, policy) - _began(mine, policy) in earlier_starts(number, system=system):
        return Compared(FieldCode.VARIANT, "ENTRY_YEAR_OTHER_STAGE")
    if _began(mine, policy) == _began(theirs, policy):
        return Compared(FieldCode.VARIANT, "ENTRY_SCHOOL_YEAR")
    return Compared(FieldCode.DIFFERENT)


def _same_year(mine: EntryYear, theirs: EntryYear, *, policy: MatchingPolicy) -> bool:
    """Return whether year and, where both name a month, school year agree."""
    if mine.year != theirs.year:
        return False
    return not (mine.month and theirs.month) or _began(mine, policy) == _began(theirs, policy)


def _began(entry: EntryYear, policy: MatchingPolicy) -> int:
    """Return the school year of an entry: August counts to the coming one, spring month to the running one."""
    early = entry.month and entry.month < policy.cutover[0] - 1
    return entry.year - 1 if early else entry.year
