"""What may have happened to an application. The registry's answer and a person's decision are facts."""

from __future__ import annotations

import datetime as dt

from eduid_core.private import PrivateText
from eduid_core.workflow.application.states import Basis, Evidence, Form, MatchResult, ReturnItem, Teacher
from eduid_core.workflow.kernel import Event
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

    application_id: str
    account_id: str
    policy_version: str
    form: Form
    attestation: str
    resumed_from: str = ""


@record
class DraftSaved(Event):
    """The draft was kept."""

    form: Form


@record
class GuardianConsented(Event):
    """The guardian agreed to a text."""

    text: str


@record
class Submitted(Event):
    """The form was handed in."""

    revision: int
    basis: Basis
    consent_text: str


@record
class Resubmitted(Event):
    """The mended form was handed in again."""

    revision: int
    form: Form
    contested: tuple[tuple[str, str], ...]


@record
class Amended(Event):
    """The form was edited while it waited; what the teacher has open is now stale."""

    revision: int
    form: Form


@record
class CorrectionRequested(Event):
    """A change of the approved form was handed in."""

    revision: int
    form: Form


@record
class ReverificationStarted(Event):
    """What is approved is compared again for a school year."""

    revision: int
    school_year: int
    grace_until: dt.datetime


@record
class GraceEnded(Event):
    """The grace of a re-verification is over: the card is no longer valid."""


@record
class AutoApproved(Event):
    """Every key field agrees with the registry."""

    evidence: Evidence


@record
class ReviewRequested(Event):
    """Something differs: a person is asked."""

    revision: int
    match: MatchResult
    teacher: Teacher | None = None
    class_ref: tuple[str, str] = ("", "")
    named: str = ""


@record
class MatchRetried(Event):
    """The registry is asked again about the same revision."""

    revision: int


@record
class Returned(Event):
    """The form was given back to be mended, by the form's own gaps or by a person."""

    items: tuple[ReturnItem, ...]
    by_person: bool
    match: MatchResult | None = None


@record
class Approved(Event):
    """A person approved."""

    evidence: Evidence


@record
class Rejected(Event):
    """A person refused."""

    code: str


@record
class Appealed(Event):
    """The refusal is appealed: another reviewer, one level up."""

    statement: PrivateText
    rejected_by: str


@record
class Escalated(Event):
    """The next level is asked, *to* whom where somebody is known there."""

    level: int
    to: Teacher | None = None


@record
class DuplicateFlagged(Event):
    """Another live application names the same person."""


@record
class CorrectionDropped(Event):
    """A correction was taken back or ran out; the approved form stands."""


@record
class CorrectionRefused(Event):
    """A correction was refused; the approved form stands."""

    code: str


@record
class Withdrawn(Event):
    """The applicant took the application back."""


@record
class Expired(Event):
    """The term ran out."""


@record
class Revoked(Event):
    """The approval was taken back for good."""

    code: str


@record
class Superseded(Event):
    """The pupil graduated, moved away, or another application replaces this one."""

    reason: str
