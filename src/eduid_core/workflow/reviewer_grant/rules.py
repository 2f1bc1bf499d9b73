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
_delegate, _alone = says(e.GrantDelegated, "to", "until"), says(e.DelegationEnded)
_end, _revoke = says(e.GrantEnded), says(e.GrantRevoked, "reason")

RULES = (
    row("T1", None, c.ClaimRole, TEACHER, emit.claimed, s.ClaimedGrant, e.RoleClaimed, g.class_known,
         g.evidenced),
    row("T2", s.ClaimedGrant, c.Verify, ADMIN, _verify, s.ActiveGrant, e.RoleVerified, g.not_own, g.above,
         g.assured),
    row("T3a", s.ClaimedGrant, c.Decline, ADMIN, _decline, s.DeclinedGrant, e.RoleDeclined, g.above,
         g.reasoned),
    row("T3b", s.ClaimedGrant, c.Return, ADMIN, _return, s.ClaimedGrant, e.RoleReturned, g.above, g.reasoned),
    row("T4a", s.ActiveGrant, c.DelegateGrant, HOLDER, _delegate, s.ActiveGrant, e.GrantDelegated,
         g.delegate_eligible),
    row("T4b", s.ActiveGrant, c.EndDelegation, HOLDER | SYSTEM, _alone, s.ActiveGrant, e.DelegationEnded),
    row("T5", s.ActiveGrant, c.MapClass, SYSTEM, emit.class_mapped, (s.ActiveGrant, s.EndedGrant),
         (e.ClassMapped, e.GrantEnded)),
    row("T6a", s.ActiveGrant, c.EndGrant, SYSTEM, _end, s.EndedGrant, e.GrantEnded),
    row("T6b", s.ClaimedGrant, c.EndGrant, SYSTEM, _end, s.EndedGrant, e.GrantEnded),
    row("T7", s.ActiveGrant, c.RevokeGrant, ADMIN, _revoke, s.RevokedGrant, e.GrantRevoked, g.above,
         g.reasoned),
)  # fmt: skip
