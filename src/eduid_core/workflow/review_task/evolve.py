"""How a review task's events make its state. Total: an event that does not fit changes nothing."""

from __future__ import annotations

from typing import Any

import attrs

from eduid_core.private import PersonName
from eduid_core.workflow.machine import Table
from eduid_core.workflow.review_task import vocabulary as v
from eduid_core.workflow.review_task.rules import RULES

__all__ = ["TABLE"]

_OPEN = (v.Unassigned, v.Assigned, v.InReview, v.AwaitingSecond)
_NO_NAME = PersonName("")


def _assigned(s: Any, e: v.TaskAssigned) -> Any:
    if not isinstance(s, _OPEN):
        return s
    return v.Assigned(brief=s.brief, since=s.since, assignee=e.assignee, assignee_name=e.assignee_name)


def _started(s: Any, e: v.ReviewStarted) -> Any:
    if not isinstance(s, v.Assigned | v.InReview):
        return s
    # Whoever opens a task holds it; that is the assignee, unless somebody above the class took it up.
    name = s.assignee_name if s.assignee == e.stamp.by else _NO_NAME
    return v.InReview(
        brief=s.brief, since=s.since, assignee=e.stamp.by, assignee_name=name, lease_until=e.lease_until
    )


def _lease_ended(s: Any, _: v.LeaseEnded) -> Any:
    if not isinstance(s, v.InReview):
        return s
    return v.Assigned(brief=s.brief, since=s.since, assignee=s.assignee, assignee_name=s.assignee_name)


def _first(s: Any, e: v.FirstDecision) -> Any:
    if not isinstance(s, _OPEN):
        return s
    holder = getattr(s, "assignee", "")
    return v.AwaitingSecond(
        brief=s.brief, since=s.since, assignee=holder, first_by=e.stamp.by, decision=e.decision
    )


def _declined(s: Any, _: v.SecondDeclined) -> Any:
    if not isinstance(s, v.AwaitingSecond):
        return s
    who = s.assignee or s.first_by
    return v.Assigned(brief=s.brief, since=s.since, assignee=who, assignee_name=_NO_NAME)


def _done(s: Any, e: v.ReviewCompleted) -> Any:
    if s is None:
        return None
    return v.Completed(brief=s.brief, since=e.stamp.at, outcome=e.decision.outcome)


def _escalated(s: Any, e: v.TaskEscalated) -> Any:
    if not isinstance(s, _OPEN):
        return s
    return v.Unassigned(brief=attrs.evolve(s.brief, level=e.level), since=e.stamp.at)


def _cancelled(s: Any, e: v.TaskCancelled) -> Any:
    return v.Cancelled(brief=s.brief, since=e.stamp.at) if isinstance(s, _OPEN) else s


TABLE = Table(
    "review_task",
    states=(*_OPEN, v.Completed, v.Cancelled),
    rules=RULES,
    fold={
        v.TaskOpened: lambda _, e: v.Unassigned(brief=e.brief, since=e.stamp.at),
        v.TaskAssigned: _assigned,
        v.ReviewStarted: _started,
        v.LeaseEnded: _lease_ended,
        v.FirstDecision: _first,
        v.SecondDeclined: _declined,
        v.ReviewCompleted: _done,
        v.TaskEscalated: _escalated,
        v.TaskCancelled: _cancelled,
    },
)
