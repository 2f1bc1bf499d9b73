"""The command that the store's benchmarks carry out: an application is opened with its form."""

from __future__ import annotations

import datetime as dt
import itertools

from eduid_core.matching import Application
from eduid_core.plugins import MasterKey
from eduid_core.service import Service
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.application import commands as app
from eduid_store_sql import SqlStore

NOW = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
IMPORTER = Actor(id="i", role=Role.IMPORTER)
"""As handlers know it, behind the door of a service."""
FORM = Application(name="陈小雨", id_number="320098201503150010", school="南京市海英小学", grade="四年级",
                   class_name="一班", entry_year="2023", guardian_phone="15400001234")  # fmt: skip
NUMBERS = itertools.count()


class Key:
    def master_key(self) -> MasterKey:
        return MasterKey(id="bench", secret=b"b" * 31 + b".")


def service_on(url: str) -> Service:
    return Service(store=SqlStore(url), keys=Key(), capabilities={"importer"})


def opening(by: Actor, prefix: str = "B") -> app.Open:
    """Return the next command of *by*, an importer; *prefix* keeps the numbers of processes apart."""
    number = f"{prefix}-{next(NUMBERS):08d}"
    return app.Open(subject=number, by=by, at=NOW, key=number, form=FORM)
