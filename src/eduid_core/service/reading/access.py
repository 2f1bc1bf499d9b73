"""Who may read which application, by the same relations as for commands, and how far a list reaches."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

import attrs

from eduid_core.china import CHINA
from eduid_core.findings import Refused
from eduid_core.private import PrivateText
from eduid_core.service.handlers.permissions import Relation
from eduid_core.service.handlers.relations import accounts_of, established, too_low
from eduid_core.service.intents import FindHolders, Load, Loaded
from eduid_core.service.seats import OF_ROLE
from eduid_core.workflow import Command, Policy, Role
from eduid_core.workflow.reviewer_grant import states as grant
from eduid_core.workflow.reviewer_grant.states import Position

__all__ = ["READS", "Reach", "Read", "reach_of", "reading_refused"]

Read = Literal["find", "list", "count", "explain", "check_form", "reads_of", "messages", "feed", "claims"]

_FAMILY: Final = (Role.STUDENT, Role.GUARDIAN)
_STAFF: Final = (Role.TEACHER, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN)
_CASE: Final[Mapping[Role, Relation]] = MappingProxyType(
    {
        Role.STUDENT: Relation.OWN_APPLICATION,
        Role.GUARDIAN: Relation.LINKED_READER,
        **dict.fromkeys(_STAFF, Relation.SEAT),
        Role.IMPORTER: Relation.FILE_RUN,
        Role.OPERATOR: Relation.CAPABILITY,
    }
)
_OVERSEERS: Final = (*_FAMILY, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN, Role.OPERATOR)
_LISTS: Final[Mapping[Role, Relation]] = MappingProxyType(
    {
        **dict.fromkeys((*_FAMILY, *_STAFF), Relation.REGISTERED),
        Role.OPERATOR: Relation.CAPABILITY,
    }
)
READS: Final[Mapping[Read, Mapping[Role, Relation]]] = MappingProxyType(
    {
        "find": _CASE,
        "explain": _CASE,
        "reads_of": MappingProxyType({role: _CASE[role] for role in _OVERSEERS}),
        "list": _LISTS,
        "count": _LISTS,
        "messages": MappingProxyType({Role.OPERATOR: Relation.CAPABILITY}),
        "claims": MappingProxyType(
            {role: _LISTS[role] for role in (Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN, Role.OPERATOR)}
        ),
        "feed": MappingProxyType({role: _LISTS[role] for role in (*_STAFF, Role.OPERATOR)}),
        "check_form": MappingProxyType(
            dict.fromkeys((Role.ANONYMOUS, *_FAMILY, *_STAFF, Role.IMPORTER, Role.OPERATOR), Relation.ANYONE)
        ),
    }
)
"""Read -> role -> relation: the reads that callers may ask for. A list shows what the reader's reach covers."""


def reading_refused(read: Read, look: Command, policy: Policy) -> Generator[Any, Any, Refused | None]:
    """Return the refusal if the actor of *look* does not stand in the relation that *read* needs."""
    relation = READS[read].get(look.by.role)
    if relation is None:
        return Refused("forbidden")
    if look.by.role in _STAFF and read != "check_form" and (refused := too_low(look)):
        return refused
    return (yield from established(relation, look, policy))


@attrs.frozen(kw_only=True)
class Reach:
    """
    What a list may show: everything, the applications of accounts and single ones, or those of schools and
    classes.

    A place without a class is a school.
    """

    everything: bool = False
    accounts: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()

    def covers(self, place: tuple[str, str]) -> bool:
        """Return whether the reach covers *place*, a class or a school."""
        at = (name for school, name in self.places if school == place[0])
        return self.everything or any(name in {"", place[1]} for name in at)


def _linked_applications(state: Any, account_id: str) -> Generator[Any, Any, tuple[str, ...]]:  # noqa: ANN401
    """Return the applications that still name the account as a guardian's."""
    found = []
    for link in getattr(getattr(state, "standing", None), "links", ()):
        if link.aggregate == "application":
            case: Loaded = yield Load("application", link.child)
            guardians = getattr(getattr(case.state, "file", None), "guardians", ())
            if any(g.account_id == account_id for g in guardians):
                found.append(link.child)
    return tuple(found)


def reach_of(look: Command) -> Generator[Any, Any, Reach]:
    """Return the reach of the actor of *look*: their own applications, linked ones, seats, or everything."""
    by = look.by
    if by.role is Role.OPERATOR:
        return Reach(everything=True)
    if by.role in _FAMILY:
        holder: Loaded = yield Load("account", by.id)
        accounts = (by.id, *sorted(accounts_of(holder.state)))
        linked = yield from _linked_applications(holder.state, by.id)
        return Reach(accounts=accounts, applications=linked)
    day, places = look.at.astimezone(CHINA).date(), dict[tuple[str, str], None]()
    own: tuple[str, ...] = yield FindHolders("seat", PrivateText(by.id))
    lent: tuple[str, ...] = yield FindHolders("delegate", PrivateText(by.id))
    for grant_id in dict.fromkeys((*own, *lent)):
        loaded: Loaded = yield Load("reviewer_grant", grant_id)
        held = loaded.state
        if not isinstance(held, grant.ActiveGrant) or day > held.until:
            continue
        claim = held.claim
        acts = by.id == claim.teacher_id or (by.id == held.delegate and day <= (held.delegate_until or day))
        if not acts or claim.position not in OF_ROLE[by.role]:
            continue
        if claim.position is Position.DISTRICT_ADMIN:
            return Reach(everything=True)
        places[claim.school_code, claim.class_name] = None
    return Reach(places=tuple(places))
