"""The transition table of a reviewer grant: the rows are the specification."""

from __future__ import annotations

from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import row, says
from eduid_core.workflow.reviewer_grant import commands as c
from eduid_core.workflow.reviewer_grant import emit
from eduid_core.workflow.reviewer_grant import events as e
from eduid_core.workflow.reviewer_grant import guards as g
from eduid_core.workflow.reviewer_grant import states as s

__all__ = ["RULES"]

TEACHER = frozenset({Role.TEACHER, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
ADMIN = frozenset({Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN, Role.OPERATOR})
SYSTEM = frozenset({Role.SYSTEM})
HOLDER = TEACHER | ADMIN


_verify = says(e.RoleVerified, "until")
_decline, _return = says(e.RoleDeclined, "reason"), says(e.RoleReturned, "wanted")
_delegate, _alone = says(e.Delegated, "to", "until"), says(e.DelegationEnded)
_end, _revoke = says(e.GrantEnded), says(e.GrantRevoked, "reason")

RULES = (
    row("T1", None, c.ClaimRole, TEACHER, emit.claimed, s.Claimed, e.RoleClaimed, g.class_known, g.evidenced),
    row("T2", s.Claimed, c.Verify, ADMIN, _verify, s.Active, e.RoleVerified, g.not_own, g.above, g.assured),
    row("T3a", s.Claimed, c.Decline, ADMIN, _decline, s.Declined, e.RoleDeclined, g.above, g.reasoned),
    row("T3b", s.Claimed, c.Return, ADMIN, _return, s.Claimed, e.RoleReturned, g.above, g.reasoned),
    row("T4a", s.Active, c.Delegate, HOLDER, _delegate, s.Active, e.Delegated, g.delegate_eligible),
    row("T4b", s.Active, c.EndDelegation, HOLDER | SYSTEM, _alone, s.Active, e.DelegationEnded),
    row("T5", s.Active, c.MapClass, SYSTEM, emit.class_mapped, (s.Active, s.Ended),
         (e.ClassMapped, e.GrantEnded)),
    row("T6a", s.Active, c.EndGrant, SYSTEM, _end, s.Ended, e.GrantEnded),
    row("T6b", s.Claimed, c.EndGrant, SYSTEM, _end, s.Ended, e.GrantEnded),
    row("T7", s.Active, c.Revoke, ADMIN, _revoke, s.Revoked, e.GrantRevoked, g.above, g.reasoned),
)  # fmt: skip
