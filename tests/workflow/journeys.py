"""Forms, actors and commands of an invented family, for the tests of the lifecycle."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from eduid_audit.model.offers import CONTENTS
from eduid_core.matching import Application
from eduid_core.private import PersonName, Phone
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.application import states as status

NOW = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
ACTORS = {role: Actor(id=role.value, role=role, assurance=2) for role in Role}
ACTORS[Role.GUARDIAN] = Actor(id="acct", role=Role.GUARDIAN)
ACTORS[Role.STUDENT] = Actor(id="acct", role=Role.STUDENT)

FORM = Application(
    application_id="A-1",
    name="陈小雨",
    id_number="320098201503150010",
    school="南京市海英小学",
    grade="四年级",
    class_name="一班",
    entry_year="2023",
    guardian_name="陈大雨",
    guardian_phone="15400001234",
)


def form(**changed: str) -> Application:
    return attrs.evolve(FORM, **changed)


RESULTS = {
    outcome: status.MatchResult(outcome, (reason,), fields, tier=tier)
    for outcome, reason, fields, tier in (
        ("approved", "CONSISTENT", (), 0),
        ("review", "VISITING_STUDENT", (("school", "DIFFERENT", ""),), 2),
        ("returned", "FIELD_REQUIRED", (("name", "MISSING_APP", ""),), 0),
    )
}
TEACHER = status.Teacher("teacher", PersonName("王老师"), Phone("15400990001"))
ITEMS = (status.ReturnItem("school", "SCHOOL_TO_CHECK"),)


def commands_for(revision: int, at: dt.datetime, subject: str = "A-1") -> list[tuple[Any, dict[str, Any]]]:
    """Return commands of every kind, several of a kind where their content matters, without an actor."""
    made = []
    for aggregate, contents in CONTENTS.items():
        about: dict[str, Any] = {"subject": "acct" if aggregate == "account" else subject, "at": at}
        for kind, fields in contents:
            changed = {k: revision if v is not None else v for k, v in fields.items() if k == "expected_rev"}
            made.append((kind, {**fields, **about, **changed}))
    return made
