"""Intents: the frozen values that a handler yields to request I/O, each with the type of its result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Mapping
from typing import Any, ClassVar

import attrs

from eduid_core.findings import Refused
from eduid_core.plugins import CarrierOrder, Document, Read, RegistryQuery, Settlement
from eduid_core.private import Phone, Private, PrivateText
from eduid_core.service.sessions.second_factor import Enrolment
from eduid_core.workflow import Actor, Command, Event, State
from eduid_core.workflow.effects import ClaimKey, QueueTask, ReleaseKey, SendMessage


@attrs.frozen(kw_only=True)
class Accepted:
    """
    The command was carried out: its subject, the new status, and the events by name.

    `ticket` is for the next command of a flow, `token` is that of a session begun. Both are stored nowhere and
    are no part of the answer: a command given again is answered alike, and may get others.
    """

    subject: str
    status: str
    revision: int = 0
    events: tuple[str, ...] = ()
    ticket: str | None = attrs.field(default=None, repr=False, eq=False)
    token: str | None = attrs.field(default=None, repr=False, eq=False)

    ok: ClassVar[bool] = True


Answer = Accepted | Refused
Handler = Generator[Any, Any, Answer]


@attrs.frozen
class FindAnswer:
    """The stored answer of this command -> Answer | None."""

    command: Command


@attrs.frozen
class Load:
    """The state and version of an aggregate -> Loaded."""

    aggregate: str
    key: str


@attrs.frozen
class History:
    """The events of a stream, oldest first -> tuple of events."""

    aggregate: str
    key: str


@attrs.frozen
class Loaded:
    """A state at a version; None and 0 if the stream does not exist."""

    state: State | None
    version: int


@attrs.frozen(kw_only=True)
class StreamWrite:
    """New events of a stream and the resulting state."""

    aggregate: str
    key: str
    expected: int
    events: tuple[Event, ...]
    state: State | None


@attrs.frozen(kw_only=True)
class Spending:
    """*amount* of the budget *kind* of an owner (`whose`) in a *window*: at most *limit* in all."""

    kind: str
    whose: Private
    window: str
    limit: int
    amount: int = 1


@attrs.frozen(kw_only=True)
class Write:
    """Commit all of this together -> Committed | Conflict."""

    streams: tuple[StreamWrite, ...]
    reads: tuple[Read, ...] = ()
    takes: tuple[ClaimKey, ...] = ()
    frees: tuple[ReleaseKey, ...] = ()
    messages: tuple[SendMessage, ...] = ()
    queue: tuple[QueueTask, ...] = ()
    spendings: tuple[Spending, ...] = ()
    documents: tuple[Document, ...] = ()
    settled: tuple[Settlement, ...] = ()
    drops: tuple[str, ...] = ()
    command: Command | None = None
    answer: Accepted | None = None
    program: str = ""


@attrs.frozen(kw_only=True)
class Revealed(Accepted):
    """The revealed values, by field. They are stored under no key and no other caller receives them."""

    values: Mapping[str, str] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Enrolled(Accepted):
    """A second factor to be confirmed: its secret, the address a device reads, ten recovery codes."""

    factor: Enrolment


@attrs.frozen(kw_only=True)
class Shred:
    """Destroy the key of an application or account and end its streams -> Committed | Conflict."""

    aggregate: str
    key: str
    by: Actor
    at: dt.datetime
    reason: str


@attrs.frozen
class FindMessage:
    """An unknown or failed message -> LeasedMessage | None."""

    message_id: str
    failed_only: bool = False


@attrs.frozen
class FindHolders:
    """The owners of the claim or mark on *value* -> tuple of owners."""

    kind: str
    value: Private


@attrs.frozen
class FindQueue:
    """The first *limit* applications whose review waits for *reviewer* -> tuple of ids."""

    reviewer: str
    limit: int


@attrs.frozen
class FindStreams:
    """The keys of an aggregate's streams in a status -> tuple of keys."""

    aggregate: str
    status: str


@attrs.frozen
class QueryRegistry:
    """Ask the registry -> RegistryAnswer."""

    query: RegistryQuery


@attrs.frozen
class PlaceOrder:
    """Order a SIM of the carrier -> Served."""

    order: CarrierOrder


@attrs.frozen
class DrawBytes:
    """Random bytes -> bytes."""

    count: int


@attrs.frozen
class HashPassword:
    """The hash of a password -> str."""

    password: PrivateText


@attrs.frozen
class VerifyPassword:
    """Whether the password matches the hash -> bool. An empty hash never matches, at the same cost."""

    password: PrivateText
    hashed: str = attrs.field(repr=False)


@attrs.frozen
class DigestOf:
    """The keyed digest that stands for *value*, the same whenever it is asked for *purpose* -> str."""

    purpose: str
    value: Private


@attrs.frozen
class DeriveCode:
    """The one-time code of a nonce -> OtpCode."""

    nonce: str = attrs.field(repr=False)
    purpose: str
    phone: Phone
    flow: str
