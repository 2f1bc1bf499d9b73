"""
The entry year (入学年月): the year in which the student began the present stage.

Students of a junior school often write the year in which they began primary school. The difference is explained
if it is exactly the one given by the school system.
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
    Compare the claimed year with the registry's month; *number* is the registry's grade, or 0.

    >>> compare_entry("2017", "202309", number=8, system="six_three", policy=MatchingPolicy()).note
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
    """Return whether the years agree and, if both have a month, the school years too."""
    if mine.year != theirs.year:
        return False
    return not (mine.month and theirs.month) or _began(mine, policy) == _began(theirs, policy)


def _began(entry: EntryYear, policy: MatchingPolicy) -> int:
    """Return the school year of an entry: August belongs to the next one, a spring month to the current one."""
    early = entry.month and entry.month < policy.cutover[0] - 1
    return entry.year - 1 if early else entry.year
