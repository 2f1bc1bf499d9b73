"""The commands of a review task."""

from __future__ import annotations

import attrs

from eduid_core.private import PersonName, Phone
from eduid_core.workflow.application.states import ReturnItem, Teacher
from eduid_core.workflow.machine import Command
from eduid_core.workflow.review_task.states import Outcome, unnamed


@attrs.frozen(kw_only=True)
class OpenTask(Command, name="open_task"):
    """
    Open the task for revision *about*, for *assignee* (opaque id) if one is known.

    *class_ref* is the class as the registry names it; a task opened again without it keeps the earlier one.
    *findings* are the reasons of the review and the
    results of its fields (`name=DIFFERENT`): the policy names those that need two persons.
    """

    about: int
    level: int = 0
    barred: frozenset[str] = frozenset()
    findings: tuple[str, ...] = ()
    class_ref: tuple[str, str] = ("", "")
    tier: int = 0
    assignee: str = ""
    assignee_name: PersonName = attrs.field(factory=unnamed)


@attrs.frozen(kw_only=True)
class Assign(Command, name="assign"):
    """
    Assign the task to a reviewer; *eligible* states whether their grant covers the class now, *phone* is that
    of their account, at which they are told.
    """

    assignee: str
    assignee_name: PersonName = attrs.field(factory=unnamed)
    eligible: bool = True
    phone: Phone | None = None


@attrs.frozen(kw_only=True)
class ClaimTask(Command, name="claim_task"):
    """Claim an unassigned task; *eligible* as in `Assign`."""

    claimant_name: PersonName = attrs.field(factory=unnamed)
    eligible: bool = True


@attrs.frozen(kw_only=True)
class DelegateTask(Command, name="delegate"):
    """Delegate the task to a deputy; *eligible* and *phone* as in `Assign`."""

    to: str
    to_name: PersonName = attrs.field(factory=unnamed)
    eligible: bool = True
    phone: Phone | None = None


@attrs.frozen(kw_only=True)
class StartReview(Command, name="start_review"):
    """Start a review under a lease; *eligible* as in `Assign`."""

    eligible: bool = True


@attrs.frozen(kw_only=True)
class EndLease(Command, name="end_lease"):
    """End the lease after its time."""


@attrs.frozen(kw_only=True)
class CompleteReview(Command, name="complete_review"):
    """
    Decide on the revision that the reviewer read (*expected_rev*).

    *grant_active* and *eligible* are the service's look-up of the reviewer's grant at this time: it is active,
    and it covers the class. *second* is the person whom an approval by two waits for, if there is one.
    """

    outcome: Outcome
    items: tuple[ReturnItem, ...] = ()
    basis: str = "evidence_seen"
    code: str = ""
    grant_active: bool = True
    eligible: bool = True
    second: Teacher | None = None


@attrs.frozen(kw_only=True)
class SecondReview(Command, name="second_review"):
    """Agree or disagree as the second person; *grant_active* and *eligible* as in `CompleteReview`."""

    agrees: bool
    grant_active: bool = True
    eligible: bool = True


@attrs.frozen(kw_only=True)
class EscalateTask(Command, name="escalate_task"):
    """Escalate the task to the next level, to *assignee* if one is known there."""

    level: int
    assignee: str = ""
    assignee_name: PersonName = attrs.field(factory=unnamed)


@attrs.frozen(kw_only=True)
class RequireSecond(Command, name="require_second"):
    """Require a second person for *findings* that came after the task was opened."""

    findings: tuple[str, ...]


@attrs.frozen(kw_only=True)
class RecallTask(Command, name="recall_task"):
    """Close a task that no longer needs a reviewer; a review in progress stays with its reviewer."""


@attrs.frozen(kw_only=True)
class CancelTask(Command, name="cancel_task"):
    """Close the task without a decision."""
