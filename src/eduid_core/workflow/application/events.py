"""The events of an application. The registry's answer and a person's decision are facts."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.private import PrivateText
from eduid_core.workflow.application.states import Basis, Evidence, Form, MatchResult, ReturnItem, Teacher
from eduid_core.workflow.machine import Event

__all__ = [
    "ApplicationAmended",
    "ApplicationAppealed",
    "ApplicationApproved",
    "ApplicationAutoApproved",
    "ApplicationEscalated",
    "ApplicationExpired",
    "ApplicationOpened",
    "ApplicationRejected",
    "ApplicationResubmitted",
    "ApplicationReturned",
    "ApplicationRevoked",
    "ApplicationSubmitted",
    "ApplicationSuperseded",
    "ApplicationWithdrawn",
    "CorrectionDropped",
    "CorrectionRefused",
    "CorrectionRequested",
    "DraftSaved",
    "DuplicateFlagged",
    "GraceEnded",
    "GuardianConsented",
    "MatchRetried",
    "ReverificationStarted",
    "ReviewRequested",
]


@attrs.frozen
class ApplicationOpened(Event):
    """An application was opened under a policy version."""

    name = "Opened"

    application_id: str
    account_id: str
    policy_version: str
    form: Form
    attestation: str
    resumed_from: str = ""


@attrs.frozen
class DraftSaved(Event):
    """The draft was saved."""

    name = "DraftSaved"

    form: Form


@attrs.frozen
class GuardianConsented(Event):
    """The guardian agreed to a text."""

    name = "GuardianConsented"

    text: str


@attrs.frozen
class ApplicationSubmitted(Event):
    """The form was submitted."""

    name = "Submitted"

    revision: int
    basis: Basis
    consent_text: str


@attrs.frozen
class ApplicationResubmitted(Event):
    """The corrected form was submitted again."""

    name = "Resubmitted"

    revision: int
    form: Form
    contested: tuple[tuple[str, str], ...]


@attrs.frozen
class ApplicationAmended(Event):
    """The form was edited while it waited; the teacher's open view is now stale."""

    name = "Amended"

    revision: int
    form: Form


@attrs.frozen
class CorrectionRequested(Event):
    """A change of the approved form was submitted."""

    name = "CorrectionRequested"

    revision: int
    form: Form


@attrs.frozen
class ReverificationStarted(Event):
    """The approved form is matched again for a school year."""

    name = "ReverificationStarted"

    revision: int
    school_year: int
    grace_until: dt.datetime


@attrs.frozen
class GraceEnded(Event):
    """The grace period of a re-verification is over: the card is no longer valid."""

    name = "GraceEnded"


@attrs.frozen
class ApplicationAutoApproved(Event):
    """Every key field agrees with the registry."""

    name = "AutoApproved"

    evidence: Evidence


@attrs.frozen
class ReviewRequested(Event):
    """Some field differs: a person is asked."""

    name = "ReviewRequested"

    revision: int
    match: MatchResult
    teacher: Teacher | None = None
    class_ref: tuple[str, str] = ("", "")
    named: str = ""


@attrs.frozen
class MatchRetried(Event):
    """The registry is asked again about the same revision."""

    name = "MatchRetried"

    revision: int


@attrs.frozen
class ApplicationReturned(Event):
    """The form was returned for correction, because of its own gaps or by a person."""

    name = "Returned"

    items: tuple[ReturnItem, ...]
    by_person: bool
    match: MatchResult | None = None


@attrs.frozen
class ApplicationApproved(Event):
    """A person approved."""

    name = "Approved"

    evidence: Evidence


@attrs.frozen
class ApplicationRejected(Event):
    """A person rejected the application."""

    name = "Rejected"

    code: str


@attrs.frozen
class ApplicationAppealed(Event):
    """The rejection is appealed: another reviewer, one level up."""

    name = "Appealed"

    statement: PrivateText
    rejected_by: str


@attrs.frozen
class ApplicationEscalated(Event):
    """The next level is asked; *to* is the contact there, if known."""

    name = "Escalated"

    level: int
    to: Teacher | None = None


@attrs.frozen
class DuplicateFlagged(Event):
    """Another live application names the same person."""

    name = "DuplicateFlagged"


@attrs.frozen
class CorrectionDropped(Event):
    """A correction was withdrawn or expired; the approved form stays valid."""

    name = "CorrectionDropped"


@attrs.frozen
class CorrectionRefused(Event):
    """A correction was refused; the approved form stays valid."""

    name = "CorrectionRefused"

    code: str


@attrs.frozen
class ApplicationWithdrawn(Event):
    """The applicant withdrew the application."""

    name = "Withdrawn"


@attrs.frozen
class ApplicationExpired(Event):
    """The term has passed."""

    name = "Expired"


@attrs.frozen
class ApplicationRevoked(Event):
    """The approval was revoked permanently."""

    name = "Revoked"

    code: str


@attrs.frozen
class ApplicationSuperseded(Event):
    """The student graduated or moved away, or another application replaces this one."""

    name = "Superseded"

    reason: str
