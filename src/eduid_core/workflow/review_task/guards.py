"""The guards of a review task's rules, one refusal code each."""

from __future__ import annotations

from typing import Any

from eduid_core.messages.workflow import REJECT_REASONS, RETURN_REASONS
from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import Command, State, guard
from eduid_core.workflow.policy import Policy
from eduid_core.workflow.review_task import commands, states

REVIEWER_ASSURANCE = 2
"""The assurance level that a decision needs: AAL2 (NIST SP 800-63B; SMS alone does not suffice)."""


@guard("not_assigned")
def assignee_or_above(s: Any, c: Command, _: Policy) -> bool:
    """The actor is the teacher assigned to the task, or a reviewer above the class."""
    return c.by.role is not Role.TEACHER or getattr(s, "assignee", None) == c.by.id


@guard("task_taken")
def mine_or_nobodys(s: states.Assigned | states.InReview, c: commands.ClaimTask, _: Policy) -> bool:
    """The task is not assigned to another reviewer."""
    return s.assignee == c.by.id


@guard("task_taken")
def not_on_anothers_screen(s: states.InReview, c: Command, _: Policy) -> bool:
    """Under a lease, only its holder acts."""
    return s.assignee == c.by.id or c.at >= s.lease_until


@guard("lease_expired")
def lease_stands(s: states.InReview, c: commands.CompleteReview, _: Policy) -> bool:
    """The lease has not ended at the time of the decision."""
    return c.at < s.lease_until


@guard("lease_stands")
def lease_over(s: states.InReview, c: commands.EndLease, _: Policy) -> bool:
    """The time of the lease is over."""
    return c.at >= s.lease_until


@guard("not_eligible_reviewer")
def eligible(_: Any, c: Any, __: Policy) -> bool:
    """The grant of the named reviewer covers the class."""
    return bool(c.eligible)


@guard("grant_inactive")
def granted(_: Any, c: commands.CompleteReview | commands.SecondReview, __: Policy) -> bool:
    """The reviewer's grant is active at this time."""
    return c.grant_active


@guard("conflict_of_interest")
def no_interest(s: Any, c: Command, _: Policy) -> bool:
    """The reviewer is not barred: neither the student's family nor, on appeal, the rejecting reviewer."""
    who = getattr(c, "assignee", None) or getattr(c, "to", None) or c.by.id
    return who not in s.brief.barred


@guard("assurance_too_low", lambda _, __, ___: {"need": REVIEWER_ASSURANCE})
def assured(_: Any, c: Command, __: Policy) -> bool:
    """The session has the assurance level that a decision needs."""
    return c.by.assurance >= REVIEWER_ASSURANCE


@guard("stale_revision", lambda s, _, __: {"current": s.revision})
def revision_named(s: State, c: Command, _: Policy) -> bool:
    """The decision names the current revision."""
    return c.expected_rev == s.revision


@guard("reason_required")
def reasoned(_: Any, c: commands.CompleteReview, __: Policy) -> bool:
    """A return names fields with listed reasons; a rejection names a reason from its own list."""
    if c.outcome == "return":
        return bool(c.items) and all(i.code in RETURN_REASONS for i in c.items)
    return c.outcome == "approve" or c.code in REJECT_REASONS


@guard("second_approval_required")
def another_person(s: states.AwaitingSecond, c: commands.SecondReview, _: Policy) -> bool:
    """The second person is not the first person."""
    return c.by.id != s.first_by


@guard("second_approval_required")
def not_first(s: states.AwaitingSecond, c: commands.Assign, _: Policy) -> bool:
    """The second person named is not the first person."""
    return c.assignee != s.first_by


@guard("second_approval_required")
def no_second_needed(_: states.AwaitingSecond, __: commands.CompleteReview, ___: Policy) -> bool:
    """A task that waits for a second person is decided by `SecondReview` only."""
    return False


@guard("task_closed")
def still_open(_: states.Completed | states.Cancelled, __: Command, ___: Policy) -> bool:
    """A closed task is not decided again."""
    return False
