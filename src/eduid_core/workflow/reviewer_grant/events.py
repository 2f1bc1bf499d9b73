"""The events of a reviewer grant."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.private import PrivateText, note
from eduid_core.workflow.machine import Event
from eduid_core.workflow.reviewer_grant.states import RoleClaim


@attrs.frozen(kw_only=True)
class RoleClaimed(Event, name="RoleClaimed"):
    """A position was claimed."""

    grant_id: str
    claim: RoleClaim


@attrs.frozen(kw_only=True)
class RoleVerified(Event, name="RoleVerified"):
    """The claim was verified."""

    until: dt.date


@attrs.frozen(kw_only=True)
class RoleDeclined(Event, name="RoleDeclined"):
    """The claim was declined."""

    reason: PrivateText = attrs.field(converter=note)


@attrs.frozen(kw_only=True)
class RoleReturned(Event, name="RoleReturned"):
    """The claim was returned: more evidence is needed."""

    wanted: PrivateText = attrs.field(converter=note)


@attrs.frozen(kw_only=True)
class GrantDelegated(Event, name="Delegated"):
    """The grant was delegated."""

    to: str
    until: dt.date


@attrs.frozen(kw_only=True)
class DelegationEnded(Event, name="DelegationEnded"):
    """The delegation ended."""


@attrs.frozen(kw_only=True)
class ClassMapped(Event, name="ClassMapped"):
    """The grant moved with its class."""

    new: str


@attrs.frozen(kw_only=True)
class GrantRevoked(Event, name="GrantRevoked"):
    """The grant was revoked."""

    reason: PrivateText = attrs.field(converter=note)


@attrs.frozen(kw_only=True)
class GrantEnded(Event, name="GrantEnded"):
    """The grant ended after its term, or its class has no successor."""
