"""The commands of a reviewer grant."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.private import PrivateText, note
from eduid_core.workflow.machine import Command
from eduid_core.workflow.reviewer_grant.states import RoleClaim


@attrs.frozen(kw_only=True)
class ClaimRole(Command, name="claim_role"):
    """Claim a position; *class_known* states whether the school has that class."""

    claim: RoleClaim
    class_known: bool = True


@attrs.frozen(kw_only=True)
class Verify(Command, name="verify"):
    """Verify the claim until a date. *same_school* states whether the verifier's grant covers the school."""

    until: dt.date
    same_school: bool = True


@attrs.frozen(kw_only=True)
class Decline(Command, name="decline"):
    """Decline the claim, for a reason; *same_school* as in `Verify`."""

    reason: PrivateText = attrs.field(converter=note)
    same_school: bool = True


@attrs.frozen(kw_only=True)
class Return(Command, name="return"):
    """Return the claim and name the missing evidence (*wanted*); *same_school* as in `Verify`."""

    wanted: PrivateText = attrs.field(converter=note)
    same_school: bool = True


@attrs.frozen(kw_only=True)
class DelegateGrant(Command, name="delegate"):
    """Delegate the grant until a date; *eligible* states whether the delegate holds a grant in the school."""

    to: str
    until: dt.date
    eligible: bool = True


@attrs.frozen(kw_only=True)
class EndDelegation(Command, name="end_delegation"):
    """End the delegation after its term."""


@attrs.frozen(kw_only=True)
class MapClass(Command, name="map_class"):
    """Move the grant to the class's name in the next grade, *new*; empty if the class has no successor."""

    new: str


@attrs.frozen(kw_only=True)
class RevokeGrant(Command, name="revoke"):
    """Revoke the grant, for a reason; *same_school* as in `Verify`."""

    reason: PrivateText = attrs.field(converter=note)
    same_school: bool = True


@attrs.frozen(kw_only=True)
class EndGrant(Command, name="end_grant"):
    """End the grant after its term."""
