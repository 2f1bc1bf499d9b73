"""What is kept of a file run: the run itself and the plan, codes only."""

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
"""Rows whose plan is kept in one document, and that are handed in in one transaction."""
PLAN: Final = 2
"""How the plan is kept: a run planned by a version that kept it otherwise is planned anew."""


class BatchRow(Protocol):
    """One form and the line of the file it stands on, read when it is asked for."""

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
        """Return for whom the form is (`person_of`)."""
        ...


@attrs.frozen
class MemoryRow:
    """A `BatchRow` in memory."""

    line: int
    form: Form

    @property
    def person(self) -> IdNumber | None:
        """Return for whom the form is."""
        return person_of(self.form)


@attrs.frozen(kw_only=True)
class RunRecord:
    """
    One run over two files. It is found again by what it was made from, so a killed run goes on.

    `policy_text` is the policy as given, empty for the default; `size_by_school` is what the registry held.
    """

    id: str
    number: int
    applications: str
    registry: str
    as_of: dt.date
    policy_text: str
    rows: int
    size_by_school: Mapping[str, int]
    state: Literal["planned", "done", "abandoned"] = "planned"
    plan: int = PLAN

    @property
    def is_unfinished(self) -> bool:
        """Return whether it can be taken up again."""
        return self.state == "planned" and self.plan == PLAN

    @property
    def name(self) -> str:
        """Return what a person knows it by: its day and the digests of its files, for names are not kept."""
        files = f"sha256 applications {self.applications[:12]}, registry {self.registry[:12]}"
        return f"{self.as_of.isoformat()}, {files}"

    def document(self) -> Document:
        """Return the run as it is stored."""
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
    What one row comes to. `others` are live applications of the same person that are to be flagged for it; a
    row that is not `fresh` says nothing new and changes nothing.
    """

    place: int
    line: int
    application_id: str
    result: MatchResult
    others: tuple[str, ...] = ()
    fresh: bool = True

    @property
    def stands_alone(self) -> bool:
        """Return whether it is all one which rows are carried out before it: nobody is asked or told of it."""
        return self.result.outcome != "review" and not self.others

    def stored(self) -> list[Any]:
        """Return the row as JSON keeps it, without its place."""
        r = self.result
        result = (r.outcome, r.reasons, r.fields, r.notes, r.tier, r.suggestion, r.snapshot)
        return [self.line, self.application_id, result, self.others, self.fresh]

    @classmethod
    def read(cls, place: int, stored: list[Any]) -> PlannedRow:
        """Return the row at *place* that was *stored*."""
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
    """Return a digest of *parts* that no other split of the same text has."""
    return sha256(json.dumps(parts).encode()).hexdigest()
