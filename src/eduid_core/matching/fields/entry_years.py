"""
The entry year (入学年月): the year in which the student began the present stage.

Students of a junior school often write the year in which they began primary school. The difference is explained
if it is exactly the one given by the school system.
"""

from __future__ import annotations

from eduid_core.matching.placement import Placement
from eduid_core.matching.policy import MatchingPolicy
from eduid_core.matching.stages import earlier_starts
from eduid_core.matching.verdict import Compared, FieldCode
from eduid_core.validation.schooling.parse import EntryYear

__all__ = ["compare_entry"]

_EQUAL = Compared(FieldCode.EQUAL)
_PLAIN_YEAR, _PLAIN_MONTH = 4, 6


def compare_entry(mine: Placement, theirs: Placement, *, system: str, policy: MatchingPolicy) -> Compared:
    """
    Compare the claimed year with the registry's month.

    >>> from eduid_core.matching.placement import read_placement
    >>> rules = {"system": "six_three", "policy": MatchingPolicy()}
    >>> mine, theirs = (read_placement("八年级", "1班", text, **rules) for text in ("2017", "202309"))
    >>> compare_entry(mine, theirs, **rules).note
    'ENTRY_YEAR_OTHER_STAGE'
    """
    claimed, held = mine.entry_text, theirs.entry_text
    if not held.strip():
        return Compared(FieldCode.MISSING_REG)
    if mine.entry is None or theirs.entry is None:
        return Compared(FieldCode.UNRESOLVABLE, "ENTRY_YEAR_UNREADABLE")
    if _same_year(mine.entry, theirs.entry, policy=policy):
        as_asked = len(claimed) == _PLAIN_YEAR and len(held) == _PLAIN_MONTH
        return _EQUAL if as_asked or claimed == held else Compared(FieldCode.EQUAL_NORMALISED, "ENTRY_SPELLING")
    earlier = _began(theirs.entry, policy) - _began(mine.entry, policy)
    if theirs.number and earlier in earlier_starts(theirs.number, system=system):
        return Compared(FieldCode.VARIANT, "ENTRY_YEAR_OTHER_STAGE")
    if not earlier:
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
