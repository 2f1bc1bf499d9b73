"""The events of an application. The registry's answer and a person's decision are facts."""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.matching import Application as Form
from eduid_core.private import Phone, PrivateText
from eduid_core.workflow.application.returns import Contests, private_notes
from eduid_core.workflow.application.states import Basis, Evidence, MatchResult, ReturnItem, Teacher
from eduid_core.workflow.links import Confirmation
from eduid_core.workflow.machine import Event


@attrs.frozen
class ApplicationOpened(Event, name="Opened"):
    """An application was opened under a policy version."""

    application_id: str
    account_id: str
    policy_version: str
    form: Form
    attestation: str
    resumed_from: str = ""


@attrs.frozen
class DraftSaved(Event, name="DraftSaved"):
    """The draft was saved."""

    form: Form


@attrs.frozen
class GuardianConsented(Event, name="GuardianConsented"):
    """The guardian agreed to a text."""

    text: str


@attrs.frozen
class ConsentVoided(Event, name="ConsentVoided"):
    """The guardian withdrew the consent to a draft, which stays."""


@attrs.frozen(kw_only=True)
class GuardianAsked(Event, name="GuardianAsked"):
    """A guardian asks to be linked; the code is to be sent to the guardian phone *phone*."""

    guardian: str
    phone: Phone
    nonce: str = attrs.field(repr=False)
    minutes: int


@attrs.frozen
class GuardianLinked(Event, name="GuardianLinked"):
    """A guardian's account was linked to the application."""

    guardian: str
    link: str
    way: Confirmation


@attrs.frozen
class GuardianUnlinked(Event, name="GuardianUnlinked"):
    """The link of a guardian's account to the application has ended."""

    guardian: str


@attrs.frozen
class ApplicationSubmitted(Event, name="Submitted"):
    """The form was submitted."""

    revision: int
    basis: Basis
    consent_text: str
    contested: Contests = attrs.field(default=(), converter=private_notes)


@attrs.frozen
class ApplicationResubmitted(Event, name="Resubmitted"):
    """The corrected form was submitted again."""

    revision: int
    form: Form
    contested: Contests = attrs.field(default=(), converter=private_notes)
    consent_text: str = ""


@attrs.frozen
class ApplicationAmended(Event, name="Amended"):
    """The form was edited while it waited; the teacher's open view is now stale."""

    revision: int
    form: Form
    consent_text: str = ""


@attrs.frozen
class CorrectionRequested(Event, name="CorrectionRequested"):
    """A change of the approved form was submitted."""

    revision: int
    form: Form
    consent_text: str = ""


@attrs.frozen
class ReverificationStarted(Event, name="ReverificationStarted"):
    """The approved form is matched again for a school year."""

    revision: int
    school_year: int
    grace_until: dt.datetime


@attrs.frozen
class GraceEnded(Event, name="GraceEnded"):
    """The grace period of a re-verification is over: the card is no longer valid."""


@attrs.frozen
class ApplicationAutoApproved(Event, name="AutoApproved"):
    """Every key field agrees with the registry."""

    evidence: Evidence
    class_ref: tuple[str, str] = ("", "")


@attrs.frozen
class ReviewRequested(Event, name="ReviewRequested"):
    """Some field differs: a person is asked."""

    revision: int
    match: MatchResult
    teacher: Teacher | None = None
    class_ref: tuple[str, str] = ("", "")
    invited: Teacher | None = None


@attrs.frozen
class MatchRetried(Event, name="MatchRetried"):
    """The registry is asked again about the same revision."""

    revision: int


@attrs.frozen
class ApplicationReturned(Event, name="Returned"):
    """The form was returned for correction, because of its own gaps or by a person."""

    items: tuple[ReturnItem, ...]
    by_person: bool
    match: MatchResult | None = None
    class_ref: tuple[str, str] = ("", "")


@attrs.frozen
class ApplicationApproved(Event, name="Approved"):
    """A person approved."""

    evidence: Evidence


@attrs.frozen
class ApplicationRejected(Event, name="Rejected"):
    """A person rejected the application."""

    code: str


@attrs.frozen
class ApplicationAppealed(Event, name="Appealed"):
    """The rejection is appealed: another reviewer, one level up."""

    statement: PrivateText
    rejected_by: str
    to: Teacher | None = None


@attrs.frozen
class ApplicationEscalated(Event, name="Escalated"):
    """The next level is asked; *to* is the contact there, if known."""

    level: int
    to: Teacher | None = None


@attrs.frozen
class DuplicateFlagged(Event, name="DuplicateFlagged"):
    """Another live application names the same person."""


@attrs.frozen
class CorrectionDropped(Event, name="CorrectionDropped"):
    """A correction was withdrawn or expired; the approved form stays valid."""


@attrs.frozen
class CorrectionRefused(Event, name="CorrectionRefused"):
    """A correction was refused; the approved form stays valid."""

    code: str


@attrs.frozen
class ApplicationWithdrawn(Event, name="Withdrawn"):
    """The applicant withdrew the application."""


@attrs.frozen
class ApplicationExpired(Event, name="Expired"):
    """The term has passed."""


@attrs.frozen
class ApplicationRevoked(Event, name="Revoked"):
    """The approval was revoked permanently."""

    code: str


@attrs.frozen
class ApplicationSuperseded(Event, name="Superseded"):
    """The student graduated or moved away, or another application replaces this one."""

    reason: str
