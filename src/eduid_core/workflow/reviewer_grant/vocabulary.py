"""The statuses, commands and events of a reviewer grant."""

from __future__ import annotations

import datetime as dt
import enum

from eduid_core.workflow.machine import Command, Event, State
from eduid_core.workflow.records import record

__all__ = [
    "Active",
    "Claim",
    "ClaimRole",
    "Claimed",
    "ClassMapped",
    "Decline",
    "Declined",
    "Delegate",
    "Delegated",
    "DelegationEnded",
    "EndDelegation",
    "EndGrant",
    "Ended",
    "GrantEnded",
    "GrantRevoked",
    "MapClass",
    "Position",
    "Return",
    "Revoke",
    "Revoked",
    "RoleClaimed",
    "RoleDeclined",
    "RoleReturned",
    "RoleVerified",
    "Verify",
    "grantee",
    "place",
]


class Position(enum.StrEnum):
    """What is claimed."""

    HOMEROOM = "homeroom"
    """Homeroom teacher (班主任) of a class."""
    DEPUTY = "deputy"
    """Deputy or head of grade: next in line when the homeroom teacher does not answer."""
    SCHOOL_ADMIN = "school_admin"
    DISTRICT_ADMIN = "district_admin"


@record(kw_only=True)
class Claim:
    """Who claims what, where, on what evidence (staff number, letter of the school)."""

    teacher_id: str
    school_code: str
    class_name: str = ""
    position: Position = Position.HOMEROOM
    evidence: str = ""


def place(position: Position, school_code: str, class_name: str) -> str:
    """
    Return the text under which the grants of a position in a class or school are found.

    A district's grant names no school, an administrator's no class.
    """
    return f"{school_code}\x1f{class_name}\x1f{position}"


def grantee(teacher_id: str, school_code: str) -> str:
    """Return the text under which the grants of a teacher in a school are found."""
    return f"{teacher_id}\x1f{school_code}"


@record(kw_only=True)
class _Grant(State):
    grant_id: str
    claim: Claim
    since: dt.datetime


@record(kw_only=True)
class Claimed(_Grant):
    """Claimed, not yet verified: no task is given. `returned` says what is to be added."""

    status = "claimed"

    returned: str = ""


@record(kw_only=True)
class Active(_Grant):
    """Verified; ends on `until`. A delegate stands in until `delegate_until`."""

    status = "active"

    until: dt.date
    verified_by: str
    delegate: str = ""
    delegate_until: dt.date | None = None


@record(kw_only=True)
class Declined(_Grant):
    """Not verified; the teacher may claim again."""

    status = "declined"
    terminal = True


@record(kw_only=True)
class Ended(_Grant):
    """The school year is over, or the class has no successor."""

    status = "ended"
    terminal = True


@record(kw_only=True)
class Revoked(_Grant):
    """Taken back."""

    status = "revoked"
    terminal = True


@record(kw_only=True)
class ClaimRole(Command):
    """Claim a position; *class_known* says whether the school has that class."""

    name = "claim_role"

    claim: Claim
    class_known: bool = True


@record(kw_only=True)
class Verify(Command):
    """Verify the claim, until a date. *same_school* says whether the verifier's own grant covers the school."""

    name = "verify"

    until: dt.date
    same_school: bool = True


@record(kw_only=True)
class Decline(Command):
    """Do not verify, for a reason; *same_school* as in `Verify`."""

    name = "decline"

    reason: str
    same_school: bool = True


@record(kw_only=True)
class Return(Command):
    """Ask for more, saying what; *same_school* as in `Verify`."""

    name = "return"

    wanted: str
    same_school: bool = True


@record(kw_only=True)
class Delegate(Command):
    """Let another stand in until a date; *eligible* says whether they hold a grant in the school."""

    name = "delegate"

    to: str
    until: dt.date
    eligible: bool = True


@record(kw_only=True)
class EndDelegation(Command):
    """The delegation's term is over."""

    name = "end_delegation"


@record(kw_only=True)
class MapClass(Command):
    """The class moves up a grade and is now called *new*; empty where it has no successor."""

    name = "map_class"

    new: str


@record(kw_only=True)
class Revoke(Command):
    """Take the grant back, for a reason; *same_school* as in `Verify`."""

    name = "revoke"

    reason: str
    same_school: bool = True


@record(kw_only=True)
class EndGrant(Command):
    """The grant's term is over."""

    name = "end_grant"


@record(kw_only=True)
class RoleClaimed(Event):
    """A position was claimed."""

    name = "RoleClaimed"

    grant_id: str
    claim: Claim


@record(kw_only=True)
class RoleVerified(Event):
    """The claim was verified."""

    name = "RoleVerified"

    until: dt.date


@record(kw_only=True)
class RoleDeclined(Event):
    """The claim was not verified."""

    name = "RoleDeclined"

    reason: str


@record(kw_only=True)
class RoleReturned(Event):
    """More is wanted before the claim is verified."""

    name = "RoleReturned"

    wanted: str


@record(kw_only=True)
class Delegated(Event):
    """Another stands in."""

    name = "Delegated"

    to: str
    until: dt.date


@record(kw_only=True)
class DelegationEnded(Event):
    """Nobody stands in any more."""

    name = "DelegationEnded"


@record(kw_only=True)
class ClassMapped(Event):
    """The grant follows its class."""

    name = "ClassMapped"

    new: str


@record(kw_only=True)
class GrantRevoked(Event):
    """The grant was taken back."""

    name = "GrantRevoked"

    reason: str


@record(kw_only=True)
class GrantEnded(Event):
    """The grant ran out."""

    name = "GrantEnded"
