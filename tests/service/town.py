"""A service that trusts nobody, and people who get their actors, ids and tickets from its answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from eduid_core import commands
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import Service
from eduid_core.testing.doubles import totp_of
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.reviewer_grant.states import Position, RoleClaim

from .house import NOW, UNTIL, House

PASSWORD = PrivateText("correct horse")
PHONE = "15400001234"


class Town(House):
    """A house whose service trusts nobody, with a clock that the test sets."""

    def __init__(self, folder: Path, **parts: Any) -> None:
        self.now = NOW
        super().__init__(folder, clock=lambda: self.now, **parts)
        self.service = self.open(Service)

    def later(self, **by: float) -> None:
        self.now += dt.timedelta(**by)

    def stranger(self, origin: str = "") -> Actor:
        return self.service.anonymous(origin=origin)

    def register(self, username: str, phone: str, role: Role = Role.GUARDIAN) -> str:
        """Register an account as a family does; return its id."""
        names = {"username": PrivateText(username), "phone": Phone(phone), "password": PASSWORD}
        sent: Any = self.service.handle(commands.Register(by=self.stranger(), role=role, **names))
        self.service.send_messages()
        entered = commands.EnterCode(
            by=self.stranger(), subject=sent.subject, ticket=sent.ticket, code=self.sms.last_code()
        )
        assert self.service.handle(entered).ok
        return str(sent.subject)

    def log_in(self, username: str, totp: OtpCode | None = None, password: PrivateText = PASSWORD) -> Any:
        name = PrivateText(username)
        by = self.stranger("198.51.100.7")
        return self.service.handle(commands.LogIn(by=by, username=name, password=password, totp=totp))

    def owner(self, username: str, role: Role | None = None) -> Any:
        return self.service.actor(self.log_in(username).token, role=role)

    def with_factor(self, username: str) -> tuple[str, Any]:
        """Enrol a second factor; return its secret and the answer to the confirmation."""
        owner = self.owner(username)
        enrolled: Any = self.service.handle(commands.EnrolFactor(by=owner, subject=owner.id))
        code = totp_of(enrolled.factor.secret, self.now)
        confirmed = self.service.handle(commands.ConfirmFactor(by=owner, subject=owner.id, code=code))
        return enrolled.factor.secret, confirmed


def seat(
    town: Town, username: str, role: Role, position: Position, verifier: Actor, school: str = "", **more: str
) -> Any:
    """Let a teacher claim a position and *verifier* verify it; return the seat's actor, with two factors."""
    secret, confirmed = town.with_factor(username)
    teacher: Any = town.service.actor(confirmed.token)
    claim = RoleClaim(teacher_id=teacher.id, school_code=school, position=position, evidence="T-17", **more)
    grant = f"G-{username}"
    assert town.service.handle(commands.ClaimRole(by=teacher, subject=grant, claim=claim)).ok
    assert town.service.handle(commands.Verify(by=verifier, subject=grant, until=UNTIL)).ok
    return secret, town.service.actor(confirmed.token, role=role)
