"""The adapters of the world: a registry, an SMS provider and a carrier, each with failures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from eduid_audit.simulator.faults import FaultSchedule
from eduid_audit.simulator.people import Reviewer, class_of, teacher_of
from eduid_core.matching import Application, RegistryRow, lookup_key
from eduid_core.plugins import (
    CarrierOrder,
    HandedOver,
    Receipt,
    ReceiptStatus,
    RegistryAnswer,
    RegistryQuery,
    Served,
    SmsBatch,
    SmsMessage,
)
from eduid_core.private import OtpCode
from eduid_core.testing.invented_students import WORLD
from eduid_core.validation.schooling.class_form import class_form

__all__ = ["SimulatedCarrier", "SimulatedProvider", "SimulatedRegistry"]


def _raises(error: type[BaseException]) -> Callable[..., NoReturn]:
    def bad(*_: object) -> NoReturn:
        raise error("陈小雨 320098201503150010")

    return bad


GARBAGE: tuple[Callable[..., Any], ...] = (
    _raises(RuntimeError),
    _raises(SystemExit),
    _raises(GeneratorExit),
    lambda *_: None,
    lambda *_: "approved",
    lambda *_: float("nan"),
    lambda *_: [None, 7, "x"],
    lambda *_: RegistryAnswer,
)
"""Failures of an adapter."""


FATES = (
    ReceiptStatus.ACCEPTED,
    ReceiptStatus.UNKNOWN,
    ReceiptStatus.UNKNOWN,
    ReceiptStatus.LATER,
    ReceiptStatus.FAILED,
)
"""What a provider under stress says of a message: of the first two, it was taken."""


class SimulatedRegistry:
    """
    The registry: correct if it answers; sometimes it raises, returns nonsense, or returns another student's
    row.
    """

    def __init__(self, rows: Mapping[str, RegistryRow], staff: list[Reviewer], weather: FaultSchedule) -> None:
        """Hold *rows* by person."""
        self.rows, self.staff, self.weather = rows, staff, weather

    def find(self, query: RegistryQuery, /) -> RegistryAnswer:
        """Answer."""
        answer = self._true(query)
        if not self.weather.strikes("adapter"):
            return answer
        bad = self.weather.chance.randrange(len(GARBAGE) + 3)
        if bad < len(GARBAGE):
            return GARBAGE[bad](query)  # type: ignore[no-any-return]
        if bad == len(GARBAGE):
            return RegistryAnswer(available=False)
        if bad == len(GARBAGE) + 1:
            return RegistryAnswer(rows=tuple(self.rows.values()), schools=WORLD)
        return RegistryAnswer(rows=answer.rows * 2, schools=WORLD)

    def _true(self, query: RegistryQuery) -> RegistryAnswer:
        key = query.person.reveal("look up") if query.person else ""
        row = self.rows.get(key)
        if row is not None and lookup_key(row.id_type, row.id_number) != key:
            row = None
        where = self.class_of(query.form, row)
        return RegistryAnswer(
            rows=() if row is None else (row,),
            schools=WORLD,
            teacher=teacher_of(self.staff, where),
            class_ref=where,
            snapshot="s1",
        )

    def class_of(self, form: Application, row: RegistryRow | None) -> tuple[str, str]:
        """Return the class that the form names, else the student's own, else the school that it names."""
        codes = WORLD.resolve(form.school).codes if form.school else frozenset()
        code = min(codes) if len(codes) == 1 else form.school_code
        named = (code, class_form(form.class_name, form.grade))
        classes = {class_of(known) for known in self.rows.values()}
        if named in classes:
            return named
        schools = {school for school, _ in classes}
        return class_of(row) if row is not None else (code if code in schools else "", "")


class SimulatedProvider:
    """Delivers messages to phones; records the messages it received, and those it proved not received."""

    sender_id = "provider"
    reaches_people = True
    query_after_s = 0.0

    def __init__(self, weather: FaultSchedule) -> None:
        """Begin with no messages."""
        self.weather = weather
        self.received: dict[str, int] = {}
        self.unproved: set[str] = set()
        """Messages handed over and not proved since then to be unreceived."""
        self.twice: list[str] = []
        self.inbox: dict[str, list[OtpCode]] = {}
        self.between: Callable[[], None] = lambda: None
        """A callback for concurrent work while a batch is in transit."""

    def _receive(self, message: SmsMessage) -> None:
        self.received[message.message_id] = self.received.get(message.message_id, 0) + 1
        code = dict(message.params).get("code")
        if isinstance(code, OtpCode):
            self.inbox.setdefault(message.to.reveal("deliver"), []).append(code)

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        """Accept or drop messages, with or without receipts; other processes work before and after."""
        messages = batch.messages
        self.between()
        self.twice += [m.message_id for m in messages if m.message_id in self.unproved]
        self.unproved |= {m.message_id for m in messages}
        if not self.weather.strikes("adapter"):
            for message in messages:
                self._receive(message)
            self.between()
            return [Receipt(message_id=m.message_id, status=ReceiptStatus.ACCEPTED) for m in messages]
        return self._badly(messages)

    def _badly(self, messages: Sequence[SmsMessage]) -> Sequence[Receipt]:
        chance, receipts = self.weather.chance, []
        for message in messages:
            fate = chance.randrange(len(FATES))
            if fate < 2:
                self._receive(message)
            receipts.append(Receipt(message_id=message.message_id, status=FATES[fate]))
        bad = chance.randrange(2 * len(GARBAGE))
        if bad < len(GARBAGE):
            return GARBAGE[bad]()  # type: ignore[no-any-return]
        over = {ReceiptStatus.LATER, ReceiptStatus.FAILED}
        self.unproved -= {r.message_id for r in receipts if r.status in over}
        stranger = Receipt(message_id="NOBODY", status=ReceiptStatus.ACCEPTED)
        return [*receipts, *receipts[:1], stranger] if chance.random() < 0.5 else receipts

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        """Return the fate of each message."""
        message_ids = [m.message_id for m in messages]
        if self.weather.strikes("adapter"):
            bad = self.weather.chance.randrange(len(GARBAGE) + 1)
            if bad < len(GARBAGE):
                return GARBAGE[bad]()  # type: ignore[no-any-return]
            return [Receipt(message_id=m, status=ReceiptStatus.UNKNOWN) for m in message_ids]
        self.unproved -= {m for m in message_ids if m not in self.received}
        fates = {True: ReceiptStatus.ACCEPTED, False: ReceiptStatus.LATER}
        return [Receipt(message_id=m, status=fates[m in self.received]) for m in message_ids]


class SimulatedCarrier:
    """A carrier: one SIM per order, however often it is placed."""

    def __init__(self, weather: FaultSchedule) -> None:
        """Begin with no orders."""
        self.weather, self.orders = weather, dict[str, int]()

    def order(self, order: CarrierOrder, /) -> Served:
        """Serve, refuse, wait, or fail."""
        self.orders[order.order_id] = self.orders.get(order.order_id, 0) + 1
        if not self.weather.strikes("adapter"):
            return Served.IN_SERVICE
        bad = self.weather.chance.randrange(len(GARBAGE) + 2)
        if bad < len(GARBAGE):
            return GARBAGE[bad](order)  # type: ignore[no-any-return]
        return (Served.REFUSED, Served.PENDING)[bad - len(GARBAGE)]
