"""
The one spelling of a class: grade and class as a registry, a teacher and a family write them, made one text.

Under the six-three system, which is the default, 初一 is 七年级. A cohort (2020级) stays one: which grade it is
depends on the day.
"""

from __future__ import annotations

from typing import Final

from eduid_core.validation.folding import plain_text
from eduid_core.validation.schooling.parse import ClassText, Grade, Stage, parse_class, parse_grade
from eduid_core.validation.schooling.patterns import numeral, squeeze

__all__ = ["class_form"]

_FIRST: Final = {Stage.PRIMARY: 1, Stage.JUNIOR: 7, Stage.SENIOR: 10}
_COHORTS: Final = {Stage.PRIMARY: "小", Stage.JUNIOR: "初", Stage.SENIOR: "高", None: ""}


def class_form(class_name: str, grade: str = "") -> str:
    """
    Return the class in its one spelling: the grade, a blank, the class; an unreadable part as it is written.

    The grade is *grade*, or without one that which *class_name* names.

    >>> class_form("六（1）班"), class_form("一班", "小学六年级"), class_form("601班")
    ('六年级 1班', '六年级 1班', '六年级 1班')
    >>> class_form("3班", "初二"), class_form("花儿班", "六年级"), class_form("2020级1班")
    ('八年级 3班', '六年级 花儿班', '2020级 1班')
    """
    named, read = parse_grade(grade), parse_class(class_name)
    written = _grade_form(named) if named else squeeze(grade)
    if not isinstance(read, ClassText):
        plain = (plain_text(class_name) or class_name).strip()
        whole = f"{written} {plain}".strip()
        read = parse_class(whole)  # with its grade beside it, a class may have one reading
        if not isinstance(read, ClassText):
            first, _, rest = whole.partition(" ")
            apart = parse_grade(first) if rest else None
            return f"{_grade_form(apart)} {rest.strip()}" if apart else whole
    if not written and read.grade:
        written = _grade_form(read.grade)
    label = read.label if read.label.endswith("班") else f"{read.label}班"
    return f"{written} {f'{read.number}班' if read.number else label}".strip()


def _grade_form(grade: Grade) -> str:
    """Return a grade in its one spelling: 六年级, 高一, 2020级, 初2025届."""
    if grade.entry_year or grade.grad_year:
        cohort = f"{grade.entry_year}级" if grade.entry_year else f"{grade.grad_year}届"
        return f"{_COHORTS[grade.stage]}{cohort}"
    number = grade.index if grade.stage is None else _FIRST[grade.stage] - 1 + grade.index
    senior = _FIRST[Stage.SENIOR]
    return f"高{numeral(number - senior + 1)}" if number >= senior else f"{numeral(number)}年级"
