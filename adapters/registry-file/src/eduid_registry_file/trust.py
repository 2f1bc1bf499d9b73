"""
Refuse a registry that cannot be believed.

Where many of its numbers cannot be read, or many of its status words are unknown, nobody would be found in it:
the file is at fault, and no family is told anything. Below that, single rows are set aside or go to a person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

import attrs

from eduid_core.matching import status_reason
from eduid_core.validation.placeholders import blanked
from eduid_registry_file.faults import FileFault, RowFault

__all__ = ["RegistryTrust", "check_shared_students", "shape_of", "status_is_unknown"]

_SHARE: Final = 5
_LEAST: Final = 5
_LEAST_SHARED: Final = 2
_SHOWN: Final = 3
_LONGEST: Final = 20
_DIGIT, _LETTER, _OTHER = re.compile(r"[0-9]"), re.compile(r"[A-Za-z]"), re.compile(r"[^0-9A-Za-z.+\-/]")


def shape_of(text: str) -> str:
    """
    Return the masked shape of *text*: every digit as 9, every letter as A, every other character as 字.

    >>> shape_of("3.2E+17"), shape_of("在籍1"), shape_of("320098201503150010")
    ('9.9A+99', '字字9', '9…9(18)')
    """
    plain = _OTHER.sub("字", _LETTER.sub("A", _DIGIT.sub("9", text[:_LONGEST])))
    return _LONG_RUN.sub(lambda run: f"9…9({len(run[0])})", plain)


def status_is_unknown(text: str) -> bool:
    """Return whether *text* is a status of no known meaning; a blank is none."""
    return bool(blanked(text)) and status_reason(text) == "STATUS_UNKNOWN"


_LONG_RUN: Final = re.compile(r"9{7,}")


@attrs.define
class RegistryTrust:
    """Counts the rows of a registry, its unreadable numbers, and its unknown status words."""

    rows: int = 0
    numbers: int = 0
    blank: int = 0
    """Rows without a number: each is for a person, but nobody is found in a registry of such rows only."""
    shape: str = ""
    statuses: Counter[str] = attrs.field(factory=Counter)

    def set_aside(self, faults: Iterable[RowFault], *, shape: str = "") -> None:
        """Count rows that were set aside; a fault of the document number counts as unreadable."""
        for fault in faults:
            self.rows += 1
            self.numbers += fault.field == "id_number"
            if fault.field == "id_number":
                self.shape = self.shape or shape or _SHAPES.get(fault.code, "")

    def check(self, file: str) -> None:
        """
        Refuse the registry *file* if too many of its rows cannot be read.

        Raises:
            FileFault: they are all rows, or over a fifth and at least five.
        """
        nobody = self.blank > 0 and self.numbers + self.blank == self.rows
        if nobody or self._too_many(self.numbers):
            raise FileFault(
                "REGISTRY_NUMBERS",
                file=file,
                count=self.numbers + self.blank * nobody,
                rows=self.rows,
                shape=self.shape or _NONE,
            )
        unknown = self.statuses.total()
        if self._too_many(unknown):
            words = "、".join(shape_of(word) for word, _ in self.statuses.most_common(_SHOWN))
            raise FileFault("REGISTRY_STATUSES", file=file, count=unknown, rows=self.rows, shape=words)

    def _too_many(self, count: int) -> bool:
        return count > 0 and (count == self.rows or (count >= _LEAST and count * _SHARE > self.rows))


_NONE: Final = "空 blank"
_SHAPES: Final = {
    "ID_NUMERIC_CELL": "9.99999E+17",
    "ID_SCIENTIFIC": "9.99999E+17",
    "CELL_ERROR": "#N/A",
    "ID_ZERO_LOST": "9999999",
}


def check_shared_students(file: str, students: Mapping[str, AbstractSet[Hashable]], side: str) -> None:
    """
    Refuse a file of which two sheets list the same students: at least two, and a fifth of the smaller sheet.

    Raises:
        FileFault: two sheets do; the person is asked to choose.
    """
    names = list(students)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            shared = len(students[one] & students[other])
            smaller = min(len(students[one]), len(students[other]))
            if shared >= _LEAST_SHARED and shared * _SHARE >= smaller:
                raise FileFault(
                    "SHEETS_SHARE_STUDENTS", file=file, one=one, other=other, count=shared, side=side
                )
