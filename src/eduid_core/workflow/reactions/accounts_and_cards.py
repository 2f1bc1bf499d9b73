"""Reactions to the events of accounts, reviewer grants and cards: messages, claims, the end of a SIM."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eduid_core.private import PrivateText
from eduid_core.workflow import card, comms_card
from eduid_core.workflow.account import events as account_events
from eduid_core.workflow.actors import Role
from eduid_core.workflow.effects import (
    ClaimKey,
    Effect,
    EndSeats,
    GiveTasks,
    IssueCommand,
    OrderSim,
    ReleaseKey,
    SendMessage,
    SpendCode,
)
from eduid_core.workflow.machine import Event
from eduid_core.workflow.reactions.guardians import SYSTEM, ended_with
from eduid_core.workflow.reviewer_grant import events as grant_events
from eduid_core.workflow.reviewer_grant import states as grant

__all__ = ["OF_HOLDERS", "SYSTEM"]

Effects = tuple[Effect, ...]


def _code(_: Any, event: Event, after: Any) -> Effects:
    """Send the newest code; the service derives it from the nonce, with a key that the lifecycle never sees."""
    youngest = after.codes.challenges[-1]
    life = youngest.expires_at - event.stamp.at
    return (
        SpendCode(after.person.phone, event.stamp.at),
        SendMessage(
            template=f"{after.codes.purpose}_code",
            to=after.person.phone,
            recipient="owner",
            subject=after.person.account_id,
            revision=int(after.codes.started_at.timestamp()) * 100 + after.codes.sends,
            event=event.name,
            params=(
                ("minutes", max(1, int(life.total_seconds() // 60))),
                ("nonce", youngest.nonce),
                ("purpose", after.codes.purpose.value),
            ),
        ),
    )


def _sends(template: str) -> Callable[[Any, Any, Any], Effects]:
    """Return a reaction that notifies the owner of an account."""

    def reaction(_: Any, event: Event, after: Any) -> Effects:
        at = int(event.stamp.at.timestamp())
        person = after.person
        about = {"subject": person.account_id, "revision": at, "event": event.name}
        return (SendMessage(template=template, to=person.phone, recipient="owner", **about),)

    return reaction


def _username(_: Any, __: Event, after: Any) -> Effects:
    """Claim the username when the account becomes active: before, its phone was not proved."""
    return (ClaimKey("username", after.person.username, after.person.account_id),)


def _username_free(before: Any, _: Event, __: Any) -> Effects:
    return (ReleaseKey("username", before.person.username, before.person.account_id),)


def _closed(before: Any, event: Event, after: Any) -> Effects:
    """Free the username, end a guardian's links and a teacher's seats: no review waits for a closed account."""
    seats = (EndSeats(before.person.account_id),) if before.person.role is Role.TEACHER else ()
    return (*_username_free(before, event, after), *seats, *ended_with(before, event))


def _places(claim: grant.RoleClaim, kind: type[ClaimKey | ReleaseKey], owner: str) -> Effects:
    """Return the claims of a grant: one per teacher and class, one homeroom teacher per class, and marks."""
    where = grant.place(claim.position, claim.school_code, claim.class_name)
    own = kind("grant", PrivateText(f"{claim.teacher_id}\x1f{where}"), owner)
    marks = (
        kind("grant_at", PrivateText(where), owner, unique=False),
        kind("grantee", PrivateText(grant.grantee(claim.teacher_id, claim.school_code)), owner, unique=False),
        kind("seat", PrivateText(claim.teacher_id), owner, unique=False),
    )
    if claim.position is not grant.Position.HOMEROOM:
        return (own, *marks)
    return (own, kind("homeroom", PrivateText(where), owner), *marks)


def _role_claimed(_: Any, event: grant_events.RoleClaimed, __: Any) -> Effects:
    return _places(event.claim, ClaimKey, event.grant_id)[:1]


def _tasks_of(held: Any) -> Effects:
    """Give the open reviews within the reach of a seat to their owners, for the seat has changed."""
    claim = held.claim
    if claim.position is grant.Position.DISTRICT_ADMIN:
        people = {claim.teacher_id, getattr(held, "delegate", "")} - {""}
        return tuple(GiveTasks("", "", who) for who in sorted(people))
    of_class = claim.position in {grant.Position.HOMEROOM, grant.Position.DEPUTY}
    return (GiveTasks(claim.school_code, claim.class_name if of_class else ""),)


def _role_verified(_: Any, __: Event, after: Any) -> Effects:
    return (*_places(after.claim, ClaimKey, after.grant_id), *_tasks_of(after))


def _role_over(before: Any, _: Event, __: Any) -> Effects:
    ended = _places(before.claim, ReleaseKey, before.grant_id)
    if not isinstance(before, grant.ActiveGrant):
        return ended
    return (*ended, *_delegate(before, ReleaseKey), *_tasks_of(before))


def _delegate(held: grant.ActiveGrant, kind: type[ClaimKey | ReleaseKey]) -> Effects:
    """Mark the grant as one that its delegate acts under."""
    return (kind("delegate", PrivateText(held.delegate), held.grant_id, unique=False),) if held.delegate else ()


def _delegated(before: Any, _: Event, after: Any) -> Effects:
    lent = (*_delegate(before, ReleaseKey), *_delegate(after, ClaimKey))
    return (*lent, *dict.fromkeys((*_tasks_of(before), *_tasks_of(after))))


def _role_moved(before: Any, _: Event, after: Any) -> Effects:
    return (
        *_places(before.claim, ReleaseKey, before.grant_id),
        *_places(after.claim, ClaimKey, after.grant_id),
        *_tasks_of(before),
        *_tasks_of(after),
    )


def _numbered(_: Any, event: card.CardIssued | card.CardReplaced, __: Any) -> Effects:
    return (ClaimKey("card_number", event.number, event.application_id),)


def _replaced(before: Any, event: card.CardReplaced, after: Any) -> Effects:
    """Claim the new number, and end the SIM of the former holder."""
    return (*_numbered(before, event, after), *_card_gone(before, event, after))


def _card_gone(before: Any, event: Event, _: Any) -> Effects:
    """End the SIM with the card; without a SIM the command has no effect."""
    key = before.card.application_id
    return (IssueCommand(comms_card.Release(subject=key, by=SYSTEM, at=event.stamp.at), optional=True),)


def _number_linked(_: Any, __: Event, after: Any) -> Effects:
    """Claim the SIM's number for a single student."""
    return (ClaimKey("comms_number", after.phone, after.application_id),)


def _number_free(before: Any, _: Event, __: Any) -> Effects:
    if not isinstance(before, comms_card.LinkedNumber):
        return ()
    return (ReleaseKey("comms_number", before.phone, before.application_id),)


def _comms_code(_: Any, event: comms_card.NumberChosen, after: Any) -> Effects:
    at = int(event.stamp.at.timestamp())
    minutes = max(1, int((after.expires_at - event.stamp.at).total_seconds() // 60))
    params = (("minutes", minutes), ("nonce", event.nonce), ("purpose", "comms"))
    message = SendMessage(
        template="comms_code",
        to=after.phone,
        recipient="owner",
        subject=event.application_id,
        revision=at,
        event=event.name,
        params=params,
    )
    return (SpendCode(after.phone, event.stamp.at), message)


def _ordered(_: Any, event: comms_card.CommsOrdered, __: Any) -> Effects:
    return (OrderSim(event.application_id, event.stamp.at),)


OF_HOLDERS: dict[type[Event], Callable[[Any, Any, Any], Effects]] = {
    account_events.AccountActivated: _username,
    account_events.UsernameChosen: _username,
    account_events.ChallengeIssued: _code,
    account_events.ChallengeReissued: _code,
    account_events.RecoveryCompleted: _sends("recovered"),
    account_events.AccountLocked: _sends("locked"),
    account_events.RegistrationExpired: _username_free,
    account_events.AccountClosed: _closed,
    grant_events.RoleClaimed: _role_claimed,
    grant_events.RoleVerified: _role_verified,
    grant_events.RoleDeclined: _role_over,
    grant_events.GrantEnded: _role_over,
    grant_events.GrantRevoked: _role_over,
    grant_events.GrantDelegated: _delegated,
    grant_events.DelegationEnded: _delegated,
    grant_events.ClassMapped: _role_moved,
    card.CardIssued: _numbered,
    card.CardReplaced: _replaced,
    card.CardRevoked: _card_gone,
    comms_card.NumberChosen: _comms_code,
    comms_card.NumberLinked: _number_linked,
    comms_card.CommsOrdered: _ordered,
    comms_card.CommsReleased: _number_free,
}
"""Event -> its effects."""
