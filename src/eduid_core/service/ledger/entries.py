"""
Entries of the ledger: each commit carries one, which names every row that the commit adds, removes or changes.

An entry is in the clear and holds no personal data: actor, role, time, the new version of each stream, claims
by their keyed digests, documents, messages and answers by the digests of their bodies. It is authenticated with
a key of the deployment, so an entry that waits to be moved into the log cannot be rewritten beside its rows by
somebody who has the database alone.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from threading import Lock
from typing import Any, Final

import attrs

from eduid_core.plugins import (
    Append,
    Claim,
    Commit,
    Committed,
    Conflict,
    Document,
    OutboxRow,
    Record,
    SavedAnswer,
    Store,
)
from eduid_core.service.codec.serialize import dumps
from eduid_core.service.crypto.vault import Vault
from eduid_core.service.sessions.records import SESSION_KINDS, SESSION_MARKS

__all__ = [
    "CHECKPOINT",
    "CURRENT",
    "KIND",
    "NOT_COVERED_DOCUMENTS",
    "NOT_COVERED_MARKS",
    "LedgerWriter",
    "digest_of_answer",
    "digest_of_body",
    "digest_of_message",
    "digest_of_records",
    "entry",
    "is_authentic",
    "is_covered",
    "number_of",
]

KIND: Final = "ledger"
"""The kind of the documents that wait to be moved into the log."""
CHECKPOINT: Final = "ledger_checkpoint"
"""The kind of the document that holds the checkpoint of the current log; its signature guards it."""
CURRENT: Final = "current"
"""The key of that document."""
TIMERS: Final = "timers"
NOT_COVERED_DOCUMENTS: Final = frozenset({KIND, CHECKPOINT, TIMERS, *SESSION_KINDS})
"""The kinds of documents that no entry names: the ledger itself, sessions, and a cache of the timers."""
NOT_COVERED_MARKS: Final = frozenset(SESSION_MARKS)
_MAC: Final = b',"mac":"'
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


def entry(key: str, **told: Any) -> Document:  # noqa: ANN401 - any JSON value
    """Return the fields *told* as an entry under *key*, which must be unique; `LedgerWriter` completes it."""
    return Document(KIND, key, dumps(told))


# --- digests -----------------------------------------------------------------------------------------------


def digest_of_body(body: bytes) -> str:
    """Return the digest of the body of a document; an empty one, which removes it, has none."""
    return sha256(body).hexdigest() if body else ""


def digest_of_message(kind: str, body: bytes) -> str:
    """Return the digest of a message that was not sent yet."""
    return sha256(kind.encode() + b"\0" + body).hexdigest()


def digest_of_answer(digest: str, body: bytes) -> str:
    """Return the digest of an answer and of the command that it answers."""
    return sha256(digest.encode() + b"\0" + body).hexdigest()


def digest_of_records(records: Sequence[Record]) -> str:
    """Return the digest of records as stored, sealed bodies included."""
    total = sha256()
    for record in records:
        total.update(len(record.body).to_bytes(4, "big") + record.type.encode() + b"\0" + record.body)
    return total.hexdigest()


# --- the rows of a commit ------------------------------------------------------------------------------------


def is_covered(document: Document) -> bool:
    """Return whether entries name *document*."""
    return document.kind not in NOT_COVERED_DOCUMENTS


def _streams(appends: Iterable[Append]) -> list[Any]:
    return [
        [
            a.stream,
            a.expected + len(a.records),
            [r.type for r in a.records],
            digest_of_records(a.records),
            a.status,
        ]
        for a in appends
    ]


def _claims(claims: Iterable[Claim]) -> list[Any]:
    return [
        [c.kind, c.digest, c.owner, c.unique] for c in claims if c.unique or c.kind not in NOT_COVERED_MARKS
    ]


def _documents(documents: Iterable[Document]) -> list[Any]:
    return [[d.kind, d.key, digest_of_body(d.body)] for d in documents if is_covered(d)]


def _posts(messages: Iterable[OutboxRow]) -> list[Any]:
    return [[m.message_id, digest_of_message(m.kind, m.body)] for m in messages]


def _answer(answer: SavedAnswer | None) -> list[str]:
    return [answer.key, digest_of_answer(answer.digest, answer.body)] if answer else []


def _rows_of(commit: Commit) -> dict[str, Any]:
    """Return every covered row that *commit* writes, by the name of the field; empty fields are left out."""
    rows = {
        "streams": _streams(commit.appends),
        "takes": _claims(commit.takes),
        "frees": _claims(commit.frees),
        "documents": _documents(commit.documents),
        "posts": _posts(commit.outbox),
        "settled": [s.message_id for s in commit.settled if s.state == "sent"],
        "failed": [s.message_id for s in commit.settled if s.state == "failed"],
        "waits": [s.message_id for s in commit.settled if s.state == "waiting"],
        "drops": list(commit.drops),
        "answer": _answer(commit.answer),
    }
    return {name: row for name, row in rows.items() if row}


# --- writing -----------------------------------------------------------------------------------------------


def is_authentic(vault: Vault, key: str, body: bytes) -> bool:
    """Return whether the entry *body* under *key* was written by a service with the keys of *vault*."""
    plain, _, mac = body.rpartition(_MAC)
    return hmac.compare_digest(mac.removesuffix(b'"}'), vault.proof(key, plain).encode())


def number_of(body: bytes) -> int:
    """Return the number of an entry, near the time in microseconds; 0 if it cannot be read."""
    try:
        told = json.loads(body)
        return int(told.get("n") or _microseconds(told.get("at", "")))
    except (ValueError, TypeError, AttributeError):
        return 0


def _microseconds(at: str) -> int:
    return (dt.datetime.fromisoformat(at) - _EPOCH) // _MICROSECOND if at else 0


@attrs.define(eq=False)
class LedgerWriter:
    """
    Writes commits with their entries. The entries of one process are numbered in the order of its writes, and
    after every entry that waits when it begins: what a process that died wrote last comes first in the log.
    """

    store: Store
    vault: Vault
    _last: int | None = attrs.field(default=None, init=False)
    _lock: Lock = attrs.field(factory=Lock, init=False)

    def prepare(self) -> None:
        """Read, once, the number of the last waiting entry: no store is asked while bodies are sealed."""
        with self._lock:
            if self._last is None:
                self._last = max(map(number_of, self.store.documents(KIND).values()), default=0)

    def commit(self, commits: Sequence[Commit], **told: Any) -> Sequence[Committed | Conflict]:  # noqa: ANN401
        """Commit each of *commits* with an entry that begins with the fields *told*."""
        return self.store.commit([self.recorded(commit, **told) for commit in commits])

    def put(self, documents: Sequence[Document], **told: Any) -> None:  # noqa: ANN401 - any JSON value
        """Write *documents* with an entry that begins with the fields *told*."""
        self.store.put(self.recorded(Commit(documents=tuple(documents)), **told).documents)

    def recorded(self, commit: Commit, **told: Any) -> Commit:  # noqa: ANN401 - any JSON value
        """
        Return *commit* with one entry of all covered rows: that of its documents, completed, or a new one with
        the fields *told*. A commit that writes no covered row gets none.
        """
        entries = [d for d in commit.documents if d.kind == KIND]
        rows = _rows_of(commit)
        if not rows and not entries:
            return commit
        key, fields = "", told
        if entries:
            key, fields = entries[0].key, {**told, **json.loads(entries[0].body)}
        if commit.appends:
            key = f"{commit.appends[0].stream}#{commit.appends[0].expected + 1}"
        plain = (d for d in commit.documents if d.kind != KIND)
        others = (self.authenticated(d.key, json.loads(d.body)) for d in entries[1:])
        completed = self.authenticated(key, {**fields, **rows})
        return attrs.evolve(commit, documents=(*plain, *others, completed))

    def authenticated(self, key: str, fields: dict[str, Any]) -> Document:
        """Return *fields* as an entry under *key*; without one it gets a key of its own."""
        body = dumps({**fields, "n": self._next(fields.get("at", ""))})
        key = key or f"{fields.get('what', 'documents')}/{sha256(body).hexdigest()[:32]}"
        mac = self.vault.proof(key, body[:-1])
        return Document(KIND, key, body[:-1] + _MAC + mac.encode() + b'"}')

    def _next(self, at: str) -> int:
        """Return a number greater than all before it, and near the time *at*."""
        self.prepare()
        with self._lock:
            self._last = max((self._last or 0) + 1, _microseconds(at))
            return self._last
