"""
The ports: what an adapter must do, as protocols. Each method takes one frozen value, positionally.

The colour of these is sync; a driver that runs under asyncio calls them in a thread.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from eduid_core.plugins.values import (
    CarrierOrder,
    Commit,
    Committed,
    Conflict,
    Debit,
    Document,
    Due,
    LeasedMessage,
    MasterKey,
    QueueRow,
    Receipt,
    RegistryAnswer,
    RegistryQuery,
    SavedAnswer,
    Served,
    SmsMessage,
    Stream,
)

__all__ = ["Carrier", "Clock", "Entropy", "KeySource", "RegistrySource", "SmsSender", "Store"]


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> dt.datetime:
        """Return now, aware."""
        ...


class Entropy(Protocol):
    """Brings randomness."""

    def __call__(self, count: int, /) -> bytes:
        """Return *count* bytes nobody can guess."""
        ...


@runtime_checkable
class SmsSender(Protocol):
    """Hands short messages to a provider."""

    @property
    def sender_id(self) -> str:
        """Return the outlet's name. A lease is only asked about where it was sent."""
        ...

    def send(self, messages: Sequence[SmsMessage], /) -> Sequence[Receipt]:
        """Hand *messages* over, in order; one receipt each. Return only when what is `sent` is safe."""
        ...

    def query(self, message_ids: Sequence[str], /) -> Sequence[Receipt]:
        """Say of each message whether it was received; `unknown` where that cannot be told."""
        ...


@runtime_checkable
class Store(Protocol):
    """Keeps streams, claims, outbox, answers and documents; a commit is all or nothing."""

    def load(self, streams: Sequence[str], /, *, whole: bool = False) -> Sequence[Stream]:
        """Return the streams named, in order: from their snapshots on, or *whole*, with every record."""
        ...

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        """Make *commits* durable in one go, each all or nothing and each told apart, in order."""
        ...

    def answers(self, keys: Sequence[str], /) -> Sequence[SavedAnswer | None]:
        """Return the answers saved under *keys*, in order."""
        ...

    def holders(self, kind: str, digests: Sequence[str], /) -> Mapping[str, tuple[str, ...]]:
        """Return the owners, sorted, of the claims and marks of *kind*; a digest nobody holds is left out."""
        ...

    def documents(self, kind: str, keys: Sequence[str] | None = None, /) -> Mapping[str, bytes]:
        """Return the documents of *kind*: those named, or all, in order of key."""
        ...

    def put(self, documents: Sequence[Document], /) -> None:
        """Write *documents* in one commit."""
        ...

    def lease(self, sender_id: str, limit: int, /, *, notices: Debit | None = None) -> Sequence[LeasedMessage]:
        """
        Take up to *limit* waiting messages for *sender_id*; the lease is durable when this returns.

        Codes come first, then what was least often tried, then what came first. Of the notices that were never
        leased, each is debited to *notices* (whatever its amount) in the commit of the lease; those over its
        limit wait.
        """
        ...

    def unanswered(self, sender_id: str | None = None, /) -> Sequence[LeasedMessage]:
        """Return the messages that were leased and never settled."""
        ...

    def settle(self, receipts: Sequence[Receipt], /) -> None:
        """
        Write what became of leased messages: sent and unknown end the lease for good (an unknown one keeps
        its place among the unanswered), refused puts it back among the waiting. A receipt whose fence is not
        that of the lease that stands changes nothing.
        """
        ...

    def wait(self, timeout_s: float, /, *, notices: bool = True) -> bool:
        """
        Wait until a message waits to be leased, at most *timeout_s*; return whether one does. Without *notices*
        those that were never leased do not count.
        """
        ...

    def streams(self, prefix: str, status: str | None, /) -> Sequence[str]:
        """Return the names of the streams that begin with *prefix* and have *status*, or any, sorted."""
        ...

    def take_due(self, at: dt.datetime, until: dt.datetime, limit: int, /) -> Sequence[Due]:
        """
        Take up to *limit* streams due by *at*, the longest due first, and hide them until *until*.

        No two workers are given the same one, unless the first has not appended to it or rescheduled it by
        *until*.
        """
        ...

    def reschedule(self, dues: Sequence[Due], /) -> None:
        """Set when streams are due, where they still stand at the version named."""
        ...

    def queue(self, reviewer: str, limit: int, /) -> Sequence[QueueRow]:
        """Return the first *limit* tasks that wait for *reviewer*, by rank, then by name."""
        ...

    def close(self) -> None:
        """Close; closing twice is no error."""
        ...


@runtime_checkable
class RegistrySource(Protocol):
    """Answers about the student registry (学籍库)."""

    def find(self, query: RegistryQuery, /) -> RegistryAnswer:
        """Return what the registry holds of the person and the class."""
        ...


@runtime_checkable
class Carrier(Protocol):
    """Orders bundled SIM cards for comms cards (通讯卡)."""

    def order(self, order: CarrierOrder, /) -> Served:
        """Give *order*, or ask again about it: the carrier knows an order by its id."""
        ...


@runtime_checkable
class KeySource(Protocol):
    """Brings the master key; there is no default key."""

    def master_key(self) -> MasterKey:
        """Return the key."""
        ...
