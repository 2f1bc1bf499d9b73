"""The statuses of an application (申请), one record each, and the file they all carry."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

from eduid_core.matching import Application as Form
from eduid_core.private import PersonName, Phone, PrivateText
from eduid_core.workflow.kernel import State

__all__ = [
    "Approved",
    "Baseline",
    "Basis",
    "Draft",
    "Evidence",
    "Expired",
    "File",
    "Flag",
    "Form",
    "MatchResult",
    "PendingReview",
    "ReturnItem",
    "Returned",
    "Submitted",
    "Teacher",
    "Withdrawn",
]


class Basis(enum.StrEnum):
    """On what ground the form was handed in."""

    GUARDIAN_CONSENT = "guardian_consent"
    SCHOOL_ATTESTED = "school_attested"
    """The school's importer hands in on the guardian's behalf and attests it (file runs)."""


class Flag(enum.StrEnum):
    """What is true of an application beside its status."""

    DUPLICATE_SUSPECTED = "duplicate_suspected"
    AMENDED = "amended_while_pending"
    CORRECTION = "correction"


@attrs.frozen
class MatchResult:
    """
    What the registry said of one revision: codes only, so it may stand in the clear.

    `fields` are (field, code, note); `tier` orders the teacher's queue, 5 first, 0 for no review.
    """

    outcome: str
    reasons: tuple[str, ...]
    fields: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[str, ...] = ()
    tier: int = 0
    suggestion: str = ""
    snapshot: str = ""


@attrs.frozen
class Teacher:
    """The homeroom teacher (班主任) of the class named in the form: opaque id, name, phone."""

    id: str
    name: PersonName
    phone: Phone


@attrs.frozen
class ReturnItem:
    """One thing to mend: the field, the reason from the closed list, and a note for the applicant."""

    field: str
    code: str
    note: PrivateText = attrs.field(factory=lambda: PrivateText(""))


@attrs.frozen(kw_only=True)
class Evidence:
    """Why an application stands approved: by the registry's agreement or by a person, on which revision."""

    method: str
    by: str
    revision: int
    match: MatchResult


@attrs.frozen
class Baseline:
    """The approved form, and why it is approved, while a correction of it is on its way."""

    form: Form
    evidence: Evidence


@attrs.frozen(kw_only=True)
class File:
    """
    What every status carries: the form, its revision, its history in numbers.

    `revision` counts what was handed in, from 0 (never) upward; `baseline` stands during a correction.
    """

    application_id: str
    account_id: str
    basis: Basis
    policy_version: str
    form: Form
    revision: int = 0
    returns: int = 0
    edits: int = 0
    flags: frozenset[Flag] = frozenset()
    baseline: Baseline | None = None


@attrs.frozen(kw_only=True)
class _OnFile(State):
    """A status of an application."""

    file: File
    since: dt.datetime

    @property
    def revision(self) -> int:
        """Return the revision of the form."""
        return self.file.revision


@attrs.frozen(kw_only=True)
class Draft(_OnFile):
    """Being filled in; nothing has been handed in yet."""


@attrs.frozen(kw_only=True)
class Submitted(_OnFile):
    """Handed in; the registry is being asked."""


@attrs.frozen(kw_only=True)
class PendingReview(_OnFile):
    """The registry did not simply agree: a person decides."""

    match: MatchResult


@attrs.frozen(kw_only=True)
class Returned(_OnFile):
    """Given back to be mended; the items say what. `match` is the machine's own reading where it gave back."""

    items: tuple[ReturnItem, ...]
    match: MatchResult | None = None


@attrs.frozen(kw_only=True)
class Approved(_OnFile):
    """The identity is certified."""

    evidence: Evidence


@attrs.frozen(kw_only=True)
class Withdrawn(_OnFile):
    """Taken back by the applicant."""

    terminal = True


@attrs.frozen(kw_only=True)
class Expired(_OnFile):
    """Left lying past its term."""

    terminal = True
