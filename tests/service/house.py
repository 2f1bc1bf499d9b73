"""A service over a fresh SQLite file, a registry in memory and a sender that remembers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eduid_core.matching import Application, RegistryRow
from eduid_core.private import Phone, PrivateText
from eduid_core.service import EnterCode, Register, Service
from eduid_core.service.drivers import run
from eduid_core.service.handlers import dispatch
from eduid_core.testing.doubles import CLASS, FixedKey, MemoryRegistry, MemorySender, TrustingService
from eduid_core.workflow import Actor, Command, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.reviewer_grant.commands import ClaimRole, Verify
from eduid_core.workflow.reviewer_grant.states import Position, RoleClaim
from eduid_store_sql import SqlStore

NOW = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
ANYONE = Actor(id="", role=Role.ANONYMOUS)
UNTIL = dt.date(2027, 8, 31)


def about(subject: str, by: Actor, **more: Any) -> dict[str, Any]:
    """Return what every command says."""
    return {"subject": subject, "by": by, "at": NOW, **more}


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


def by_system(service: Service, command: Command) -> Any:
    """Let the system itself give *command*: a timer, a worker; no caller can."""
    return run(dispatch.carry_out(command, policy=service.policy), service.executor.perform)


class House:
    """The whole house, and a family that lives in it."""

    def __init__(self, folder: Path, rows: Sequence[RegistryRow] | None = None, **parts: Any) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'house.db'}"
        self.store = SqlStore(self.url)
        self.registry = MemoryRegistry(rows or ())
        self.sms = MemorySender()
        self._parts = {"keys": FixedKey(), **parts}
        self.service = self.open()

    def open(self, kind: type[Service] = TrustingService, **changed: Any) -> Service:
        """Return a service over the store, with some parts *changed*."""
        parts: dict[str, Any] = {
            "store": self.store,
            "sms": self.sms,
            "registry": self.registry,
            "capabilities": {"operator", "importer", "acting"},
            **self._parts,
        }
        return kind(**{"clock": lambda: NOW, **parts, **changed})

    def store_files(self) -> list[Path]:
        """Return the files the database has now."""
        return [p for p in self.folder.iterdir() if p.name.startswith("house.db")]

    def registered(
        self, account_id: str = "acct", phone: str = "15400001234", role: Role = Role.GUARDIAN
    ) -> Actor:
        about: dict[str, Any] = {"subject": account_id, "by": ANYONE, "at": NOW}
        names = {
            "username": PrivateText(account_id),
            "phone": Phone(phone),
            "password": PrivateText("long enough"),
        }
        assert self.service.handle(Register(role=role, **names, **about)).ok
        self.service.send_messages()
        assert self.service.handle(EnterCode(code=self.sms.last_code(), **about)).ok
        return Actor(id=account_id, role=role)

    def homeroom(self, account_id: str = "teacher", phone: str = "15400990001") -> Actor:
        """Register a teacher, seat them over the class, and return them, with two factors."""
        if self.service.state("reviewer_grant", f"G-{HEAD.id}-{Position.SCHOOL_ADMIN}-") is None:
            seated(self.service)
        self.registered(account_id, phone, Role.TEACHER)
        teacher = Actor(id=account_id, role=Role.TEACHER, assurance=2)
        granted(self.service, teacher, HEAD, Position.HOMEROOM, *CLASS)
        return teacher

    def handed_in(self, application_id: str, by: Actor, form: Application) -> Any:
        about: dict[str, Any] = {"subject": application_id, "by": by, "at": NOW}
        assert self.service.handle(app.Open(form=form, **about)).ok
        self.service.handle(app.Submit(consent_text="v1", **about))
        return self.service.state("application", application_id)
