"""
A world over a real store and real files, for processes that are really killed.

One file each holds the messages of the provider and the orders of the carrier, written line by line and synced,
up to the death of the process; the store is any store that can be opened.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs

from eduid_audit.crash.faults import Gate
from eduid_audit.crash.judge import WorldView, claimed, stream_of
from eduid_audit.crash.scripts import PROLOGUES
from eduid_audit.crash.steps import ACTORS, Journey, JourneyClient
from eduid_audit.crash.world import BEGAN, ListedCarrier, ListingProvider, TakenMessage, open_service
from eduid_core.plugins import LeaseTerms, Store
from eduid_core.private import OtpCode
from eduid_core.service import Service
from eduid_core.service.intents import Load
from eduid_core.testing.doubles import TrustingService
from eduid_core.workflow import TABLES

__all__ = ["FileWorld", "Lines", "view_through", "whole"]


@attrs.frozen
class Lines:
    """A list of records in a file, each written by one call and synced; a torn last line does not count."""

    path: Path

    def append(self, record: object, /) -> None:
        """Write *record* as a line."""
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, json.dumps(record).encode() + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)

    def __iter__(self) -> Iterator[Any]:
        whole, _, _ = (self.path.read_bytes() if self.path.exists() else b"").rpartition(b"\n")
        return iter([json.loads(line) for line in whole.splitlines()])

    def __contains__(self, record: object) -> bool:
        return record in list(iter(self))

    def __getitem__(self, place: int) -> Any:
        return list(iter(self))[place]


@attrs.frozen
class _HandedLines:
    """The provider's log in such a file."""

    lines: Lines

    def append(self, handed: TakenMessage, /) -> None:
        """Write a handed-over message."""
        self.lines.append([handed.message_id, handed.template, handed.code])

    def __iter__(self) -> Iterator[TakenMessage]:
        return (TakenMessage(*record) for record in self.lines)


@attrs.define
class FileWorld:
    """The world of a journey in a *folder*, over the store that *opens* opens."""

    folder: Path
    opens: Callable[[], Store]
    carrier: str = "in_service"
    at: dt.datetime = BEGAN

    def store(self) -> Store:
        """Open the store."""
        return self.opens()

    @property
    def taken(self) -> _HandedLines:
        """Return the messages that the provider accepted."""
        return _HandedLines(Lines(self.folder / "taken"))

    @property
    def orders(self) -> Lines:
        """Return the orders that the carrier received."""
        return Lines(self.folder / "orders")

    def last_code(self) -> OtpCode:
        """Return the newest code that was handed over."""
        return OtpCode(next(h.code for h in reversed(list(self.taken)) if h.code))

    def open(self, gate: Gate, kind: type[Service] = TrustingService) -> Service:
        """Start a program."""
        carrier: Any = ListedCarrier(self.orders, self.carrier)  # type: ignore[arg-type]  # a list in a file
        return open_service(self, gate, kind, sms=ListingProvider(self.taken), carrier=carrier)


def whole(journey: Journey) -> Journey:
    """Return *journey* from the very beginning: the steps that lead to its world become its own steps."""
    return attrs.evolve(journey, steps=(*PROLOGUES[journey.begins], *journey.steps), begins="nothing")


def view_through(world: FileWorld, client: JourneyClient, expected: WorldView) -> WorldView:
    """
    Return the state of *world* as far as a store's port shows it; the rest is copied from *expected*.

    Reading the due streams takes them, so this comes last.
    """
    service = world.open(Gate())
    store = service.executor.store
    streams, states = _streams(service, expected)
    names = sorted({kind for kind, _, _ in expected.claims} - {"card_number"})
    asked = {kind: sorted({d for k, d, _ in expected.claims if k == kind}) for kind in names}
    held = {kind: store.holders(kind, digests) for kind, digests in asked.items()}
    numbers = [claim for claim in expected.claims if claim[0] == "card_number"]
    found = [(kind, d, owner) for kind, owners in held.items() for d in owners for owner in owners[d]]
    kept = [
        key for key, answer in zip(expected.answers, store.answers(expected.answers), strict=True) if answer
    ]
    at_last = LeaseTerms(at=dt.datetime(9000, 1, 1, tzinfo=dt.UTC))
    left = [*store.unanswered(), *store.lease("judge", 1000, at_last)]
    view = attrs.evolve(
        expected,
        streams=streams,
        claims=sorted([*found, *numbers]),
        queue={row.task: row for who in (*ACTORS, "") for row in store.queue(who, 1000)},
        answers=kept,
        taken=Counter(handed.message_id for handed in world.taken),
        orders=list(world.orders),
        waiting=[message.message_id for message in left],
        heard={**expected.heard, **client.heard},
        cards={n: claimed(service, s) for n, s in states.items() if n.startswith("card/")},
    )
    store.close()
    return view


def _streams(service: Service, expected: WorldView) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return every stream of the store with its state; no port shows the next due time."""
    store, executor = service.executor.store, service.executor
    statuses = {
        name: state.status
        for aggregate, table in TABLES.items()
        for state in table.states
        for name in store.streams(f"{aggregate}/", state.status)
    }
    names = sorted(statuses)
    loaded = executor.perform_many([Load(*name.split("/", 1)) for name in names])
    records = {stream.name: stream.records for stream in store.load(names, whole=True)}
    states = {name: found.state for name, found in zip(names, loaded, strict=True)}
    streams = {}
    for name in names:
        due = expected.streams[name][3] if name in expected.streams else None
        streams[name] = stream_of(records[name], statuses[name], due, states[name])
    return streams, states
