"""Who acts: the roles of the house, and the actor a command names."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

__all__ = ["Actor", "Role", "Stamp"]


class Role(enum.StrEnum):
    """In which role somebody acts; of several that a person may hold, the one used is judged."""

    ANONYMOUS = "anonymous"
    STUDENT = "student"
    GUARDIAN = "guardian"
    TEACHER = "teacher"
    """A homeroom teacher (班主任) whose grant covers the class."""
    SCHOOL_ADMIN = "school_admin"
    DISTRICT_ADMIN = "district_admin"
    OPERATOR = "operator"
    """Runs the deployment: seats the districts, decides nothing about pupils."""
    IMPORTER = "importer"
    """The school's importer: hands a file in on the guardians' behalf (basis `school_attested`)."""
    SYSTEM = "system"
    """The machine itself: matching, timers, reactions. It may approve when all agrees; it never refuses."""


@attrs.frozen(kw_only=True)
class Actor:
    """
    Who gives a command, in which role.

    `id` is an opaque reference (an account id, a keyed digest), never a name or a number; `assurance` is
    the authenticator assurance level (AAL, NIST SP 800-63B) of the session, 1 to 3. `origin` is the address or
    device a request came from, where the caller knows it: budgets count by it; a digest of it is stored.
    """

    id: str
    role: Role
    assurance: int = 1
    origin: str = attrs.field(default="", repr=False)


@attrs.frozen
class Stamp:
    """Who did it, in which role, and when: the head of every event. `at` is an aware moment."""

    at: dt.datetime
    by: str
    role: Role
