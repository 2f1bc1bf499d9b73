"""
Session records: who logged in, when, with how much assurance, and the rights the log-in rested on.

A session is kept by the digest of its token, sealed; the token itself is stored nowhere. A session ends by
itself when the password, the phone or the second factor of its account changes: `rights` no longer agrees.
"""

from __future__ import annotations

import datetime as dt
import json
from hashlib import sha256
from typing import Any, Final

import attrs

from eduid_core.plugins import Claim, Commit, Document, Store
from eduid_core.private import Phone
from eduid_core.service.crypto.vault import Vault
from eduid_core.workflow import Role
from eduid_core.workflow.account.states import AccountHolder
from eduid_core.workflow.policy import SessionPolicy

__all__ = ["SESSION_KINDS", "SESSION_MARKS", "Session", "SessionStore", "is_over", "rights_of"]

SESSION_KINDS: Final = ("session", "session_seen")
"""The kinds of documents that hold a session, and the time of its last use."""
_KIND, _SEEN = SESSION_KINDS
SESSION_MARKS: Final = ("origin_of", "session_of")
"""The kinds of marks: the origins at which a phone's owner logged in, and the sessions of an account."""
_ORIGIN, _OF_ACCOUNT = SESSION_MARKS
_MOST: Final = 20
"""The most sessions of one account: the oldest is ended when another one begins."""
_FAMILY: Final = frozenset({Role.STUDENT, Role.GUARDIAN})


@attrs.frozen(kw_only=True)
class Session:
    """A session: `id` is the digest of its token, `seen_at` the time of its last use, to the minute."""

    id: str
    account_id: str
    role: Role
    assurance: int
    since: dt.datetime
    seen_at: dt.datetime
    rights: str = attrs.field(repr=False)


def rights_of(person: AccountHolder, factor: str) -> str:
    """Return a digest of the credentials of an account: its password, its phone and its second *factor*."""
    credentials = (person.password_hash, person.phone.reveal("compare the rights of a session"), factor)
    return sha256(json.dumps(credentials).encode()).hexdigest()


def is_over(session: Session, at: dt.datetime, policy: SessionPolicy) -> bool:
    """Return whether *session* has lasted, or rested, longer than its role allows."""
    family = session.role in _FAMILY
    life_min = policy.family_life_min if family else policy.staff_life_min
    idle_min = policy.family_idle_min if family else policy.staff_idle_min
    return at >= session.since + dt.timedelta(minutes=life_min) or at >= session.seen_at + dt.timedelta(
        minutes=idle_min
    )


@attrs.frozen
class SessionStore:
    """The sessions of a *store*, sealed by the key of its deployment."""

    store: Store
    vault: Vault

    def digest(self, token: str) -> str:
        """Return the digest under which the session of *token* is kept."""
        return self.vault.blind(_KIND, token)

    def begin(self, session: Session, phone: Phone, origin: str) -> None:
        """Keep *session*, begun at *origin* by the owner of *phone*; the oldest of too many ends."""
        earlier = sorted(self.of(session.account_id), key=lambda s: s.since)
        self.end([s.id for s in earlier[: max(len(earlier) + 1 - _MOST, 0)]], session.account_id)
        told = {
            "account": session.account_id,
            "role": session.role.value,
            "assurance": session.assurance,
            "since": session.since.isoformat(),
            "rights": session.rights,
        }
        kept = Document(_KIND, session.id, self._sealed(told, session.id))
        marks = [self._mark(session.account_id, session.id), *(self._origins(phone, origin) if origin else ())]
        self.store.commit([Commit(documents=(kept,), takes=tuple(marks))])

    def holds_back(self, phone: Phone, origin: str) -> bool:
        """
        Return whether a stranger asks: sessions of the *phone* began at other origins, and none at this one.

        An origin is an address or a device.
        """
        marks = self._origins(phone, origin)
        known = self.store.holders(_ORIGIN, [mark.digest for mark in marks])
        return marks[0].digest in known and marks[-1].digest not in known

    def _origins(self, phone: Phone, origin: str) -> tuple[Claim, Claim]:
        """Return the marks that the phone has sessions, and that it has some at *origin*."""
        number = phone.reveal("mark the origin of a session")
        digests = [self.vault.blind(_ORIGIN, text) for text in (number, f"{number}\x1f{origin}")]
        first, second = (Claim(_ORIGIN, digest, _ORIGIN, unique=False) for digest in digests)
        return first, second

    def find(self, session_id: str) -> Session | None:
        """Return the session, or None if there is none or it was ended."""
        return next(iter(self._read([session_id])), None)

    def touch(self, session_id: str, at: dt.datetime) -> None:
        """Record that the session was used at *at*. A session ended meanwhile stays ended."""
        self.store.put([Document(_SEEN, session_id, at.isoformat().encode())])

    def of(self, account_id: str) -> tuple[Session, ...]:
        """Return the sessions of an account that were not ended."""
        mark = self._mark(account_id, "")
        owners = self.store.holders(mark.kind, [mark.digest]).get(mark.digest, ())
        return tuple(self._read(owners))

    def end(self, ids: list[str], account_id: str) -> None:
        """End the sessions *ids* of an account."""
        if ids:
            gone = tuple(Document(kind, i, b"") for i in ids for kind in SESSION_KINDS)
            self.store.commit([Commit(documents=gone, frees=tuple(self._mark(account_id, i) for i in ids))])

    def _mark(self, account_id: str, session_id: str) -> Claim:
        return Claim(_OF_ACCOUNT, self.vault.blind(_OF_ACCOUNT, account_id), session_id, unique=False)

    def _sealed(self, told: dict[str, Any], session_id: str) -> bytes:
        return self.vault.house.seal(json.dumps(told).encode(), record=session_id, field=_KIND)

    def _read(self, ids: list[str] | tuple[str, ...]) -> list[Session]:
        kept, seen = self.store.documents(_KIND, ids), self.store.documents(_SEEN, ids)
        return [self._session(i, body, seen.get(i)) for i, body in kept.items()]

    def _session(self, session_id: str, body: bytes, seen: bytes | None) -> Session:
        told = json.loads(self.vault.house.open(body, record=session_id, field=_KIND))
        since = dt.datetime.fromisoformat(told["since"])
        return Session(
            id=session_id,
            account_id=told["account"],
            role=Role(told["role"]),
            assurance=told["assurance"],
            since=since,
            seen_at=dt.datetime.fromisoformat(seen.decode()) if seen else since,
            rights=told["rights"],
        )
