"""The events of a review task."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.private import PersonName
from eduid_core.workflow.machine import Event
from eduid_core.workflow.review_task.states import ReviewDecision, TaskBrief

__all__ = [
    "FirstDecision",
    "LeaseEnded",
    "ReviewCompleted",
    "ReviewStarted",
    "SecondDeclined",
    "TaskAssigned",
    "TaskCancelled",
    "TaskEscalated",
    "TaskOpened",
]


@attrs.frozen(kw_only=True)
class TaskOpened(Event):
    """A task was opened."""

    name = "TaskOpened"

    brief: TaskBrief


@attrs.frozen(kw_only=True)
class TaskAssigned(Event):
    """The task was given to somebody."""

    name = "TaskAssigned"

    assignee: str
    assignee_name: PersonName


@attrs.frozen(kw_only=True)
class ReviewStarted(Event):
    """Somebody opened the task."""

    name = "ReviewStarted"

    lease_until: dt.datetime


@attrs.frozen(kw_only=True)
class LeaseEnded(Event):
    """The task waits again for the one it was given to."""

    name = "LeaseEnded"


@attrs.frozen(kw_only=True)
class FirstDecision(Event):
    """One person has decided; a second is asked."""

    name = "FirstDecision"

    decision: ReviewDecision


@attrs.frozen(kw_only=True)
class SecondDeclined(Event):
    """The second person did not agree: the task waits again."""

    name = "SecondDeclined"


@attrs.frozen(kw_only=True)
class ReviewCompleted(Event):
    """It is decided; `decided_by` and, where two were needed, `seconded_by`."""

    name = "ReviewCompleted"

    application_id: str
    about: int
    decision: ReviewDecision
    decided_by: str
    seconded_by: str = ""


@attrs.frozen(kw_only=True)
class TaskEscalated(Event):
    """The next level is asked."""

    name = "TaskEscalated"

    level: int


@attrs.frozen(kw_only=True)
class TaskCancelled(Event):
    """The task was closed without a decision."""

    name = "TaskCancelled"
