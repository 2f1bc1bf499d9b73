"""
The ports: the protocols that adapters implement. Each method takes one frozen value, positionally.

All methods are synchronous; a driver that runs under asyncio calls them in a thread.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable

from eduid_core.plugins.sms_values import HandedOver, Receipt, SmsBatch
from eduid_core.plugins.store_values import (
    Commit,
    Committed,
    Conflict,
    Document,
    Due,
    IndexQuery,
    IndexRow,
    LeasedMessage,
    LeaseTerms,
    QueueRow,
    Record,
    SavedAnswer,
    StoredRow,
    StoredTable,
    Stream,
)
from eduid_core.plugins.values import CarrierOrder, MasterKey, RegistryAnswer, RegistryQuery, Served

__all__ = ["Carrier", "Clock", "Entropy", "KeySource", "RegistrySource", "SmsSender", "Store"]


class Clock(Protocol):
    """The source of the current time."""

    def __call__(self) -> dt.datetime:
        """Return the current time, aware."""
        ...


class Entropy(Protocol):
    """The source of randomness."""

    def __call__(self, count: int, /) -> bytes:
        """Return *count* unpredictable bytes."""
        ...


@runtime_checkable
class SmsSender(Protocol):
    """Hands short messages to a provider."""

    @property
    def sender_id(self) -> str:
        """Return the name of the sender. Only this sender is queried about its leases."""
        ...

    @property
    def reaches_people(self) -> bool:
        """Return whether messages arrive at phones, so that notices keep the quiet hours."""
        ...

    @property
    def query_after_s(self) -> float:
        """Return the age at which a message has its place in the provider's own list, if it was received."""
        ...

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        """
        Hand the messages of *batch* over, in order, one receipt each. Return only when every accepted message
        is safe at the provider.
        """
        ...

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        """Return the fate of each message; `unknown` if the provider cannot tell."""
        ...


@runtime_checkable
class Store(Protocol):
    """Stores streams, claims, outbox, answers and documents; a commit is atomic."""

    def load(self, streams: Sequence[str], /, *, whole: bool = False) -> Sequence[Stream]:
        """
        Return the named streams in order: from their snapshots on, or *whole*, with every record.

        Raises:
            AdapterError: `stream_incomplete`: a record is missing, or there is one that no commit appended.
        """
        ...

    def records(self, stream: str, after: int, limit: int, /) -> Sequence[Record]:
        """Return up to *limit* records of *stream* after version *after*, in order, snapshots left aside."""
        ...

    def inventory(self, tables: Sequence[StoredTable] | None = None, /) -> Iterator[StoredRow]:
        """Yield every row of *tables* (None: of all), in any order; of a stream its head."""
        ...

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        """Make *commits* durable in one transaction; each is atomic and has its own result, in order."""
        ...

    def answers(self, keys: Sequence[str], /) -> Sequence[SavedAnswer | None]:
        """Return the answers saved under *keys*, in order."""
        ...

    def holders(self, kind: str, digests: Sequence[str], /) -> Mapping[str, tuple[str, ...]]:
        """Return the owners, sorted, of claims and marks of *kind*; a digest without an owner is left out."""
        ...

    def documents(self, kind: str, keys: Sequence[str] | None = None, /) -> Mapping[str, bytes]:
        """Return the named documents of *kind*, or all of them, in order of key."""
        ...

    def put(self, documents: Sequence[Document], /) -> None:
        """Write *documents* in one commit."""
        ...

    def lease(self, sender_id: str, limit: int, terms: LeaseTerms, /) -> Sequence[LeasedMessage]:
        """
        Lease up to *limit* waiting messages to *sender_id*; the leases are durable when this returns.

        Codes come first, then the messages with the fewest attempts, then the oldest. A notice leased for the
        first time is debited to the budget of *terms* in the commit of the lease; notices over the limit wait.
        """
        ...

    def unanswered(self, sender_id: str | None = None, /) -> Sequence[LeasedMessage]:
        """Return the messages that were leased and never settled, oldest first."""
        ...

    def failed(self, limit: int, /) -> Sequence[LeasedMessage]:
        """Return the first *limit* messages that failed, oldest first."""
        ...

    def wait(self, timeout_s: float, terms: LeaseTerms, /) -> bool:
        """Wait at most *timeout_s* for a message that can be leased on *terms*; return whether there is one."""
        ...

    def streams(self, prefix: str, status: str | None, /) -> Sequence[str]:
        """Return the sorted names of the streams that begin with *prefix* and have *status* (None: any)."""
        ...

    def take_due(self, at: dt.datetime, until: dt.datetime, limit: int, /) -> Sequence[Due]:
        """
        Take up to *limit* streams due by *at*, the longest overdue first, and hide them until *until*.

        No stream is given to two workers, unless the first has neither appended to it nor rescheduled it by
        *until*.
        """
        ...

    def reschedule(self, dues: Sequence[Due], /) -> None:
        """Set the due times of streams that are still at the named version."""
        ...

    def queue(self, reviewer: str, limit: int, /) -> Sequence[QueueRow]:
        """Return the first *limit* tasks that wait for *reviewer*, by rank, then by name."""
        ...

    def find_rows(self, query: IndexQuery, /) -> Sequence[IndexRow]:
        """Return the first rows of the index that *query* asks for, by key, at most its limit."""
        ...

    def count_rows(self, query: IndexQuery, by: Literal["status", "school", "class_"], /) -> Mapping[str, int]:
        """Return the number of rows that *query* asks for, however many, by their value of *by*."""
        ...

    def close(self) -> None:
        """Close the store; a second call is allowed."""
        ...


@runtime_checkable
class RegistrySource(Protocol):
    """Answers questions about the student registry (学籍库)."""

    def find(self, query: RegistryQuery, /) -> RegistryAnswer:
        """Return the registry's rows for the person and the class."""
        ...


@runtime_checkable
class Carrier(Protocol):
    """Orders bundled SIM cards for comms cards (通讯卡)."""

    def order(self, order: CarrierOrder, /) -> Served:
        """Place *order*, or ask again about it: the carrier identifies an order by its id."""
        ...


@runtime_checkable
class KeySource(Protocol):
    """Supplies the master key; there is no default key."""

    def master_key(self) -> MasterKey:
        """Return the key."""
        ...
