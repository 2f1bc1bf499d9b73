"""Handlers of sessions: an actor established from what is stored, and the second factor of an account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Mapping
from typing import Any, Final

from eduid_core.findings import Refused
from eduid_core.plugins import Document
from eduid_core.private import OtpCode
from eduid_core.service import commands as own
from eduid_core.service.actors import GivenActor
from eduid_core.service.intents import Accepted, Enrolled, Handler, Load, Loaded, Write
from eduid_core.service.seats import OF_ROLE
from eduid_core.service.sessions.intents import (
    BeginSession,
    CheckEnrolment,
    DeriveTicket,
    EndSessions,
    FindFactor,
    FindSession,
    MakeEnrolment,
    PrepareReset,
    TouchSession,
    VerifyFactor,
)
from eduid_core.service.sessions.records import Session, is_over, rights_of
from eduid_core.service.sessions.second_factor import RESET_AFTER, SecondFactor
from eduid_core.workflow import Command, Policy, Role
from eduid_core.workflow.account import states as account
from eduid_core.workflow.effects import SendMessage

__all__ = [
    "ASSURANCE_OF_STAFF",
    "SESSIONS",
    "acting_for",
    "actor_of",
    "begun",
    "fits",
    "standing_of",
    "ticket_of",
]

ASSURANCE_OF_STAFF: Final = 2
"""The assurance level of a second factor: AAL2 (NIST SP 800-63B)."""
_TOUCHED_AFTER: Final = dt.timedelta(minutes=1)
"""The time after which a use of a session is recorded again: the rest it may have is counted in minutes."""
_USABLE: Final = (account.ActiveAccount, account.LockedAccount)
"""A lock keeps guesses out, not the owner who is logged in: a stranger could lock anybody's account."""

Steps = Generator[Any, Any, Any]


def fits(person: account.AccountHolder, role: Role) -> bool:
    """Return whether the account may act in *role*: in its own, a teacher's also in that of a seat."""
    return person.role is role or (person.role is Role.TEACHER and role in OF_ROLE)


def _factor_of(account_id: str, at: dt.datetime) -> Generator[Any, Any, SecondFactor | None]:
    factor: SecondFactor | None = yield FindFactor(account_id)
    return factor if factor is not None and factor.stands(at) else None


def begun(
    person: account.AccountHolder, assurance: int, origin: str, at: dt.datetime
) -> Generator[Any, Any, str]:
    """Begin a session of the account of *person*; return its token."""
    factor = yield from _factor_of(person.account_id, at)
    token: str = yield BeginSession(
        account_id=person.account_id,
        role=person.role,
        assurance=assurance,
        rights=rights_of(person, factor.id if factor else ""),
        phone=person.phone,
        origin=origin,
        at=at,
    )
    return token


def standing_of(actor: GivenActor, at: dt.datetime, policy: Policy) -> Generator[Any, Any, Refused | None]:
    """Return the refusal of an actor whose session, or whose account, has ended since it was given out."""
    if actor.session:
        found: Session | None = yield FindSession(actor.session)
        over = found is None or (yield from _has_ended(found, at, policy))
        return Refused("session_ended") if over else None
    if actor.program:
        holder: Loaded = yield Load("account", actor.id)
        usable = isinstance(holder.state, _USABLE) and fits(holder.state.person, actor.role)
        return None if usable else Refused("forbidden")
    return None


def _has_ended(session: Session, at: dt.datetime, policy: Policy) -> Generator[Any, Any, bool]:
    if is_over(session, at, policy.sessions):
        return True
    holder: Loaded = yield Load("account", session.account_id)
    if not isinstance(holder.state, _USABLE):
        return True
    factor = yield from _factor_of(session.account_id, at)
    if rights_of(holder.state.person, factor.id if factor else "") != session.rights:
        return True
    if at - session.seen_at >= _TOUCHED_AFTER:
        yield TouchSession(session.id, at)
    return False


def actor_of(
    session_id: str, role: Role | None, at: dt.datetime, policy: Policy
) -> Generator[Any, Any, tuple[Session, Role] | Refused]:
    """Return the session that stands, and the role to act in: that of the account, or a seat's."""
    found: Session | None = yield FindSession(session_id)
    if found is None or (yield from _has_ended(found, at, policy)):
        return Refused("session_ended")
    if role is None or role is found.role:
        return found, found.role
    seat = found.role is Role.TEACHER and role in OF_ROLE
    return (found, role) if seat else Refused("forbidden")


def acting_for(
    account_id: str, role: Role, totp: OtpCode | None, at: dt.datetime
) -> Generator[Any, Any, int | Refused]:
    """Return the assurance at which a program may act for an account in *role*."""
    holder: Loaded = yield Load("account", account_id)
    if not isinstance(holder.state, _USABLE) or not fits(holder.state.person, role):
        return Refused("forbidden")
    if totp is None:
        return 1
    right = yield VerifyFactor(account_id, totp, at)
    return ASSURANCE_OF_STAFF if right else Refused("second_factor_wrong")


# --- the commands of sessions and factors --------------------------------------------------------------


def _end_session(command: own.EndSession, _: Policy) -> Handler:
    """A session that is another's, or was ended before, is left as it is: the answer tells no difference."""
    found: Session | None = yield FindSession(command.session)
    if found is not None and found.account_id == command.subject:
        yield EndSessions(command.subject, (command.session,))
    return Accepted(subject=command.subject, status="session_ended")


def _enrol(command: own.EnrolFactor, _: Policy) -> Handler:
    """A session of one factor enrols no factor beside the one that stands: a stolen password would do."""
    if command.by.assurance < ASSURANCE_OF_STAFF and (yield from _factor_of(command.subject, command.at)):
        return Refused("assurance_too_low", {"need": ASSURANCE_OF_STAFF})
    enrolment = yield MakeEnrolment(command.subject, command.at)
    return Enrolled(subject=command.subject, status="factor_enrolled", factor=enrolment)


def _confirm(command: own.ConfirmFactor, _: Policy) -> Handler:
    if not (yield CheckEnrolment(command.subject, command.code, command.at)):
        return Refused("second_factor_wrong")
    holder: Loaded = yield Load("account", command.subject)
    if not isinstance(holder.state, _USABLE):
        return Refused("forbidden")
    token = yield from begun(holder.state.person, ASSURANCE_OF_STAFF, command.by.origin, command.at)
    return Accepted(subject=command.subject, status="factor_confirmed", token=token)


def _reset(command: own.ResetFactor, _: Policy) -> Handler:
    """Reset the factor and tell its owner, whose phone is that of the account."""
    holder: Loaded = yield Load("account", command.subject)
    if not isinstance(holder.state, _USABLE):
        return Refused("second_factor_absent")
    documents: tuple[Document, ...] = yield PrepareReset(command.subject, command.at)
    if not documents:
        return Refused("second_factor_absent")
    hours = int(RESET_AFTER.total_seconds()) // 3600
    told = SendMessage(
        template="second_factor_reset",
        to=holder.state.person.phone,
        subject=command.subject,
        revision=0,
        event=f"FactorReset {command.at.isoformat()}",
        recipient="owner",
        params=(("hours", hours),),
    )
    yield Write(streams=(), documents=documents, messages=(told,))
    return Accepted(subject=command.subject, status="factor_reset")


SESSIONS: Final[Mapping[type[Command], Callable[[Any, Policy], Handler]]] = {
    own.EndSession: _end_session,
    own.EnrolFactor: _enrol,
    own.ConfirmFactor: _confirm,
    own.ResetFactor: _reset,
}
"""The handler of each command."""

# --- tickets of a flow ---------------------------------------------------------------------------------


def ticket_of(state: Any) -> Generator[Any, Any, str | None]:  # noqa: ANN401 - the state of an account
    """
    Return the ticket that the next command of the flow in progress must carry; None if there is no flow.

    A flow is held by one ticket until its code was right; a proof for recovery has another, until it is used.
    """
    codes = getattr(state, "codes", None)
    if isinstance(state, account.UsernameWanted):
        step, since = f"username {state.names}", state.since
    elif codes is not None:
        step, since = codes.purpose.value, codes.started_at
    elif getattr(state, "standing", None) and state.standing.proved_for is account.Purpose.RECOVERY:
        step, since = "proved", state.standing.proved_at
    else:
        return None
    ticket: str = yield DeriveTicket(state.person.account_id, step, since)
    return ticket
