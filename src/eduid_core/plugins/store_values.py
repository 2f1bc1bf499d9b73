"""The frozen values of the store port: streams, commits, leases, and the rows that stand in a store."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import attrs

__all__ = [
    "Append",
    "Claim",
    "Commit",
    "Committed",
    "Conflict",
    "Debit",
    "Document",
    "Due",
    "IndexQuery",
    "IndexRow",
    "LeaseTerms",
    "LeasedMessage",
    "OutboxRow",
    "QueueRow",
    "Read",
    "Record",
    "SavedAnswer",
    "Settlement",
    "StoredRow",
    "StoredTable",
    "Stream",
]


@attrs.frozen
class Record:
    """One stored event: its type name and its sealed body."""

    type: str
    body: bytes


@attrs.frozen(kw_only=True)
class Stream:
    """
    The stored part of a stream; version 0 and no records if it does not exist.

    `snapshot` is the state stored at version `base`; `records` then holds the later records.
    """

    name: str
    version: int = 0
    records: tuple[Record, ...] = ()
    base: int = 0
    snapshot: bytes = b""


@attrs.frozen(kw_only=True)
class Append:
    """
    Append *records* to *stream*, which must be at version *expected*; afterwards its status is *status*.

    `due` is the next time to look at it, aware. `snapshot` is the sealed state after the last record and
    replaces the previous one; an empty value keeps the previous one.
    """

    stream: str
    expected: int
    records: tuple[Record, ...]
    status: str = ""
    due: dt.datetime | None = None
    snapshot: bytes = b""


@attrs.frozen
class Read:
    """The version of a stream that a decision has read; version 0 if it did not exist."""

    stream: str
    version: int


@attrs.frozen
class Due:
    """A stream to look at: its name, its version at that time, and the due time; None for never."""

    stream: str
    version: int
    at: dt.datetime | None


@attrs.frozen
class Claim:
    """A keyed digest held by an owner. A unique claim has one owner; a mark may have many."""

    kind: str
    digest: str
    owner: str
    unique: bool = True


@attrs.frozen(kw_only=True)
class Debit:
    """*amount* taken from the budget of *digest* for *kind* in a *window*: at most *limit* in total."""

    kind: str
    digest: str
    window: str
    limit: int
    amount: int = 1


@attrs.frozen(kw_only=True)
class QueueRow:
    """A task that waits for *reviewer*, lower ranks first; without a reviewer it leaves the queue."""

    task: str
    reviewer: str = ""
    rank: int = 0


@attrs.frozen(kw_only=True)
class IndexRow:
    """
    The row by which an application is listed: its status, the next time to look at it, and keyed digests of its
    school, class, guardian's account and student's name; a blank is none. *is_new*: no row of it exists yet.
    """

    key: str
    status: str
    school: str = ""
    class_: str = ""
    guardian: str = ""
    name: str = ""
    due: dt.datetime | None = None
    is_new: bool = attrs.field(default=False, eq=False)


@attrs.frozen(kw_only=True)
class IndexQuery:
    """What rows are wanted: those equal to every value that is not blank, due before a time, after a key."""

    status: str = ""
    school: str = ""
    class_: str = ""
    guardian: str = ""
    name: str = ""
    due_before: dt.datetime | None = None
    after: str = ""
    limit: int = 100


@attrs.frozen(kw_only=True)
class OutboxRow:
    """
    A message that waits to be handed over; the body is sealed. A code goes before every notice and needs no
    budget at this point: it was debited when it was made.
    """

    message_id: str
    body: bytes
    kind: Literal["code", "notice"] = "notice"


@attrs.frozen(kw_only=True)
class LeaseTerms:
    """
    What messages may be leased *at* a time: those due by then; new notices within the budget *notices* (its
    amount is ignored); with *codes_only* no notice at all.
    """

    at: dt.datetime
    notices: Debit | None = None
    codes_only: bool = False


@attrs.frozen(kw_only=True)
class LeasedMessage:
    """
    A message leased by a sender; `fence` numbers the leases of the message. `first_at` and `leased_at` are the
    times of the first and of the present lease, `code` is that of the last receipt.
    """

    message_id: str
    body: bytes
    leased_by: str
    fence: int = 0
    first_at: dt.datetime
    leased_at: dt.datetime
    code: str = ""


@attrs.frozen(kw_only=True)
class Settlement:
    """
    The end of the lease *fence*, or of a failure that followed it. `sent` ends the message, and its body is
    destroyed; `waiting` lets it wait, at least until `due`; `failed` keeps it for a person to look at.
    """

    message_id: str
    fence: int
    state: Literal["sent", "waiting", "failed"]
    due: dt.datetime | None = None
    code: str = ""


@attrs.frozen(kw_only=True)
class SavedAnswer:
    """The answer to an accepted command, under the actor's key, with the digest of the command."""

    key: str
    digest: str
    body: bytes


@attrs.frozen
class Document:
    """
    A small body under (kind, key): wrapped keys, runs, snapshots. An empty body removes it; what is `secret` is
    removed from the disk too.
    """

    kind: str
    key: str
    body: bytes
    secret: bool = True


StoredTable = Literal["stream", "claim", "mark", "document", "message", "answer"]


@attrs.frozen
class StoredRow:
    """
    A row as stored, for the comparison with the ledger: its table, its names and its body.

    The names are, of a `stream`: name, version, status; of a `claim` or `mark`: kind, digest, owner; of a
    `document`: kind, key; of a `message`: identity, state (waiting, leased, failed, sent), kind; of an
    `answer`: key, digest of the command.
    """

    table: StoredTable
    names: tuple[str, ...]
    body: bytes = b""


@attrs.frozen(kw_only=True)
class Commit:
    """
    All changes of one command: they are stored together or not at all.

    `reads` are the streams that the decision rests on besides those it appends to: a different version at the
    time of the commit is a conflict (`version`). `settled` holds the results of leased and failed messages, one
    per message; a fence other than that of the last lease is a conflict (`message`). `drops` names messages, by
    identity, that must not be sent any more: their bodies are destroyed.
    """

    appends: tuple[Append, ...] = ()
    reads: tuple[Read, ...] = ()
    takes: tuple[Claim, ...] = ()
    frees: tuple[Claim, ...] = ()
    outbox: tuple[OutboxRow, ...] = ()
    documents: tuple[Document, ...] = ()
    debits: tuple[Debit, ...] = ()
    queue: tuple[QueueRow, ...] = ()
    index: tuple[IndexRow, ...] = ()
    settled: tuple[Settlement, ...] = ()
    drops: tuple[str, ...] = ()
    answer: SavedAnswer | None = None

    def rests_on(self) -> tuple[Read, ...]:
        """Return every stream with a version that the commit requires, those it appends to first."""
        return (*(Read(a.stream, a.expected) for a in self.appends), *self.reads)


@attrs.frozen
class Committed:
    """The commit is durable."""


@attrs.frozen
class Conflict:
    """
    No change was made: a stream moved on (`version`), a claim is held (`claim`), a key was used (`key`), a
    budget is spent (`budget`), a message is no longer at that lease (`message`). A store never returns `text`:
    the service uses it for text that cannot be encoded.

    `what` names the stream, the message, or the kind of the claim or the budget.
    """

    why: Literal["version", "claim", "key", "budget", "message", "text"]
    what: str = ""
