"""What is kept of a file run: the run itself and the plan, codes only."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Literal, Protocol

import attrs

from eduid_core.matching import Application as Form
from eduid_core.plugins import Document
from eduid_core.service.plain import apart, dumps, loads, opened
from eduid_core.workflow.application.states import MatchResult

__all__ = ["FormRow", "Planned", "Row", "Run", "digest_of_parts", "place_key"]


class Row(Protocol):
    """One form and the line of the file it stands on, read when it is asked for."""

    @property
    def line(self) -> int:
        """Return the line, counted from 1."""
        ...

    @property
    def form(self) -> Form:
        """Return the form."""
        ...


@attrs.frozen
class FormRow:
    """A `Row` in memory."""

    line: int
    form: Form


@attrs.frozen(kw_only=True)
class Run:
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

    def document(self) -> Document:
        """Return the run as it is stored."""
        body = {**attrs.asdict(self), "as_of": self.as_of.isoformat()}
        return Document("run", self.id, json.dumps(body).encode())

    @classmethod
    def read(cls, body: bytes) -> Run:
        """Return the run stored as *body*."""
        parts = json.loads(body)
        return cls(**{**parts, "as_of": dt.date.fromisoformat(parts["as_of"])})


@attrs.frozen(kw_only=True)
class Planned:
    """
    What one row comes to. `others` are live applications of the same person that the plan knew of; a row that
    is not `fresh` says nothing new and changes nothing.
    """

    place: int
    line: int
    application_id: str
    result: MatchResult
    others: tuple[str, ...] = ()
    fresh: bool = True

    def document(self, run: str) -> Document:
        """Return the row as it is stored."""
        return Document(f"plan:{run}", place_key(self.place), dumps(apart(self, opened)))

    @classmethod
    def read(cls, body: bytes) -> Planned:
        """Return the row stored as *body*."""
        parts = loads(body)
        r = parts["result"]
        result = MatchResult(
            outcome=r["outcome"],
            reasons=tuple(r["reasons"]),
            fields=tuple(tuple(f) for f in r["fields"]),
            notes=tuple(r["notes"]),
            tier=r["tier"],
            suggestion=r["suggestion"],
            snapshot=r["snapshot"],
        )
        return cls(**{**parts, "result": result, "others": tuple(parts["others"])})


def place_key(place: int) -> str:
    """Return the key of the row at *place* of a plan."""
    return f"{place:09d}"


def digest_of_parts(*parts: str) -> str:
    """Return a digest of *parts* that no other split of the same text has."""
    return sha256(json.dumps(parts).encode()).hexdigest()
