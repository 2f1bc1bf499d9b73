"""
The executor of intents: it connects handlers with the store, the vault, the registry and randomness.

It performs many intents at once: all loads of a round are one read, all commits one transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import attrs

from eduid_core.findings import AdapterError, Refused
from eduid_core.plugins import (
    Append,
    Carrier,
    Claim,
    Commit,
    Conflict,
    Debit,
    Document,
    Entropy,
    IndexRow,
    LeasedMessage,
    MasterKey,
    OutboxRow,
    QueueRow,
    RegistryAnswer,
    RegistrySource,
    SavedAnswer,
    Served,
    Store,
    Stream,
)
from eduid_core.private import OtpCode, Private
from eduid_core.service import erasure
from eduid_core.service import intents as i
from eduid_core.service.case_index import case_row
from eduid_core.service.codec import snapshots, wire
from eduid_core.service.codec.serialize import dumps, loads
from eduid_core.service.crypto import data_keys
from eduid_core.service.crypto.data_keys import DataKeys, KeysOfCommits, person_behind
from eduid_core.service.crypto.passwords import Passwords
from eduid_core.service.crypto.sealing import without_traces
from eduid_core.service.crypto.vault import DataKey, Profile
from eduid_core.service.external.gateway import ExternalServices
from eduid_core.service.key_rotation import GENERATIONS, KeyGeneration, open_vault
from eduid_core.service.ledger.entries import LedgerWriter
from eduid_core.service.sessions import intents as session_intents
from eduid_core.service.sessions.intents import SessionServices
from eduid_core.service.sessions.records import SessionStore
from eduid_core.service.sessions.second_factor import FactorStore
from eduid_core.workflow import Command, Event, State, fold
from eduid_core.workflow.effects import ClaimKey, ReleaseKey, SendMessage

_REMEMBERED = 4096
_MOST_FAILED = 10_000
_NOTHING = i.Loaded(None, 0)


def _snapshot(stream: i.StreamWrite, name: str, key: DataKey) -> bytes:
    """Return a sealed state if a person's stream has grown long since its snapshot; otherwise, empty."""
    version = stream.expected + len(stream.events)
    is_of_nobody = not person_behind(stream.aggregate, stream.key)
    if stream.state is None or is_of_nobody or not snapshots.is_wanted(stream.expected, version):
        return b""
    return snapshots.snapshot_of(stream.aggregate, stream.state, key=key, place=f"{name}@{version}")


def _events(stream: Stream, key: DataKey) -> Iterator[Event]:
    """Yield the events of *stream*; skip those of a type that this version does not know."""
    for number, record in enumerate(stream.records, start=stream.base + 1):
        event = wire.event_of(record, key=key, place=f"{stream.name}#{number}")
        if event is not None:
            yield event


def _known_people(write: i.Write) -> set[str]:
    """Return the people whose keys may be stored: an application or account just opened has none yet."""
    people = {person_behind(s.aggregate, s.key) for s in write.streams}
    opened = (s for s in write.streams if not s.expected and s.aggregate in {"application", "account"})
    return people.difference(person_behind(s.aggregate, s.key) for s in opened)


class IntentExecutor:
    """
    Performs intents with the adapters of a deployment.

    Raises:
        AdapterError: `key_wrong`: the store was made under another master key; `key_outdated`: it was rotated
        to
            one that *keys* does not return yet.
    """

    def __init__(
        self,
        *,
        store: Store,
        registry: RegistrySource | None,
        carrier: Carrier | None = None,
        keys: Callable[[], MasterKey],
        entropy: Entropy,
        tenant: str,
        profile: Profile = Profile.AES,
        due: Callable[[State | None], dt.datetime | None] = lambda _: None,
        look_at: Callable[[State | None], dt.datetime | None] = lambda _: None,
        deadline_s: float | None = None,
    ) -> None:
        """
        Open the vault, compare its key with the store's; *due* returns the deadline of a state, *look_at* the
        next time to look at it, which may be earlier.
        """
        self.store, self._entropy, self._due, self._look_at = store, entropy, due, look_at
        self.vault = open_vault(store, keys(), entropy=entropy, tenant=tenant, profile=profile)
        self.generation = KeyGeneration(store, self.vault, keys)
        self.ledger = LedgerWriter(store, self.vault)
        self.external = ExternalServices(registry, carrier, self.vault, deadline_s)
        self.passwords = Passwords(self.vault.pepper)
        self.sessions = SessionServices(
            SessionStore(store, self.vault), FactorStore(self.ledger, self.vault, entropy), entropy
        )
        self._keys = DataKeys(store, self.vault, self.generation.renew)
        self._blinded = lru_cache(_REMEMBERED)(self.vault.blind)
        """For values that are looked up twice and identify no person: the key of a command."""

    def random_hex(self, count: int) -> str:
        """Return *count* random bytes as hex digits."""
        return self._entropy(count).hex()

    # --- performing ------------------------------------------------------------------------------------

    def perform(self, intent: Any) -> Any:  # noqa: ANN401 - any intent, its own answer
        """Answer one intent."""
        return self._PERFORM[type(intent)](self, [intent])[0]

    def perform_many(self, intents: Sequence[Any]) -> list[Any]:
        """Answer *intents*, each kind together, in order."""
        results: list[Any] = [None] * len(intents)
        places: dict[type, list[int]] = {}
        for place, intent in enumerate(intents):
            places.setdefault(type(intent), []).append(place)
        for kind, where in places.items():
            answers = self._PERFORM[kind](self, [intents[place] for place in where])
            for place, answer in zip(where, answers, strict=True):
                results[place] = answer
        return results

    # --- loading ---------------------------------------------------------------------------------------

    def _load(self, loads: Sequence[i.Load]) -> list[i.Loaded]:
        streams = self.store.load([f"{load.aggregate}/{load.key}" for load in loads])
        found = list(zip(loads, streams, strict=True))
        standing = [x for x, s in found if s.version and erasure.erased(s) is None]
        keys = self._keys.need({person_behind(x.aggregate, x.key) for x in standing})
        return without_traces(lambda: [self._loaded(load, stream, keys) for load, stream in found])

    def _loaded(self, load: i.Load, stream: Stream, keys: Mapping[str, DataKey]) -> i.Loaded:
        if not stream.version:
            return _NOTHING
        state: State | None = erasure.erased(stream)
        if state is not None:
            return i.Loaded(state, stream.version)
        key = keys[person_behind(load.aggregate, load.key)]
        if stream.base:
            place = f"{stream.name}@{stream.base}"
            state = snapshots.state_of(stream.snapshot, key=key, place=place)
            if state is None:  # written by another version of the code
                (stream,) = self.store.load([stream.name], whole=True)
        return i.Loaded(fold(_events(stream, key), state), stream.version)

    def _histories(self, asked: Sequence[i.History]) -> list[tuple[Event, ...]]:
        return [self.history(h.aggregate, h.key) for h in asked]

    def history(self, aggregate: str, key: str) -> tuple[Event, ...]:
        """Return every event of a stream, oldest first; an erased stream has none."""
        (stream,) = self.store.load([f"{aggregate}/{key}"], whole=True)
        if erasure.erased(stream) is not None:
            return ()
        if not stream.version:
            return ()
        person = person_behind(aggregate, key)
        sealing = self._keys.need({person})[person]
        return without_traces(lambda: tuple(_events(stream, sealing)))

    # --- writing ---------------------------------------------------------------------------------------

    def _write(self, writes: Sequence[i.Write]) -> list[Any]:
        keys = KeysOfCommits(
            self.vault, self._keys.fetch({person for w in writes for person in _known_people(w)})
        )
        self.ledger.prepare()
        sealed = [self._sealed(w, keys) for w in writes]
        commits = [s for s in sealed if isinstance(s, Commit)]
        landed = list(self.store.commit(commits)) if commits else []
        if Conflict("version", GENERATIONS) in landed:
            self.generation.renew()  # the commits are tried again, under the current key
        self._keys.keep_stored(keys, commits, landed)
        outcomes = iter(landed)
        return [next(outcomes) if isinstance(s, Commit) else s for s in sealed]

    def _sealed(self, write: i.Write, keys: KeysOfCommits) -> Commit | Conflict:
        """
        Return the commit of *write*. A write that cannot be sealed does not fail the others. If its person was
        erased meanwhile, report a version conflict so that it is retried; if its text cannot be encoded, refuse
        it.
        """
        try:
            return without_traces(lambda: self._commit(write, keys))
        except AdapterError as error:
            if error.code == "data_key_missing":
                return Conflict("version", "data_key")
            if any(wire.is_unwritable(event) for stream in write.streams for event in stream.events):
                return Conflict("text")
            raise

    def _commit(self, write: i.Write, keys: KeysOfCommits) -> Commit:
        documents = list(write.documents)
        appends = []
        for stream in write.streams:
            key = keys.of(stream.aggregate, stream.key, begins=not stream.expected, documents=documents)
            name = f"{stream.aggregate}/{stream.key}"
            appends.append(
                Append(
                    stream=name,
                    expected=stream.expected,
                    status=stream.state.status if stream.state else "",
                    records=tuple(
                        wire.record_of(event, key=key, place=f"{name}#{stream.expected + number}")
                        for number, event in enumerate(stream.events, start=1)
                    ),
                    due=self._look_at(stream.state),
                    snapshot=_snapshot(stream, name, key),
                )
            )
        made = any(document.kind == data_keys.KIND for document in documents)
        at: dt.datetime | None = None
        told: dict[str, Any] = {}
        if appends:
            stamp = write.streams[0].events[0].stamp
            at, program = stamp.at, {"program": write.program} if write.program else {}
            told = {"at": at.isoformat(), "by": stamp.by, "role": stamp.role.value, **program}
        commit = Commit(
            appends=tuple(appends),
            reads=(*write.reads, self.generation.required()) if made else write.reads,
            takes=tuple(self._claim(t) for t in write.takes),
            frees=tuple(self._claim(f) for f in write.frees),
            outbox=tuple(self.outbox_row(t, at) for t in write.messages),
            documents=tuple(documents),
            debits=tuple(self._debit(s) for s in write.spendings),
            settled=write.settled,
            index=tuple(row for stream in write.streams for row in self._index_rows(stream)),
            drops=write.drops,
            queue=tuple(QueueRow(task=q.application_id, reviewer=q.reviewer, rank=q.rank) for q in write.queue),
            answer=self._answer(write),
        )
        return self.ledger.recorded(commit, **told)

    def _index_rows(self, stream: i.StreamWrite) -> Iterator[IndexRow]:
        """Yield the row by which an application is listed."""
        if stream.aggregate == "application" and stream.state is not None:
            row = case_row(stream.key, stream.state, self.vault.blind, self._due(stream.state))
            yield attrs.evolve(row, is_new=not stream.expected)

    def _shred(self, asked: Sequence[i.Shred]) -> list[Any]:
        return [self._shredded(a) for a in asked]

    def _shredded(self, asked: i.Shred) -> Any:  # noqa: ANN401 - Committed or Conflict
        """End the streams of a person and delete the data key, in one commit."""
        streams = erasure.streams_of(asked.aggregate, asked.key)
        told_of = [i for a, k in streams for i in erasure.messages_of(self.history(a, k), k)]
        if asked.aggregate == "application":
            told_of += erasure.messages_beside(self.history("application", asked.key), asked.key)
        last = erasure.record_of_erasure(asked.by, asked.at, asked.reason)
        appends = tuple(
            Append(stream=s.name, expected=s.version, records=(last,), status=erasure.Erased.status)
            for s in self.store.load([f"{a}/{k}" for a, k in streams])
            if s.version
        )
        told = {"at": asked.at.isoformat(), "by": asked.by.id, "role": asked.by.role.value}
        person = person_behind(asked.aggregate, asked.key)
        gone = [Document(data_keys.KIND, person, b"")]
        if asked.aggregate == "account":
            gone += self.sessions.traces_of(asked.key)
        erased = erasure.Erased.status
        index = (IndexRow(key=asked.key, status=erased),) if asked.aggregate == "application" else ()
        erasing = Commit(appends=appends, documents=tuple(gone), drops=tuple(told_of), index=index)
        (outcome,) = self.ledger.commit([erasing], **told)
        self._keys.forget(person)
        return outcome

    def _claim(self, effect: ClaimKey | ReleaseKey) -> Claim:
        digest = self.vault.blind(effect.kind, effect.value.reveal("blind index"))
        return Claim(effect.kind, digest, effect.owner, effect.unique)

    def outbox_row(self, message: SendMessage, at: dt.datetime | None = None) -> OutboxRow:
        """
        Return *message* as a sealed row of the outbox. A one-time code is derived only here; it expires after
        the minutes that its message names, counted from *at*.
        """
        params, until = dict(message.params), None
        if "nonce" in params:
            nonce, purpose = str(params.pop("nonce")), str(params.pop("purpose"))
            params["code"] = self._code(nonce, purpose, message.to, message.subject)
            until = at + dt.timedelta(minutes=int(str(params["minutes"]))) if at else None
        identity, body = wire.message_to(message, tuple(sorted(params.items())), until=until)
        sealed = self.vault.house.seal(body, record=identity, field="outbox")
        return OutboxRow(message_id=identity, body=sealed, kind="code" if "code" in params else "notice")

    def _debit(self, spend: i.Spending) -> Debit:
        digest = self.vault.blind(spend.kind, spend.whose.reveal("debit the budget"))
        return Debit(
            kind=spend.kind, digest=digest, window=spend.window, limit=spend.limit, amount=spend.amount
        )

    def _code(self, nonce: str, purpose: str, phone: Private, flow: str) -> OtpCode:
        about = {"purpose": purpose, "phone": phone.reveal("derive the code"), "flow": flow}
        return OtpCode(self.vault.code(nonce, **about))

    # --- answers stored under a key ------------------------------------------------------------------------

    def _scoped(self, command: Command) -> str:
        """Return the key of *command*, apart from that of every other actor; strangers differ by origin."""
        by = command.by.id or f"\x1e{command.by.origin}"
        return self._blinded("command", f"{by}\x1f{command.key}")

    def _digest(self, command: Command) -> str:
        return wire.digest_of(command, key=self.vault.pepper)

    def _answer(self, write: i.Write) -> SavedAnswer | None:
        if write.command is None or write.answer is None:
            return None
        a = write.answer
        kept = {"subject": a.subject, "status": a.status, "revision": a.revision, "events": a.events}
        body = dumps(kept)
        return SavedAnswer(key=self._scoped(write.command), digest=self._digest(write.command), body=body)

    def _seen(self, seen: Sequence[i.FindAnswer]) -> list[i.Answer | None]:
        keyed = [s.command for s in seen if s.command.key]
        saved = iter(self.store.answers([self._scoped(c) for c in keyed]) if keyed else ())
        saved_answers = [(s.command, next(saved) if s.command.key else None) for s in seen]
        return without_traces(lambda: [self._replayed(command, answer) for command, answer in saved_answers])

    def _replayed(self, command: Command, saved: SavedAnswer | None) -> i.Answer | None:
        if saved is None:
            return None
        if saved.digest != self._digest(command):
            return Refused("idempotency_conflict")
        body = loads(saved.body)
        return i.Accepted(**{**body, "events": tuple(body["events"])})

    # --- the rest --------------------------------------------------------------------------------------

    def _queues(self, asked: Sequence[i.FindQueue]) -> list[tuple[str, ...]]:
        return [tuple(row.task for row in self.store.queue(a.reviewer, a.limit)) for a in asked]

    def _streams(self, asked: Sequence[i.FindStreams]) -> list[tuple[str, ...]]:
        found = [self.store.streams(f"{a.aggregate}/", a.status) for a in asked]
        return [tuple(name.partition("/")[2] for name in names) for names in found]

    def _holders(self, asked: Sequence[i.FindHolders]) -> list[tuple[str, ...]]:
        digests = [(h.kind, self.vault.blind(h.kind, h.value.reveal("blind index"))) for h in asked]
        found = {
            kind: self.store.holders(kind, [d for k, d in digests if k == kind])
            for kind in {k for k, _ in digests}
        }
        return [found[kind].get(digest, ()) for kind, digest in digests]

    def _messages(self, asked: Sequence[i.FindMessage]) -> list[LeasedMessage | None]:
        failed = {m.message_id: m for m in self.store.failed(_MOST_FAILED)}
        every = {m.message_id: m for m in self.store.unanswered()} | failed
        return [(failed if a.failed_only else every).get(a.message_id) for a in asked]

    def _ask(self, asked: Sequence[i.QueryRegistry]) -> list[RegistryAnswer]:
        return [self.external.ask(a.query) for a in asked]

    def _of_sessions(self, asked: Sequence[Any]) -> list[Any]:
        return self.sessions.perform(asked)

    def _order(self, asked: Sequence[i.PlaceOrder]) -> list[Served]:
        return [self.external.order(a.order) for a in asked]

    def _draw(self, asked: Sequence[i.DrawBytes]) -> list[bytes]:
        return [self._entropy(d.count) for d in asked]

    def _hash(self, asked: Sequence[i.HashPassword]) -> list[str]:
        return [self.passwords.hash(h.password) for h in asked]

    def _check(self, asked: Sequence[i.VerifyPassword]) -> list[bool]:
        return [self.passwords.verify(c.password, c.hashed) for c in asked]

    def _codes(self, asked: Sequence[i.DeriveCode]) -> list[OtpCode]:
        return [self._code(c.nonce, c.purpose, c.phone, c.flow) for c in asked]

    def _digests(self, asked: Sequence[i.DigestOf]) -> list[str]:
        return [self.vault.blind(d.purpose, d.value.reveal("make its digest")) for d in asked]

    _PERFORM: dict[type, Callable[[Any, Any], Sequence[Any]]] = {  # noqa: RUF012 - never changed
        i.Load: _load,
        i.History: _histories,
        i.Write: _write,
        i.FindAnswer: _seen,
        i.Shred: _shred,
        i.FindHolders: _holders,
        i.FindStreams: _streams,
        i.FindQueue: _queues,
        i.FindMessage: _messages,
        i.QueryRegistry: _ask,
        i.PlaceOrder: _order,
        i.DrawBytes: _draw,
        i.HashPassword: _hash,
        i.VerifyPassword: _check,
        i.DeriveCode: _codes,
        i.DigestOf: _digests,
        **dict.fromkeys(session_intents.PERFORM, _of_sessions),
    }
