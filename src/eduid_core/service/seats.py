"""
Seats: the verified grants over a class, its school and the district, and the persons who act for them.

A class is covered by every holder of a verified grant there (homeroom teacher, deputy), by the administrators
of the school and the district, and by a holder's delegate. A review has an owner: the first of them, from the
class upward, who may decide it and whose account stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Generator, Iterator
from typing import Any, Literal

import attrs

from eduid_core.private import PersonName, Phone, PrivateText
from eduid_core.service.intents import FindHolders, Load, Loaded
from eduid_core.workflow import Role
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application.states import Teacher
from eduid_core.workflow.reviewer_grant import states as grant
from eduid_core.workflow.reviewer_grant.states import Position

__all__ = ["LADDER", "OF_ROLE", "Owner", "covering", "owner", "reach", "seated", "standing"]

LADDER = (Position.HOMEROOM, Position.DEPUTY, Position.SCHOOL_ADMIN, Position.DISTRICT_ADMIN)
"""The position that is asked at each level of escalation."""

OF_ROLE = {
    Role.TEACHER: (Position.HOMEROOM, Position.DEPUTY),
    Role.SCHOOL_ADMIN: (Position.SCHOOL_ADMIN,),
    Role.DISTRICT_ADMIN: (Position.DISTRICT_ADMIN,),
}
"""The positions of grants that prove each role."""

_USABLE = (account.ActiveAccount, account.LockedAccount)
"""A lock keeps guesses out; its owner is there again within minutes."""


@attrs.frozen
class Owner:
    """The person whom a review waits for: id, phone of their account, the position they act for."""

    id: str
    phone: Phone
    position: Position

    @property
    def contact(self) -> Teacher:
        """Return the owner as the contact of a review; a name is shown only where the school supplies it."""
        return Teacher(id=self.id, name=PersonName(""), phone=self.phone)


def _places(position: Position, class_ref: tuple[str, str]) -> Iterator[str]:
    """Yield the places of grants of *position* over the class; a deputy's may be for the whole school."""
    school, class_name = class_ref
    if position is Position.DISTRICT_ADMIN:
        yield grant.place(position, "", "")
    elif school:
        if class_name and position in {Position.HOMEROOM, Position.DEPUTY}:
            yield grant.place(position, school, class_name)
        if position is not Position.HOMEROOM:
            yield grant.place(position, school, "")


def standing(
    kind: Literal["grant_at", "grantee"], place: str, day: dt.date
) -> Generator[Any, Any, list[grant.ActiveGrant]]:
    """Return the grants marked at *place* that are valid on *day*."""
    found = []
    for holder in (yield FindHolders(kind, PrivateText(place))):
        loaded: Loaded = yield Load("reviewer_grant", holder)
        if isinstance(loaded.state, grant.ActiveGrant) and day <= loaded.state.until:
            found.append(loaded.state)
    return found


def _acting(held: grant.ActiveGrant, day: dt.date) -> tuple[str, ...]:
    """Return the persons acting under a grant: a delegate within their term first, then the holder."""
    stands_in = bool(held.delegate) and held.delegate_until is not None and day <= held.delegate_until
    return (*((held.delegate,) if stands_in else ()), held.claim.teacher_id)


def covering(
    positions: tuple[Position, ...], class_ref: tuple[str, str], day: dt.date
) -> Generator[Any, Any, tuple[str, ...]]:
    """Return the persons acting for *positions* over the class on *day*."""
    who: list[str] = []
    for position in positions:
        for place in _places(position, class_ref):
            for held in (yield from standing("grant_at", place, day)):
                who += _acting(held, day)
    return tuple(who)


def seated(class_ref: tuple[str, str], day: dt.date) -> Generator[Any, Any, bool]:
    """Return whether a verified seat over the class or its school stands on *day*; the district's apart."""
    near = tuple(position for position in LADDER if position is not Position.DISTRICT_ADMIN)
    return bool((yield from covering(near, class_ref, day)))


def reach(who: str, class_ref: tuple[str, str], day: dt.date) -> Generator[Any, Any, Position | None]:
    """Return the nearest position that *who* acts for over the class on *day*, or None."""
    for position in LADDER:
        if who in (yield from covering((position,), class_ref, day)):
            return position
    return None


def owner(
    class_ref: tuple[str, str], day: dt.date, *, level: int = 0, barred: Collection[str] = ()
) -> Generator[Any, Any, Owner | None]:
    """
    Return the person whom a review of the class at *level* of escalation waits for, or None if nobody may.

    Asked is the position of the level, then those above it, then those below: where the district has no seat,
    the school keeps the case. Nobody *barred* from the decision is asked, and nobody whose account is gone.
    """
    level = min(level, len(LADDER) - 1)
    for position in (*LADDER[level:], *reversed(LADDER[:level])):
        for who in (yield from covering((position,), class_ref, day)):
            if who in barred:
                continue
            loaded: Loaded = yield Load("account", who)
            if isinstance(loaded.state, _USABLE):
                return Owner(who, loaded.state.person.phone, position)
    return None
