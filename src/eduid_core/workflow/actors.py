"""Actors: the roles of the system, and the person or machine that gives a command."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

__all__ = ["Actor", "Role", "Stamp"]


class Role(enum.StrEnum):
    """The role of an actor; if a person holds several, the role in use is judged."""

    ANONYMOUS = "anonymous"
    STUDENT = "student"
    GUARDIAN = "guardian"
    TEACHER = "teacher"
    """A homeroom teacher (班主任) whose grant covers the class."""
    SCHOOL_ADMIN = "school_admin"
    DISTRICT_ADMIN = "district_admin"
    OPERATOR = "operator"
    """Runs the deployment: grants district seats, takes no decision about students."""
    IMPORTER = "importer"
    """The school's importer: submits a file on the guardians' behalf (basis `school_attested`)."""
    SYSTEM = "system"
    """The system: matching, timers, reactions. It may approve when all fields agree; it never refuses."""


@attrs.frozen(kw_only=True)
class Actor:
    """
    The giver of a command, with a role.

    `id` is an opaque reference (an account id, a keyed digest), never a name or a number; `assurance` is
    the authenticator assurance level (AAL, NIST SP 800-63B) of the session, 1 to 3. `origin` is the address or
    device of the request, if the caller knows it: budgets count by it; a digest of it is stored. `program`
    names a program that acts for the account after a log-in of its own; the ledger records both.
    """

    id: str
    role: Role
    assurance: int = 1
    origin: str = attrs.field(default="", repr=False)
    program: str = ""


@attrs.frozen
class Stamp:
    """The head of every event: actor, role and time. `at` is an aware datetime."""

    at: dt.datetime
    by: str
    role: Role
