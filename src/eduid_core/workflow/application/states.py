"""The statuses of an application (申请), one record each, and the parts they share."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

from eduid_core.matching import Application as Form
from eduid_core.private import PersonName, Phone, PrivateText
from eduid_core.workflow.application.returns import form_field
from eduid_core.workflow.links import ACTING, Confirmation
from eduid_core.workflow.machine import State


class Basis(enum.StrEnum):
    """The legal ground on which the form was submitted."""

    GUARDIAN_CONSENT = "guardian_consent"
    SCHOOL_ATTESTED = "school_attested"
    """The school's importer submits on the guardian's behalf and attests it (file runs)."""


class Flag(enum.StrEnum):
    """A fact about an application beside its status."""

    DUPLICATE_SUSPECTED = "duplicate_suspected"
    AMENDED = "amended_while_pending"
    CONTESTED = "contested"
    """The applicant states that something the system returned is right: a person decides."""


class CycleKind(enum.StrEnum):
    """The purpose of a cycle on top of an approved application."""

    CORRECTION = "correction"
    REVERIFICATION = "reverification"


@attrs.frozen
class MatchResult:
    """
    The registry's result for one revision: codes only, so it may be stored in the clear.

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
    """
    One item to correct: the form's field, the reason from the closed list, and a note for the applicant.

    >>> ReturnItem("class", "CLASS_TO_CHECK").field
    'class_name'
    """

    field: str = attrs.field(converter=form_field)
    code: str
    note: PrivateText = attrs.field(factory=lambda: PrivateText(""))


@attrs.frozen
class Evidence:
    """
    The evidence of an approval: the registry's agreement or a person, and the revision.

    With `shares_claim` the approval takes no unique claim on its student: the document may be another's too, or
    two persons approved although another application names the student.
    """

    method: str
    by: str
    revision: int
    match: MatchResult
    shares_claim: bool = False


@attrs.frozen(slots=False)
class Cycle:
    """
    A correction or re-verification in progress, with the approved form and evidence that stay valid meanwhile.

    `grace_until` is the time at which the card stops being valid if the re-verification has not ended;
    `grace_over` is set then. `consent` and `by_guardian` are those of the approved form.
    """

    kind: CycleKind
    form: Form
    evidence: Evidence
    grace_until: dt.datetime | None = None
    grace_over: bool = False
    consent: str = ""
    by_guardian: bool = False


@attrs.frozen
class LinkedGuardian:
    """A guardian's account that is linked to the application: the id of the link, and who confirmed it."""

    account_id: str
    link: str
    way: Confirmation

    @property
    def acts(self) -> bool:
        """Return whether this guardian consents, withdraws and keeps the card; any other sees the case."""
        return self.way in ACTING


@attrs.frozen(slots=False)
class ApplicationFile:
    """
    The basis of an application: its owner, the policy it was opened under, its legal ground.

    `consent` names the text that was agreed to, `by_guardian` whether the guardian agreed. `brought` is the
    form that the last file brought; `is_edited` is set once a person has edited the form since. `place` is the
    school code and class of the last comparison, as the registry names them. `guardians` are those linked to
    this application. `drafts` is the revision of the draft: it counts what was saved since the opening.
    """

    application_id: str
    account_id: str
    policy_version: str
    basis: Basis = Basis.GUARDIAN_CONSENT
    consent: str = ""
    by_guardian: bool = False
    brought: Form | None = None
    is_edited: bool = False
    place: tuple[str, str] = ("", "")
    guardians: tuple[LinkedGuardian, ...] = ()
    drafts: int = 0


@attrs.frozen(slots=False)
class ReviewTally:
    """
    The history so far, as counts and flags.

    `refused_by` is the rejecting reviewer before an appeal: they decide no later task. `waits_since` is set
    while the registry is asked again about an application in review: the time of that wait continues.
    `contested` are the fields whose present values the applicant contests; `contests` names a field once for
    each time that it was contested.
    """

    returns: int = 0
    edits: int = 0
    appeals: int = 0
    level: int = 0
    flags: frozenset[Flag] = frozenset()
    cycle: Cycle | None = None
    refused_by: str = ""
    waits_since: dt.datetime | None = None
    contested: frozenset[str] = frozenset()
    contests: tuple[str, ...] = ()


@attrs.frozen(slots=False)
class _OnFile(State):
    """A status of an application. `revision` counts submissions, from 0 (never) upward."""

    file: ApplicationFile
    form: Form
    revision: int  # a field here, 0 in aggregates without one
    tally: ReviewTally
    since: dt.datetime


@attrs.frozen(slots=False)
class Draft(_OnFile, status="draft"):
    """Being filled in; not submitted yet."""


@attrs.frozen(slots=False)
class Submitted(_OnFile, status="submitted"):
    """Submitted; the registry is being asked."""


@attrs.frozen(slots=False)
class PendingReview(_OnFile, status="pending_review"):
    """The registry did not agree on every field: a person decides."""

    match: MatchResult


@attrs.frozen(slots=False)
class Returned(_OnFile, status="returned"):
    """
    Returned for correction, with items. `match` is the system's own result if the system returned it.

    `handed_in` is the returned form: a draft saved meanwhile changes `form`, and corrections are measured
    against the submitted form.
    """

    items: tuple[ReturnItem, ...]
    handed_in: Form
    match: MatchResult | None = None


@attrs.frozen(slots=False)
class Approved(_OnFile, status="approved"):
    """The identity is certified."""

    evidence: Evidence


@attrs.frozen(slots=False)
class Rejected(_OnFile, status="rejected"):
    """Rejected by a person for a listed reason; the rejection may be appealed."""

    code: str
    match: MatchResult
    by: str = ""
    """The person who rejected: the appeal goes to another reviewer."""


@attrs.frozen(slots=False)
class Withdrawn(_OnFile, status="withdrawn", terminal=True):
    """Withdrawn by the applicant; with `by_file` by the undo of a school's file: a later file begins anew."""

    by_file: bool = False


@attrs.frozen(slots=False)
class Expired(_OnFile, status="expired", terminal=True):
    """Expired after its term."""


@attrs.frozen(slots=False)
class Revoked(_OnFile, status="revoked", terminal=True):
    """An approval revoked permanently: fraud, repudiation, consent withdrawn."""

    code: str


@attrs.frozen(slots=False)
class Superseded(_OnFile, status="superseded", terminal=True):
    """Superseded: the student graduated or moved away, or another application replaces it."""

    reason: str


ApplicationState = (
    Draft
    | Submitted
    | PendingReview
    | Returned
    | Approved
    | Rejected
    | Withdrawn
    | Expired
    | Revoked
    | Superseded
)
"""Every status of an application. A `match` over it ends with `assert_never`: a new one fails type checks."""
