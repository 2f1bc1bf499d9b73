"""
The education card (教育卡): issued on approval, suspended, reinstated, expired, renewed, revoked.

Its number is 12 random digits and two check digits (ISO 7064 MOD 97-10). The number carries no information
about the holder and is never used again. A reissued card keeps its number and increments its serial; a card
replaced for another holder gets a new number, and its old one is revoked; an application that a school's file
begins anew gets another card, with a number of its own. Media
(app, paper, chip) will be attached to the card and will not replace it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import attrs

from eduid_core.private import IdNumber, PrivateText, note
from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import Command, Event, State, Table, becoming, changed, guard, row, says
from eduid_core.workflow.policy import Policy

_BODY_DIGITS = 12
_LENGTH = _BODY_DIGITS + 2


def card_number(body: str) -> str:
    """
    Return the card number whose first 12 digits are *body*.

    Standard:
        ISO 7064 MOD 97-10: the number of 14 digits leaves 1 modulo 97.

    Raises:
        ValueError: *body* is not exactly 12 ASCII digits.

    >>> card_number("123456789012")
    '12345678901244'
    """
    if not (len(body) == _BODY_DIGITS and body.isascii() and body.isdigit()):
        raise ValueError("a card number's body is 12 digits")
    return f"{body}{98 - int(body) * 100 % 97:02d}"


def is_card_number(text: str) -> bool:
    """
    Return whether *text* is 14 digits with the right check digits.

    >>> is_card_number("12345678901244"), is_card_number("12345678901245")
    (True, False)
    """
    return len(text) == _LENGTH and text.isascii() and text.isdigit() and int(text) % 97 == 1


_NONE: Final = PrivateText("")


@attrs.frozen(kw_only=True, slots=False)
class Card:
    """The fields of every status of a card; `former` are its revoked numbers."""

    application_id: str
    number: IdNumber
    serial: int = 1
    former: tuple[IdNumber, ...] = ()


@attrs.frozen(kw_only=True, slots=False)
class _Held(State):
    card: Card
    since: dt.datetime


@attrs.frozen(kw_only=True, slots=False)
class ActiveCard(_Held, status="active"):
    """The card is in use."""


@attrs.frozen(kw_only=True, slots=False)
class SuspendedCard(_Held, status="suspended"):
    """
    Suspended: by a person with a *reason*, by the lifecycle (*held*), or by both.

    Each suspension is lifted by its own side: an approval does not reinstate a lost card, and an administrator
    does not reinstate a card after its holder's re-verification expired.
    """

    reason: PrivateText = _NONE
    held: PrivateText = _NONE


@attrs.frozen(kw_only=True, slots=False)
class ExpiredCard(_Held, status="expired"):
    """Expired after its term; renewed when its holder is verified again."""


@attrs.frozen(kw_only=True, slots=False)
class RevokedCard(_Held, status="revoked", terminal=True):
    """Revoked permanently."""

    reason: PrivateText


@attrs.frozen(kw_only=True)
class Issue(Command, name="issue"):
    """Issue the card *number* for an approved application."""

    number: IdNumber


@attrs.frozen(kw_only=True)
class Suspend(Command, name="suspend"):
    """Suspend the card, for a reason."""

    reason: PrivateText = attrs.field(converter=note)


@attrs.frozen(kw_only=True)
class Reinstate(Command, name="reinstate"):
    """Reinstate a suspended card."""


@attrs.frozen(kw_only=True)
class ExpireCard(Command, name="expire"):
    """Expire the card after its term."""


@attrs.frozen(kw_only=True)
class Renew(Command, name="renew"):
    """Renew an expired card after its holder was verified again."""


@attrs.frozen(kw_only=True)
class Reissue(Command, name="reissue"):
    """Issue the card again with the same number and a new serial; the earlier issue is no longer valid."""


@attrs.frozen(kw_only=True)
class Replace(Command, name="replace"):
    """Revoke the number and issue *number*: a correction has named another student."""

    number: IdNumber


@attrs.frozen(kw_only=True)
class RevokeCard(Command, name="revoke"):
    """Revoke the card, for a reason."""

    reason: PrivateText = attrs.field(converter=note)


@attrs.frozen(kw_only=True)
class CardIssued(Event, name="CardIssued"):
    """A card was issued; its number is never used for another card."""

    application_id: str
    number: IdNumber


@attrs.frozen(kw_only=True)
class CardSuspended(Event, name="CardSuspended"):
    """The card was suspended."""

    reason: PrivateText = attrs.field(converter=note)


@attrs.frozen(kw_only=True)
class CardReinstated(Event, name="CardReinstated"):
    """The card was reinstated."""


@attrs.frozen(kw_only=True)
class CardExpired(Event, name="CardExpired"):
    """The card expired after its term."""


@attrs.frozen(kw_only=True)
class CardRenewed(Event, name="CardRenewed"):
    """The card was renewed."""


@attrs.frozen(kw_only=True)
class CardReissued(Event, name="CardReissued"):
    """The card was reissued."""

    serial: int


@attrs.frozen(kw_only=True)
class CardReplaced(Event, name="CardReplaced"):
    """The old number was revoked and *number* issued for another student."""

    application_id: str
    number: IdNumber


@attrs.frozen(kw_only=True)
class CardRevoked(Event, name="CardRevoked"):
    """The card was revoked."""

    reason: PrivateText = attrs.field(converter=note)


@guard("reason_required")
def reason_given(_: Any, command: Suspend | RevokeCard, __: Policy) -> bool:
    """The command gives a reason: no card is suspended or revoked without one."""
    return bool(command.reason)


@guard("card_number_invalid")
def number_fits(_: Any, command: Issue | Replace, __: Policy) -> bool:
    """The check digits of the number are right."""
    return is_card_number(command.number.reveal("check digits"))


@guard("suspension_stands")
def mine_to_lift(s: SuspendedCard, command: Reinstate, _: Policy) -> bool:
    """The suspension comes from the actor's side: the system lifts its own, a person lifts a person's."""
    return bool(s.held if command.by.role is Role.SYSTEM else s.reason)


SYSTEM = frozenset({Role.SYSTEM})
KEEPER = frozenset({Role.SYSTEM, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
HOLDER = KEEPER | {Role.STUDENT, Role.GUARDIAN}


def _issue(_: RevokedCard | None, c: Issue, __: Policy) -> tuple[Event, ...]:
    return (CardIssued(stamp=c.stamp, application_id=c.subject, number=c.number),)


def _reissue(s: ActiveCard, c: Reissue, _: Policy) -> tuple[Event, ...]:
    return (CardReissued(stamp=c.stamp, serial=s.card.serial + 1),)


def _replace(s: _Held, c: Replace, _: Policy) -> tuple[Event, ...]:
    return (CardReplaced(stamp=c.stamp, application_id=s.card.application_id, number=c.number),)


_suspend, _revoke = says(CardSuspended, "reason"), says(CardRevoked, "reason")
_reinstate, _expire, _renew = says(CardReinstated), says(CardExpired), says(CardRenewed)

RULES = (
    row("C1", None, Issue, SYSTEM, _issue, ActiveCard, CardIssued, number_fits),
    row("C1b", RevokedCard, Issue, SYSTEM, _issue, ActiveCard, CardIssued, number_fits),
    row("C2a", ActiveCard, Suspend, HOLDER, _suspend, SuspendedCard, CardSuspended, reason_given),
    row("C2b", SuspendedCard, Suspend, HOLDER, _suspend, SuspendedCard, CardSuspended, reason_given),
    row("C3", SuspendedCard, Reinstate, KEEPER, _reinstate, (ActiveCard, SuspendedCard), CardReinstated,
         mine_to_lift),
    row("C4", ActiveCard, ExpireCard, SYSTEM, _expire, ExpiredCard, CardExpired),
    row("C5", ExpiredCard, Renew, SYSTEM, _renew, ActiveCard, CardRenewed),
    row("C6", ActiveCard, Reissue, KEEPER, _reissue, ActiveCard, CardReissued),
    row("C7a", ActiveCard, RevokeCard, KEEPER, _revoke, RevokedCard, CardRevoked, reason_given),
    row("C7b", SuspendedCard, RevokeCard, KEEPER, _revoke, RevokedCard, CardRevoked, reason_given),
    row("C7c", ExpiredCard, RevokeCard, KEEPER, _revoke, RevokedCard, CardRevoked, reason_given),
    row("C8a", ActiveCard, Replace, SYSTEM, _replace, ActiveCard, CardReplaced, number_fits),
    row("C8b", SuspendedCard, Replace, SYSTEM, _replace, ActiveCard, CardReplaced, number_fits),
    row("C8c", ExpiredCard, Replace, SYSTEM, _replace, ActiveCard, CardReplaced, number_fits),
)  # fmt: skip


def _issued(s: State | None, e: CardIssued) -> State:
    """Issue the first card, or another one for an application begun anew: the revoked number stays revoked."""
    former = (*s.card.former, s.card.number) if isinstance(s, _Held) else ()
    card = Card(application_id=e.application_id, number=e.number, former=former)
    return ActiveCard(card=card, since=e.stamp.at)


def _into(kind: type[_Held], *fields: str) -> Any:
    """Return a fold into a status, which copies these fields of its event."""

    def fold(s: State | None, e: Event) -> State | None:
        if not isinstance(s, _Held):
            return s
        return becoming(kind, s, since=e.stamp.at, **{f: getattr(e, f) for f in fields})

    return fold


def _suspended(s: State | None, e: CardSuspended) -> State | None:
    if not isinstance(s, _Held):
        return s
    mine = {"held": e.reason} if e.stamp.role is Role.SYSTEM else {"reason": e.reason}
    return becoming(SuspendedCard, s, since=e.stamp.at, **mine)


def _reinstated(s: State | None, e: CardReinstated) -> State | None:
    """Lift the suspension of the actor's own side; the other suspension stays."""
    if not isinstance(s, SuspendedCard):
        return s
    by_machine = e.stamp.role is Role.SYSTEM
    left = changed(s, held=_NONE) if by_machine else changed(s, reason=_NONE)
    return left if left.reason or left.held else ActiveCard(card=s.card, since=e.stamp.at)


def _reissued(s: State | None, e: CardReissued) -> State | None:
    return changed(s, card=changed(s.card, serial=e.serial)) if isinstance(s, _Held) else s


def _replaced(s: State | None, e: CardReplaced) -> State | None:
    if not isinstance(s, _Held):
        return s
    card = changed(s.card, number=e.number, serial=1, former=(*s.card.former, s.card.number))
    return ActiveCard(card=card, since=e.stamp.at)


TABLE = Table(
    "card",
    states=(ActiveCard, SuspendedCard, ExpiredCard, RevokedCard),
    rules=RULES,
    fold={
        CardIssued: _issued,
        CardSuspended: _suspended,
        CardReinstated: _reinstated,
        CardExpired: _into(ExpiredCard),
        CardRenewed: _into(ActiveCard),
        CardReissued: _reissued,
        CardReplaced: _replaced,
        CardRevoked: _into(RevokedCard, "reason"),
    },
)
