"""The commands of a reviewer grant."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.workflow.machine import Command
from eduid_core.workflow.reviewer_grant.states import RoleClaim

__all__ = [
    "ClaimRole",
    "Decline",
    "DelegateGrant",
    "EndDelegation",
    "EndGrant",
    "MapClass",
    "Return",
    "RevokeGrant",
    "Verify",
]


@attrs.frozen(kw_only=True)
class ClaimRole(Command):
    """Claim a position; *class_known* states whether the school has that class."""

    name = "claim_role"

    claim: RoleClaim
    class_known: bool = True


@attrs.frozen(kw_only=True)
class Verify(Command):
    """Verify the claim until a date. *same_school* states whether the verifier's grant covers the school."""

    name = "verify"

    until: dt.date
    same_school: bool = True


@attrs.frozen(kw_only=True)
class Decline(Command):
    """Decline the claim, for a reason; *same_school* as in `Verify`."""

    name = "decline"

    reason: str
    same_school: bool = True


@attrs.frozen(kw_only=True)
class Return(Command):
    """Return the claim and name the missing evidence (*wanted*); *same_school* as in `Verify`."""

    name = "return"

    wanted: str
    same_school: bool = True


@attrs.frozen(kw_only=True)
class DelegateGrant(Command):
    """Delegate the grant until a date; *eligible* states whether the delegate holds a grant in the school."""

    name = "delegate"

    to: str
    until: dt.date
    eligible: bool = True


@attrs.frozen(kw_only=True)
class EndDelegation(Command):
    """End the delegation after its term."""

    name = "end_delegation"


@attrs.frozen(kw_only=True)
class MapClass(Command):
    """Move the grant to the class's name in the next grade, *new*; empty if the class has no successor."""

    name = "map_class"

    new: str


@attrs.frozen(kw_only=True)
class RevokeGrant(Command):
    """Revoke the grant, for a reason; *same_school* as in `Verify`."""

    name = "revoke"

    reason: str
    same_school: bool = True


@attrs.frozen(kw_only=True)
class EndGrant(Command):
    """End the grant after its term."""

    name = "end_grant"
