"""The transition table of a reviewer grant, its guards and its fold."""

from __future__ import annotations

from typing import Any

import attrs

from eduid_core.workflow.actors import Actor, Role
from eduid_core.workflow.forms import CHINA
from eduid_core.workflow.machine import Command, Event, State, Table, guard, row, says
from eduid_core.workflow.policy import Policy
from eduid_core.workflow.reviewer_grant import vocabulary as v

__all__ = ["TABLE"]

TEACHER = frozenset({Role.TEACHER, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
ADMIN = frozenset({Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN, Role.OPERATOR})
SYSTEM = frozenset({Role.SYSTEM})
HOLDER = TEACHER | ADMIN

_RANK = {
    v.Position.HOMEROOM: 0,
    v.Position.DEPUTY: 0,
    v.Position.SCHOOL_ADMIN: 1,
    v.Position.DISTRICT_ADMIN: 2,
}
_LEVEL = {Role.SCHOOL_ADMIN: 1, Role.DISTRICT_ADMIN: 2, Role.OPERATOR: 3}
"""How high a verifier stands: always above what is verified."""

VERIFIER_ASSURANCE = 2

Events = tuple[Event, ...]


@guard("evidence_required")
def evidenced(_: None, c: v.ClaimRole, __: Policy) -> bool:
    """A staff number or a letter of the school is named."""
    return bool(c.claim.evidence)


@guard("class_unknown")
def class_known(_: None, c: v.ClaimRole, __: Policy) -> bool:
    """The school has the class; a school's own administrator claims none."""
    return c.class_known


@guard("forbidden")
def above(s: v.Claimed | v.Active, c: Any, _: Policy) -> bool:
    """Whoever answers a claim, or takes a grant back, stands above it, and in the same school."""
    return _LEVEL[c.by.role] > _RANK[s.claim.position] and bool(c.same_school)


@guard("conflict_of_interest")
def not_own(s: v.Claimed, c: Command, _: Policy) -> bool:
    """Nobody verifies their own claim."""
    return s.claim.teacher_id != c.by.id


@guard("assurance_too_low", lambda _, __, ___: {"need": VERIFIER_ASSURANCE})
def assured(_: Any, c: Command, __: Policy) -> bool:
    """Verifying needs a session of AAL2."""
    return c.by.assurance >= VERIFIER_ASSURANCE


@guard("reason_required")
def reasoned(_: Any, c: Any, __: Policy) -> bool:
    """A refusal or a question says why."""
    return bool(getattr(c, "reason", "") or getattr(c, "wanted", ""))


@guard("not_eligible_reviewer")
def delegate_eligible(s: v.Active, c: v.Delegate, _: Policy) -> bool:
    """The delegate holds a grant in the school, is somebody else, and the date lies within the grant."""
    today = c.at.astimezone(CHINA).date()
    return c.eligible and c.to != s.claim.teacher_id and today <= c.until <= s.until


def _claim(_: None, c: v.ClaimRole, __: Policy) -> Events:
    return (v.RoleClaimed(stamp=c.stamp, grant_id=c.subject, claim=c.claim),)


def _map(_: v.Active, c: v.MapClass, __: Policy) -> Events:
    return (v.ClassMapped(stamp=c.stamp, new=c.new) if c.new else v.GrantEnded(stamp=c.stamp),)


_verify = says(v.RoleVerified, "until")
_decline, _return = says(v.RoleDeclined, "reason"), says(v.RoleReturned, "wanted")
_delegate, _alone = says(v.Delegated, "to", "until"), says(v.DelegationEnded)
_end, _revoke = says(v.GrantEnded), says(v.GrantRevoked, "reason")

RULES = (
    row("T1", None, v.ClaimRole, TEACHER, _claim, v.Claimed, v.RoleClaimed, class_known, evidenced),
    row("T2", v.Claimed, v.Verify, ADMIN, _verify, v.Active, v.RoleVerified, not_own, above, assured),
    row("T3a", v.Claimed, v.Decline, ADMIN, _decline, v.Declined, v.RoleDeclined, above, reasoned),
    row("T3b", v.Claimed, v.Return, ADMIN, _return, v.Claimed, v.RoleReturned, above, reasoned),
    row("T4a", v.Active, v.Delegate, HOLDER, _delegate, v.Active, v.Delegated, delegate_eligible),
    row("T4b", v.Active, v.EndDelegation, HOLDER | SYSTEM, _alone, v.Active, v.DelegationEnded),
    row("T5", v.Active, v.MapClass, SYSTEM, _map, (v.Active, v.Ended), (v.ClassMapped, v.GrantEnded)),
    row("T6a", v.Active, v.EndGrant, SYSTEM, _end, v.Ended, v.GrantEnded),
    row("T6b", v.Claimed, v.EndGrant, SYSTEM, _end, v.Ended, v.GrantEnded),
    row("T7", v.Active, v.Revoke, ADMIN, _revoke, v.Revoked, v.GrantRevoked, above, reasoned),
)


def _verified(s: State | None, e: v.RoleVerified) -> State | None:
    if not isinstance(s, v.Claimed):
        return s
    return v.Active(grant_id=s.grant_id, claim=s.claim, since=e.stamp.at, until=e.until, verified_by=e.stamp.by)


def _into(kind: Any) -> Any:
    live = (v.Claimed, v.Active)
    return lambda s, e: kind(grant_id=s.grant_id, claim=s.claim, since=e.stamp.at) if isinstance(s, live) else s


def _on_active(**changes: Any) -> Any:
    def fold(s: State | None, e: Any) -> State | None:
        if not isinstance(s, v.Active):
            return s
        return attrs.evolve(s, **{k: c(e) if callable(c) else c for k, c in changes.items()})

    return fold


def _mapped(s: State | None, e: v.ClassMapped) -> State | None:
    if not isinstance(s, v.Active):
        return s
    return attrs.evolve(s, claim=attrs.evolve(s.claim, class_name=e.new))


def _returned(s: State | None, e: v.RoleReturned) -> State | None:
    return attrs.evolve(s, returned=e.wanted) if isinstance(s, v.Claimed) else s


def _their_claim(state: Any, actor: Actor) -> bool:
    """A teacher reaches their own grant only."""
    return bool(state.claim.teacher_id == actor.id)


TABLE = Table(
    "reviewer_grant",
    own={Role.TEACHER: _their_claim},
    states=(v.Claimed, v.Active, v.Declined, v.Ended, v.Revoked),
    rules=RULES,
    fold={
        v.RoleClaimed: lambda _, e: v.Claimed(grant_id=e.grant_id, claim=e.claim, since=e.stamp.at),
        v.RoleVerified: _verified,
        v.RoleDeclined: _into(v.Declined),
        v.RoleReturned: _returned,
        v.Delegated: _on_active(delegate=lambda e: e.to, delegate_until=lambda e: e.until),
        v.DelegationEnded: _on_active(delegate="", delegate_until=None),
        v.ClassMapped: _mapped,
        v.GrantEnded: _into(v.Ended),
        v.GrantRevoked: _into(v.Revoked),
    },
)
