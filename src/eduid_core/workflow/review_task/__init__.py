"""
The review task (审核任务): one an application, opened anew for each revision that needs a person.

Assignment and lease stand here alone. A person's decision is a command to the task: who may decide, and on
which revision, is checked here, at commit; what the decision does to the application follows by reaction.
"""

from __future__ import annotations

from eduid_core.workflow.review_task import commands, events, states
from eduid_core.workflow.review_task.commands import (
    Assign,
    CancelTask,
    ClaimTask,
    CompleteReview,
    DelegateTask,
    EndLease,
    EscalateTask,
    OpenTask,
    RecallTask,
    SecondReview,
    StartReview,
)
from eduid_core.workflow.review_task.events import ReviewCompleted
from eduid_core.workflow.review_task.evolve import TABLE
from eduid_core.workflow.review_task.states import (
    Assigned,
    AwaitingSecond,
    Cancelled,
    Completed,
    InReview,
    Unassigned,
)

__all__ = [
    "TABLE",
    "Assign",
    "Assigned",
    "AwaitingSecond",
    "CancelTask",
    "Cancelled",
    "ClaimTask",
    "CompleteReview",
    "Completed",
    "DelegateTask",
    "EndLease",
    "EscalateTask",
    "InReview",
    "OpenTask",
    "RecallTask",
    "ReviewCompleted",
    "SecondReview",
    "StartReview",
    "Unassigned",
    "commands",
    "events",
    "states",
]
