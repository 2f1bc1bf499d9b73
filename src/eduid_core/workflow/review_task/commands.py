"""The commands of a review task."""

from __future__ import annotations

import attrs

from eduid_core.private import PersonName
from eduid_core.workflow.application.states import ReturnItem
from eduid_core.workflow.machine import Command
from eduid_core.workflow.review_task.states import Outcome, unnamed

__all__ = [
    "Assign",
    "CancelTask",
    "ClaimTask",
    "CompleteReview",
    "DelegateTask",
    "EndLease",
    "EscalateTask",
    "OpenTask",
    "RecallTask",
    "SecondReview",
    "StartReview",
]


@attrs.frozen(kw_only=True)
class OpenTask(Command):
    """
    Open the task for revision *about*, for *assignee* (opaque id) where one is known.

    *class_ref* is the class as the registry names it, *named* whom it names as its homeroom teacher; a task
    opened again without them keeps what it had.
    """

    name = "open_task"

    about: int
    level: int = 0
    barred: frozenset[str] = frozenset()
    needs_second: bool = False
    class_ref: tuple[str, str] = ("", "")
    named: str = ""
    tier: int = 0
    assignee: str = ""
    assignee_name: PersonName = attrs.field(factory=unnamed)


@attrs.frozen(kw_only=True)
class Assign(Command):
    """Give the task to somebody; *eligible* says whether their grant covers the class now."""

    name = "assign"

    assignee: str
    assignee_name: PersonName = attrs.field(factory=unnamed)
    eligible: bool = True


@attrs.frozen(kw_only=True)
class ClaimTask(Command):
    """Take a task nobody has; *eligible* as in `Assign`."""

    name = "claim_task"

    claimant_name: PersonName = attrs.field(factory=unnamed)
    eligible: bool = True


@attrs.frozen(kw_only=True)
class DelegateTask(Command):
    """Hand the task on to a deputy; *eligible* as in `Assign`."""

    name = "delegate"

    to: str
    to_name: PersonName = attrs.field(factory=unnamed)
    eligible: bool = True


@attrs.frozen(kw_only=True)
class StartReview(Command):
    """Open the task on one's screen, under a lease; *eligible* as in `Assign`."""

    name = "start_review"

    eligible: bool = True


@attrs.frozen(kw_only=True)
class EndLease(Command):
    """The lease is over."""

    name = "end_lease"


@attrs.frozen(kw_only=True)
class CompleteReview(Command):
    """
    Decide about the revision that was read (*expected_rev*).

    *grant_active* and *eligible* are what the service found of the reviewer's grant at this moment: that it
    stands, and that it covers the class.
    """

    name = "complete_review"

    outcome: Outcome
    items: tuple[ReturnItem, ...] = ()
    basis: str = "evidence_seen"
    code: str = ""
    grant_active: bool = True
    eligible: bool = True


@attrs.frozen(kw_only=True)
class SecondReview(Command):
    """The second person agrees or does not; *grant_active* and *eligible* as in `CompleteReview`."""

    name = "second_review"

    agrees: bool
    grant_active: bool = True
    eligible: bool = True


@attrs.frozen(kw_only=True)
class EscalateTask(Command):
    """Go to the next level, to *assignee* where one is known there."""

    name = "escalate_task"

    level: int
    assignee: str = ""
    assignee_name: PersonName = attrs.field(factory=unnamed)


@attrs.frozen(kw_only=True)
class RecallTask(Command):
    """Close the task because nobody is needed any more; one that somebody has begun is left to them."""

    name = "recall_task"


@attrs.frozen(kw_only=True)
class CancelTask(Command):
    """Close the task without a decision."""

    name = "cancel_task"
