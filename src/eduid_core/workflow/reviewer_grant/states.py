"""The statuses of a reviewer grant."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

from eduid_core.workflow.machine import State

__all__ = [
    "ActiveGrant",
    "ClaimedGrant",
    "DeclinedGrant",
    "EndedGrant",
    "Position",
    "RevokedGrant",
    "RoleClaim",
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


@attrs.frozen(kw_only=True)
class RoleClaim:
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


@attrs.frozen(kw_only=True)
class _Grant(State):
    grant_id: str
    claim: RoleClaim
    since: dt.datetime


@attrs.frozen(kw_only=True)
class ClaimedGrant(_Grant):
    """Claimed, not yet verified: no task is given. `returned` says what is to be added."""

    status = "claimed"

    returned: str = ""


@attrs.frozen(kw_only=True)
class ActiveGrant(_Grant):
    """Verified; ends on `until`. A delegate stands in until `delegate_until`."""

    status = "active"

    until: dt.date
    verified_by: str
    delegate: str = ""
    delegate_until: dt.date | None = None


@attrs.frozen(kw_only=True)
class DeclinedGrant(_Grant):
    """Not verified; the teacher may claim again."""

    status = "declined"
    terminal = True


@attrs.frozen(kw_only=True)
class EndedGrant(_Grant):
    """The school year is over, or the class has no successor."""

    status = "ended"
    terminal = True


@attrs.frozen(kw_only=True)
class RevokedGrant(_Grant):
    """Taken back."""

    status = "revoked"
    terminal = True
