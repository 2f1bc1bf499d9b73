"""What follows from the events of accounts, reviewer grants and cards: messages, claims, a SIM's end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eduid_core.private import PrivateText
from eduid_core.workflow import card, comms_card
from eduid_core.workflow.account import vocabulary as account
from eduid_core.workflow.actors import Actor, Role
from eduid_core.workflow.effects import Effect, Follow, Free, OrderSim, SpendCode, Take, Tell
from eduid_core.workflow.kernel import Event
from eduid_core.workflow.reviewer_grant import vocabulary as grant

__all__ = ["OF_HOLDERS", "SYSTEM"]

SYSTEM = Actor(id="system", role=Role.SYSTEM)

Effects = tuple[Effect, ...]


def _code(_: Any, event: Event, after: Any) -> Effects:
    """The youngest code is sent; the service derives it from the nonce, with a key this floor never sees."""
    youngest = after.codes.challenges[-1]
    life = youngest.expires_at - event.stamp.at
    return (
        SpendCode(after.person.phone, event.stamp.at),
        Tell(
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


def _told(template: str) -> Callable[[Any, Any, Any], Effects]:
    """Return a reaction that tells an account's owner."""

    def reaction(_: Any, event: Event, after: Any) -> Effects:
        at = int(event.stamp.at.timestamp())
        person = after.person
        about = {"subject": person.account_id, "revision": at, "event": event.name}
        return (Tell(template=template, to=person.phone, recipient="owner", **about),)

    return reaction


def _username(_: Any, event: account.RegistrationStarted, __: Any) -> Effects:
    return (Take("username", event.person.username, event.person.account_id),)


def _username_free(before: Any, _: Event, __: Any) -> Effects:
    return (Free("username", before.person.username, before.person.account_id),)


def _places(claim: grant.Claim, kind: type[Take | Free], owner: str) -> Effects:
    """A teacher claims a class once; a class has one homeroom teacher; both can be looked up by their marks."""
    where = grant.place(claim.position, claim.school_code, claim.class_name)
    own = kind("grant", PrivateText(f"{claim.teacher_id}\x1f{where}"), owner)
    marks = (
        kind("grant_at", PrivateText(where), owner, unique=False),
        kind("grantee", PrivateText(grant.grantee(claim.teacher_id, claim.school_code)), owner, unique=False),
    )
    if claim.position is not grant.Position.HOMEROOM:
        return (own, *marks)
    return (own, kind("homeroom", PrivateText(where), owner), *marks)


def _role_claimed(_: Any, event: grant.RoleClaimed, __: Any) -> Effects:
    return _places(event.claim, Take, event.grant_id)[:1]


def _role_verified(_: Any, __: Event, after: Any) -> Effects:
    return _places(after.claim, Take, after.grant_id)


def _role_over(before: Any, _: Event, __: Any) -> Effects:
    return _places(before.claim, Free, before.grant_id)


def _role_moved(before: Any, _: Event, after: Any) -> Effects:
    return (
        *_places(before.claim, Free, before.grant_id),
        *_places(after.claim, Take, after.grant_id),
    )


def _numbered(_: Any, event: card.CardIssued, __: Any) -> Effects:
    return (Take("card_number", event.number, event.application_id),)


def _card_gone(before: Any, event: Event, _: Any) -> Effects:
    """Without the card there is no SIM beside it; where there is none, nothing happens."""
    key = before.card.application_id
    return (Follow(comms_card.Release(subject=key, by=SYSTEM, at=event.stamp.at), optional=True),)


def _number_linked(_: Any, __: Event, after: Any) -> Effects:
    """A SIM's number stands for one pupil."""
    return (Take("comms_number", after.phone, after.application_id),)


def _number_free(before: Any, _: Event, __: Any) -> Effects:
    if not isinstance(before, comms_card.Linked):
        return ()
    return (Free("comms_number", before.phone, before.application_id),)


def _comms_code(_: Any, event: comms_card.NumberChosen, after: Any) -> Effects:
    at = int(event.stamp.at.timestamp())
    minutes = max(1, int((after.expires_at - event.stamp.at).total_seconds() // 60))
    params = (("minutes", minutes), ("nonce", event.nonce), ("purpose", "comms"))
    tell = Tell(
        template="comms_code",
        to=after.phone,
        recipient="owner",
        subject=event.application_id,
        revision=at,
        event=event.name,
        params=params,
    )
    return (SpendCode(after.phone, event.stamp.at), tell)


def _ordered(_: Any, event: comms_card.CommsOrdered, __: Any) -> Effects:
    return (OrderSim(event.application_id, event.stamp.at),)


OF_HOLDERS: dict[type[Event], Callable[[Any, Any, Any], Effects]] = {
    account.RegistrationStarted: _username,
    account.ChallengeIssued: _code,
    account.ChallengeReissued: _code,
    account.RecoveryCompleted: _told("recovered"),
    account.AccountLocked: _told("locked"),
    account.RegistrationExpired: _username_free,
    account.AccountClosed: _username_free,
    grant.RoleClaimed: _role_claimed,
    grant.RoleVerified: _role_verified,
    grant.RoleDeclined: _role_over,
    grant.GrantEnded: _role_over,
    grant.GrantRevoked: _role_over,
    grant.ClassMapped: _role_moved,
    card.CardIssued: _numbered,
    card.CardRevoked: _card_gone,
    comms_card.NumberChosen: _comms_code,
    comms_card.NumberLinked: _number_linked,
    comms_card.CommsOrdered: _ordered,
    comms_card.CommsReleased: _number_free,
}
"""Event -> what follows."""
