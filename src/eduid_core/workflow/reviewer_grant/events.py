"""The events of a reviewer grant."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.workflow.machine import Event
from eduid_core.workflow.reviewer_grant.states import RoleClaim

__all__ = [
    "ClassMapped",
    "DelegationEnded",
    "GrantDelegated",
    "GrantEnded",
    "GrantRevoked",
    "RoleClaimed",
    "RoleDeclined",
    "RoleReturned",
    "RoleVerified",
]


@attrs.frozen(kw_only=True)
class RoleClaimed(Event):
    """A position was claimed."""

    name = "RoleClaimed"

    grant_id: str
    claim: RoleClaim


@attrs.frozen(kw_only=True)
class RoleVerified(Event):
    """The claim was verified."""

    name = "RoleVerified"

    until: dt.date


@attrs.frozen(kw_only=True)
class RoleDeclined(Event):
    """The claim was not verified."""

    name = "RoleDeclined"

    reason: str


@attrs.frozen(kw_only=True)
class RoleReturned(Event):
    """More is wanted before the claim is verified."""

    name = "RoleReturned"

    wanted: str


@attrs.frozen(kw_only=True)
class GrantDelegated(Event):
    """Another stands in."""

    name = "Delegated"

    to: str
    until: dt.date


@attrs.frozen(kw_only=True)
class DelegationEnded(Event):
    """Nobody stands in any more."""

    name = "DelegationEnded"


@attrs.frozen(kw_only=True)
class ClassMapped(Event):
    """The grant follows its class."""

    name = "ClassMapped"

    new: str


@attrs.frozen(kw_only=True)
class GrantRevoked(Event):
    """The grant was taken back."""

    name = "GrantRevoked"

    reason: str


@attrs.frozen(kw_only=True)
class GrantEnded(Event):
    """The grant ran out."""

    name = "GrantEnded"
