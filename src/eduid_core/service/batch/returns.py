"""
Too many returns for one reason: the file is at fault, not the families, and nothing is sent.

Counted are the rows newly decided by a run; rows that only lack consent are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from eduid_core.matching import RULE_SET, Outcome
from eduid_core.service.batch.records import PlannedRow

__all__ = ["ManyReturned", "ReturnCounts"]

_SHARE: Final = 5
_LEAST: Final = 5
_CODES: Final = frozenset(rule.reason for rule in RULE_SET.lattice if rule.outcome is Outcome.RETURNED)
_FIELDS: Final = {"PHONE_INVALID": "guardian_phone", "ID_INVALID": "id_number", "NAME_INVALID": "name"}
_BLANK: Final = "FIELD_REQUIRED"


@attrs.frozen
class ManyReturned:
    """The reason of too many returns: its code, its column, how many of how many rows, the first of them."""

    code: str
    field: str
    count: int
    rows: int
    place: int


@attrs.define
class ReturnCounts:
    """The number of new rows, and of those returned for each reason and column, with the first of them."""

    rows: int = 0
    _by_code: Counter[str] = attrs.field(factory=Counter)
    _by_field: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    _first: dict[tuple[str, str], int] = attrs.field(factory=dict)

    def over(self, plan: Iterable[PlannedRow]) -> Iterator[PlannedRow]:
        """Yield *plan* unchanged, and count it."""
        for planned in plan:
            result = planned.result
            if planned.fresh:
                blank = [field for field, code, _ in result.fields if code == "MISSING_APP"]
                self.add(result.outcome, result.reasons, blank, place=planned.place)
            yield planned

    def add(
        self, outcome: str, reasons: Iterable[str], blank: Iterable[str], *, place: int, rows: int = 1
    ) -> None:
        """Count *rows* with a result; *blank* names the fields that are missing, *place* the first row."""
        codes = _CODES.intersection(reasons) if outcome == Outcome.RETURNED.value else frozenset[str]()
        self.rows += rows
        for code in codes:
            self._by_code[code] += rows
            for field in blank if code == _BLANK else (_FIELDS[code],):
                self._by_field[code, field] += rows
                self._first.setdefault((code, field), place)

    def too_many(self) -> ManyReturned | None:
        """Return the most frequent reason if it returns over a fifth of the rows, and at least five."""
        for code, count in sorted(self._by_code.items(), key=lambda pair: (-pair[1], pair[0])):
            if count >= _LEAST and count * _SHARE > self.rows:
                fields = [(n, field) for (of, field), n in self._by_field.items() if of == code]
                field = min(fields, key=lambda pair: (-pair[0], pair[1]))[1]
                return ManyReturned(code, field, count, self.rows, self._first[code, field])
        return None
