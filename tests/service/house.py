"""A service over a fresh SQLite file, a registry in memory and a sender that remembers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from eduid_core.matching import Application, RegistryRow, SchoolIndex, lookup_key
from eduid_core.plugins import MasterKey, Receipt, Received, RegistryAnswer, RegistryQuery, SmsMessage
from eduid_core.private import OtpCode, PersonName, Phone, PrivateText
from eduid_core.service import EnterCode, Register, Service
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.states import Teacher
from eduid_core.workflow.reviewer_grant.commands import ClaimRole, Verify
from eduid_core.workflow.reviewer_grant.states import Position, RoleClaim
from eduid_store_sql import SqlStore

NOW = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
ANYONE = Actor(id="", role=Role.ANONYMOUS)
CLASS = ("2132098001", "六年级 1班")
UNTIL = dt.date(2027, 8, 31)
NUMBERS = ("320098201503150010", "320098201503150029", "320098201503150037")


def row_of(number: str, **changed: Any) -> RegistryRow:
    fields = {
        "student_number": f"G{number}",
        "name": "陈小雨",
        "id_type": "居民身份证",
        "id_number": number,
        "school_code": "2132098001",
        "school": "南京市海英小学",
        "grade": "六年级",
        "class_name": "1班",
        "entry_month": "202109",
        "status": "在读",
    }
    return RegistryRow(**{**fields, **changed})


def form_of(number: str = NUMBERS[0], **changed: Any) -> Application:
    fields = {
        "name": "陈小雨",
        "id_number": number,
        "school": "南京市海英小学",
        "grade": "六年级",
        "class_name": "一班",
        "entry_year": "2021",
        "guardian_name": "陈大雨",
        "guardian_phone": "15400001234",
    }
    return Application(**{**fields, **changed})


class MemoryRegistry:
    """A registry of a few rows."""

    def __init__(self, rows: Sequence[RegistryRow]) -> None:
        self.rows, self.schools = tuple(rows), SchoolIndex.of(rows)
        self.fails: Exception | None = None

    def find(self, query: RegistryQuery, /) -> RegistryAnswer:
        if self.fails:
            raise self.fails
        key = query.person.reveal("test") if query.person else None
        rows = tuple(r for r in self.rows if lookup_key(r.id_type, r.id_number) == key)
        teacher = Teacher(id="", name=PersonName("王老师"), phone=Phone("15400990001"))
        return RegistryAnswer(rows=rows, schools=self.schools, teacher=teacher, class_ref=CLASS, snapshot="s1")


class MemorySender:
    """Keeps what it was given; answers as it is told to."""

    sender_id = "memory"

    def __init__(self) -> None:
        self.sent: list[SmsMessage] = []
        self.answer: Received | Exception = Received.SENT
        self.query_answer: Received = Received.UNKNOWN

    def send(self, messages: Sequence[SmsMessage], /) -> Sequence[Receipt]:
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is Received.SENT:
            self.sent += messages
        return [Receipt(message_id=m.message_id, received=self.answer) for m in messages]

    def query(self, message_ids: Sequence[str], /) -> Sequence[Receipt]:
        return [Receipt(message_id=m, received=self.query_answer) for m in message_ids]

    def templates(self) -> list[str]:
        return [m.template for m in self.sent]

    def last_code(self) -> OtpCode:
        return next(v for m in reversed(self.sent) for v in dict(m.params).values() if isinstance(v, OtpCode))


def about(subject: str, by: Actor, **more: Any) -> dict[str, Any]:
    """Return what every command says."""
    return {"subject": subject, "by": by, "at": NOW, **more}


@attrs.frozen
class FixedKey:
    secret: bytes = b"k" * 32

    def master_key(self) -> MasterKey:
        return MasterKey(id="test", secret=self.secret)


def granted(
    service: Service, who: Actor, by: Actor, position: Position, school: str = CLASS[0], class_name: str = ""
) -> str:
    """Let *who* claim a position and *by* verify it; return the grant's id."""
    key = f"G-{who.id}-{position}-{class_name}"
    claim = RoleClaim(
        teacher_id=who.id, school_code=school, class_name=class_name, position=position, evidence="T-17"
    )
    assert service.handle(ClaimRole(claim=claim, subject=key, by=who, at=NOW)).ok
    assert service.handle(Verify(until=UNTIL, subject=key, by=by, at=NOW)).ok
    return key


OPERATOR = Actor(id="operator", role=Role.OPERATOR, assurance=2)
DISTRICT = Actor(id="district", role=Role.DISTRICT_ADMIN, assurance=2)
HEAD = Actor(id="head", role=Role.SCHOOL_ADMIN, assurance=2)


def seated(service: Service) -> Service:
    """Seat the district, and by it the head of the school."""
    granted(service, DISTRICT, OPERATOR, Position.DISTRICT_ADMIN, "")
    granted(service, HEAD, DISTRICT, Position.SCHOOL_ADMIN)
    return service


class House:
    """The whole house, and a family that lives in it."""

    def __init__(self, folder: Path, rows: Sequence[RegistryRow] | None = None, **parts: Any) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'house.db'}"
        self.store = SqlStore(self.url)
        self.registry = MemoryRegistry(rows or [row_of(n) for n in NUMBERS])
        self.sms = MemorySender()
        self._parts = {"keys": FixedKey(), **parts}
        self.service = self.open()

    def open(self, **changed: Any) -> Service:
        parts: dict[str, Any] = {
            "store": self.store,
            "sms": self.sms,
            "registry": self.registry,
            **self._parts,
        }
        return Service(**{**parts, **changed}, clock=lambda: NOW)

    def store_files(self) -> list[Path]:
        """Return the files the database has now."""
        return [p for p in self.folder.iterdir() if p.name.startswith("house.db")]

    def registered(self, account_id: str = "acct", phone: str = "15400001234") -> Actor:
        about: dict[str, Any] = {"subject": account_id, "by": ANYONE, "at": NOW}
        names = {
            "username": PrivateText(account_id),
            "phone": Phone(phone),
            "password": PrivateText("long enough"),
        }
        assert self.service.handle(Register(role=Role.GUARDIAN, **names, **about)).ok
        self.service.send_messages()
        assert self.service.handle(EnterCode(code=self.sms.last_code(), **about)).ok
        return Actor(id=account_id, role=Role.GUARDIAN)

    def handed_in(self, application_id: str, by: Actor, form: Application) -> Any:
        about: dict[str, Any] = {"subject": application_id, "by": by, "at": NOW}
        assert self.service.handle(app.Open(form=form, **about)).ok
        self.service.handle(app.Submit(consent_text="v1", **about))
        return self.service.state("application", application_id)
