"""The statuses, commands and events of a review task."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import attrs

from eduid_core.private import PersonName
from eduid_core.workflow.application.states import ReturnItem
from eduid_core.workflow.machine import Command, Event, State
from eduid_core.workflow.records import record

__all__ = [
    "Assign",
    "Assigned",
    "AwaitingSecond",
    "Brief",
    "CancelTask",
    "Cancelled",
    "ClaimTask",
    "CompleteReview",
    "Completed",
    "Decision",
    "Delegate",
    "EndLease",
    "EscalateTask",
    "FirstDecision",
    "InReview",
    "LeaseEnded",
    "OpenTask",
    "RecallTask",
    "ReviewCompleted",
    "ReviewStarted",
    "SecondDeclined",
    "SecondReview",
    "StartReview",
    "TaskAssigned",
    "TaskCancelled",
    "TaskEscalated",
    "TaskOpened",
    "Unassigned",
]

Outcome = Literal["approve", "return", "reject"]


def _nobody() -> PersonName:
    return PersonName("")


@record(kw_only=True)
class Brief:
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


@record(kw_only=True)
class Decision:
    """What a person decided: approve on a basis, return with items, or reject with a code."""

    outcome: Outcome
    items: tuple[ReturnItem, ...] = ()
    basis: str = ""
    code: str = ""


@record(kw_only=True)
class _Task(State):
    """A status of a task."""

    brief: Brief
    since: dt.datetime

    @property
    def revision(self) -> int:
        """Return the revision under review."""
        return self.brief.about


@record(kw_only=True)
class Unassigned(_Task):
    """Waits for somebody: nobody is known for the class at this level."""

    status = "unassigned"


@record(kw_only=True)
class Assigned(_Task):
    """Waits for the one it was given to, first the homeroom teacher (班主任)."""

    status = "assigned"

    assignee: str
    assignee_name: PersonName


@record(kw_only=True)
class InReview(_Task):
    """Open on somebody's screen until `lease_until`; nobody else decides meanwhile."""

    status = "in_review"

    assignee: str
    assignee_name: PersonName
    lease_until: dt.datetime


@record(kw_only=True)
class AwaitingSecond(_Task):
    """One person has decided; a second must agree."""

    status = "awaiting_second"

    assignee: str
    first_by: str
    decision: Decision


@record(kw_only=True)
class Completed(_Task):
    """Decided; a later revision may open the task again."""

    status = "completed"

    outcome: Outcome


@record(kw_only=True)
class Cancelled(_Task):
    """No longer wanted: the form was edited or withdrawn. A later revision may open the task again."""

    status = "cancelled"


# --- commands ------------------------------------------------------------------------------------------


@record(kw_only=True)
class OpenTask(Command):
    """
    Open the task for revision *about*, for *assignee* (opaque id) where one is known.

    *class_ref* is the class as the registry names it, *named* whom it names as its homeroom teacher; a task
    opened again without them keeps what it had.
    """

    name = "open_task"

    about: int
    level: int = 0
    barred: frozenset[str] = frozenset()
    needs_second: bool = False
    class_ref: tuple[str, str] = ("", "")
    named: str = ""
    tier: int = 0
    assignee: str = ""
    assignee_name: PersonName = attrs.field(factory=_nobody)


@record(kw_only=True)
class Assign(Command):
    """Give the task to somebody; *eligible* says whether their grant covers the class now."""

    name = "assign"

    assignee: str
    assignee_name: PersonName = attrs.field(factory=_nobody)
    eligible: bool = True


@record(kw_only=True)
class ClaimTask(Command):
    """Take a task nobody has; *eligible* as in `Assign`."""

    name = "claim_task"

    claimant_name: PersonName = attrs.field(factory=_nobody)
    eligible: bool = True


@record(kw_only=True)
class Delegate(Command):
    """Hand the task on to a deputy; *eligible* as in `Assign`."""

    name = "delegate"

    to: str
    to_name: PersonName = attrs.field(factory=_nobody)
    eligible: bool = True


@record(kw_only=True)
class StartReview(Command):
    """Open the task on one's screen, under a lease; *eligible* as in `Assign`."""

    name = "start_review"

    eligible: bool = True


@record(kw_only=True)
class EndLease(Command):
    """The lease is over."""

    name = "end_lease"


@record(kw_only=True)
class CompleteReview(Command):
    """
    Decide about the revision that was read (*expected_rev*).

    *grant_active* and *eligible* are what the service found of the reviewer's grant at this moment: that it
    stands, and that it covers the class.
    """

    name = "complete_review"

    outcome: Outcome
    items: tuple[ReturnItem, ...] = ()
    basis: str = "evidence_seen"
    code: str = ""
    grant_active: bool = True
    eligible: bool = True


@record(kw_only=True)
class SecondReview(Command):
    """The second person agrees or does not; *grant_active* and *eligible* as in `CompleteReview`."""

    name = "second_review"

    agrees: bool
    grant_active: bool = True
    eligible: bool = True


@record(kw_only=True)
class EscalateTask(Command):
    """Go to the next level, to *assignee* where one is known there."""

    name = "escalate_task"

    level: int
    assignee: str = ""
    assignee_name: PersonName = attrs.field(factory=_nobody)


@record(kw_only=True)
class RecallTask(Command):
    """Close the task because nobody is needed any more; one that somebody has begun is left to them."""

    name = "recall_task"


@record(kw_only=True)
class CancelTask(Command):
    """Close the task without a decision."""

    name = "cancel_task"


# --- events --------------------------------------------------------------------------------------------


@record(kw_only=True)
class TaskOpened(Event):
    """A task was opened."""

    name = "TaskOpened"

    brief: Brief


@record(kw_only=True)
class TaskAssigned(Event):
    """The task was given to somebody."""

    name = "TaskAssigned"

    assignee: str
    assignee_name: PersonName


@record(kw_only=True)
class ReviewStarted(Event):
    """Somebody opened the task."""

    name = "ReviewStarted"

    lease_until: dt.datetime


@record(kw_only=True)
class LeaseEnded(Event):
    """The task waits again for the one it was given to."""

    name = "LeaseEnded"


@record(kw_only=True)
class FirstDecision(Event):
    """One person has decided; a second is asked."""

    name = "FirstDecision"

    decision: Decision


@record(kw_only=True)
class SecondDeclined(Event):
    """The second person did not agree: the task waits again."""

    name = "SecondDeclined"


@record(kw_only=True)
class ReviewCompleted(Event):
    """It is decided; `decided_by` and, where two were needed, `seconded_by`."""

    name = "ReviewCompleted"

    application_id: str
    about: int
    decision: Decision
    decided_by: str
    seconded_by: str = ""


@record(kw_only=True)
class TaskEscalated(Event):
    """The next level is asked."""

    name = "TaskEscalated"

    level: int


@record(kw_only=True)
class TaskCancelled(Event):
    """The task was closed without a decision."""

    name = "TaskCancelled"
