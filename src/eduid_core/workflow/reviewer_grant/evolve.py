"""The fold of a reviewer grant: events to state. Total: an event that does not fit has no effect."""

from __future__ import annotations

from typing import Any

import attrs

from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import Command, State, Table, becoming, changed
from eduid_core.workflow.reviewer_grant import events, states
from eduid_core.workflow.reviewer_grant.rules import RULES

__all__ = ["TABLE"]


def _verified(s: State | None, e: events.RoleVerified) -> State | None:
    if not isinstance(s, states.ClaimedGrant):
        return s
    return becoming(states.ActiveGrant, s, since=e.stamp.at, until=e.until, verified_by=e.stamp.by)


def _into(kind: Any) -> Any:
    live = (states.ClaimedGrant, states.ActiveGrant)
    return lambda s, e: becoming(kind, s, since=e.stamp.at) if isinstance(s, live) else s


def _on_active(**changes: Any) -> Any:
    def fold(s: State | None, e: Any) -> State | None:
        if not isinstance(s, states.ActiveGrant):
            return s
        return changed(s, **{k: c(e) if callable(c) else c for k, c in changes.items()})

    return fold


def _mapped(s: State | None, e: events.ClassMapped) -> State | None:
    if not isinstance(s, states.ActiveGrant):
        return s
    return changed(s, claim=attrs.evolve(s.claim, class_name=e.new))


def _returned(s: State | None, e: events.RoleReturned) -> State | None:
    return changed(s, returned=e.wanted) if isinstance(s, states.ClaimedGrant) else s


def _their_claim(state: Any, command: Command) -> bool:
    """A teacher reaches only their own grant."""
    return bool(state.claim.teacher_id == command.by.id)


TABLE = Table(
    "reviewer_grant",
    own={Role.TEACHER: _their_claim},
    states=(
        states.ClaimedGrant,
        states.ActiveGrant,
        states.DeclinedGrant,
        states.EndedGrant,
        states.RevokedGrant,
    ),
    rules=RULES,
    fold={
        events.RoleClaimed: lambda _, e: states.ClaimedGrant(
            grant_id=e.grant_id, claim=e.claim, since=e.stamp.at
        ),
        events.RoleVerified: _verified,
        events.RoleDeclined: _into(states.DeclinedGrant),
        events.RoleReturned: _returned,
        events.GrantDelegated: _on_active(delegate=lambda e: e.to, delegate_until=lambda e: e.until),
        events.DelegationEnded: _on_active(delegate="", delegate_until=None),
        events.ClassMapped: _mapped,
        events.GrantEnded: _into(states.EndedGrant),
        events.GrantRevoked: _into(states.RevokedGrant),
    },
)
