"""The intents of sessions, second factors and tickets, and what carries them out."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs

from eduid_core.plugins import Document
from eduid_core.private import OtpCode, Phone
from eduid_core.service.sessions.records import SESSION_KINDS, Session, SessionStore
from eduid_core.service.sessions.second_factor import FACTOR_KINDS, FactorStore
from eduid_core.workflow import Role

__all__ = [
    "PERFORM",
    "BeginSession",
    "CheckEnrolment",
    "DeriveTicket",
    "EndSessions",
    "FindFactor",
    "FindSession",
    "IsHeldBack",
    "MakeEnrolment",
    "PrepareReset",
    "SessionServices",
    "TouchSession",
    "VerifyFactor",
]

_TOKEN_BYTES: Final = 32


@attrs.frozen(kw_only=True)
class BeginSession:
    """Begin a session of an account -> its token, str, which is kept nowhere."""

    account_id: str
    role: Role
    assurance: int
    rights: str = attrs.field(repr=False)
    phone: Phone
    origin: str = attrs.field(repr=False)
    at: dt.datetime


@attrs.frozen
class FindSession:
    """The session with this id -> Session | None."""

    id: str


@attrs.frozen
class IsHeldBack:
    """Whether the last units of the day's budgets of *phone* are kept from *origin* -> bool."""

    phone: Phone
    origin: str = attrs.field(repr=False)


@attrs.frozen
class TouchSession:
    """Record that a session is in use -> None."""

    id: str
    at: dt.datetime


@attrs.frozen
class EndSessions:
    """End the sessions *ids* of an account -> None."""

    account_id: str
    ids: tuple[str, ...]


@attrs.frozen
class FindFactor:
    """The second factor of an account -> SecondFactor | None."""

    account_id: str


@attrs.frozen
class MakeEnrolment:
    """Give an account a new second factor -> Enrolment."""

    account_id: str
    at: dt.datetime


@attrs.frozen
class CheckEnrolment:
    """Whether the code is of the factor that waits for its confirmation -> bool."""

    account_id: str
    code: OtpCode
    at: dt.datetime


@attrs.frozen
class VerifyFactor:
    """Whether the code is of the account's factor -> bool."""

    account_id: str
    code: OtpCode
    at: dt.datetime


@attrs.frozen
class PrepareReset:
    """End the factor of an account after a day -> the documents to commit; none if there is no factor."""

    account_id: str
    at: dt.datetime


@attrs.frozen
class DeriveTicket:
    """The ticket of a *step*, reached at *since*, in a flow of an account -> str."""

    account_id: str
    step: str
    since: dt.datetime


@attrs.frozen
class SessionServices:
    """What carries out these intents: the sessions and the second factors of a store."""

    sessions: SessionStore
    factors: FactorStore
    entropy: Callable[[int], bytes] = attrs.field(repr=False)

    def perform(self, intents: Sequence[Any]) -> list[Any]:
        """Carry out *intents*, in order."""
        return [PERFORM[type(intent)](self, intent) for intent in intents]

    def traces_of(self, account_id: str) -> list[Document]:
        """Return the documents that remove what is kept of an account: its sessions and its second factor."""
        kept = [(kind, s.id) for s in self.sessions.of(account_id) for kind in SESSION_KINDS]
        kept += [(kind, account_id) for kind in FACTOR_KINDS]
        return [Document(kind, key, b"") for kind, key in kept]

    def _begin(self, intent: BeginSession) -> str:
        token = base64.urlsafe_b64encode(self.entropy(_TOKEN_BYTES)).decode().rstrip("=")
        self.sessions.begin(
            Session(
                id=self.sessions.digest(token),
                account_id=intent.account_id,
                role=intent.role,
                assurance=intent.assurance,
                since=intent.at,
                seen_at=intent.at,
                rights=intent.rights,
            ),
            intent.phone,
            intent.origin,
        )
        return token

    def _ticket(self, intent: DeriveTicket) -> str:
        flow = f"{intent.account_id}\x1f{intent.step}\x1f{intent.since.isoformat()}"
        return self.sessions.vault.blind("ticket", flow)


PERFORM: Final[Mapping[type, Callable[[SessionServices, Any], Any]]] = {
    BeginSession: SessionServices._begin,  # noqa: SLF001 - of this module
    FindSession: lambda s, i: s.sessions.find(i.id),
    IsHeldBack: lambda s, i: s.sessions.holds_back(i.phone, i.origin),
    TouchSession: lambda s, i: s.sessions.touch(i.id, i.at),
    EndSessions: lambda s, i: s.sessions.end(list(i.ids), i.account_id),
    FindFactor: lambda s, i: s.factors.find(i.account_id),
    MakeEnrolment: lambda s, i: s.factors.enrol(i.account_id, i.at),
    CheckEnrolment: lambda s, i: s.factors.confirm(i.account_id, i.code, i.at),
    VerifyFactor: lambda s, i: s.factors.verify(i.account_id, i.code, i.at),
    PrepareReset: lambda s, i: s.factors.reset(i.account_id, i.at),
    DeriveTicket: SessionServices._ticket,  # noqa: SLF001 - of this module
}
"""Intent -> what carries it out."""
