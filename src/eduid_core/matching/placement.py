"""
The placement of one record: grade, class and entry, each text beside its parsed value.

Every text is parsed once, when the record is read; the comparators then compare values only.
"""

from __future__ import annotations

from typing import NamedTuple

from eduid_core.matching.policy import MatchingPolicy
from eduid_core.matching.stages import number_of
from eduid_core.validation.schooling.parse import (
    Ambiguous,
    ClassText,
    EntryYear,
    Grade,
    parse_class,
    parse_entry_year,
    parse_grade,
)

__all__ = ["Placement", "read_placement"]


class Placement(NamedTuple):
    """
    Grade, class and entry of one record as written and as parsed.

    `number` is the grade as a year of schooling, 1 to 12, or 0 for a cohort or an unreadable grade.
    """

    grade_text: str
    class_text: str
    entry_text: str
    grade: Grade | None
    class_: ClassText | Ambiguous | None
    entry: EntryYear | None
    number: int


def read_placement(
    grade: str,
    class_name: str,
    entry: str,
    *,
    system: str,
    policy: MatchingPolicy,
    like: Placement | None = None,
) -> Placement:
    """
    Return the placement in these texts; a text equal to the one of *like* takes over its value.

    >>> read_placement("初二", "3班", "202409", system="six_three", policy=MatchingPolicy()).number
    8
    """
    if like is not None and grade == like.grade_text:
        read, number = like.grade, like.number
    else:
        read = parse_grade(grade)
        number = number_of(read, system=system, policy=policy) if read else 0
    class_ = like.class_ if like is not None and class_name == like.class_text else parse_class(class_name)
    year = like.entry if like is not None and entry == like.entry_text else parse_entry_year(entry)
    return Placement(grade, class_name, entry, read, class_, year, number)
