"""
The SIM card (通讯卡) beside the education card: voluntary, issued on request only.

An existing number is proved by a code; a bundled SIM is ordered from a carrier. Opting out never affects the
education card.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from eduid_core.private import Phone
from eduid_core.workflow.actors import Role
from eduid_core.workflow.forms import mobile_number
from eduid_core.workflow.machine import Command, Event, State, Table, changed, guard, row, says
from eduid_core.workflow.policy import Policy


@attrs.frozen(kw_only=True, slots=False)
class _Chosen(State):
    since: dt.datetime


@attrs.frozen(kw_only=True, slots=False)
class OwnershipChallenge(_Chosen, status="ownership_challenge"):
    """A code was sent to the number that is to be linked."""

    application_id: str
    phone: Phone
    nonce: str = attrs.field(repr=False)
    expires_at: dt.datetime
    tries: int = 0


@attrs.frozen(kw_only=True, slots=False)
class LinkedNumber(_Chosen, status="linked"):
    """An existing number is linked."""

    application_id: str
    phone: Phone


@attrs.frozen(kw_only=True, slots=False)
class OrderedSim(_Chosen, status="ordered"):
    """A bundled SIM was ordered; the carrier's answer is pending."""


@attrs.frozen(kw_only=True, slots=False)
class FailedOrder(_Chosen, status="order_failed"):
    """The order failed (declined, or no answer in time); it may be tried again until the term ends."""


@attrs.frozen(kw_only=True, slots=False)
class ActiveCommsCard(_Chosen, status="active"):
    """The bundled SIM is in service."""


@attrs.frozen(kw_only=True, slots=False)
class ReleasedCommsCard(_Chosen, status="released"):
    """The SIM or link was released; the guardian may choose again."""


@attrs.frozen(kw_only=True)
class ChooseExisting(Command, name="choose_existing"):
    """Link a number of the guardian; *card_active* states whether the education card is in use."""

    phone: Phone
    nonce: str = attrs.field(default="", repr=False)
    card_active: bool = True


@attrs.frozen(kw_only=True)
class ChooseBundled(Command, name="choose_bundled"):
    """Order a bundled SIM; *card_active* as in `ChooseExisting`."""

    card_active: bool = True


@attrs.frozen(kw_only=True)
class CountGuess(Command, name="count_guess"):
    """Count one attempt, before the code is compared."""


@attrs.frozen(kw_only=True)
class VerifyNumber(Command, name="verify_number"):
    """Answer a counted attempt: whether the code matched."""

    matches: bool


@attrs.frozen(kw_only=True)
class ExpireChoice(Command, name="expire_choice"):
    """Expire the choice: the code, the carrier's term, or the time to try again is over."""


@attrs.frozen(kw_only=True)
class CarrierAnswered(Command, name="carrier_answered"):
    """Record the carrier's answer to an order."""

    served: bool


@attrs.frozen(kw_only=True)
class Retry(Command, name="retry"):
    """Order the SIM again."""


@attrs.frozen(kw_only=True)
class Release(Command, name="release"):
    """Release the SIM: the guardian opts out, or the education card has ended."""


@attrs.frozen(kw_only=True)
class NumberChosen(Event, name="NumberChosen"):
    """A number was chosen; a code is to be sent to it."""

    application_id: str
    phone: Phone
    nonce: str = attrs.field(repr=False)
    expires_at: dt.datetime


@attrs.frozen(kw_only=True)
class GuessCounted(Event, name="GuessCounted"):
    """An attempt was counted."""


@attrs.frozen(kw_only=True)
class NumberLinked(Event, name="NumberLinked"):
    """The number was linked."""


@attrs.frozen(kw_only=True)
class CommsOrdered(Event, name="CommsOrdered"):
    """A bundled SIM was ordered."""

    application_id: str = ""


@attrs.frozen(kw_only=True)
class CommsOrderFailed(Event, name="CommsOrderFailed"):
    """The order failed."""


@attrs.frozen(kw_only=True)
class ServiceActive(Event, name="ServiceActive"):
    """The bundled SIM came into service."""


@attrs.frozen(kw_only=True)
class CommsReleased(Event, name="CommsReleased"):
    """The SIM or link was released."""


@guard("card_inactive")
def card_stands(_: Any, c: ChooseExisting | ChooseBundled, __: Policy) -> bool:
    """The education card is in use."""
    return c.card_active


@guard("guardian_required")
def by_guardian(_: Any, c: Command, __: Policy) -> bool:
    """The actor is the guardian: for a minor, the guardian holds the contract."""
    return c.by.role is Role.GUARDIAN


@guard("invalid_phone_number")
def mobile(_: Any, c: ChooseExisting, __: Policy) -> bool:
    """The number is a mainland mobile number."""
    return mobile_number(c.phone) is not None


@guard("challenge_locked")
def tries_left(s: OwnershipChallenge, _: Command, p: Policy) -> bool:
    """Attempts are left."""
    return s.tries < p.account.otp_tries_per_flow


@guard("challenge_required")
def counted(s: OwnershipChallenge, _: Command, __: Policy) -> bool:
    """An attempt is answered only after it was counted."""
    return s.tries > 0


@guard("challenge_expired")
def alive(s: OwnershipChallenge, c: Command, _: Policy) -> bool:
    """The code has not expired."""
    return c.at < s.expires_at


@guard("challenge_mismatch", lambda s, _, p: {"left": max(0, p.account.otp_tries_per_flow - s.tries)})
def matches(_: OwnershipChallenge, c: VerifyNumber, __: Policy) -> bool:
    """The code equals the code that was sent."""
    return c.matches


Events = tuple[Event, ...]
FAMILY = frozenset({Role.STUDENT, Role.GUARDIAN})
SYSTEM = frozenset({Role.SYSTEM})


def _chosen(_: Any, c: ChooseExisting, p: Policy) -> Events:
    until = c.at + dt.timedelta(seconds=p.account.otp_life_s)
    return (
        NumberChosen(stamp=c.stamp, application_id=c.subject, phone=c.phone, nonce=c.nonce, expires_at=until),
    )


def _answered(_: Any, c: CarrierAnswered, __: Policy) -> Events:
    return (ServiceActive(stamp=c.stamp) if c.served else CommsOrderFailed(stamp=c.stamp),)


def _order(_: Any, c: Command, __: Policy) -> Events:
    return (CommsOrdered(stamp=c.stamp, application_id=c.subject),)


_release, _fail = says(CommsReleased), says(CommsOrderFailed)
_WHO = (by_guardian, card_stands)
_OUT = FAMILY | SYSTEM

RULES = (
    row("S1a", None, ChooseExisting, FAMILY, _chosen, OwnershipChallenge, NumberChosen, *_WHO, mobile),
    row("S1b", ReleasedCommsCard, ChooseExisting, FAMILY, _chosen, OwnershipChallenge, NumberChosen, *_WHO,
         mobile),
    row("S2a", None, ChooseBundled, FAMILY, _order, OrderedSim, CommsOrdered, *_WHO),
    row("S2b", ReleasedCommsCard, ChooseBundled, FAMILY, _order, OrderedSim, CommsOrdered, *_WHO),
    row("S3a", OwnershipChallenge, CountGuess, FAMILY, says(GuessCounted), OwnershipChallenge, GuessCounted,
         tries_left),
    row("S3b", OwnershipChallenge, VerifyNumber, FAMILY, says(NumberLinked), LinkedNumber, NumberLinked,
         counted, alive, matches),
    row("S3c", OwnershipChallenge, ExpireChoice, SYSTEM, _release, ReleasedCommsCard, CommsReleased),
    row("S4a", OrderedSim, CarrierAnswered, SYSTEM, _answered, (ActiveCommsCard, FailedOrder), (ServiceActive,
         CommsOrderFailed)),
    row("S4b", OrderedSim, ExpireChoice, SYSTEM, _fail, FailedOrder, CommsOrderFailed),
    row("S4c", FailedOrder, Retry, FAMILY, _order, OrderedSim, CommsOrdered, by_guardian),
    row("S4d", FailedOrder, ExpireChoice, SYSTEM, _release, ReleasedCommsCard, CommsReleased),
    row("S5a", OwnershipChallenge, Release, _OUT, _release, ReleasedCommsCard, CommsReleased),
    row("S5b", LinkedNumber, Release, _OUT, _release, ReleasedCommsCard, CommsReleased),
    row("S5c", OrderedSim, Release, _OUT, _release, ReleasedCommsCard, CommsReleased),
    row("S5d", FailedOrder, Release, _OUT, _release, ReleasedCommsCard, CommsReleased),
    row("S5e", ActiveCommsCard, Release, _OUT, _release, ReleasedCommsCard, CommsReleased),
)  # fmt: skip


def _guessed(s: Any, _: GuessCounted) -> Any:
    return changed(s, tries=s.tries + 1) if isinstance(s, OwnershipChallenge) else s


def _linked(s: Any, e: NumberLinked) -> Any:
    if not isinstance(s, OwnershipChallenge):
        return s
    return LinkedNumber(since=e.stamp.at, application_id=s.application_id, phone=s.phone)


TABLE = Table(
    "comms_card",
    states=(OwnershipChallenge, LinkedNumber, OrderedSim, FailedOrder, ActiveCommsCard, ReleasedCommsCard),
    rules=RULES,
    fold={
        NumberChosen: lambda _, e: OwnershipChallenge(
            since=e.stamp.at,
            application_id=e.application_id,
            phone=e.phone,
            nonce=e.nonce,
            expires_at=e.expires_at,
        ),
        GuessCounted: _guessed,
        NumberLinked: _linked,
        CommsOrdered: lambda _, e: OrderedSim(since=e.stamp.at),
        CommsOrderFailed: lambda _, e: FailedOrder(since=e.stamp.at),
        ServiceActive: lambda _, e: ActiveCommsCard(since=e.stamp.at),
        CommsReleased: lambda _, e: ReleasedCommsCard(since=e.stamp.at),
    },
)
