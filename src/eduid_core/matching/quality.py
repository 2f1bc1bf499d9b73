"""
Quality report of a registry (问题学籍): problems by row number, without personal data.

Impossible numbers, a number or student number on several rows, rows without a number, the same name with the
same sex and birth under different numbers, blank fields, unknown words for the status.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import attrs

from eduid_core.matching.keys import RESIDENT, kind_of, lookup_key, squeeze_number
from eduid_core.matching.records import RegistryRow
from eduid_core.matching.statuses import status_reason
from eduid_core.validation.api import inspect_number
from eduid_core.validation.names.inspect import fold_name, has_lost_glyph, inspect_name

__all__ = ["Problem", "QualityReport", "inspect_registry"]

_REQUIRED = ("student_number", "name", "id_type", "school_code", "school", "grade", "class_name", "entry_month")


@attrs.frozen
class Problem:
    """A problem: its code, and the rows that share it, counted from 0 in the order of the registry."""

    code: str
    rows: tuple[int, ...]


@attrs.frozen
class QualityReport:
    """All problems of a registry, by first row and then by code."""

    size: int
    problems: tuple[Problem, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Return the number of problems per code."""
        return MappingProxyType(dict(sorted(Counter(problem.code for problem in self.problems).items())))


def inspect_registry(rows: Iterable[RegistryRow], *, as_of: dt.date) -> QualityReport:
    """
    Return the problems of *rows* on the day *as_of*.

    >>> report = inspect_registry([RegistryRow(student_number="G1", name="陈小雨")], as_of=dt.date(2026, 9, 1))
    >>> dict(report.counts)
    {'REG_FIELD_BLANK': 1, 'REG_NO_ID': 1, 'REG_STATUS_UNKNOWN': 1}
    """
    held = tuple(rows)
    single = (Problem(code, (at,)) for at, row in enumerate(held) for code in _of_row(row, as_of))
    problems = sorted((*single, *_shared(held)), key=lambda problem: (problem.rows, problem.code))
    return QualityReport(len(held), tuple(problems))


def _of_row(row: RegistryRow, as_of: dt.date) -> Iterator[str]:
    number = row.id_number.reveal("matching")
    kind = kind_of(row.id_type, number)
    if not number.strip():
        yield "REG_NO_ID"
    elif kind and not inspect_number(number, kind=kind, as_of=as_of).valid:
        yield "REG_ID_BAD"
    if any(not getattr(row, field) for field in _REQUIRED):
        yield "REG_FIELD_BLANK"
    name = row.name.reveal("matching")
    if name and (has_lost_glyph(fold_name(name)[0]) or not inspect_name(name, latin=True).valid):
        yield "REG_NAME_BAD"
    if status_reason(row.status) == "STATUS_UNKNOWN":
        yield "REG_STATUS_UNKNOWN"


def _shared(rows: tuple[RegistryRow, ...]) -> Iterator[Problem]:
    """Yield the problems that concern several rows; rows that are no longer active are ignored."""
    by_id: defaultdict[str, list[int]] = defaultdict(list)
    by_number: defaultdict[str, list[int]] = defaultdict(list)
    by_person: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    ids = [lookup_key(row.id_type, row.id_number) for row in rows]
    for at, (row, key) in enumerate(zip(rows, ids, strict=True)):
        if status_reason(row.status):
            continue
        if key:
            by_id[key].append(at)
        if student := squeeze_number(row.student_number.reveal("matching")):
            by_number[student].append(at)
        if person := _person(row):
            by_person[person].append(at)
    yield from (Problem("REG_SAME_ID", tuple(found)) for found in by_id.values() if len(found) > 1)
    yield from (
        Problem("REG_SAME_STUDENT_NUMBER", tuple(found)) for found in by_number.values() if len(found) > 1
    )
    for found in by_person.values():
        if len(found) > 1 and len({ids[at] or at for at in found}) > 1:
            yield Problem("REG_SAME_PERSON", tuple(found))


def _person(row: RegistryRow) -> tuple[str, str, str] | None:
    """Return folded name, birth and sex, by the resident number or else by the student number."""
    number = squeeze_number(row.id_number.reveal("matching")) if kind_of(row.id_type) in RESIDENT else ""
    if len(number) != 18:  # noqa: PLR2004 - a resident number
        number = squeeze_number(row.student_number.reveal("matching"))[1:]
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit():  # noqa: PLR2004
        return None
    sex = "male" if int(number[16]) % 2 else "female"
    return fold_name(row.name.reveal("matching"))[0], number[6:14], sex
