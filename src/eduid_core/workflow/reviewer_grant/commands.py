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
    """Claim a position; *class_known* says whether the school has that class."""

    name = "claim_role"

    claim: RoleClaim
    class_known: bool = True


@attrs.frozen(kw_only=True)
class Verify(Command):
    """Verify the claim, until a date. *same_school* says whether the verifier's own grant covers the school."""

    name = "verify"

    until: dt.date
    same_school: bool = True


@attrs.frozen(kw_only=True)
class Decline(Command):
    """Do not verify, for a reason; *same_school* as in `Verify`."""

    name = "decline"

    reason: str
    same_school: bool = True


@attrs.frozen(kw_only=True)
class Return(Command):
    """Ask for more, saying what; *same_school* as in `Verify`."""

    name = "return"

    wanted: str
    same_school: bool = True


@attrs.frozen(kw_only=True)
class DelegateGrant(Command):
    """Let another stand in until a date; *eligible* says whether they hold a grant in the school."""

    name = "delegate"

    to: str
    until: dt.date
    eligible: bool = True


@attrs.frozen(kw_only=True)
class EndDelegation(Command):
    """The delegation's term is over."""

    name = "end_delegation"


@attrs.frozen(kw_only=True)
class MapClass(Command):
    """The class moves up a grade and is now called *new*; empty where it has no successor."""

    name = "map_class"

    new: str


@attrs.frozen(kw_only=True)
class RevokeGrant(Command):
    """Take the grant back, for a reason; *same_school* as in `Verify`."""

    name = "revoke"

    reason: str
    same_school: bool = True


@attrs.frozen(kw_only=True)
class EndGrant(Command):
    """The grant's term is over."""

    name = "end_grant"
