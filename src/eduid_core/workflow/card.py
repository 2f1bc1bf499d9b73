"""
The education card (教育卡): issued on approval, suspended, reinstated, revoked.

Its number is 12 random digits and two check digits (ISO 7064 MOD 97-10). It tells nothing of its holder and is
never used again.
"""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.private import IdNumber
from eduid_core.workflow.actors import Role
from eduid_core.workflow.kernel import Command, Event, Rule, State, Table, guard
from eduid_core.workflow.policy import Policy

__all__ = [
    "TABLE",
    "Active",
    "CardIssued",
    "CardReinstated",
    "CardRevoked",
    "CardSuspended",
    "Issue",
    "Reinstate",
    "Revoke",
    "Revoked",
    "Suspend",
    "Suspended",
    "card_number",
    "is_card_number",
]

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


@attrs.frozen(kw_only=True)
class Card:
    """What every status of a card carries."""

    application_id: str
    number: IdNumber


@attrs.frozen(kw_only=True)
class _Held(State):
    card: Card
    since: dt.datetime


@attrs.frozen(kw_only=True)
class Active(_Held):
    """In use."""


@attrs.frozen(kw_only=True)
class Suspended(_Held):
    """Not usable for now."""

    reason: str


@attrs.frozen(kw_only=True)
class Revoked(_Held):
    """Never usable again."""

    terminal = True
    reason: str


@attrs.frozen(kw_only=True)
class Issue(Command):
    """Issue the card *number* for an approved application."""

    number: IdNumber


@attrs.frozen(kw_only=True)
class Suspend(Command):
    """Suspend, for a reason."""

    reason: str


@attrs.frozen(kw_only=True)
class Reinstate(Command):
    """Make a suspended card usable again."""


@attrs.frozen(kw_only=True)
class Revoke(Command):
    """Revoke, for a reason."""

    reason: str


@attrs.frozen(kw_only=True)
class CardIssued(Event):
    """A card was issued; its number is taken for ever."""

    application_id: str
    number: IdNumber


@attrs.frozen(kw_only=True)
class CardSuspended(Event):
    """The card was suspended."""

    reason: str


@attrs.frozen(kw_only=True)
class CardReinstated(Event):
    """The card is usable again."""


@attrs.frozen(kw_only=True)
class CardRevoked(Event):
    """The card was revoked."""

    reason: str


@guard("reason_required")
def reason_given(_: State, command: Suspend | Revoke, __: Policy) -> bool:
    """A card is never taken without a reason."""
    return bool(command.reason)


@guard("card_number_invalid")
def number_fits(_: None, command: Issue, __: Policy) -> bool:
    """The number's check digits fit."""
    return is_card_number(command.number.reveal("check digits"))


SYSTEM = frozenset({Role.SYSTEM})
KEEPER = frozenset({Role.SYSTEM, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
HOLDER = KEEPER | {Role.STUDENT, Role.GUARDIAN}


def _rule(id_: str, at: type[State] | None, command: type[Command], event: type[Event], **rest: object) -> Rule:
    return Rule(id=id_, at=at, command=command, events=(event,), **rest)  # type: ignore[arg-type]


def _issue(_: None, c: Issue, __: Policy) -> tuple[Event, ...]:
    return (CardIssued(stamp=c.stamp, application_id=c.subject, number=c.number),)


def _suspend(_: State, c: Suspend, __: Policy) -> tuple[Event, ...]:
    return (CardSuspended(stamp=c.stamp, reason=c.reason),)


def _reinstate(_: State, c: Reinstate, __: Policy) -> tuple[Event, ...]:
    return (CardReinstated(stamp=c.stamp),)


def _revoke(_: State, c: Revoke, __: Policy) -> tuple[Event, ...]:
    return (CardRevoked(stamp=c.stamp, reason=c.reason),)


RULES = (
    _rule("C1", None, Issue, CardIssued, actors=SYSTEM, guards=(number_fits,), emit=_issue, to=(Active,)),
    _rule("C2", Active, Suspend, CardSuspended, actors=HOLDER, guards=(reason_given,), emit=_suspend,
          to=(Suspended,)),
    _rule("C3", Suspended, Reinstate, CardReinstated, actors=KEEPER, emit=_reinstate, to=(Active,)),
    _rule("C4a", Active, Revoke, CardRevoked, actors=KEEPER, guards=(reason_given,), emit=_revoke,
          to=(Revoked,)),
    _rule("C4b", Suspended, Revoke, CardRevoked, actors=KEEPER, guards=(reason_given,), emit=_revoke,
          to=(Revoked,)),
)  # fmt: skip


def _issued(_: State | None, e: CardIssued) -> State:
    return Active(card=Card(application_id=e.application_id, number=e.number), since=e.stamp.at)


def _suspended(s: State | None, e: CardSuspended) -> State | None:
    return Suspended(card=s.card, since=e.stamp.at, reason=e.reason) if isinstance(s, _Held) else s


def _reinstated(s: State | None, e: CardReinstated) -> State | None:
    return Active(card=s.card, since=e.stamp.at) if isinstance(s, _Held) else s


def _revoked(s: State | None, e: CardRevoked) -> State | None:
    return Revoked(card=s.card, since=e.stamp.at, reason=e.reason) if isinstance(s, _Held) else s


TABLE = Table(
    "card",
    states=(Active, Suspended, Revoked),
    rules=RULES,
    fold={
        CardIssued: _issued,
        CardSuspended: _suspended,
        CardReinstated: _reinstated,
        CardRevoked: _revoked,
    },
)
