"""What may be asked of an application."""

from __future__ import annotations

import attrs

from eduid_core.workflow.application.states import Basis, Form, MatchResult, ReturnItem, Teacher
from eduid_core.workflow.kernel import Command

__all__ = [
    "Amend",
    "Approve",
    "Expire",
    "FlagDuplicate",
    "Open",
    "RecordMatch",
    "RequestCorrection",
    "Resubmit",
    "ReturnForCorrection",
    "Save",
    "Submit",
    "Withdraw",
]


@attrs.frozen(kw_only=True)
class Open(Command):
    """Open an application; *attestation* is what the importer signs (digest of the file, text version)."""

    account_id: str = ""
    form: Form
    attestation: str = ""


@attrs.frozen(kw_only=True)
class Save(Command):
    """Keep what has been typed so far; findings never block it."""

    form: Form


@attrs.frozen(kw_only=True)
class Submit(Command):
    """
    Hand the form in: *basis* says on what ground, *consent_text* which text the guardian consented to
    (version and digest).
    """

    basis: Basis = Basis.GUARDIAN_CONSENT
    consent_text: str = ""


@attrs.frozen(kw_only=True)
class RecordMatch(Command):
    """The registry's answer about *rev*, and the homeroom teacher to ask where it is not simply yes."""

    rev: int
    result: MatchResult
    teacher: Teacher | None = None


@attrs.frozen(kw_only=True)
class Amend(Command):
    """Edit what has been handed in, while it waits."""

    form: Form


@attrs.frozen(kw_only=True)
class Resubmit(Command):
    """Hand in again after a return; *contested* names fields left as they are, with the reason."""

    form: Form
    contested: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True)
class RequestCorrection(Command):
    """Ask for an approved form to be changed; the approval stands meanwhile."""

    form: Form


@attrs.frozen(kw_only=True)
class Approve(Command):
    """A person's approval, on a basis: evidence seen, known in person, or the registry lags."""

    basis: str


@attrs.frozen(kw_only=True)
class ReturnForCorrection(Command):
    """A person gives the form back with what to mend."""

    items: tuple[ReturnItem, ...]


@attrs.frozen(kw_only=True)
class FlagDuplicate(Command):
    """Another live application names the same person."""


@attrs.frozen(kw_only=True)
class Withdraw(Command):
    """Take the application back."""


@attrs.frozen(kw_only=True)
class Expire(Command):
    """The term of a draft or a return is over."""
