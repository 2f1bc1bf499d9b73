"""What may have happened to an application. The registry's answer and a person's decision are facts."""

from __future__ import annotations

import datetime as dt

from eduid_core.private import PrivateText
from eduid_core.workflow.application.states import Basis, Evidence, Form, MatchResult, ReturnItem, Teacher
from eduid_core.workflow.machine import Event
from eduid_core.workflow.records import record

__all__ = [
    "Amended",
    "Appealed",
    "Approved",
    "AutoApproved",
    "CorrectionDropped",
    "CorrectionRefused",
    "CorrectionRequested",
    "DraftSaved",
    "DuplicateFlagged",
    "Escalated",
    "Expired",
    "GraceEnded",
    "GuardianConsented",
    "MatchRetried",
    "Opened",
    "Rejected",
    "Resubmitted",
    "Returned",
    "ReverificationStarted",
    "ReviewRequested",
    "Revoked",
    "Submitted",
    "Superseded",
    "Withdrawn",
]


@record
class Opened(Event):
    """An application was opened under a policy version."""

    name = "Opened"

    application_id: str
    account_id: str
    policy_version: str
    form: Form
    attestation: str
    resumed_from: str = ""


@record
class DraftSaved(Event):
    """The draft was kept."""

    name = "DraftSaved"

    form: Form


@record
class GuardianConsented(Event):
    """The guardian agreed to a text."""

    name = "GuardianConsented"

    text: str


@record
class Submitted(Event):
    """The form was handed in."""

    name = "Submitted"

    revision: int
    basis: Basis
    consent_text: str


@record
class Resubmitted(Event):
    """The mended form was handed in again."""

    name = "Resubmitted"

    revision: int
    form: Form
    contested: tuple[tuple[str, str], ...]


@record
class Amended(Event):
    """The form was edited while it waited; what the teacher has open is now stale."""

    name = "Amended"

    revision: int
    form: Form


@record
class CorrectionRequested(Event):
    """A change of the approved form was handed in."""

    name = "CorrectionRequested"

    revision: int
    form: Form


@record
class ReverificationStarted(Event):
    """What is approved is compared again for a school year."""

    name = "ReverificationStarted"

    revision: int
    school_year: int
    grace_until: dt.datetime


@record
class GraceEnded(Event):
    """The grace of a re-verification is over: the card is no longer valid."""

    name = "GraceEnded"


@record
class AutoApproved(Event):
    """Every key field agrees with the registry."""

    name = "AutoApproved"

    evidence: Evidence


@record
class ReviewRequested(Event):
    """Something differs: a person is asked."""

    name = "ReviewRequested"

    revision: int
    match: MatchResult
    teacher: Teacher | None = None
    class_ref: tuple[str, str] = ("", "")
    named: str = ""


@record
class MatchRetried(Event):
    """The registry is asked again about the same revision."""

    name = "MatchRetried"

    revision: int


@record
class Returned(Event):
    """The form was given back to be mended, by the form's own gaps or by a person."""

    name = "Returned"

    items: tuple[ReturnItem, ...]
    by_person: bool
    match: MatchResult | None = None


@record
class Approved(Event):
    """A person approved."""

    name = "Approved"

    evidence: Evidence


@record
class Rejected(Event):
    """A person refused."""

    name = "Rejected"

    code: str


@record
class Appealed(Event):
    """The refusal is appealed: another reviewer, one level up."""

    name = "Appealed"

    statement: PrivateText
    rejected_by: str


@record
class Escalated(Event):
    """The next level is asked, *to* whom where somebody is known there."""

    name = "Escalated"

    level: int
    to: Teacher | None = None


@record
class DuplicateFlagged(Event):
    """Another live application names the same person."""

    name = "DuplicateFlagged"


@record
class CorrectionDropped(Event):
    """A correction was taken back or ran out; the approved form stands."""

    name = "CorrectionDropped"


@record
class CorrectionRefused(Event):
    """A correction was refused; the approved form stands."""

    name = "CorrectionRefused"

    code: str


@record
class Withdrawn(Event):
    """The applicant took the application back."""

    name = "Withdrawn"


@record
class Expired(Event):
    """The term ran out."""

    name = "Expired"


@record
class Revoked(Event):
    """The approval was taken back for good."""

    name = "Revoked"

    code: str


@record
class Superseded(Event):
    """The pupil graduated, moved away, or another application replaces this one."""

    name = "Superseded"

    reason: str
