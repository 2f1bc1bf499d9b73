"""The statuses of a review task."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import attrs

from eduid_core.private import PersonName
from eduid_core.workflow.application.states import ReturnItem
from eduid_core.workflow.machine import State

Outcome = Literal["approve", "return", "reject"]


def unnamed() -> PersonName:
    """Return the empty name: a reviewer's name is shown to others only if the school supplies it."""
    return PersonName("")


def place(school_code: str, class_name: str) -> str:
    """Return the key of the open tasks of a class, or without a class of a school."""
    return f"{school_code}\x1f{class_name}"


@attrs.frozen(kw_only=True, slots=False)
class TaskBrief:
    """
    The subject of a task: the application, the revision, the level of escalation.

    `barred` holds the ids that may not decide: the family and, on appeal, the rejecting reviewer. With
    `needs_second` an approval waits for a second person. `class_ref` is the class as the registry names it
    (school code, grade and class), `tier` the risk: tier 5 is reviewed first.
    """

    application_id: str
    about: int
    level: int = 0
    barred: frozenset[str] = frozenset()
    needs_second: bool = False
    class_ref: tuple[str, str] = ("", "")
    tier: int = 0


@attrs.frozen(kw_only=True)
class ReviewDecision:
    """A person's decision: approve on a basis, return with items, or reject with a code."""

    outcome: Outcome
    items: tuple[ReturnItem, ...] = ()
    basis: str = ""
    code: str = ""


@attrs.frozen(kw_only=True, slots=False)
class _Task(State):
    """A status of a review task."""

    brief: TaskBrief
    since: dt.datetime

    @property
    def revision(self) -> int:  # type: ignore[override]  # read only, as every field is
        """Return the revision under review."""
        return self.brief.about


@attrs.frozen(kw_only=True, slots=False)
class Unassigned(_Task, status="unassigned"):
    """Waiting without an assignee: no reviewer is known for the class at this level."""


@attrs.frozen(kw_only=True, slots=False)
class Assigned(_Task, status="assigned"):
    """Waiting for its assignee, first the homeroom teacher (班主任)."""

    assignee: str
    assignee_name: PersonName


@attrs.frozen(kw_only=True, slots=False)
class InReview(_Task, status="in_review"):
    """In review under a lease until `lease_until`; no other reviewer may decide meanwhile."""

    assignee: str
    assignee_name: PersonName
    lease_until: dt.datetime


@attrs.frozen(kw_only=True, slots=False)
class AwaitingSecond(_Task, status="awaiting_second"):
    """The first person has decided; a second person must agree."""

    assignee: str
    first_by: str
    decision: ReviewDecision


@attrs.frozen(kw_only=True, slots=False)
class Completed(_Task, status="completed"):
    """Decided; a later revision may open the task again."""

    outcome: Outcome


@attrs.frozen(kw_only=True, slots=False)
class Cancelled(_Task, status="cancelled"):
    """Closed without a decision: the form was edited or withdrawn. A later revision may open the task again."""
