"""The statuses of a review task."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import attrs

from eduid_core.private import PersonName
from eduid_core.workflow.application.states import ReturnItem
from eduid_core.workflow.machine import State

__all__ = [
    "Assigned",
    "AwaitingSecond",
    "Cancelled",
    "Completed",
    "InReview",
    "Outcome",
    "ReviewDecision",
    "TaskBrief",
    "Unassigned",
    "unnamed",
]


Outcome = Literal["approve", "return", "reject"]


def unnamed() -> PersonName:
    """Return the empty name: a reviewer is named to others only where the school brings the name."""
    return PersonName("")


@attrs.frozen(kw_only=True)
class TaskBrief:
    """
    What a task is about: which application, which revision, at which level of escalation.

    `barred` are the ids of those who may not decide: the family, and on appeal whoever refused. With
    `needs_second` an approval waits for a second person. `class_ref` is the class as the registry names it
    (school code, grade and class), `named` whom the registry names as its homeroom teacher, `tier` the risk: 5
    is looked at first.
    """

    application_id: str
    about: int
    level: int = 0
    barred: frozenset[str] = frozenset()
    needs_second: bool = False
    class_ref: tuple[str, str] = ("", "")
    named: str = ""
    tier: int = 0


@attrs.frozen(kw_only=True)
class ReviewDecision:
    """What a person decided: approve on a basis, return with items, or reject with a code."""

    outcome: Outcome
    items: tuple[ReturnItem, ...] = ()
    basis: str = ""
    code: str = ""


@attrs.frozen(kw_only=True)
class _Task(State):
    """A status of a task."""

    brief: TaskBrief
    since: dt.datetime

    @property
    def revision(self) -> int:
        """Return the revision under review."""
        return self.brief.about


@attrs.frozen(kw_only=True)
class Unassigned(_Task):
    """Waits for somebody: nobody is known for the class at this level."""

    status = "unassigned"


@attrs.frozen(kw_only=True)
class Assigned(_Task):
    """Waits for the one it was given to, first the homeroom teacher (班主任)."""

    status = "assigned"

    assignee: str
    assignee_name: PersonName


@attrs.frozen(kw_only=True)
class InReview(_Task):
    """Open on somebody's screen until `lease_until`; nobody else decides meanwhile."""

    status = "in_review"

    assignee: str
    assignee_name: PersonName
    lease_until: dt.datetime


@attrs.frozen(kw_only=True)
class AwaitingSecond(_Task):
    """One person has decided; a second must agree."""

    status = "awaiting_second"

    assignee: str
    first_by: str
    decision: ReviewDecision


@attrs.frozen(kw_only=True)
class Completed(_Task):
    """Decided; a later revision may open the task again."""

    status = "completed"

    outcome: Outcome


@attrs.frozen(kw_only=True)
class Cancelled(_Task):
    """No longer wanted: the form was edited or withdrawn. A later revision may open the task again."""

    status = "cancelled"
