"""
Reactions: the effects of each event, as a table: `react(before, event, after) -> effects`.

Reactions are pure. Commands to other aggregates are part of the event's own commit; messages and orders to the
outside wait in the outbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from eduid_core.china import CHINA
from eduid_core.matching import Application as Form
from eduid_core.private import PrivateText
from eduid_core.workflow import card
from eduid_core.workflow.application import events as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.effects import (
    ClaimKey,
    Effect,
    IssueCard,
    IssueCommand,
    LookUpRegistry,
    ReleaseKey,
    SendMessage,
)
from eduid_core.workflow.forms import is_another_person, mobile_number, person_of
from eduid_core.workflow.machine import Command, Event, State
from eduid_core.workflow.reactions.accounts_and_cards import OF_HOLDERS, SYSTEM
from eduid_core.workflow.reactions.guardians import OF_GUARDIANS, guardians_gone
from eduid_core.workflow.reactions.reviews import OF_TASKS, review_waits
from eduid_core.workflow.review_task import commands as task_commands

__all__ = ["ANOTHER", "SYSTEM", "react"]

Effects = tuple[Effect, ...]

ANOTHER: Final = "ANOTHER_PERSON"
"""The note of a correction whose two numbers have an active registry row each."""


def _command(kind: type[Command], subject: str, event: Event, **content: Any) -> IssueCommand:
    """Return a command of the system to another aggregate, at the time of *event*."""
    return IssueCommand(kind(subject=subject, by=SYSTEM, at=event.stamp.at, **content))


def _live(form: Form, owner: str, kind: type[ClaimKey | ReleaseKey]) -> Effects:
    person = person_of(form)
    return (kind("live_person", person, owner, unique=False),) if person else ()


def _person(form: Form, evidence: status.Evidence, owner: str, kind: type[ClaimKey | ReleaseKey]) -> Effects:
    """Return the claim of an approved student, which is a mark if the approval shares it."""
    person = person_of(form)
    return (kind("person", person, owner, unique=not evidence.shares_claim),) if person else ()


def _marked(before: Any) -> Form:
    """Return the form of the person in the index of live applications: the last submitted form."""
    return before.handed_in if isinstance(before, status.Returned) else before.form


def _guardian(after: Any, template: str, event: Event) -> Effects:
    """Notify the guardian, unless the phone is not a mobile number: then the phone is the field to correct."""
    mobile = mobile_number(after.form.guardian_phone)
    if mobile is None:
        return ()
    by_school = "_by_school" if after.file.basis is status.Basis.SCHOOL_ATTESTED else ""
    message = SendMessage(
        template=template + by_school,
        to=mobile,
        recipient="guardian",
        subject=after.file.application_id,
        revision=after.revision,
        event=event.name,
    )
    return (message,)


# --- an application ------------------------------------------------------------------------------------


def _opened(_: Any, event: app.ApplicationOpened, __: Any) -> Effects:
    """Mark the application as one of its account; a file run opens without an account."""
    if not event.account_id:
        return ()
    return (ClaimKey("applicant", PrivateText(event.account_id), event.application_id, unique=False),)


def _handed_in(before: Any, event: Any, after: Any) -> Effects:
    """Mark the person in the index of live applications; ask the registry."""
    key = after.file.application_id
    gone = (*_live(_marked(before), key, ReleaseKey), *guardians_gone(before, event, after))
    return (*gone, *_live(after.form, key, ClaimKey), LookUpRegistry(key, event.revision))


def _cancel(before: Any, event: Event) -> Effects:
    """Close the open task of an application that leaves its review."""
    if not isinstance(before, status.PendingReview):
        return ()
    return (_command(task_commands.CancelTask, before.file.application_id, event),)


def _amended(before: Any, event: app.ApplicationAmended, after: Any) -> Effects:
    return (*_handed_in(before, event, after), *_cancel(before, event))


def _retried(before: Any, event: app.MatchRetried, _: Any) -> Effects:
    """Ask the registry again, unless the review has begun: then the task stays and no retry happens."""
    key = before.file.application_id
    return (_command(task_commands.RecallTask, key, event), LookUpRegistry(key, event.revision))


def _approved(before: Any, event: app.ApplicationAutoApproved | app.ApplicationApproved, after: Any) -> Effects:
    """
    Claim the person in the approving commit, unmark them as live; a first approval issues the card. A
    correction that names another student replaces it.
    """
    key, cycle = after.file.application_id, before.tally.cycle
    taken = _person(after.form, event.evidence, key, ClaimKey)
    effects = (*_live(after.form, key, ReleaseKey), *_guardian(after, "approved", event))
    if cycle is None:
        return (*taken, IssueCard(key), *effects)
    same = person_of(cycle.form) == person_of(after.form)
    freed = () if same else _person(cycle.form, cycle.evidence, key, ReleaseKey)
    back: Effects = _usable_again(key, event) if cycle.kind is status.CycleKind.REVERIFICATION else ()
    if cycle.kind is status.CycleKind.CORRECTION and _is_another(cycle.form, event, after):
        back = (IssueCard(key, replaces=True),)
    return (*freed, *taken, *back, *effects)


def _is_another(before: Form, event: app.ApplicationAutoApproved | app.ApplicationApproved, after: Any) -> bool:
    """Return whether an approved correction is about another student, by the forms or by the registry."""
    return ANOTHER in event.evidence.match.reasons or is_another_person(before, after.form)


def _usable_again(key: str, event: Event) -> Effects:
    """End a suspension of the card by the lifecycle; a lost card stays suspended."""
    commands = (
        card.Reinstate(subject=key, by=SYSTEM, at=event.stamp.at),
        card.Renew(subject=key, by=SYSTEM, at=event.stamp.at),
    )
    return tuple(IssueCommand(c, optional=True) for c in commands)


def _hold(key: str, event: Event, reason: str) -> Effects:
    """Suspend the card; a revoked or expired card is no obstacle."""
    return (
        IssueCommand(card.Suspend(subject=key, by=SYSTEM, at=event.stamp.at, reason=reason), optional=True),
    )


def _returned(_: Any, event: app.ApplicationReturned, after: Any) -> Effects:
    """Unmark a form returned for its own gaps: it is not a submission, so no other form is its duplicate."""
    gone = () if event.by_person else _live(after.form, after.file.application_id, ReleaseKey)
    return (*gone, *_guardian(after, "returned", event))


def _review(_: Any, event: app.ReviewRequested, after: Any) -> Effects:
    """
    Open a task, tell its owner, and invite the homeroom teacher whom the registry names to the class that has
    no seat; in a file run one digest message at its end tells the teacher.
    """
    owner, invited = event.teacher, event.invited
    opened = _task(after, event, to=owner, class_ref=event.class_ref)
    if after.file.basis is status.Basis.SCHOOL_ATTESTED:
        return (opened,)
    messages = [review_waits(owner.id, owner.phone, event)] if owner else []
    if invited is not None and (owner is None or invited.phone != owner.phone):
        messages.append(review_waits(invited.id, invited.phone, event, "teacher_invited"))
    return (opened, *messages)


def _task(
    after: Any,
    event: Event,
    *,
    to: status.Teacher | None = None,
    class_ref: tuple[str, str] = ("", ""),
) -> IssueCommand:
    """Open the task of a pending application; the family and an earlier rejecting reviewer are barred."""
    return _command(
        task_commands.OpenTask,
        after.file.application_id,
        event,
        about=after.revision,
        level=after.tally.level,
        barred=frozenset({after.file.account_id, after.tally.refused_by} - {""}),
        findings=_findings(after),
        class_ref=class_ref,
        tier=after.match.tier,
        **_given_to(to),
    )


_DUPLICATE: Final = "DUPLICATE_APPLICATION"


def _findings(after: Any) -> tuple[str, ...]:
    """Return the reasons of a review and the results of its fields: the policy names those for two persons."""
    flagged = (_DUPLICATE,) if status.Flag.DUPLICATE_SUSPECTED in after.tally.flags else ()
    fields = (f"{field}={code}" for field, code, _ in after.match.fields)
    return tuple(dict.fromkeys((*after.match.reasons, *fields, *flagged)))


def _flagged(_: Any, event: app.DuplicateFlagged, after: Any) -> Effects:
    """Require two persons for an open review; a task that waits for its second person needs no more."""
    if not isinstance(after, status.PendingReview):
        return ()
    key = after.file.application_id
    wanted = task_commands.RequireSecond(subject=key, by=SYSTEM, at=event.stamp.at, findings=(_DUPLICATE,))
    return (IssueCommand(wanted, optional=True),)


def _given_to(to: status.Teacher | None) -> dict[str, Any]:
    return {"assignee": to.id, "assignee_name": to.name} if to else {}


def _appealed(_: Any, event: app.ApplicationAppealed, after: Any) -> Effects:
    """Ask another reviewer, one level up, and tell them; the rejecting reviewer is barred."""
    told = (review_waits(event.to.id, event.to.phone, event),) if event.to else ()
    return (_task(after, event, to=event.to), *_live(after.form, after.file.application_id, ClaimKey), *told)


def _escalated(_: Any, event: app.ApplicationEscalated, after: Any) -> Effects:
    """Ask the next level, and notify the contact there, if known, at most once a day."""
    key, to = after.file.application_id, event.to
    asked = _command(task_commands.EscalateTask, key, event, level=event.level, **_given_to(to))
    if to is None:
        return (asked,)
    day = event.stamp.at.astimezone(CHINA).date()
    message = SendMessage(
        template="review_escalated",
        to=to.phone,
        recipient="teacher",
        subject=key,
        revision=after.revision,
        event=f"{event.name} {day}",
    )
    return (asked, message)


def _rejected(before: Any, event: app.ApplicationRejected, after: Any) -> Effects:
    """Notify the student how to appeal; on re-verification the card is suspended meanwhile."""
    key, cycle = after.file.application_id, before.tally.cycle
    stop = _hold(key, event, "rejected") if cycle is not None else ()
    return (*_live(after.form, key, ReleaseKey), *stop, *_guardian(after, "rejected", event))


def _grace_ended(_: Any, event: app.GraceEnded, after: Any) -> Effects:
    return _hold(after.file.application_id, event, "grace_over")


def _gone(before: Any, event: Event, after: Any) -> Effects:
    """Remove an ended application from the index, close its task, free the person and revoke the card."""
    key = after.file.application_id
    ended: list[Effect] = [*_live(_marked(before), key, ReleaseKey), *_cancel(before, event)]
    cycle = before.tally.cycle
    if cycle is None and not isinstance(before, status.Approved):
        return tuple(ended)
    approval = cycle or before
    ended += _person(approval.form, approval.evidence, key, ReleaseKey)
    revoke = card.RevokeCard(subject=key, by=SYSTEM, at=event.stamp.at, reason=event.name)
    ended.append(IssueCommand(revoke, optional=True))  # an administrator may have revoked it already
    return tuple(ended)


def _revoked(before: Any, event: app.ApplicationRevoked, after: Any) -> Effects:
    return (*_gone(before, event, after), *_guardian(after, "revoked", event))


def _kept(before: Any, event: Event, after: Any) -> Effects:
    """Keep the approval unchanged when a correction ends."""
    return (
        *_live(_marked(before), after.file.application_id, ReleaseKey),
        *_cancel_unless_decided(before, event),
    )


def _cancel_unless_decided(before: Any, event: Event) -> Effects:
    return () if isinstance(event, app.CorrectionRefused) else _cancel(before, event)


REACTIONS: dict[type[Event], Callable[[Any, Any, Any], Effects]] = {
    app.ApplicationOpened: _opened,
    app.ApplicationSubmitted: _handed_in,
    app.ApplicationResubmitted: _handed_in,
    app.CorrectionRequested: _handed_in,
    app.ReverificationStarted: _handed_in,
    app.ApplicationAmended: _amended,
    app.MatchRetried: _retried,
    app.ApplicationAutoApproved: _approved,
    app.ApplicationApproved: _approved,
    app.ApplicationReturned: _returned,
    app.ReviewRequested: _review,
    app.ApplicationRejected: _rejected,
    app.DuplicateFlagged: _flagged,
    app.ApplicationAppealed: _appealed,
    app.ApplicationEscalated: _escalated,
    app.GraceEnded: _grace_ended,
    app.ApplicationWithdrawn: _gone,
    app.ApplicationExpired: _gone,
    app.ApplicationSuperseded: _gone,
    app.ApplicationRevoked: _revoked,
    app.CorrectionDropped: _kept,
    app.CorrectionRefused: _kept,
    **OF_GUARDIANS,
    **OF_HOLDERS,
    **OF_TASKS,
}


def react(before: State | None, event: Event, after: State | None) -> Effects:
    """Return the effects of *event*, which led from *before* to *after*. Pure."""
    reaction = REACTIONS.get(type(event))
    return () if reaction is None else reaction(before, event, after)
