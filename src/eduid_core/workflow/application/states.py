"""The statuses of an application (申请), one record each, and what they all carry."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

from eduid_core.matching import Application as Form
from eduid_core.private import PersonName, Phone, PrivateText
from eduid_core.workflow.machine import State

__all__ = [
    "ApplicationFile",
    "Approved",
    "Basis",
    "Cycle",
    "CycleKind",
    "Draft",
    "Evidence",
    "Expired",
    "Flag",
    "Form",
    "MatchResult",
    "PendingReview",
    "Rejected",
    "ReturnItem",
    "Returned",
    "ReviewTally",
    "Revoked",
    "Submitted",
    "Superseded",
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


class CycleKind(enum.StrEnum):
    """What a cycle on top of an approved application is for."""

    CORRECTION = "correction"
    REVERIFICATION = "reverification"


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


@attrs.frozen
class Evidence:
    """Why an application stands approved: by the registry's agreement or by a person, on which revision."""

    method: str
    by: str
    revision: int
    match: MatchResult


@attrs.frozen
class Cycle:
    """
    A correction or re-verification on its way: the approved form and evidence that stand meanwhile.

    `grace_until` is when a card stops being valid if the re-verification has not ended; `grace_over` once so.
    """

    kind: CycleKind
    form: Form
    evidence: Evidence
    grace_until: dt.datetime | None = None
    grace_over: bool = False


@attrs.frozen
class ApplicationFile:
    """
    What an application rests on: whose it is, the policy it was opened under, the ground it was handed in on.

    `consent` names the text that was agreed to, `by_guardian` whether the guardian did.
    """

    application_id: str
    account_id: str
    policy_version: str
    basis: Basis = Basis.GUARDIAN_CONSENT
    consent: str = ""
    by_guardian: bool = False


@attrs.frozen
class ReviewTally:
    """
    What has happened so far, in numbers and flags.

    `refused_by` is who refused before an appeal: whatever task is opened later, they do not decide it.
    `waits_since` is set while the registry is asked once more about what already waits for a person: the clock
    of that wait goes on.
    """

    returns: int = 0
    edits: int = 0
    appeals: int = 0
    level: int = 0
    flags: frozenset[Flag] = frozenset()
    cycle: Cycle | None = None
    refused_by: str = ""
    waits_since: dt.datetime | None = None


@attrs.frozen
class _OnFile(State):
    """A status of an application. `revision` counts what was handed in, from 0 (never) upward."""

    file: ApplicationFile
    form: Form
    revision: int  # a field here, 0 in aggregates without one
    tally: ReviewTally
    since: dt.datetime


@attrs.frozen
class Draft(_OnFile):
    """Being filled in; nothing has been handed in yet."""

    status = "draft"


@attrs.frozen
class Submitted(_OnFile):
    """Handed in; the registry is being asked."""

    status = "submitted"


@attrs.frozen
class PendingReview(_OnFile):
    """The registry did not simply agree: a person decides."""

    status = "pending_review"

    match: MatchResult


@attrs.frozen
class Returned(_OnFile):
    """
    Given back to be mended; the items say what. `match` is the machine's own reading where it gave back.

    `handed_in` is the form that was given back: a draft saved meanwhile changes `form`, and what was mended is
    measured against what had been handed in.
    """

    status = "returned"

    items: tuple[ReturnItem, ...]
    handed_in: Form
    match: MatchResult | None = None


@attrs.frozen
class Approved(_OnFile):
    """The identity is certified."""

    status = "approved"

    evidence: Evidence


@attrs.frozen
class Rejected(_OnFile):
    """Refused by a person for a listed reason; the refusal may be appealed."""

    status = "rejected"

    code: str
    match: MatchResult
    by: str = ""
    """Who refused: the appeal goes to somebody else."""


@attrs.frozen
class Withdrawn(_OnFile):
    """Taken back by the applicant."""

    status = "withdrawn"
    terminal = True


@attrs.frozen
class Expired(_OnFile):
    """Left lying past its term."""

    status = "expired"
    terminal = True


@attrs.frozen
class Revoked(_OnFile):
    """An approval taken back for good: fraud, repudiation, consent withdrawn."""

    status = "revoked"
    terminal = True
    code: str


@attrs.frozen
class Superseded(_OnFile):
    """Graduated, moved away or replaced."""

    status = "superseded"
    terminal = True
    reason: str
