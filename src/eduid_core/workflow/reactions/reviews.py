"""Reactions to the events of review tasks: the queues, the messages to reviewers, the decision applied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eduid_core.private import Phone, PrivateText
from eduid_core.workflow.actors import Actor
from eduid_core.workflow.application.commands import Approve, Reject, ReturnForCorrection
from eduid_core.workflow.effects import (
    WINDOWED,
    ClaimKey,
    Effect,
    GiveTask,
    IssueCommand,
    QueueTask,
    ReleaseKey,
    SendMessage,
)
from eduid_core.workflow.machine import Event
from eduid_core.workflow.review_task import events as task_events
from eduid_core.workflow.review_task import states as task

__all__ = ["OF_TASKS", "review_waits"]

Effects = tuple[Effect, ...]


def review_waits(who: str, phone: Phone, event: Event, template: str = "review_wanted") -> SendMessage:
    """Return the message that a review waits for *who*; the service sends one in each window of time."""
    return SendMessage(
        template=template,
        to=phone,
        recipient="teacher",
        subject=who,
        revision=int(event.stamp.at.timestamp()),
        event=WINDOWED,
    )


def _decided(_: Any, event: task_events.ReviewCompleted, __: Any) -> Effects:
    """Apply the decision on the task to the application, in the decider's name."""
    decision = event.decision
    common: dict[str, Any] = {
        "subject": event.application_id,
        "by": Actor(id=event.decided_by, role=event.stamp.role, assurance=2),
        "at": event.stamp.at,
        "expected_rev": event.about,
    }
    if decision.outcome == "approve":
        return (IssueCommand(Approve(basis=decision.basis, seconded_by=event.seconded_by, **common)),)
    if decision.outcome == "reject":
        return (IssueCommand(Reject(code=decision.code, **common)),)
    return (IssueCommand(ReturnForCorrection(items=decision.items, **common)),)


def _opened_task(_: Any, event: task_events.TaskOpened, __: Any) -> Effects:
    return _at_its_class(event.brief, ClaimKey)


def _at_its_class(brief: task.TaskBrief, kind: type[ClaimKey | ReleaseKey]) -> Effects:
    """Mark the open task at its class and at its school, where it is looked for when a seat changes."""
    school, class_name = brief.class_ref
    places = ((school, class_name), (school, "")) if class_name else ((school, ""),)
    return tuple(
        kind("task_at", PrivateText(task.place(*place)), brief.application_id, unique=False)
        for place in places
        if school
    )


def _waits_for(_: Any, event: task_events.TaskAssigned, after: Any) -> Effects:
    """Put the task in the assignee's queue, highest risk first, and tell them."""
    queued = QueueTask(after.brief.application_id, event.assignee, -after.brief.tier)
    return (queued,) if event.phone is None else (queued, review_waits(event.assignee, event.phone, event))


def _waits_for_second(before: Any, event: task_events.FirstDecision, after: Any) -> Effects:
    """Put the task in the queue of the second person, and tell them."""
    second = event.second
    if second is None:
        return _leaves(before, event, after)
    queued = QueueTask(after.brief.application_id, second.id, -after.brief.tier)
    return (queued, review_waits(second.id, second.phone, event))


def _waits_again(_: Any, __: Event, after: Any) -> Effects:
    """Put the task back into the queue of its reviewer, whose seat may have ended meanwhile."""
    key = after.brief.application_id
    return (QueueTask(key, after.assignee, -after.brief.tier), GiveTask(key))


def _leaves(before: Any, _: Event, __: Any) -> Effects:
    return (QueueTask(before.brief.application_id),)


def _closed(before: Any, event: Event, after: Any) -> Effects:
    return (*_leaves(before, event, after), *_at_its_class(before.brief, ReleaseKey))


def _done(before: Any, event: task_events.ReviewCompleted, after: Any) -> Effects:
    return (*_closed(before, event, after), *_decided(before, event, after))


OF_TASKS: dict[type[Event], Callable[[Any, Any, Any], Effects]] = {
    task_events.TaskOpened: _opened_task,
    task_events.TaskAssigned: _waits_for,
    task_events.FirstDecision: _waits_for_second,
    task_events.SecondDeclined: _waits_again,
    task_events.LeaseEnded: _waits_again,
    task_events.ReviewCompleted: _done,
    task_events.TaskEscalated: _leaves,
    task_events.TaskCancelled: _closed,
}
"""Event -> its effects."""
