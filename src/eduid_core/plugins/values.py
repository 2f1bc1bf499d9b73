"""The frozen values that pass through the ports: one a call, so a call can grow without breaking anyone."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any, Literal

import attrs

from eduid_core.matching import Application, RegistryRow, SchoolIndex
from eduid_core.private import IdNumber, Phone, Private
from eduid_core.workflow.application.states import Teacher

__all__ = [
    "AdapterInfo",
    "Append",
    "CarrierOrder",
    "Claim",
    "Commit",
    "Committed",
    "Conflict",
    "Debit",
    "Document",
    "Due",
    "LeasedMessage",
    "MasterKey",
    "Options",
    "OutboxRow",
    "QueueRow",
    "Read",
    "Receipt",
    "Received",
    "Record",
    "RegistryAnswer",
    "RegistryQuery",
    "SavedAnswer",
    "Served",
    "SmsMessage",
    "Stream",
]


@attrs.frozen(kw_only=True)
class AdapterInfo:
    """
    What an adapter says of itself: kind, name, the contract number it was written for, its features.

    Features are capabilities that a law may ask for: an adapter that claims one is judged by it.
    """

    kind: Literal["sms", "store", "registry", "driver"]
    name: str
    contract: int = 1
    features: frozenset[str] = frozenset()


@attrs.frozen(kw_only=True)
class Options:
    """Which adapter is wanted and its settings. Values may be secrets: they are not shown."""

    adapter: str
    settings: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)


# --- short messages ------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class SmsMessage:
    """One message to hand over: a template by code with parameters, never free text."""

    message_id: str
    template: str
    to: Phone
    params: tuple[tuple[str, Private | str | int], ...] = ()


class Received(enum.StrEnum):
    """What became of a message."""

    SENT = "sent"
    """The provider took it."""
    REFUSED = "refused"
    """The provider proved that it did not send."""
    UNKNOWN = "unknown"
    """Nobody can say: it is never handed over again unless a query proves it was not received."""


@attrs.frozen(kw_only=True)
class Receipt:
    """
    The sender's answer about one message. `code` is the provider's own, free of personal data.

    From `send`: sent, refused or unknown. From `query`: sent, refused (proved not received) or unknown.
    `fence` is put in by the relay: the number of the lease that the receipt answers.
    """

    message_id: str
    received: Received
    code: str = ""
    fence: int | None = None


# --- store ---------------------------------------------------------------------------------------------


@attrs.frozen
class Record:
    """One stored event: its type's name and its sealed body."""

    type: str
    body: bytes


@attrs.frozen(kw_only=True)
class Stream:
    """
    What a store holds of a stream; version 0 and no records where there is none.

    `snapshot` is the state as it was kept at version `base`; then the records are those that came after.
    """

    name: str
    version: int = 0
    records: tuple[Record, ...] = ()
    base: int = 0
    snapshot: bytes = b""


@attrs.frozen(kw_only=True)
class Append:
    """
    Append *records* to *stream*, which must stand at *expected*; afterwards its status is *status*.

    `due` is when somebody must look at it next, aware; `snapshot` the state after the last record, sealed, and
    replaces the one before; empty leaves that.
    """

    stream: str
    expected: int
    records: tuple[Record, ...]
    status: str = ""
    due: dt.datetime | None = None
    snapshot: bytes = b""


@attrs.frozen
class Read:
    """A stream as it stood when a decision looked at it; version 0 where there was none."""

    stream: str
    version: int


@attrs.frozen
class Due:
    """A stream that somebody must look at: its name, its version then, and when; None for never."""

    stream: str
    version: int
    at: dt.datetime | None


@attrs.frozen
class Claim:
    """A keyed digest held by an owner. A unique one has one owner; a mark may have many."""

    kind: str
    digest: str
    owner: str
    unique: bool = True


@attrs.frozen(kw_only=True)
class Debit:
    """*amount* taken from what *digest* may spend of *kind* in a *window*: at most *limit* in all."""

    kind: str
    digest: str
    window: str
    limit: int
    amount: int = 1


@attrs.frozen(kw_only=True)
class QueueRow:
    """A task waits for *reviewer*, lower ranks first; without a reviewer it leaves the queue."""

    task: str
    reviewer: str = ""
    rank: int = 0


@attrs.frozen(kw_only=True)
class OutboxRow:
    """
    A message that waits to be handed over; the body is sealed. A code goes before every notice, and is on no
    budget any more: that was debited when it was made.
    """

    message_id: str
    body: bytes
    kind: Literal["code", "notice"] = "notice"


@attrs.frozen(kw_only=True)
class LeasedMessage:
    """A message somebody has taken to hand over; `fence` numbers the leases of one message."""

    message_id: str
    body: bytes
    leased_by: str
    fence: int = 0


@attrs.frozen(kw_only=True)
class SavedAnswer:
    """The answer to an accepted command, under the actor's key, with the digest of what was asked."""

    key: str
    digest: str
    body: bytes


@attrs.frozen
class Document:
    """A small body under (kind, key): wrapped keys, runs, snapshots. An empty body removes it."""

    kind: str
    key: str
    body: bytes


@attrs.frozen(kw_only=True)
class Commit:
    """
    Everything one command changes: it lands together or not at all.

    `reads` are the streams the decision rests on besides those it appends to: one that stands at another
    version when the commit lands is a conflict (`version`).
    `settled` says what became of leased messages: one receipt a message, under the fence of its lease. `drops`
    are messages, by identity, that nobody is to be told any more: their bodies are destroyed.
    """

    appends: tuple[Append, ...] = ()
    reads: tuple[Read, ...] = ()
    takes: tuple[Claim, ...] = ()
    frees: tuple[Claim, ...] = ()
    outbox: tuple[OutboxRow, ...] = ()
    documents: tuple[Document, ...] = ()
    debits: tuple[Debit, ...] = ()
    queue: tuple[QueueRow, ...] = ()
    settled: tuple[Receipt, ...] = ()
    drops: tuple[str, ...] = ()
    answer: SavedAnswer | None = None

    def rests_on(self) -> tuple[Read, ...]:
        """Return every stream that must stand at a version, those it appends to first."""
        return (*(Read(a.stream, a.expected) for a in self.appends), *self.reads)


@attrs.frozen
class Committed:
    """The commit is durable."""


@attrs.frozen
class Conflict:
    """
    Nothing was changed: a stream moved on (`version`), a claim is held (`claim`), a key was used (`key`), a
    budget is spent (`budget`), a message is at that lease no more (`message`). A store never says `text`: that
    is the service's, of what no file can hold.

    `what` names the stream, the message, or the kind of the claim or the budget.
    """

    why: Literal["version", "claim", "key", "budget", "message", "text"]
    what: str = ""


# --- registry ------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class RegistryQuery:
    """Whom the registry is asked about: the person's key and the form as handed in."""

    person: IdNumber | None
    form: Application


@attrs.frozen(kw_only=True)
class RegistryAnswer:
    """
    The registry's rows for the person, the schools it knows, the homeroom teacher of the class the form names,
    and the snapshot (content hash) they were read from.

    The teacher's `id` may be left empty: the service makes a keyed one. `class_ref` names the class as the
    registry does (school code, grade and class). `available=False` is no answer, never "nobody".
    """

    rows: tuple[RegistryRow, ...] = ()
    schools: SchoolIndex | None = None
    teacher: Teacher | None = None
    class_ref: tuple[str, str] = ("", "")
    snapshot: str = ""
    available: bool = True


# --- comms card ----------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class CarrierOrder:
    """One bundled SIM wanted. The same `order_id` is the same order, however often it is given."""

    order_id: str
    application_id: str
    guardian_phone: Phone


class Served(enum.StrEnum):
    """What a carrier said of an order."""

    IN_SERVICE = "in_service"
    REFUSED = "refused"
    PENDING = "pending"
    """Not yet: the carrier tells later, or the order's time runs out."""


@attrs.frozen(kw_only=True)
class MasterKey:
    """The key that wraps all others: 32 bytes and its id; `older` are those it takes over from."""

    id: str
    secret: bytes = attrs.field(repr=False)
    made_at: dt.datetime | None = None
    older: tuple[MasterKey, ...] = ()
