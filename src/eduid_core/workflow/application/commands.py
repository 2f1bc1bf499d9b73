"""The commands to an application."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import attrs

from eduid_core.matching import Application as Form
from eduid_core.private import Phone, PrivateText
from eduid_core.workflow.actors import Role
from eduid_core.workflow.application.returns import Contests, private_notes
from eduid_core.workflow.application.states import Basis, MatchResult, ReturnItem, Teacher
from eduid_core.workflow.links import Confirmation
from eduid_core.workflow.machine import ADDED, SERVICE_TIME, Command


@attrs.frozen(kw_only=True)
class Open(Command, name="open"):
    """
    Open an application. A family gives no subject: the service makes the id, and the answer brings it, and the
    revision of the draft.

    *attestation* is the importer's signed statement (digest of the file, text version); *resumed_from* names an
    expired application that this one is filled from.
    """

    subject: str = ""
    account_id: str = ""
    form: Form
    attestation: str = ""
    resumed_from: str = ""

    def revision_in(self, state: Any) -> int:
        """Return the revision of the draft; a school's file counts submissions."""
        return int(state.revision if self.by.role is Role.IMPORTER else state.file.drafts)


@attrs.frozen(kw_only=True)
class Save(Command, name="save"):
    """
    Save what was filled in; findings never block it. The answer brings the revision of the draft.

    A field that is blank in *form* is not given, and stays as it is; *clear* names the fields to be emptied.
    With `expected_rev`, the revision of the draft that the family saw, only what differs from that draft counts
    as given: edits of other fields by somebody else are kept, and edits of the same field are refused. A
    school's file gives the whole form. The service sets *base*: the draft of an old `expected_rev`.
    """

    form: Form
    clear: tuple[str, ...] = attrs.field(default=(), metadata=ADDED)
    base: Form | None = attrs.field(default=None, metadata=ADDED)

    merges = True

    def revision_in(self, state: Any) -> int:
        """Return the revision of the draft; a school's file counts submissions."""
        return int(state.revision if self.by.role is Role.IMPORTER else state.file.drafts)


@attrs.frozen(kw_only=True)
class GrantConsent(Command, name="grant_consent"):
    """Record the guardian's consent to a text (version and digest); *proved_at* is the last phone proof."""

    text: str
    proved_at: dt.datetime = SERVICE_TIME


@attrs.frozen(kw_only=True)
class Submit(Command, name="submit"):
    """
    Submit the form: *basis* is its legal ground, *consent_text* the text agreed to at the button. *contested*
    as in `Resubmit`: a number that cannot be right, contested with a reason, is left to a person.
    """

    basis: Basis = Basis.GUARDIAN_CONSENT
    consent_text: str = ""
    contested: Contests = attrs.field(default=(), converter=private_notes)


@attrs.frozen(kw_only=True)
class RecordMatch(Command, name="record_match"):
    """
    Record the registry's answer about *rev*, and the owner of the review unless all fields agree.

    *class_ref* is the class as the registry names it: school code, grade and class; without a class it is the
    school's. *invited* is the homeroom teacher named by the registry, where the class has no seat of its own.
    """

    rev: int
    result: MatchResult
    teacher: Teacher | None = None
    class_ref: tuple[str, str] = ("", "")
    invited: Teacher | None = None


@attrs.frozen(kw_only=True)
class RetryMatch(Command, name="retry_match"):
    """Ask the registry again; the review has not begun."""


@attrs.frozen(kw_only=True)
class Amend(Command, name="amend"):
    """
    Edit the submitted form while it waits.

    *consent_text* is the text agreed to at the button: an edit that names another guardian needs one.
    """

    form: Form
    consent_text: str = attrs.field(default="", metadata=ADDED)


@attrs.frozen(kw_only=True)
class Resubmit(Command, name="resubmit"):
    """
    Submit again after a return; *contested* names the unchanged fields, with the reason. A field that the
    system returned and the applicant contests is left to a person. *consent_text* as in `Amend`.
    """

    form: Form
    consent_text: str = attrs.field(default="", metadata=ADDED)
    contested: Contests = attrs.field(default=(), converter=private_notes)


@attrs.frozen(kw_only=True)
class RequestCorrection(Command, name="request_correction"):
    """Request a change of an approved form, which stays valid meanwhile. *consent_text* as in `Amend`."""

    form: Form
    consent_text: str = attrs.field(default="", metadata=ADDED)


@attrs.frozen(kw_only=True)
class StartReverification(Command, name="start_reverification"):
    """Match the approved form again for a new school year; the card stays valid during a grace period."""

    school_year: int


@attrs.frozen(kw_only=True)
class EndGrace(Command, name="end_grace"):
    """End the grace period of a re-verification."""


@attrs.frozen(kw_only=True)
class Approve(Command, name="approve"):
    """
    Approve by a person, on a basis: evidence seen, known in person, or the registry lags. *seconded_by* is the
    second person, if the review had two.
    """

    basis: str
    seconded_by: str = ""


@attrs.frozen(kw_only=True)
class ReturnForCorrection(Command, name="return_for_correction"):
    """Return the form by a person, with items to correct."""

    items: tuple[ReturnItem, ...]


@attrs.frozen(kw_only=True)
class Reject(Command, name="reject"):
    """Reject by a person, for a listed reason. The system cannot reject."""

    code: str


@attrs.frozen(kw_only=True)
class Appeal(Command, name="appeal"):
    """Ask another reviewer, one level up; *to* is the owner there, if the service found one."""

    statement: PrivateText
    to: Teacher | None = None


@attrs.frozen(kw_only=True)
class Escalate(Command, name="escalate"):
    """
    Ask the next level, because the service level of the current one has passed. It takes no decision.

    *to* is the owner of the review there, if the service found one.
    """

    to: Teacher | None = None


@attrs.frozen(kw_only=True)
class FlagDuplicate(Command, name="flag_duplicate"):
    """Flag that another live application names the same person."""


@attrs.frozen(kw_only=True)
class Withdraw(Command, name="withdraw"):
    """Withdraw the application."""


@attrs.frozen(kw_only=True)
class WithdrawConsent(Command, name="withdraw_consent"):
    """Withdraw the guardian's consent: as easy as giving it (PIPL 15)."""


@attrs.frozen(kw_only=True)
class AskGuardian(Command, name="ask_guardian"):
    """
    Send a code to *phone*, a guardian's by the form or the registry.

    *asker* is the masked phone of the account *guardian*, which is linked by that code.
    """

    guardian: str
    asker: PrivateText
    phone: Phone
    nonce: str = attrs.field(repr=False)
    minutes: int


@attrs.frozen(kw_only=True)
class LinkGuardian(Command, name="link_guardian"):
    """
    Link the account *guardian*, which asks for it, to the application: confirmed by a seat over the student.

    The service sets *link* and *way*; it gives the command itself where a phone has confirmed.
    """

    guardian: str
    link: str = ""
    way: Confirmation = Confirmation.SEAT


@attrs.frozen(kw_only=True)
class UnlinkGuardian(Command, name="unlink_guardian"):
    """End the link of the account *guardian* to the application."""

    guardian: str


@attrs.frozen(kw_only=True)
class RevokeApplication(Command, name="revoke"):
    """Revoke an approval, for a reason; fraud needs a second person, named by *seconded_by*."""

    code: str
    seconded_by: str = ""


@attrs.frozen(kw_only=True)
class Supersede(Command, name="supersede"):
    """Supersede the application: the student graduated or moved away, or another application replaces it."""

    reason: Literal["graduated", "transferred", "replaced"]


@attrs.frozen(kw_only=True)
class ExpireApplication(Command, name="expire"):
    """End a draft, a return or an appeal after its term."""
