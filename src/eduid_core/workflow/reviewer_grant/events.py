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
    """The claim was declined."""

    name = "RoleDeclined"

    reason: str


@attrs.frozen(kw_only=True)
class RoleReturned(Event):
    """The claim was returned: more evidence is needed."""

    name = "RoleReturned"

    wanted: str


@attrs.frozen(kw_only=True)
class GrantDelegated(Event):
    """The grant was delegated."""

    name = "Delegated"

    to: str
    until: dt.date


@attrs.frozen(kw_only=True)
class DelegationEnded(Event):
    """The delegation ended."""

    name = "DelegationEnded"


@attrs.frozen(kw_only=True)
class ClassMapped(Event):
    """The grant moved with its class."""

    name = "ClassMapped"

    new: str


@attrs.frozen(kw_only=True)
class GrantRevoked(Event):
    """The grant was revoked."""

    name = "GrantRevoked"

    reason: str


@attrs.frozen(kw_only=True)
class GrantEnded(Event):
    """The grant ended after its term, or its class has no successor."""

    name = "GrantEnded"
