"""The events that each rule of a review task emits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from eduid_core.private import PersonName, Phone
from eduid_core.workflow.machine import Command, Event
from eduid_core.workflow.policy import Policy
from eduid_core.workflow.review_task import commands, events, states

Events = tuple[Event, ...]


def opened(s: Any, c: commands.OpenTask, p: Policy) -> Events:
    """Open a task, and assign it if a reviewer is named."""
    kept = s.brief if s is not None and not any(c.class_ref) else None
    brief = states.TaskBrief(
        application_id=c.subject,
        about=c.about,
        level=c.level,
        barred=c.barred,
        needs_second=_by_two(c.findings, p),
        class_ref=kept.class_ref if kept else c.class_ref,
        tier=c.tier,
    )
    opened = events.TaskOpened(stamp=c.stamp, brief=brief)
    if not c.assignee or c.assignee in c.barred:
        return (opened,)
    return (opened, _given(c, c.assignee, c.assignee_name))


def _by_two(findings: tuple[str, ...], p: Policy) -> bool:
    return not set(findings).isdisjoint(p.review.two_persons)


def required(_: Any, c: commands.RequireSecond, p: Policy) -> Events:
    """Require a second person if the policy does for one of the findings."""
    return (events.SecondRequired(stamp=c.stamp),) if _by_two(c.findings, p) else ()


def _given(c: Command, who: str, name: PersonName, phone: Phone | None = None) -> Event:
    return events.TaskAssigned(stamp=c.stamp, assignee=who, assignee_name=name, phone=phone)


def assigned(_: Any, c: commands.Assign, __: Policy) -> Events:
    """Assign the task to the named reviewer."""
    return (_given(c, c.assignee, c.assignee_name, c.phone),)


def claimed(_: Any, c: commands.ClaimTask, __: Policy) -> Events:
    """Assign the task to the claimant."""
    return (_given(c, c.by.id, c.claimant_name),)


def delegated(_: Any, c: commands.DelegateTask, __: Policy) -> Events:
    """Assign the task to a colleague."""
    return (_given(c, c.to, c.to_name, c.phone),)


def started(_: Any, c: commands.StartReview, p: Policy) -> Events:
    """Start a review under a lease."""
    until = c.at + dt.timedelta(seconds=p.review.lease_s)
    return (events.ReviewStarted(stamp=c.stamp, lease_until=until),)


def completed(s: Any, c: commands.CompleteReview, _: Policy) -> Events:
    """Record the decision, or the first of two."""
    decision = states.ReviewDecision(outcome=c.outcome, items=c.items, basis=c.basis, code=c.code)
    if c.outcome == "approve" and s.brief.needs_second:
        return (events.FirstDecision(stamp=c.stamp, decision=decision, second=c.second),)
    return (_completed(s, c, decision, c.by.id),)


def _completed(s: Any, c: Command, decision: states.ReviewDecision, by: str, second: str = "") -> Event:
    return events.ReviewCompleted(
        stamp=c.stamp,
        application_id=s.brief.application_id,
        about=s.brief.about,
        decision=decision,
        decided_by=by,
        seconded_by=second,
    )


def seconded(s: states.AwaitingSecond, c: commands.SecondReview, _: Policy) -> Events:
    """Record the agreement or the refusal of the second reviewer."""
    if not c.agrees:
        return (events.SecondDeclined(stamp=c.stamp),)
    return (_completed(s, c, s.decision, s.first_by, c.by.id),)


def escalated(s: Any, c: commands.EscalateTask, __: Policy) -> Events:
    """Raise the task one level, and assign it if a reviewer is named there."""
    up = events.TaskEscalated(stamp=c.stamp, level=c.level)
    if not c.assignee or c.assignee in s.brief.barred | {getattr(s, "first_by", "")}:
        return (up,)
    return (up, _given(c, c.assignee, c.assignee_name))


def no_events(_: Any, __: Command, ___: Policy) -> Events:
    """Emit no event: a guard of the row always refuses."""
    return ()
