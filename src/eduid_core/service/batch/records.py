"""Stored records of a file run: the run itself and its plan, which holds codes only."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, Literal, Protocol

import attrs

from eduid_core.matching import Application as Form
from eduid_core.plugins import Document
from eduid_core.private import IdNumber
from eduid_core.workflow.application.states import MatchResult
from eduid_core.workflow.forms import person_of

__all__ = ["GROUP", "BatchRow", "MemoryRow", "PlannedRow", "RunRecord", "digest_of_parts", "place_key"]

GROUP: Final = 200
"""Rows whose plan is stored in one document and that are submitted in one transaction."""
PLAN: Final = 2
"""The format of a stored plan: a run planned by a version with another format is planned again."""


class BatchRow(Protocol):
    """One form and its line in the file; both are read on request."""

    @property
    def line(self) -> int:
        """Return the line, counted from 1."""
        ...

    @property
    def form(self) -> Form:
        """Return the form."""
        ...

    @property
    def person(self) -> IdNumber | None:
        """Return the person of the form (`person_of`)."""
        ...


@attrs.frozen
class MemoryRow:
    """A `BatchRow` in memory."""

    line: int
    form: Form

    @property
    def person(self) -> IdNumber | None:
        """Return the person of the form."""
        return person_of(self.form)


@attrs.frozen(kw_only=True)
class RunRecord:
    """
    One run over two files. Its inputs identify it, so a killed run can be resumed.

    `policy_text` is the policy as given, empty for the default; `size_by_school` is the size of the registry;
    `reading` is what was told about the files, empty for nothing; `returns_confirmed` that a person accepted
    many returns for one reason; `journal` is the journal of its messages, empty for none.
    """

    id: str
    number: int
    applications: str
    registry: str
    as_of: dt.date
    policy_text: str
    rows: int
    size_by_school: Mapping[str, int]
    state: Literal["planned", "done", "abandoned", "undone"] = "planned"
    plan: int = PLAN
    reading: str = ""
    returns_confirmed: bool = False
    journal: str = ""

    @property
    def is_unfinished(self) -> bool:
        """Return whether the run can be resumed."""
        return self.state == "planned" and self.plan == PLAN

    @property
    def name(self) -> str:
        """Return the name of the run for people: its day and the digests of its files, never file names."""
        files = f"sha256 applications {self.applications[:12]}, registry {self.registry[:12]}"
        return f"{self.as_of.isoformat()}, {files}"

    def document(self) -> Document:
        """Return the stored form of the run."""
        body = {**attrs.asdict(self), "as_of": self.as_of.isoformat()}
        return Document("run", self.id, json.dumps(body).encode())

    @classmethod
    def read(cls, body: bytes) -> RunRecord:
        """Return the run stored as *body*."""
        parts = {"plan": 1, **json.loads(body)}
        return cls(**{**parts, "as_of": dt.date.fromisoformat(parts["as_of"])})


@attrs.frozen(kw_only=True)
class PlannedRow:
    """
    The planned result of a row. `others` are live applications of the same person that must be flagged for
    it. A row that is not `fresh` is unchanged and has no effect.
    """

    place: int
    line: int
    application_id: str
    result: MatchResult
    others: tuple[str, ...] = ()
    fresh: bool = True

    @property
    def is_quarantined(self) -> bool:
        """Return whether the row is set aside: it has no outcome and no effect."""
        return self.result.outcome == "quarantined"

    @property
    def stands_alone(self) -> bool:
        """Return whether this row may come in any order: it asks no registry and flags no application."""
        return self.result.outcome != "review" and not self.others

    def stored(self) -> list[Any]:
        """Return the row as JSON data, without its place."""
        r = self.result
        result = (r.outcome, r.reasons, r.fields, r.notes, r.tier, r.suggestion, r.snapshot)
        return [self.line, self.application_id, result, self.others, self.fresh]

    @classmethod
    def read(cls, place: int, stored: list[Any]) -> PlannedRow:
        """Return the row at *place* from its JSON data *stored*."""
        line, application_id, (outcome, reasons, fields, notes, *rest), others, fresh = stored
        texts = tuple(reasons), tuple(map(tuple, fields)), tuple(notes)
        return cls(
            place=place,
            line=line,
            application_id=application_id,
            result=MatchResult(outcome, *texts, *rest),
            others=tuple(others),
            fresh=fresh,
        )


def place_key(place: int) -> str:
    """Return the key of the row at *place* of a plan."""
    return f"{place:09d}"


def digest_of_parts(*parts: str) -> str:
    """Return a digest of *parts* that differs for every other split of the same text."""
    return sha256(json.dumps(parts).encode()).hexdigest()
