"""The commands to an application."""

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
    Open an application. *attestation* is the importer's signed statement (digest of the file, text version);
    *resumed_from* names an expired application that this one is filled from.
    """

    name = "open"

    account_id: str = ""
    form: Form
    attestation: str = ""
    resumed_from: str = ""


@attrs.frozen(kw_only=True)
class Save(Command):
    """Save the draft; findings never block it."""

    name = "save"

    form: Form


@attrs.frozen(kw_only=True)
class GrantConsent(Command):
    """Record the guardian's consent to a text (version and digest); *proved_at* is the last phone proof."""

    name = "grant_consent"

    text: str
    proved_at: dt.datetime


@attrs.frozen(kw_only=True)
class Submit(Command):
    """Submit the form: *basis* is its legal ground, *consent_text* the text agreed to at the button."""

    name = "submit"

    basis: Basis = Basis.GUARDIAN_CONSENT
    consent_text: str = ""


@attrs.frozen(kw_only=True)
class RecordMatch(Command):
    """
    Record the registry's answer about *rev*, and the first contact for the review unless all fields agree.

    *class_ref* is the class as the registry names it: school code, grade and class. *named* is the homeroom
    teacher named by the registry, possibly another person than *teacher*.
    """

    name = "record_match"

    rev: int
    result: MatchResult
    teacher: Teacher | None = None
    class_ref: tuple[str, str] = ("", "")
    named: str = ""


@attrs.frozen(kw_only=True)
class RetryMatch(Command):
    """Ask the registry again; the review has not begun."""

    name = "retry_match"


@attrs.frozen(kw_only=True)
class Amend(Command):
    """Edit the submitted form while it waits."""

    name = "amend"

    form: Form


@attrs.frozen(kw_only=True)
class Resubmit(Command):
    """Submit again after a return; *contested* names the unchanged fields, with the reason."""

    name = "resubmit"

    form: Form
    contested: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True)
class RequestCorrection(Command):
    """Request a change of an approved form; the approval stays valid meanwhile."""

    name = "request_correction"

    form: Form


@attrs.frozen(kw_only=True)
class StartReverification(Command):
    """Match the approved form again for a new school year; the card stays valid during a grace period."""

    name = "start_reverification"

    school_year: int


@attrs.frozen(kw_only=True)
class EndGrace(Command):
    """End the grace period of a re-verification."""

    name = "end_grace"


@attrs.frozen(kw_only=True)
class Approve(Command):
    """Approve by a person, on a basis: evidence seen, known in person, or the registry lags."""

    name = "approve"

    basis: str


@attrs.frozen(kw_only=True)
class ReturnForCorrection(Command):
    """Return the form by a person, with items to correct."""

    name = "return_for_correction"

    items: tuple[ReturnItem, ...]


@attrs.frozen(kw_only=True)
class Reject(Command):
    """Reject by a person, for a listed reason. The system cannot reject."""

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
    Ask the next level, because the service level of the current one has passed. It takes no decision.

    *to* is the holder of a grant there, if the service found one.
    """

    name = "escalate"

    to: Teacher | None = None


@attrs.frozen(kw_only=True)
class FlagDuplicate(Command):
    """Flag that another live application names the same person."""

    name = "flag_duplicate"


@attrs.frozen(kw_only=True)
class Withdraw(Command):
    """Withdraw the application."""

    name = "withdraw"


@attrs.frozen(kw_only=True)
class WithdrawConsent(Command):
    """Withdraw the guardian's consent: as easy as giving it (PIPL 15)."""

    name = "withdraw_consent"


@attrs.frozen(kw_only=True)
class RevokeApplication(Command):
    """Revoke an approval, for a reason; fraud needs a second person, named by *seconded_by*."""

    name = "revoke"

    code: str
    seconded_by: str = ""


@attrs.frozen(kw_only=True)
class Supersede(Command):
    """Supersede the application: the student graduated or moved away, or another application replaces it."""

    name = "supersede"

    reason: Literal["graduated", "transferred", "replaced"]


@attrs.frozen(kw_only=True)
class ExpireApplication(Command):
    """End a draft, a return or an appeal after its term."""

    name = "expire"
