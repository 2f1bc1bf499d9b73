"""Defective houses, each with one common design error: the matrix must detect every one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import attrs

from eduid_audit.crash.faults import Gate
from eduid_audit.crash.runs import Programs
from eduid_audit.crash.steps import GiveCommand, Journey, JourneyStep
from eduid_audit.crash.world import CrashWorld
from eduid_core.plugins import (
    Commit,
    Committed,
    Conflict,
    LeasedMessage,
    LeaseTerms,
    SavedAnswer,
    Settlement,
    SmsBatch,
    Store,
)
from eduid_core.service import Service
from eduid_core.service.codec.wire import opened_message
from eduid_core.service.outbox.relay import Relayed
from eduid_core.testing.doubles import TrustingService

__all__ = ["TWINS"]


def _settle(store: Store, leased: Sequence[LeasedMessage], state: Literal["sent", "waiting"]) -> None:
    ends = (Settlement(message_id=m.message_id, fence=m.fence, state=state) for m in leased)
    store.commit([Commit(settled=tuple(ends))])


class _MarksFirst(TrustingService):
    """Marks a message as sent and then hands it over: a crash in between loses the message."""

    def send_messages(self, **_: Any) -> Relayed:
        store, sender = self._store, self._relay.sender  # type: ignore[union-attr]  # there is one here
        while leased := store.lease(sender.sender_id, 100, LeaseTerms(at=self.clock())):
            _settle(store, leased, "sent")
            messages = (opened_message(m, self.executor.vault.house).message for m in leased)
            sender.send(SmsBatch(messages=tuple(messages)))
        return Relayed()


class _SendsTheUnknown(TrustingService):
    """Treats every lease without an answer as a message that was not sent."""

    def send_messages(self, **how: Any) -> Relayed:
        _settle(self._store, self._store.unanswered(), "waiting")
        return super().send_messages(**how)


@attrs.define
class _Store:
    """A store that forwards all calls."""

    inner: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@attrs.define
class _AnswersInMemory(_Store):
    """Keeps the answers under their keys in the process, so that they are lost when it dies."""

    kept: dict[str, SavedAnswer] = attrs.field(factory=dict[str, SavedAnswer])

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        if any(c.answer and c.answer.key in self.kept for c in commits):
            return [Conflict("key")] * len(commits)
        outcomes: Sequence[Any] = self.inner.commit([attrs.evolve(c, answer=None) for c in commits])
        kept = [c.answer for c, o in zip(commits, outcomes, strict=True) if isinstance(o, Committed)]
        self.kept.update((answer.key, answer) for answer in kept if answer)
        return outcomes

    def answers(self, keys: Sequence[str], /) -> Sequence[SavedAnswer | None]:
        return [self.kept.get(key) for key in keys]


@attrs.define
class _SplitsCommits(_Store):
    """Writes the events in one commit and their messages in another."""

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        outcomes: Sequence[Any] = self.inner.commit([attrs.evolve(c, outbox=()) for c in commits])
        for commit, outcome in zip(commits, outcomes, strict=True):
            if commit.outbox and isinstance(outcome, Committed):
                self.inner.commit([Commit(outbox=commit.outbox)])
        return outcomes


@attrs.define
class _ClaimsFirst(_Store):
    """Takes claims in a commit of their own, before the commit that needs them."""

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        outcomes = []
        for commit in commits:
            (outcome,) = self.inner.commit([Commit(takes=commit.takes)]) if commit.takes else (Committed(),)
            if isinstance(outcome, Committed):
                (outcome,) = self.inner.commit([attrs.evolve(commit, takes=())])
            outcomes.append(outcome)
        return outcomes


def _behind(kind: Any) -> Any:
    """Return a function that starts a program with its store behind *kind*."""

    def opens(world: CrashWorld, gate: Gate, service: type[Service]) -> Service:
        made = world.open(gate, service)
        made._store = made.executor.store = kind(made.executor.store)  # noqa: SLF001 - a twin is made of the real one
        return made

    return opens


def _keeps_keys(world: CrashWorld, gate: Gate, kind: type[Service]) -> Service:
    """Start a program that caches a fresh data key whether or not it was stored."""
    service = world.open(gate, kind)
    executor: Any = service.executor
    commit, fetch, kept = executor._commit, executor._keys.fetch, dict[str, Any]()  # noqa: SLF001 - as above

    def keeps(write: Any, keys: Any) -> Any:
        sealed = commit(write, keys)
        kept.update((person, key) for person, (key, _) in keys.made.items())
        return sealed

    executor._commit, executor._keys.fetch = keeps, lambda people: {**kept, **fetch(people)}  # noqa: SLF001
    return service


class _Keyless(GiveCommand):
    """A command without a key."""

    def command(self, world: Any, client: Any, place: int) -> Any:
        return attrs.evolve(super().command(world, client, place), key="")


def _without_keys(journey: Journey) -> Journey:
    """Return *journey* with clients that give no keys."""

    def bare(step: JourneyStep) -> JourneyStep:
        say = step.act
        if not isinstance(say, GiveCommand):
            return step
        return attrs.evolve(step, act=_Keyless(say.kind, say.by, say.subject, say.fields))

    return attrs.evolve(journey, steps=tuple(map(bare, journey.steps)))


TWINS: Final[dict[str, Programs]] = {
    "marks a message as sent before it is": Programs(service=_MarksFirst),
    "sends again what is unknown": Programs(service=_SendsTheUnknown),
    "keeps its answers in the process": Programs(opens=_behind(_AnswersInMemory)),
    "splits a commit in two": Programs(opens=_behind(_SplitsCommits)),
    "takes claims in a commit of their own": Programs(opens=_behind(_ClaimsFirst)),
    "keeps a data key that was never stored": Programs(opens=_keeps_keys),
    "retries without a key": Programs(journey=_without_keys),
    "takes up nothing when it starts": Programs(takes_up=lambda _: None),
}
"""Name of the error -> the house."""
