"""
What follows from each event, as a table: `react(before, event, after) -> effects`.

Reactions are pure. Commands to other aggregates land in the commit of the event that asked for them; what
goes out of the house waits in the outbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eduid_core.private import PersonName
from eduid_core.workflow.account import vocabulary as account
from eduid_core.workflow.actors import Actor, Role
from eduid_core.workflow.application import events as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.application.commands import Approve, ReturnForCorrection
from eduid_core.workflow.card import CardIssued
from eduid_core.workflow.effects import Effect, Follow, Free, IssueCard, Lookup, Take, Tell
from eduid_core.workflow.forms import mobile_number, person_of
from eduid_core.workflow.kernel import Event, State
from eduid_core.workflow.review_task import CancelTask, OpenTask, ReviewCompleted

__all__ = ["SYSTEM", "react"]

SYSTEM = Actor(id="system", role=Role.SYSTEM)

Effects = tuple[Effect, ...]


def _live(form: status.Form, owner: str, kind: type[Take | Free]) -> Effects:
    person = person_of(form)
    return (kind("live_person", person, owner, unique=False),) if person else ()


def _guardian(state: Any, template: str, event: Event, **params: str) -> Effects:  # noqa: ANN401
    """Tell the guardian; a phone that is no mobile is the very thing to mend, so nothing is sent to it."""
    file = state.file
    mobile = mobile_number(file.form.guardian_phone)
    if mobile is None:
        return ()
    by_school = "_by_school" if file.basis is status.Basis.SCHOOL_ATTESTED else ""
    return (
        Tell(
            template=template + by_school,
            to=mobile,
            recipient="guardian",
            subject=file.application_id,
            revision=file.revision,
            event=event.name,
            params=tuple(sorted(params.items())),
        ),
    )


def _handed_in(before: Any, event: Any, after: Any) -> Effects:  # noqa: ANN401
    """The person stands in the index of live applications; the registry is asked."""
    file = after.file
    gone = _live(before.file.form, file.application_id, Free) if before is not None else ()
    return (
        *gone,
        *_live(file.form, file.application_id, Take),
        Lookup(file.application_id, event.revision),
    )


def _cancel(after: Any, event: Event) -> Follow:  # noqa: ANN401
    return Follow(CancelTask(subject=after.file.application_id, by=SYSTEM, at=event.stamp.at))


def _amended(before: Any, event: app.Amended, after: Any) -> Effects:  # noqa: ANN401
    again = _handed_in(before, event, after)
    if isinstance(before, status.PendingReview):
        return (*again, _cancel(after, event))
    return again


def _approved(before: Any, event: app.AutoApproved | app.Approved, after: Any) -> Effects:  # noqa: ANN401
    """The commit that approves takes the person, who is no longer "live"; a first approval issues the card."""
    file, baseline = after.file, before.file.baseline
    person = person_of(file.form)
    taken: Effects = (Take("person", person, file.application_id),) if person else ()
    done = _live(file.form, file.application_id, Free)
    told = (*done, *_guardian(after, "approved", event))
    if baseline is None:
        return (*taken, IssueCard(file.application_id), *told)
    old = person_of(baseline.form)
    freed: Effects = (Free("person", old, file.application_id),) if old and old != person else ()
    return (*freed, *taken, *told)


def _returned(_: Any, event: app.Returned, after: Any) -> Effects:  # noqa: ANN401
    """A form given back for its own gaps does not count as handed in: nobody else's is a duplicate of it."""
    gone = () if event.by_person else _live(after.file.form, after.file.application_id, Free)
    return (*gone, *_guardian(after, "returned", event))


def _review(_: Any, event: app.ReviewRequested, after: Any) -> Effects:  # noqa: ANN401
    """A task is opened; the homeroom teacher is told at once, in a file run by one digest at its end."""
    file, teacher = after.file, event.teacher
    task = OpenTask(
        subject=file.application_id,
        by=SYSTEM,
        at=event.stamp.at,
        about=event.revision,
        assignee=teacher.id if teacher else "",
        assignee_name=teacher.name if teacher else PersonName(""),
    )
    opened = Follow(task)
    if teacher is None or file.basis is status.Basis.SCHOOL_ATTESTED:
        return (opened,)
    tell = Tell(
        template="review_wanted",
        to=teacher.phone,
        recipient="teacher",
        subject=file.application_id,
        revision=event.revision,
        event=event.name,
    )
    return (opened, tell)


def _decided(_: Any, event: ReviewCompleted, __: Any) -> Effects:  # noqa: ANN401
    """What a person decided on the task is done to the application, in that person's name."""
    actor = Actor(id=event.stamp.by, role=event.stamp.role, assurance=2)
    common: dict[str, Any] = {
        "subject": event.application_id,
        "by": actor,
        "at": event.stamp.at,
        "expected_rev": event.about,
    }
    if event.outcome == "approve":
        return (Follow(Approve(basis=event.basis, **common)),)
    return (Follow(ReturnForCorrection(items=event.items, **common)),)


def _over(before: Any, event: Event, after: Any) -> Effects:  # noqa: ANN401
    """An ended application leaves the index of live ones, and its open task is cancelled."""
    gone = _live(before.file.form, after.file.application_id, Free)
    if isinstance(before, status.PendingReview):
        return (*gone, _cancel(after, event))
    return gone


def _code(_: Any, event: Event, after: Any) -> Effects:  # noqa: ANN401
    """The youngest code is sent; the service derives it from the nonce, with a key this floor never sees."""
    youngest = after.challenges[-1]
    life = youngest.expires_at - event.stamp.at
    return (
        Tell(
            template="registration_code",
            to=after.person.phone,
            recipient="owner",
            subject=after.person.account_id,
            revision=after.sends,
            event=event.name,
            params=(("minutes", max(1, int(life.total_seconds() // 60))), ("nonce", youngest.nonce)),
        ),
    )


def _username(_: Any, event: account.RegistrationStarted, __: Any) -> Effects:  # noqa: ANN401
    return (Take("username", event.person.username, event.person.account_id),)


def _username_free(before: Any, _: Event, __: Any) -> Effects:  # noqa: ANN401
    return (Free("username", before.person.username, before.person.account_id),)


def _numbered(_: Any, event: CardIssued, __: Any) -> Effects:  # noqa: ANN401
    return (Take("card_number", event.number, event.application_id),)


REACTIONS: dict[type[Event], Callable[[Any, Any, Any], Effects]] = {
    app.Submitted: _handed_in,
    app.Resubmitted: _handed_in,
    app.CorrectionRequested: _handed_in,
    app.Amended: _amended,
    app.AutoApproved: _approved,
    app.Approved: _approved,
    app.Returned: _returned,
    app.ReviewRequested: _review,
    app.Withdrawn: _over,
    app.Expired: _over,
    app.CorrectionDropped: _over,
    ReviewCompleted: _decided,
    account.RegistrationStarted: _username,
    account.ChallengeIssued: _code,
    account.ChallengeReissued: _code,
    account.RegistrationExpired: _username_free,
    account.AccountClosed: _username_free,
    CardIssued: _numbered,
}


def react(before: State | None, event: Event, after: State | None) -> Effects:
    """Return what follows from *event*, which led from *before* to *after*. Pure."""
    reaction = REACTIONS.get(type(event))
    return () if reaction is None else reaction(before, event, after)
