"""What may have happened to an application. The registry's answer and a person's decision are facts."""

from __future__ import annotations

import attrs

from eduid_core.workflow.application.states import Basis, Evidence, Form, MatchResult, ReturnItem, Teacher
from eduid_core.workflow.kernel import Event

__all__ = [
    "Amended",
    "Approved",
    "AutoApproved",
    "CorrectionDropped",
    "CorrectionRequested",
    "DraftSaved",
    "DuplicateFlagged",
    "Expired",
    "Opened",
    "Resubmitted",
    "Returned",
    "ReviewRequested",
    "Submitted",
    "Withdrawn",
]


@attrs.frozen(kw_only=True)
class Opened(Event):
    """An application was opened under a policy version."""

    application_id: str
    account_id: str
    policy_version: str
    form: Form
    attestation: str


@attrs.frozen(kw_only=True)
class DraftSaved(Event):
    """The draft was kept."""

    form: Form


@attrs.frozen(kw_only=True)
class Submitted(Event):
    """The form was handed in."""

    revision: int
    basis: Basis
    consent_text: str


@attrs.frozen(kw_only=True)
class Resubmitted(Event):
    """The mended form was handed in again."""

    revision: int
    form: Form
    contested: tuple[tuple[str, str], ...]


@attrs.frozen(kw_only=True)
class Amended(Event):
    """The form was edited while it waited; what the teacher has open is now stale."""

    revision: int
    form: Form


@attrs.frozen(kw_only=True)
class CorrectionRequested(Event):
    """A change of the approved form was handed in."""

    revision: int
    form: Form


@attrs.frozen(kw_only=True)
class AutoApproved(Event):
    """Every key field agrees with the registry."""

    evidence: Evidence


@attrs.frozen(kw_only=True)
class ReviewRequested(Event):
    """Something differs: a person is asked."""

    revision: int
    match: MatchResult
    teacher: Teacher | None = None


@attrs.frozen(kw_only=True)
class Returned(Event):
    """The form was given back to be mended, by the form's own gaps or by a person."""

    items: tuple[ReturnItem, ...]
    by_person: bool
    match: MatchResult | None = None


@attrs.frozen(kw_only=True)
class Approved(Event):
    """A person approved."""

    evidence: Evidence


@attrs.frozen(kw_only=True)
class DuplicateFlagged(Event):
    """Another live application names the same person."""


@attrs.frozen(kw_only=True)
class CorrectionDropped(Event):
    """A correction was taken back or ran out; the approved form stands."""


@attrs.frozen(kw_only=True)
class Withdrawn(Event):
    """The applicant took the application back."""


@attrs.frozen(kw_only=True)
class Expired(Event):
    """The term ran out."""
