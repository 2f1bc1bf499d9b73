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
    Open the task for revision *about*, for *assignee* (opaque id) if one is known.

    *class_ref* is the class as the registry names it, *named* the homeroom teacher named by the registry; a
    task opened again without them keeps its earlier values.
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
    """Assign the task to a reviewer; *eligible* states whether their grant covers the class now."""

    name = "assign"

    assignee: str
    assignee_name: PersonName = attrs.field(factory=unnamed)
    eligible: bool = True


@attrs.frozen(kw_only=True)
class ClaimTask(Command):
    """Claim an unassigned task; *eligible* as in `Assign`."""

    name = "claim_task"

    claimant_name: PersonName = attrs.field(factory=unnamed)
    eligible: bool = True


@attrs.frozen(kw_only=True)
class DelegateTask(Command):
    """Delegate the task to a deputy; *eligible* as in `Assign`."""

    name = "delegate"

    to: str
    to_name: PersonName = attrs.field(factory=unnamed)
    eligible: bool = True


@attrs.frozen(kw_only=True)
class StartReview(Command):
    """Start a review under a lease; *eligible* as in `Assign`."""

    name = "start_review"

    eligible: bool = True


@attrs.frozen(kw_only=True)
class EndLease(Command):
    """End the lease after its time."""

    name = "end_lease"


@attrs.frozen(kw_only=True)
class CompleteReview(Command):
    """
    Decide on the revision that the reviewer read (*expected_rev*).

    *grant_active* and *eligible* are the service's look-up of the reviewer's grant at this time: it is active,
    and it covers the class.
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
    """Agree or disagree as the second person; *grant_active* and *eligible* as in `CompleteReview`."""

    name = "second_review"

    agrees: bool
    grant_active: bool = True
    eligible: bool = True


@attrs.frozen(kw_only=True)
class EscalateTask(Command):
    """Escalate the task to the next level, to *assignee* if one is known there."""

    name = "escalate_task"

    level: int
    assignee: str = ""
    assignee_name: PersonName = attrs.field(factory=unnamed)


@attrs.frozen(kw_only=True)
class RecallTask(Command):
    """Close a task that no longer needs a reviewer; a review in progress stays with its reviewer."""

    name = "recall_task"


@attrs.frozen(kw_only=True)
class CancelTask(Command):
    """Close the task without a decision."""

    name = "cancel_task"
