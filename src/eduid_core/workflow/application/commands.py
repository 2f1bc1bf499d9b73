"""What may be asked of an application."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import attrs

from eduid_core.private import PrivateText
from eduid_core.workflow.application.states import Basis, Form, MatchResult, ReturnItem, Teacher
from eduid_core.workflow.machine import Command

__all__ = [
    "Amend",
    "Appeal",
    "Approve",
    "EndGrace",
    "Escalate",
    "ExpireApplication",
    "FlagDuplicate",
    "GrantConsent",
    "Open",
    "RecordMatch",
    "Reject",
    "RequestCorrection",
    "Resubmit",
    "RetryMatch",
    "ReturnForCorrection",
    "RevokeApplication",
    "Save",
    "StartReverification",
    "Submit",
    "Supersede",
    "Withdraw",
    "WithdrawConsent",
]


@attrs.frozen(kw_only=True)
class Open(Command):
    """
    Open an application. *attestation* is what the importer signs (digest of the file, text version);
    *resumed_from* names an expired application this one is filled from.
    """

    name = "open"

    account_id: str = ""
    form: Form
    attestation: str = ""
    resumed_from: str = ""


@attrs.frozen(kw_only=True)
class Save(Command):
    """Keep what has been typed so far; findings never block it."""

    name = "save"

    form: Form


@attrs.frozen(kw_only=True)
class GrantConsent(Command):
    """The guardian agrees to a text (version and digest); *proved_at* is when the phone was last proved."""

    name = "grant_consent"

    text: str
    proved_at: dt.datetime


@attrs.frozen(kw_only=True)
class Submit(Command):
    """Hand the form in: *basis* says on what ground, *consent_text* which text was agreed to at the button."""

    name = "submit"

    basis: Basis = Basis.GUARDIAN_CONSENT
    consent_text: str = ""


@attrs.frozen(kw_only=True)
class RecordMatch(Command):
    """
    The registry's answer about *rev*, and the homeroom teacher to ask where it is not simply yes.

    *class_ref* names the class as the registry does: school code, grade and class; *named* is whom it names as
    its homeroom teacher, which *teacher* need not be.
    """

    name = "record_match"

    rev: int
    result: MatchResult
    teacher: Teacher | None = None
    class_ref: tuple[str, str] = ("", "")
    named: str = ""


@attrs.frozen(kw_only=True)
class RetryMatch(Command):
    """The registry can be asked again; nobody has begun the review."""

    name = "retry_match"


@attrs.frozen(kw_only=True)
class Amend(Command):
    """Edit what has been handed in, while it waits."""

    name = "amend"

    form: Form


@attrs.frozen(kw_only=True)
class Resubmit(Command):
    """Hand in again after a return; *contested* names fields left as they are, with the reason."""

    name = "resubmit"

    form: Form
    contested: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True)
class RequestCorrection(Command):
    """Ask for an approved form to be changed; the approval stands meanwhile."""

    name = "request_correction"

    form: Form


@attrs.frozen(kw_only=True)
class StartReverification(Command):
    """A new school year: what is approved is compared again; the card stays valid through a grace."""

    name = "start_reverification"

    school_year: int


@attrs.frozen(kw_only=True)
class EndGrace(Command):
    """The grace of a re-verification is over."""

    name = "end_grace"


@attrs.frozen(kw_only=True)
class Approve(Command):
    """A person's approval, on a basis: evidence seen, known in person, or the registry lags."""

    name = "approve"

    basis: str


@attrs.frozen(kw_only=True)
class ReturnForCorrection(Command):
    """A person gives the form back with what to mend."""

    name = "return_for_correction"

    items: tuple[ReturnItem, ...]


@attrs.frozen(kw_only=True)
class Reject(Command):
    """A person refuses, for a listed reason. No machine can."""

    name = "reject"

    code: str


@attrs.frozen(kw_only=True)
class Appeal(Command):
    """Ask another reviewer, one level up."""

    name = "appeal"

    statement: PrivateText


@attrs.frozen(kw_only=True)
class Escalate(Command):
    """
    The service level of this level has passed: the next one up is asked. It decides nothing.

    *to* is who holds a grant there, where the service found somebody.
    """

    name = "escalate"

    to: Teacher | None = None


@attrs.frozen(kw_only=True)
class FlagDuplicate(Command):
    """Another live application names the same person."""

    name = "flag_duplicate"


@attrs.frozen(kw_only=True)
class Withdraw(Command):
    """Take the application back."""

    name = "withdraw"


@attrs.frozen(kw_only=True)
class WithdrawConsent(Command):
    """The guardian takes the consent back: as easy as giving it (PIPL 15)."""

    name = "withdraw_consent"


@attrs.frozen(kw_only=True)
class RevokeApplication(Command):
    """Take an approval back, for a reason; fraud needs a second person, named by *seconded_by*."""

    name = "revoke"

    code: str
    seconded_by: str = ""


@attrs.frozen(kw_only=True)
class Supersede(Command):
    """The pupil graduated, moved away, or another application replaces this one."""

    name = "supersede"

    reason: Literal["graduated", "transferred", "replaced"]


@attrs.frozen(kw_only=True)
class ExpireApplication(Command):
    """The term of a draft, a return or an appeal is over."""

    name = "expire"
