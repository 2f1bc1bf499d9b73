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
    """The task was assigned to a reviewer."""

    name = "TaskAssigned"

    assignee: str
    assignee_name: PersonName


@attrs.frozen(kw_only=True)
class ReviewStarted(Event):
    """A reviewer started the review."""

    name = "ReviewStarted"

    lease_until: dt.datetime


@attrs.frozen(kw_only=True)
class LeaseEnded(Event):
    """The lease ended; the task waits for its assignee again."""

    name = "LeaseEnded"


@attrs.frozen(kw_only=True)
class FirstDecision(Event):
    """The first person decided; a second person is asked."""

    name = "FirstDecision"

    decision: ReviewDecision


@attrs.frozen(kw_only=True)
class SecondDeclined(Event):
    """The second person did not agree: the task waits again."""

    name = "SecondDeclined"


@attrs.frozen(kw_only=True)
class ReviewCompleted(Event):
    """The review was decided, by `decided_by` and, if two persons were needed, `seconded_by`."""

    name = "ReviewCompleted"

    application_id: str
    about: int
    decision: ReviewDecision
    decided_by: str
    seconded_by: str = ""


@attrs.frozen(kw_only=True)
class TaskEscalated(Event):
    """The task was raised to the next level."""

    name = "TaskEscalated"

    level: int


@attrs.frozen(kw_only=True)
class TaskCancelled(Event):
    """The task was closed without a decision."""

    name = "TaskCancelled"
