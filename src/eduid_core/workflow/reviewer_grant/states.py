"""The statuses of a reviewer grant."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

from eduid_core.private import PrivateText, note
from eduid_core.workflow.machine import State


class Position(enum.StrEnum):
    """The claimed position."""

    HOMEROOM = "homeroom"
    """Homeroom teacher (班主任) of a class."""
    DEPUTY = "deputy"
    """Deputy or head of grade: the next level if the homeroom teacher does not answer."""
    SCHOOL_ADMIN = "school_admin"
    DISTRICT_ADMIN = "district_admin"


@attrs.frozen(kw_only=True, slots=False)
class RoleClaim:
    """A claim: the teacher, the position, the class or school, the evidence (staff number, school letter)."""

    teacher_id: str
    school_code: str
    class_name: str = ""
    position: Position = Position.HOMEROOM
    evidence: PrivateText = attrs.field(default=PrivateText(""), converter=note)


def place(position: Position, school_code: str, class_name: str) -> str:
    """
    Return the key of the grants of a position in a class or school.

    A district's grant names no school, an administrator's no class.
    """
    return f"{school_code}\x1f{class_name}\x1f{position}"


def grantee(teacher_id: str, school_code: str) -> str:
    """Return the key of the grants of a teacher in a school."""
    return f"{teacher_id}\x1f{school_code}"


@attrs.frozen(kw_only=True, slots=False)
class _Grant(State):
    grant_id: str
    claim: RoleClaim
    since: dt.datetime


@attrs.frozen(kw_only=True, slots=False)
class ClaimedGrant(_Grant, status="claimed"):
    """Claimed, not yet verified: no task is assigned. `returned` names the missing evidence."""

    returned: PrivateText = attrs.field(default=PrivateText(""))


@attrs.frozen(kw_only=True, slots=False)
class ActiveGrant(_Grant, status="active"):
    """Verified; ends on `until`. A delegate acts for the holder until `delegate_until`."""

    until: dt.date
    verified_by: str
    delegate: str = ""
    delegate_until: dt.date | None = None


@attrs.frozen(kw_only=True, slots=False)
class DeclinedGrant(_Grant, status="declined", terminal=True):
    """Declined; the teacher may claim again."""


@attrs.frozen(kw_only=True, slots=False)
class EndedGrant(_Grant, status="ended", terminal=True):
    """Ended: the term is over, or the class has no successor."""


@attrs.frozen(kw_only=True, slots=False)
class RevokedGrant(_Grant, status="revoked", terminal=True):
    """Revoked."""
