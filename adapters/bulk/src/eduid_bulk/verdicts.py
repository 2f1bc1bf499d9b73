"""
Verdicts as written to `decisions.csv`: few distinct ones, each with a number.

Verdicts are made only here, and only by `match`: one for each class of the kernel, one for each row marked
alone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final, NamedTuple

import attrs

from eduid_bulk.encode import EncodingContext
from eduid_core.matching import Application, Found, Policy, RegistryRow, SchoolIndex, Verdict, match_or_review

__all__ = ["ScalarReference", "WrittenVerdict", "decided", "matched", "report"]

_LOG: Final = logging.getLogger("eduid_bulk")


class WrittenVerdict(NamedTuple):
    """A verdict as written: codes only."""

    outcome: str
    reasons: str
    fields: str


def matched(form: Application, found: Found, *, policy: Policy) -> Verdict:
    """Return the verdict of `match`; if it fails, a person decides and the type of the error is logged."""
    return match_or_review(form, found, policy=policy, on_failure=report)


def report(error: str) -> None:
    """Log the type of an *error*; its text may hold a cell."""
    _LOG.error("an application was not compared: %s", error)


def decided(verdict: Verdict) -> WrittenVerdict:
    """Return *verdict* as written to `decisions.csv`."""
    fields = ";".join(f"{result.field}={result.code.value}" for result in verdict.differing)
    return WrittenVerdict(verdict.outcome.value, ";".join(verdict.reasons), fields)


@attrs.define(eq=False)
class ScalarReference:
    """The scalar reference: forms and rows in, numbers of verdicts out; 0 is no verdict."""

    reading: EncodingContext
    schools: SchoolIndex = attrs.field(repr=False)
    verdicts: list[WrittenVerdict] = attrs.field(factory=lambda: [WrittenVerdict("", "", "")])
    _numbers: dict[WrittenVerdict, int] = attrs.field(factory=dict, repr=False)

    def number(self, verdict: WrittenVerdict) -> int:
        """Return the number of *verdict*."""
        if verdict not in self._numbers:
            self._numbers[verdict] = len(self.verdicts)
            self.verdicts.append(verdict)
        return self._numbers[verdict]

    def decide(self, form: Application, rows: Sequence[RegistryRow], *, others: int = 0) -> int:
        """Return the number of the verdict on *form*; *others* of the file have the same number."""
        found = Found(tuple(rows), self.schools, self.reading.as_of, also_applied=("live",) * others)
        return self.number(decided(matched(form, found, policy=self.reading.policy)))

    def is_returned(self, number: int) -> bool:
        """Return whether the verdict is a return, so that no valid application remains."""
        return self.verdicts[number].outcome == "returned"
