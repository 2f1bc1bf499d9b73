"""Relations between an actor and the subject of a command, established from what is stored."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Generator, Mapping
from typing import Any, Final

import attrs

from eduid_core.findings import Refused
from eduid_core.service import commands as own
from eduid_core.service.handlers.permissions import PERMISSIONS, Relation
from eduid_core.service.handlers.places import case_of, places_of_account
from eduid_core.service.handlers.reviewers import acts_over, acts_over_school, covers
from eduid_core.service.handlers.sessions import ASSURANCE_OF_STAFF, fits, ticket_of
from eduid_core.service.intents import Load, Loaded
from eduid_core.service.seats import OF_ROLE
from eduid_core.workflow import Command, Policy
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.reviewer_grant import commands as grant_commands

__all__ = ["accounts_of", "established", "refusal", "too_low"]

Established = Generator[Any, Any, Refused | None]


def refusal(command: Command, policy: Policy) -> Established:
    """Return the refusal if the actor of *command* does not stand in the relation that their role needs."""
    relation = PERMISSIONS[type(command)].get(command.by.role)
    if relation is None:
        return Refused("forbidden")
    return (yield from established(relation, command, policy))


def established(relation: Relation, command: Command, policy: Policy) -> Established:
    """Return the refusal if the actor of *command* does not stand in *relation* to its subject."""
    establish = _ESTABLISH.get(relation)
    return None if establish is None else (yield from establish(command, policy))


# --- accounts ------------------------------------------------------------------------------------------


def _stored(account_id: str) -> Generator[Any, Any, Any]:
    found: Loaded = yield Load("account", account_id)
    return found.state


def _ticket(command: own.EnterCode, _: Policy) -> Established:
    """A flow that does not exist, and one that belongs to another caller, are answered alike."""
    wanted = yield from ticket_of((yield from _stored(command.subject)))
    held = wanted is not None and hmac.compare_digest(wanted.encode(), command.ticket.encode())
    return None if held else Refused("ticket_wrong")


_Statuses = tuple[type[account.ActiveAccount | account.LockedAccount], ...]
_ACTIVE: Final[_Statuses] = (account.ActiveAccount,)
_USABLE: Final[_Statuses] = (account.ActiveAccount, account.LockedAccount)
"""A lock keeps guesses out, not the owner who is logged in: a stranger could lock anybody's account."""


def _registered(command: Command, _: Policy, statuses: _Statuses = _ACTIVE) -> Established:
    holder = yield from _stored(command.by.id)
    usable = isinstance(holder, statuses) and fits(holder.person, command.by.role)
    return None if usable else Refused("forbidden")


def _own_account(command: Command, _: Policy) -> Established:
    holder = yield from _stored(command.subject)
    person = getattr(holder, "person", None)
    mine = command.subject == command.by.id and person is not None and fits(person, command.by.role)
    return None if mine else Refused("forbidden")


def _own_application(command: Command, policy: Policy) -> Established:
    """The application of an erased account, or one that does not exist, is nobody's."""
    aggregate = getattr(command, "aggregate", "application")  # of `Erase`
    if aggregate == "account":
        return Refused("forbidden") if command.subject != command.by.id else None
    found: Loaded = yield Load("application", command.subject)
    file = getattr(found.state, "file", None)
    if file is None or file.account_id != command.by.id:
        return Refused("forbidden")
    return (yield from _registered(command, policy, _USABLE))


def _linked_guardian(command: Command, policy: Policy) -> Established:
    found: Loaded = yield Load("application", command.subject)
    guardians = getattr(getattr(found.state, "file", None), "guardians", ())
    if any(g.account_id == command.by.id and g.acts for g in guardians):
        return (yield from _registered(command, policy, _USABLE))
    return (yield from _own_application(command, policy))


def _linked_reader(command: Command, policy: Policy) -> Established:
    found: Loaded = yield Load("application", command.subject)
    file = getattr(found.state, "file", None)
    linked = any(g.account_id == command.by.id for g in getattr(file, "guardians", ()))
    if file is not None and not linked:
        linked = file.account_id in accounts_of((yield from _stored(command.by.id)))
    if linked:
        return (yield from _registered(command, policy, _USABLE))
    return (yield from _own_application(command, policy))


def _linked_child(command: account_commands.EndLink, policy: Policy) -> Established:
    standing = getattr((yield from _stored(command.subject)), "standing", None)
    known = (*standing.askings, *standing.links) if standing is not None else ()
    named = next((one for one in known if one.id == command.link and one.child), None)
    if named is None:
        return Refused("forbidden")
    if named.aggregate == "application":
        return (yield from _own_application(attrs.evolve(command, subject=named.child), policy))
    if named.child != command.by.id:
        return Refused("forbidden")
    return (yield from _registered(command, policy, _USABLE))


def accounts_of(state: Any) -> frozenset[str]:  # noqa: ANN401 - the state of an account
    """Return the students' accounts that the account is linked to."""
    links = getattr(getattr(state, "standing", None), "links", ())
    return frozenset(link.child for link in links if link.aggregate == "account")


def _file_run(command: Command, _: Policy) -> Established:
    found: Loaded = yield Load("application", command.subject)
    file = getattr(found.state, "file", None)
    return Refused("forbidden") if file is None or file.account_id else None


# --- seats ---------------------------------------------------------------------------------------------


def too_low(command: Command) -> Refused | None:
    """Return the refusal if the session of the actor has less than the assurance of a seat."""
    return (
        None
        if command.by.assurance >= ASSURANCE_OF_STAFF
        else Refused("assurance_too_low", {"need": ASSURANCE_OF_STAFF})
    )


def _seat(command: Command, policy: Policy) -> Established:
    if refused := too_low(command):
        return refused
    if policy.review.reviewers == "attested":
        return None
    if getattr(command, "aggregate", "") == "account":  # of `Erase`
        return (yield from _seat_over_account(command, policy))
    place = yield from case_of(command.subject)
    if not (yield from acts_over(command.by.id, (command.by.role,), place, command)):
        return Refused("forbidden")
    second = getattr(command, "seconded_by", "")
    if second and not (yield from acts_over(second, tuple(OF_ROLE), place, command)):
        return Refused("second_approval_required")
    return None


def _seat_over_account(command: Command, _: Policy) -> Established:
    if refused := too_low(command):
        return refused
    for place in (("", ""), *(yield from places_of_account(command.subject))):
        if (yield from acts_over(command.by.id, (command.by.role,), place, command)):
            return None
    return Refused("forbidden")


def _own_claim(command: grant_commands.ClaimRole, _: Policy) -> Established:
    holder = yield from _stored(command.by.id)
    usable = holder is None or isinstance(holder, account.ActiveAccount)
    return None if usable and command.claim.teacher_id == command.by.id else Refused("forbidden")


def _own_grant(command: Command, _: Policy) -> Established:
    found: Loaded = yield Load("reviewer_grant", command.subject)
    claim = getattr(found.state, "claim", None)
    return None if claim is not None and claim.teacher_id == command.by.id else Refused("forbidden")


def _seat_over_school(command: Command, policy: Policy) -> Established:
    """The holder of a grant, or an administrator of its school."""
    if (yield from _own_grant(command, policy)) is None:
        return None
    if refused := too_low(command):
        return refused
    covered = yield from acts_over_school(command)
    return None if covered else Refused("forbidden")


def _reviewer(command: Command, policy: Policy) -> Established:
    """An assignee whose grant has ended meanwhile is told so by the rules."""
    if (yield from covers(command, policy)):
        return None
    opened: Loaded = yield Load("review_task", command.subject)
    assigned = getattr(opened.state, "assignee", None) == command.by.id
    return None if assigned else Refused("not_eligible_reviewer")


def _verifier(command: Command, policy: Policy) -> Established:
    if policy.review.reviewers == "attested" or (yield from acts_over_school(command)):
        return None
    return Refused("forbidden")


_ESTABLISH: Final[Mapping[Relation, Callable[[Any, Policy], Established]]] = {
    Relation.TICKET: _ticket,
    Relation.REGISTERED: _registered,
    Relation.OWN_ACCOUNT: _own_account,
    Relation.OWN_APPLICATION: _own_application,
    Relation.LINKED_GUARDIAN: _linked_guardian,
    Relation.LINKED_READER: _linked_reader,
    Relation.LINKED_CHILD: _linked_child,
    Relation.OWN_CLAIM: _own_claim,
    Relation.OWN_GRANT: _own_grant,
    Relation.SEAT: _seat,
    Relation.SEAT_OVER_ACCOUNT: _seat_over_account,
    Relation.SEAT_OVER_SCHOOL: _seat_over_school,
    Relation.REVIEWER: _reviewer,
    Relation.VERIFIER: _verifier,
    Relation.FILE_RUN: _file_run,
}
"""The function that establishes each relation; the others need none."""
