"""
The world around a program: a store, a provider, a carrier, a registry, a clock. It survives the program.

The data of the world is durable; the memory of the program dies with it. `CrashWorld` is the version in memory,
which can be copied at any time; a real world over files has the same parts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any, Final, Protocol

import attrs
from argon2 import PasswordHasher

from eduid_audit.crash.faults import Gate, watched
from eduid_core.plugins import (
    CarrierOrder,
    HandedOver,
    Receipt,
    ReceiptStatus,
    RegistryAnswer,
    RegistryQuery,
    Served,
    SmsBatch,
    Store,
)
from eduid_core.private import OtpCode, PersonName, Phone
from eduid_core.service import Service
from eduid_core.service.crypto.passwords import Passwords
from eduid_core.testing.conformance.store.memory import Memory, MemoryStore
from eduid_core.testing.doubles import (
    CLASS,
    NUMBERS,
    FixedKey,
    MemoryRegistry,
    TrustingService,
    form_of,
    row_of,
)
from eduid_core.workflow import MondayToFriday
from eduid_core.workflow.application.states import Teacher

__all__ = [
    "BEGAN",
    "CLASS",
    "NUMBERS",
    "CrashWorld",
    "FewRowRegistry",
    "FixedKey",
    "TakenMessage",
    "form_of",
    "open_service",
    "row_of",
]

BEGAN: Final = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
_MOVED_AT: Final = dt.datetime(2027, 8, 1, tzinfo=dt.UTC)
_CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class FewRowRegistry(MemoryRegistry):
    """A registry of a few rows; in the next school year the second student is missing from it."""

    teacher = Teacher(id="named", name=PersonName("王老师"), phone=Phone("15400990001"))

    def __init__(self, moved: Callable[[], bool] = lambda: False) -> None:
        """Ask *moved* whether the next school year has begun."""
        super().__init__()
        self.moved = moved

    def find(self, query: RegistryQuery, /) -> RegistryAnswer:
        """Return the rows of the person, and the homeroom teacher."""
        answer = super().find(query)
        missing = self.moved() and any(r.id_number.reveal("look up") == NUMBERS[1] for r in answer.rows)
        return attrs.evolve(answer, rows=()) if missing else answer


@attrs.frozen
class TakenMessage:
    """A message that the provider accepted: its identity, its template, and its code, if any."""

    message_id: str
    template: str
    code: str = attrs.field(default="", repr=False)


class _Log(Protocol):
    """The accepted messages, oldest first: a list, or a file that is written line by line."""

    def append(self, handed: TakenMessage, /) -> None: ...

    def __iter__(self) -> Any: ...


@attrs.frozen
class ListingProvider:
    """A provider that accepts every message and knows its delivery status."""

    log: _Log
    sender_id: str = "provider"
    reaches_people: bool = False
    query_after_s: float = 0.0

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        """Accept the messages of *batch*."""
        for m in batch.messages:
            codes = [v.reveal("hand over") for _, v in m.params if isinstance(v, OtpCode)]
            self.log.append(TakenMessage(m.message_id, m.template, *codes))
        return [Receipt(message_id=m.message_id, status=ReceiptStatus.ACCEPTED) for m in batch.messages]

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        """Return the fate of each message."""
        known = {handed.message_id for handed in self.log}
        fates = {True: ReceiptStatus.ACCEPTED, False: ReceiptStatus.LATER}
        return [Receipt(message_id=m.message_id, status=fates[m.message_id in known]) for m in messages]


@attrs.frozen
class ListedCarrier:
    """A carrier with a fixed `answer`; "refuses first" refuses the first order and serves later ones."""

    orders: list[str]
    answer: str

    def order(self, order: CarrierOrder, /) -> Served:
        """Take the order; the same id is the same order."""
        if order.order_id not in self.orders:
            self.orders.append(order.order_id)
        if self.answer == "refuses first":
            return Served.REFUSED if order.order_id == self.orders[0] else Served.IN_SERVICE
        return Served(self.answer)


@attrs.define
class CrashWorld:
    """The world in memory, at a given time."""

    memory: Memory = attrs.field(factory=Memory)
    taken: list[TakenMessage] = attrs.field(factory=list[TakenMessage])
    orders: list[str] = attrs.field(factory=list[str])
    carrier: str = "in_service"
    at: dt.datetime = BEGAN
    drawn: int = 0

    def copied(self) -> CrashWorld:
        """Return an independent copy of this world."""
        return attrs.evolve(
            self, memory=self.memory.copied(), taken=self.taken.copy(), orders=self.orders.copy()
        )

    def store(self) -> Store:
        """Open the store, as a program does at its start."""
        return MemoryStore(self.memory)

    def entropy(self, count: int) -> bytes:
        """Return bytes that were not drawn before: a program that dies loses its own."""
        self.drawn += 1
        seed = b"%d" % self.drawn
        return b"".join(blake2b(seed + b"/%d" % n).digest() for n in range(count // 64 + 1))[:count]

    def handed(self) -> Iterable[TakenMessage]:
        """Return the messages that the provider accepted, oldest first."""
        return self.taken

    def last_code(self) -> OtpCode:
        """Return the newest code that was handed over, as its reader types it."""
        return OtpCode(next(h.code for h in reversed(list(self.handed())) if h.code))

    def open(self, gate: Gate, kind: type[Service] = TrustingService) -> Service:
        """Start a program with all its calls passing through *gate*."""
        return open_service(
            self,
            gate,
            kind,
            sms=ListingProvider(self.taken),
            carrier=ListedCarrier(self.orders, self.carrier),
            entropy=self.entropy,
        )


def open_service(
    world: Any, gate: Gate, kind: type[Service], *, sms: Any, carrier: Any, **parts: Any
) -> Service:
    """Return a service that reaches its store, provider, carrier and registry through *gate* alone."""
    service = kind(
        store=watched(world.store(), "store", gate),
        sms=watched(sms, "sms", gate),
        carrier=watched(carrier, "carrier", gate),
        registry=watched(FewRowRegistry(moved=lambda: world.at >= _MOVED_AT), "registry", gate),
        keys=FixedKey(),
        clock=lambda: world.at,
        calendar=MondayToFriday(),
        capabilities={"operator"},
        **parts,
    )
    service.executor.passwords = Passwords(service.executor.vault.pepper, hasher=_CHEAP)
    return service
