"""The fold of a review task: events to state. Total: an event that does not fit has no effect."""

from __future__ import annotations

from eduid_core.private import PersonName
from eduid_core.workflow.machine import Table, becoming, changed
from eduid_core.workflow.review_task import events, states
from eduid_core.workflow.review_task.rules import RULES

__all__ = ["TABLE"]

_State = (
    states.Unassigned
    | states.Assigned
    | states.InReview
    | states.AwaitingSecond
    | states.Completed
    | states.Cancelled
    | None
)

_OPEN = (states.Unassigned, states.Assigned, states.InReview, states.AwaitingSecond)
_NO_NAME = PersonName("")


def _assigned(s: _State, e: events.TaskAssigned) -> _State:
    if not isinstance(s, _OPEN):
        return s
    if isinstance(s, states.AwaitingSecond):
        return changed(s, assignee=e.assignee)
    return becoming(states.Assigned, s, assignee=e.assignee, assignee_name=e.assignee_name)


def _started(s: _State, e: events.ReviewStarted) -> _State:
    if not isinstance(s, states.Assigned | states.InReview):
        return s
    # The actor of the review holds the task: the assignee, or a reviewer above the class.
    name = s.assignee_name if s.assignee == e.stamp.by else _NO_NAME
    return becoming(states.InReview, s, assignee=e.stamp.by, assignee_name=name, lease_until=e.lease_until)


def _lease_ended(s: _State, _: events.LeaseEnded) -> _State:
    if not isinstance(s, states.InReview):
        return s
    return becoming(states.Assigned, s, assignee=s.assignee, assignee_name=s.assignee_name)


def _first(s: _State, e: events.FirstDecision) -> _State:
    if not isinstance(s, _OPEN):
        return s
    asked = e.second.id if e.second else ""
    return becoming(states.AwaitingSecond, s, assignee=asked, first_by=e.stamp.by, decision=e.decision)


def _declined(s: _State, _: events.SecondDeclined) -> _State:
    if not isinstance(s, states.AwaitingSecond):
        return s
    return becoming(states.Assigned, s, assignee=s.first_by, assignee_name=_NO_NAME)


def _done(s: _State, e: events.ReviewCompleted) -> _State:
    if s is None:
        return None
    return becoming(states.Completed, s, since=e.stamp.at, outcome=e.decision.outcome)


def _escalated(s: _State, e: events.TaskEscalated) -> _State:
    if not isinstance(s, _OPEN):
        return s
    brief = changed(s.brief, level=e.level)
    if isinstance(s, states.AwaitingSecond):  # the first of two decisions stands
        return changed(s, brief=brief, since=e.stamp.at, assignee="")
    return becoming(states.Unassigned, s, brief=brief, since=e.stamp.at)


def _required(s: _State, _: events.SecondRequired) -> _State:
    return changed(s, brief=changed(s.brief, needs_second=True)) if isinstance(s, _OPEN) else s


def _cancelled(s: _State, e: events.TaskCancelled) -> _State:
    return becoming(states.Cancelled, s, since=e.stamp.at) if isinstance(s, _OPEN) else s


TABLE = Table(
    "review_task",
    states=(*_OPEN, states.Completed, states.Cancelled),
    rules=RULES,
    fold={
        events.TaskOpened: lambda _, e: states.Unassigned(brief=e.brief, since=e.stamp.at),
        events.TaskAssigned: _assigned,
        events.ReviewStarted: _started,
        events.LeaseEnded: _lease_ended,
        events.FirstDecision: _first,
        events.SecondDeclined: _declined,
        events.ReviewCompleted: _done,
        events.TaskEscalated: _escalated,
        events.SecondRequired: _required,
        events.TaskCancelled: _cancelled,
    },
)
