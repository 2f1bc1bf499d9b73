"""The guards of a reviewer grant's rules, one refusal code each."""

from __future__ import annotations

from typing import Any

from eduid_core.china import CHINA
from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import Command, guard
from eduid_core.workflow.policy import Policy
from eduid_core.workflow.reviewer_grant import commands, states

__all__ = ["above", "assured", "class_known", "delegate_eligible", "evidenced", "not_own", "reasoned"]

_RANK = {
    states.Position.HOMEROOM: 0,
    states.Position.DEPUTY: 0,
    states.Position.SCHOOL_ADMIN: 1,
    states.Position.DISTRICT_ADMIN: 2,
}
_LEVEL = {Role.SCHOOL_ADMIN: 1, Role.DISTRICT_ADMIN: 2, Role.OPERATOR: 3}
"""The rank of a verifier, which must be above the rank of the claimed position."""
VERIFIER_ASSURANCE = 2


@guard("evidence_required")
def evidenced(_: None, c: commands.ClaimRole, __: Policy) -> bool:
    """The claim names evidence: a staff number or a letter of the school."""
    return bool(c.claim.evidence)


@guard("class_unknown")
def class_known(_: None, c: commands.ClaimRole, __: Policy) -> bool:
    """The school has the class; the claim of a school's administrator names no class."""
    return c.class_known


@guard("forbidden")
def above(s: states.ClaimedGrant | states.ActiveGrant, c: Any, _: Policy) -> bool:
    """The actor that decides a claim or revokes a grant has a higher rank, in the same school."""
    return _LEVEL[c.by.role] > _RANK[s.claim.position] and bool(c.same_school)


@guard("conflict_of_interest")
def not_own(s: states.ClaimedGrant, c: Command, _: Policy) -> bool:
    """The actor is not the claimant."""
    return s.claim.teacher_id != c.by.id


@guard("assurance_too_low", lambda _, __, ___: {"need": VERIFIER_ASSURANCE})
def assured(_: Any, c: Command, __: Policy) -> bool:
    """The session has AAL2, which a verification needs."""
    return c.by.assurance >= VERIFIER_ASSURANCE


@guard("reason_required")
def reasoned(_: Any, c: Any, __: Policy) -> bool:
    """A declined, returned or revoked grant names a reason."""
    return bool(getattr(c, "reason", "") or getattr(c, "wanted", ""))


@guard("not_eligible_reviewer")
def delegate_eligible(s: states.ActiveGrant, c: commands.DelegateGrant, _: Policy) -> bool:
    """The delegate holds a grant in the school, is another person, and the date lies within the grant."""
    today = c.at.astimezone(CHINA).date()
    return c.eligible and c.to != s.claim.teacher_id and today <= c.until <= s.until
