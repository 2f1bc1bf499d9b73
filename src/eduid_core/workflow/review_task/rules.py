"""The transition table of a review task."""

from __future__ import annotations

import datetime as dt
from typing import Any

from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import Command, Event, row, says
from eduid_core.workflow.policy import Policy
from eduid_core.workflow.review_task import guards as g
from eduid_core.workflow.review_task import vocabulary as v

__all__ = ["RULES"]

SYSTEM = frozenset({Role.SYSTEM})
REVIEWER = frozenset({Role.TEACHER, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
ADMIN = frozenset({Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
GIVES = ADMIN | SYSTEM

Events = tuple[Event, ...]


def _open(s: Any, c: v.OpenTask, p: Policy) -> Events:
    kept = s.brief if s is not None and not any(c.class_ref) else None
    brief = v.Brief(
        application_id=c.subject,
        about=c.about,
        level=c.level,
        barred=c.barred,
        needs_second=c.needs_second and p.review.two_persons_for_identity,
        class_ref=kept.class_ref if kept else c.class_ref,
        named=kept.named if kept else c.named,
        tier=c.tier,
    )
    opened = v.TaskOpened(stamp=c.stamp, brief=brief)
    if not c.assignee or c.assignee in c.barred:
        return (opened,)
    return (opened, _given(c, c.assignee, c.assignee_name))


def _given(c: Command, who: str, name: Any) -> Event:
    return v.TaskAssigned(stamp=c.stamp, assignee=who, assignee_name=name)


def _assign(_: Any, c: v.Assign, __: Policy) -> Events:
    return (_given(c, c.assignee, c.assignee_name),)


def _claim(_: Any, c: v.ClaimTask, __: Policy) -> Events:
    return (_given(c, c.by.id, c.claimant_name),)


def _delegate(_: Any, c: v.Delegate, __: Policy) -> Events:
    return (_given(c, c.to, c.to_name),)


def _start(_: Any, c: v.StartReview, p: Policy) -> Events:
    until = c.at + dt.timedelta(seconds=p.review.lease_s)
    return (v.ReviewStarted(stamp=c.stamp, lease_until=until),)


def _complete(s: Any, c: v.CompleteReview, _: Policy) -> Events:
    decision = v.Decision(outcome=c.outcome, items=c.items, basis=c.basis, code=c.code)
    if c.outcome == "approve" and s.brief.needs_second:
        return (v.FirstDecision(stamp=c.stamp, decision=decision),)
    return (_completed(s, c, decision, c.by.id),)


def _completed(s: Any, c: Command, decision: v.Decision, by: str, second: str = "") -> Event:
    return v.ReviewCompleted(
        stamp=c.stamp,
        application_id=s.brief.application_id,
        about=s.brief.about,
        decision=decision,
        decided_by=by,
        seconded_by=second,
    )


def _second(s: v.AwaitingSecond, c: v.SecondReview, _: Policy) -> Events:
    if not c.agrees:
        return (v.SecondDeclined(stamp=c.stamp),)
    return (_completed(s, c, s.decision, s.first_by, c.by.id),)


def _escalate(s: Any, c: v.EscalateTask, __: Policy) -> Events:
    up = v.TaskEscalated(stamp=c.stamp, level=c.level)
    if not c.assignee or c.assignee in s.brief.barred:
        return (up,)
    return (up, _given(c, c.assignee, c.assignee_name))


def _never(_: Any, __: Command, ___: Policy) -> Events:
    return ()


_U, _A, _I, _S = v.Unassigned, v.Assigned, v.InReview, v.AwaitingSecond
_UP = (v.TaskEscalated, v.TaskAssigned)
_NEW = (v.TaskOpened, v.TaskAssigned)
_DECIDED = (v.ReviewCompleted, v.FirstDecision)
_DONE = (v.Completed, _S)
_MAY = (g.revision_named, g.assured, g.granted, g.eligible, g.no_interest, g.assignee_or_above, g.reasoned)
_CANCEL, _LEASE = says(v.TaskCancelled), says(v.LeaseEnded)

RULES = (
    row("R1a", None, v.OpenTask, SYSTEM, _open, (_U, _A), _NEW),
    row("R1b", v.Completed, v.OpenTask, SYSTEM, _open, (_U, _A), _NEW),
    row("R1c", v.Cancelled, v.OpenTask, SYSTEM, _open, (_U, _A), _NEW),
    row("R2a", _U, v.Assign, GIVES, _assign, _A, v.TaskAssigned, g.eligible, g.no_interest),
    row("R2b", _A, v.Assign, GIVES, _assign, _A, v.TaskAssigned, g.eligible, g.no_interest),
    row("R3a", _U, v.ClaimTask, REVIEWER, _claim, _A, v.TaskAssigned, g.eligible, g.no_interest),
    row("R3b", _A, v.ClaimTask, REVIEWER, _claim, _A, v.TaskAssigned, g.mine_or_nobodys, g.eligible),
    row("R4", _A, v.Delegate, REVIEWER, _delegate, _A, v.TaskAssigned, g.assignee_or_above, g.eligible,
         g.no_interest),
    row("R5a", _A, v.StartReview, REVIEWER, _start, _I, v.ReviewStarted, g.assignee_or_above, g.eligible,
         g.no_interest),
    row("R5b", _I, v.StartReview, REVIEWER, _start, _I, v.ReviewStarted, g.not_on_anothers_screen,
         g.assignee_or_above, g.eligible, g.no_interest),
    row("R5c", _I, v.EndLease, SYSTEM, _LEASE, _A, v.LeaseEnded, g.lease_over),
    row("R6a", _U, v.CompleteReview, REVIEWER, _complete, _DONE, _DECIDED, *_MAY),
    row("R6b", _A, v.CompleteReview, REVIEWER, _complete, _DONE, _DECIDED, *_MAY),
    row("R6c", _I, v.CompleteReview, REVIEWER, _complete, _DONE, _DECIDED, *_MAY, g.lease_stands,
         g.not_on_anothers_screen),
    row("R6d", _S, v.CompleteReview, REVIEWER, _never, (), (), g.no_second_needed),
    row("R6e", v.Completed, v.CompleteReview, REVIEWER, _never, (), (), g.still_open),
    row("R6f", v.Cancelled, v.CompleteReview, REVIEWER, _never, (), (), g.still_open),
    row("R7", _S, v.SecondReview, REVIEWER, _second, (v.Completed, _A), (v.ReviewCompleted, v.SecondDeclined),
         g.revision_named, g.assured, g.granted, g.eligible, g.no_interest, g.another_person),
    row("R8a", _U, v.EscalateTask, SYSTEM, _escalate, (_U, _A), _UP),
    row("R8b", _A, v.EscalateTask, SYSTEM, _escalate, (_U, _A), _UP),
    row("R8c", _I, v.EscalateTask, SYSTEM, _escalate, (_U, _A), _UP),
    row("R8d", _S, v.EscalateTask, SYSTEM, _escalate, (_U, _A), _UP),
    row("R9a", _U, v.RecallTask, SYSTEM, _CANCEL, v.Cancelled, v.TaskCancelled),
    row("R9b", _A, v.RecallTask, SYSTEM, _CANCEL, v.Cancelled, v.TaskCancelled),
    row("R10a", _U, v.CancelTask, SYSTEM, _CANCEL, v.Cancelled, v.TaskCancelled),
    row("R10b", _A, v.CancelTask, SYSTEM, _CANCEL, v.Cancelled, v.TaskCancelled),
    row("R10c", _I, v.CancelTask, SYSTEM, _CANCEL, v.Cancelled, v.TaskCancelled),
    row("R10d", _S, v.CancelTask, SYSTEM, _CANCEL, v.Cancelled, v.TaskCancelled),
)  # fmt: skip
