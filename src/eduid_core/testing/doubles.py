"""
Doubles of the adapters around a service: a fixed key, a registry in memory, a sender that remembers.

    service = Service(store=..., keys=FixedKey(), registry=MemoryRegistry(), sms=MemorySender())

`TrustingService` is for tests of what lies behind log-in: it takes actors, ids and times as a test makes them.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
from collections.abc import Generator, Sequence
from typing import Any, Final

import attrs

from eduid_core.findings import Refused
from eduid_core.matching import Application, RegistryRow, SchoolIndex, lookup_key
from eduid_core.plugins import (
    HandedOver,
    MasterKey,
    Receipt,
    ReceiptStatus,
    RegistryAnswer,
    RegistryQuery,
    SmsBatch,
    SmsMessage,
)
from eduid_core.private import OtpCode, PersonName, Phone
from eduid_core.service.facade import Service
from eduid_core.service.handlers.sessions import ticket_of
from eduid_core.service.intents import Load
from eduid_core.validation.schooling.class_form import class_form
from eduid_core.workflow import Command
from eduid_core.workflow.application.states import Teacher

__all__ = [
    "CLASS",
    "NUMBERS",
    "FixedKey",
    "MemoryRegistry",
    "MemorySender",
    "TrustingService",
    "form_of",
    "row_of",
    "totp_of",
]

CLASS: Final = ("2132098001", "六年级 1班")
"""The school code and the class of every student here."""
NUMBERS: Final = ("320098201503150010", "320098201503150029", "320098201503150037")
"""Three synthetic numbers, of students that differ in nothing else."""
_PLACE: Final = {"school": "南京市海英小学", "grade": "六年级"}


def row_of(number: str = NUMBERS[0], **changed: Any) -> RegistryRow:
    """Return an active row of the registry for *number*."""
    fields = {"student_number": f"G{number}", "name": "陈小雨", "id_type": "居民身份证", "id_number": number}
    place = {"school_code": CLASS[0], "class_name": "1班", "entry_month": "202109", "status": "在读", **_PLACE}
    return RegistryRow(**{**fields, **place, **changed})


def form_of(number: str = NUMBERS[0], **changed: Any) -> Application:
    """Return a form that agrees with the row of *number*."""
    fields = {"name": "陈小雨", "id_number": number, "class_name": "一班", "entry_year": "2021"}
    guardian = {"guardian_name": "陈大雨", "guardian_phone": "15400001234"}
    return Application(**{**fields, **_PLACE, **guardian, **changed})


@attrs.frozen
class FixedKey:
    """A source of one master key, the same in every run."""

    secret: bytes = attrs.field(default=bytes(range(32)), repr=False)

    def master_key(self) -> MasterKey:
        """Return the key."""
        return MasterKey(id="test", secret=self.secret)


class MemoryRegistry:
    """
    A registry of a few *rows*, and of classes without a row here, with one homeroom teacher; it raises `fails`
    if that is set.
    """

    other_classes = frozenset((CLASS[0], f"六年级 {number}班") for number in (2, 3))
    teacher: Teacher = Teacher(id="", name=PersonName("王老师"), phone=Phone("15400990001"))

    def __init__(self, rows: Sequence[RegistryRow] = ()) -> None:
        """Hold *rows*, one of each sample number unless some are given."""
        self.rows = tuple(rows) or tuple(map(row_of, NUMBERS))
        self.schools = SchoolIndex.of(self.rows)
        self.fails: Exception | None = None

    def find(self, query: RegistryQuery, /) -> RegistryAnswer:
        """Return the rows of the person, the schools, and the class named or else the student's own."""
        if self.fails:
            raise self.fails
        form, key = query.form, query.person.reveal("look up") if query.person else None
        rows = tuple(r for r in self.rows if lookup_key(r.id_type, r.id_number) == key)
        codes = self.schools.resolve(form.school).codes if form.school else {form.school_code}
        named = {(code, class_form(form.class_name, form.grade)) for code in codes}
        classes = {*map(_class_of, self.rows), *self.other_classes}
        found = next(iter((named & classes) or set(map(_class_of, rows))), ("", ""))
        school = next(iter(codes & {code for code, _ in classes}), "")
        return RegistryAnswer(
            rows=rows,
            schools=self.schools,
            teacher=self.teacher if found[1] else None,
            class_ref=found if found[1] else (school, ""),
            snapshot="s1",
        )


def _class_of(row: RegistryRow) -> tuple[str, str]:
    return row.school_code, class_form(row.class_name, row.grade)


class MemorySender:
    """A sender that keeps the messages; it answers `answer` and `query_answer`, or raises `answer`."""

    sender_id = "memory"
    reaches_people = False
    query_after_s = 0.0

    def __init__(self) -> None:
        """Accept every message, and know nothing of any when asked later."""
        self.sent: list[SmsMessage] = []
        self.answer: ReceiptStatus | Exception = ReceiptStatus.ACCEPTED
        self.query_answer: ReceiptStatus = ReceiptStatus.UNKNOWN

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        """Keep the messages of *batch* if the answer is that they were accepted."""
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is ReceiptStatus.ACCEPTED:
            self.sent += batch.messages
        return [Receipt(message_id=m.message_id, status=self.answer) for m in batch.messages]

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        """Return the one answer for each message."""
        return [Receipt(message_id=m.message_id, status=self.query_answer) for m in messages]

    def templates(self) -> list[str]:
        """Return the templates of the messages, oldest first."""
        return [m.template for m in self.sent]

    def last_code(self) -> OtpCode:
        """Return the newest one-time code, as its reader types it."""
        return next(v for m in reversed(self.sent) for v in dict(m.params).values() if isinstance(v, OtpCode))


class TrustingService(Service):
    """A service that takes an actor, an id and a time as a test makes them, and holds every flow's ticket."""

    def established(self, command: Command) -> Generator[Any, Any, Command | Refused]:
        """Return *command* with the ticket of the flow in progress."""
        if "ticket" not in attrs.fields_dict(type(command)) or command.ticket:  # type: ignore[attr-defined]
            return command
        found = yield Load("account", command.subject)
        ticket = yield from ticket_of(found.state)
        return attrs.evolve(command, ticket=ticket or "")  # type: ignore[call-arg]


def totp_of(secret: str, at: dt.datetime) -> OtpCode:
    """
    Return the code that an authenticator shows at *at* for the *secret* of an enrolment.

    Standard:
        RFC 6238, RFC 4226 5.3: written out, so that it agrees with the service only if both are right.
    """
    step = int(at.timestamp()) // 30
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return OtpCode(f"{number % 1_000_000:06d}")
