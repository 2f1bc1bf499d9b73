"""The transition table of a review task."""

from __future__ import annotations

from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import row, says
from eduid_core.workflow.review_task import commands as c
from eduid_core.workflow.review_task import emit
from eduid_core.workflow.review_task import events as e
from eduid_core.workflow.review_task import guards as g
from eduid_core.workflow.review_task import states as s

__all__ = ["RULES"]

SYSTEM = frozenset({Role.SYSTEM})
REVIEWER = frozenset({Role.TEACHER, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
ADMIN = frozenset({Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
GIVES = ADMIN | SYSTEM


_U, _A, _I, _S = s.Unassigned, s.Assigned, s.InReview, s.AwaitingSecond
_UP = (e.TaskEscalated, e.TaskAssigned)
_NEW = (e.TaskOpened, e.TaskAssigned)
_DECIDED = (e.ReviewCompleted, e.FirstDecision)
_DONE = (s.Completed, _S)
_MAY = (g.revision_named, g.assured, g.granted, g.eligible, g.no_interest, g.assignee_or_above, g.reasoned)
_CANCEL, _LEASE = says(e.TaskCancelled), says(e.LeaseEnded)

RULES = (
    row("R1a", None, c.OpenTask, SYSTEM, emit.opened, (_U, _A), _NEW),
    row("R1b", s.Completed, c.OpenTask, SYSTEM, emit.opened, (_U, _A), _NEW),
    row("R1c", s.Cancelled, c.OpenTask, SYSTEM, emit.opened, (_U, _A), _NEW),
    row("R2a", _U, c.Assign, GIVES, emit.assigned, _A, e.TaskAssigned, g.eligible, g.no_interest),
    row("R2b", _A, c.Assign, GIVES, emit.assigned, _A, e.TaskAssigned, g.eligible, g.no_interest),
    row("R2c", _S, c.Assign, GIVES, emit.assigned, _S, e.TaskAssigned, g.eligible, g.no_interest, g.not_first),
    row("R3a", _U, c.ClaimTask, REVIEWER, emit.claimed, _A, e.TaskAssigned, g.eligible, g.no_interest),
    row("R3b", _A, c.ClaimTask, REVIEWER, emit.claimed, _A, e.TaskAssigned, g.mine_or_nobodys, g.eligible),
    row("R4", _A, c.DelegateTask, REVIEWER, emit.delegated, _A, e.TaskAssigned, g.assignee_or_above, g.eligible,
         g.no_interest),
    row("R5a", _A, c.StartReview, REVIEWER, emit.started, _I, e.ReviewStarted, g.assignee_or_above, g.eligible,
         g.no_interest),
    row("R5b", _I, c.StartReview, REVIEWER, emit.started, _I, e.ReviewStarted, g.not_on_anothers_screen,
         g.assignee_or_above, g.eligible, g.no_interest),
    row("R5c", _I, c.EndLease, SYSTEM, _LEASE, _A, e.LeaseEnded, g.lease_over),
    row("R6a", _U, c.CompleteReview, REVIEWER, emit.completed, _DONE, _DECIDED, *_MAY),
    row("R6b", _A, c.CompleteReview, REVIEWER, emit.completed, _DONE, _DECIDED, *_MAY),
    row("R6c", _I, c.CompleteReview, REVIEWER, emit.completed, _DONE, _DECIDED, *_MAY, g.lease_stands,
         g.not_on_anothers_screen),
    row("R6d", _S, c.CompleteReview, REVIEWER, emit.no_events, (), (), g.no_second_needed),
    row("R6e", s.Completed, c.CompleteReview, REVIEWER, emit.no_events, (), (), g.still_open),
    row("R6f", s.Cancelled, c.CompleteReview, REVIEWER, emit.no_events, (), (), g.still_open),
    row("R7", _S, c.SecondReview, REVIEWER, emit.seconded, (s.Completed, _A),
         (e.ReviewCompleted, e.SecondDeclined),
         g.revision_named, g.assured, g.granted, g.eligible, g.no_interest, g.another_person),
    row("R8a", _U, c.EscalateTask, SYSTEM, emit.escalated, (_U, _A), _UP),
    row("R8b", _A, c.EscalateTask, SYSTEM, emit.escalated, (_U, _A), _UP),
    row("R8c", _I, c.EscalateTask, SYSTEM, emit.escalated, (_U, _A), _UP),
    row("R8d", _S, c.EscalateTask, SYSTEM, emit.escalated, _S, _UP),
    row("R9a", _U, c.RecallTask, SYSTEM, _CANCEL, s.Cancelled, e.TaskCancelled),
    row("R9b", _A, c.RecallTask, SYSTEM, _CANCEL, s.Cancelled, e.TaskCancelled),
    row("R10a", _U, c.CancelTask, SYSTEM, _CANCEL, s.Cancelled, e.TaskCancelled),
    row("R10b", _A, c.CancelTask, SYSTEM, _CANCEL, s.Cancelled, e.TaskCancelled),
    row("R10c", _I, c.CancelTask, SYSTEM, _CANCEL, s.Cancelled, e.TaskCancelled),
    row("R10d", _S, c.CancelTask, SYSTEM, _CANCEL, s.Cancelled, e.TaskCancelled),
    row("R11a", _U, c.RequireSecond, SYSTEM, emit.required, _U, e.SecondRequired),
    row("R11b", _A, c.RequireSecond, SYSTEM, emit.required, _A, e.SecondRequired),
    row("R11c", _I, c.RequireSecond, SYSTEM, emit.required, _I, e.SecondRequired),
)  # fmt: skip
