"""The events of a review task."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.private import PersonName, Phone
from eduid_core.workflow.application.states import Teacher
from eduid_core.workflow.machine import Event
from eduid_core.workflow.review_task.states import ReviewDecision, TaskBrief


@attrs.frozen(kw_only=True)
class TaskOpened(Event, name="TaskOpened"):
    """A task was opened."""

    brief: TaskBrief


@attrs.frozen(kw_only=True)
class TaskAssigned(Event, name="TaskAssigned"):
    """The task was assigned to a reviewer; with *phone* they are told here, and not by the application."""

    assignee: str
    assignee_name: PersonName
    phone: Phone | None = None


@attrs.frozen(kw_only=True)
class ReviewStarted(Event, name="ReviewStarted"):
    """A reviewer started the review."""

    lease_until: dt.datetime


@attrs.frozen(kw_only=True)
class LeaseEnded(Event, name="LeaseEnded"):
    """The lease ended; the task waits for its assignee again."""


@attrs.frozen(kw_only=True)
class FirstDecision(Event, name="FirstDecision"):
    """The first person decided; a second person is asked: *second*, if there is one."""

    decision: ReviewDecision
    second: Teacher | None = None


@attrs.frozen(kw_only=True)
class SecondDeclined(Event, name="SecondDeclined"):
    """The second person did not agree: the task waits again."""


@attrs.frozen(kw_only=True)
class ReviewCompleted(Event, name="ReviewCompleted"):
    """The review was decided, by `decided_by` and, if two persons were needed, `seconded_by`."""

    application_id: str
    about: int
    decision: ReviewDecision
    decided_by: str
    seconded_by: str = ""


@attrs.frozen(kw_only=True)
class TaskEscalated(Event, name="TaskEscalated"):
    """The task was raised to the next level."""

    level: int


@attrs.frozen(kw_only=True)
class SecondRequired(Event, name="SecondRequired"):
    """An approval now needs a second person."""


@attrs.frozen(kw_only=True)
class TaskCancelled(Event, name="TaskCancelled"):
    """The task was closed without a decision."""
