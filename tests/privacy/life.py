"""A life on a real SQLite file with every fault on, every sink open, and people whose values are all known."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import attrs

from eduid_audit.canary import Sinks
from eduid_audit.chaos import CHAOS, FaultyAdapter
from eduid_audit.simulator.disk import StoreClient
from eduid_audit.simulator.faults import FaultRates, FaultSchedule, SimulatedCrash
from eduid_audit.simulator.outside import SimulatedCarrier
from eduid_core.matching import Application, RegistryRow
from eduid_core.plugins import HandedOver, Receipt, SmsBatch
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import EnterCode, LogIn, Register, Service
from eduid_core.testing.doubles import FixedKey, MemoryRegistry, TrustingService, row_of
from eduid_core.testing.doubles import form_of as form
from eduid_core.validation.documents.check_digits import check_character
from eduid_core.workflow import Actor, Command, Role, comms_card
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.review_task import commands as task_commands
from eduid_sms_console import FileSender
from eduid_store_sql import SqlStore
from tests.service.house import ANYONE, DISTRICT, NOW, seated

RATES = FaultRates(store_down=15, crash=8, commit_lost=20, commit_unknown=20, commit_torn=0, adapter=150)
QUICK = sorted(set(CHAOS) - {"hangs", "drips", "a_huge_list", "recurses", "meddles_with_the_process"})
NAMES = ("陈小雨", "欧阳晨曦", "买买提·艾力", "王梓懿", "司马若昕", "诸葛思远")


@attrs.frozen
class Child:
    """Somebody whose every value is known."""

    number: int
    form: Application
    row: RegistryRow
    username: str
    password: str

    @property
    def values(self) -> list[tuple[str, str]]:
        own = [(f.name, getattr(self.form, f.name)) for f in attrs.fields(Application)]
        private = [(name, v.reveal("search")) for name, v in own if hasattr(v, "reveal") and v]
        digits = self.form.id_number.reveal("search")
        parts = [("id_number", digits[:-1]), ("id_number", digits[6:17])]
        return [*private, *parts, ("username", self.username), ("password", self.password)]


def children(count: int) -> list[Child]:
    made = []
    for n in range(count):
        number, name = f"32009820150315{n:03d}", NAMES[n % len(NAMES)]
        number += check_character(number)
        mine = {
            "name": name,
            "guardian_name": f"{name[:1]}建国{'甲乙丙丁'[n % 4]}",
            "guardian_phone": f"1549{n:07d}",
        }
        wrong = {"class_name": "九班"} if n % 3 == 1 else {}
        made.append(
            Child(
                n,
                form(number, **mine, **wrong),
                row_of(number, name=name),
                f"guardian{n:04d}x",
                f"secret {n:05d}!",
            )
        )
    return made


class Phones:
    """Writes every message to the file of the console, and lets the people read their codes."""

    def __init__(self, path: Path) -> None:
        self.file = FileSender(path, clock=lambda: NOW)
        self.sender_id = self.file.sender_id
        self.reaches_people, self.query_after_s = True, 0.0
        self.codes: dict[str, OtpCode] = {}

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        for message in batch.messages:
            for _, value in message.params:
                if isinstance(value, OtpCode):
                    self.codes[message.to.reveal("read")] = value
        return self.file.send(batch)

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        return self.file.query(messages)


class Sometimes:
    """An adapter that misbehaves now and then, in every way there is."""

    def __init__(self, adapter: Any, methods: Sequence[str], chance: Random) -> None:
        self._adapter = adapter
        for method in methods:
            setattr(self, method, self._now_and_then(method, chance))

    def _now_and_then(self, method: str, chance: Random) -> Callable[[Any], Any]:
        def call(asked: Any) -> Any:
            if chance.random() < 0.8:
                return getattr(self._adapter, method)(asked)
            how = CHAOS[chance.choice(QUICK)]
            return getattr(FaultyAdapter(self._adapter, method, how), method)(asked)

        return call

    def __getattr__(self, name: str) -> Any:
        return getattr(self._adapter, name)


class Life:
    """The whole house on a bad day."""

    def __init__(self, folder: Path, *, people: int, seed: int = 1, **parts: Any) -> None:
        self.folder, self.chance, self.sinks = folder, Random(seed), Sinks()
        self.children, self.now = children(people), NOW
        self.store = SqlStore(f"sqlite:///{folder / 'life.db'}")
        self.weather = FaultSchedule(self.chance, RATES)
        self.phones = Phones(folder / "sms.jsonl")
        registry = MemoryRegistry([c.row for c in self.children])
        self.parts: dict[str, Any] = {
            "registry": Sometimes(registry, ("find",), self.chance),
            "sms": Sometimes(self.phones, ("send", "query"), self.chance),
            "carrier": Sometimes(SimulatedCarrier(self.weather), ("order",), self.chance),
            "entropy": self.entropy,
            **parts,
        }
        with sqlite3.connect(folder / "life.db") as db:  # holds the log of writes open, to be searched
            self.reader = db
        whole = TrustingService(
            store=self.store,
            keys=FixedKey(),
            clock=lambda: NOW,
            adapter_deadline_s=None,
            capabilities={"operator"},
        )
        seated(whole)
        self.service = self.open()
        self.given = 0

    def entropy(self, count: int) -> bytes:
        if self.chance.random() < 0.05:
            raise OSError("no randomness")
        return self.chance.randbytes(count)

    def open(self) -> Service:
        while True:
            try:
                return TrustingService(
                    store=StoreClient(self.store, self.weather),  # type: ignore[arg-type]
                    keys=FixedKey(),
                    clock=lambda: self.now,
                    adapter_deadline_s=5,
                    capabilities={"operator", "importer"},
                    **self.parts,
                )
            except (SimulatedCrash, Exception) as error:  # noqa: BLE001 - whatever it was
                self.sinks.failed(error)

    # --- asking until there is an answer ---------------------------------------------------------------

    def give(self, command: Command) -> Any:
        self.given += 1
        command = attrs.evolve(command, key=f"k{self.given}")
        self.sinks.show(command)
        return self.until(lambda: self.service.handle(command))

    def until(self, do: Callable[[], Any]) -> Any:
        for _ in range(30):
            try:
                answer = do()
            except (SimulatedCrash, Exception) as error:  # noqa: BLE001 - whatever it was
                self.sinks.failed(error)
                self.service = self.open()
                continue
            self.sinks.show(answer)
            return answer
        raise AssertionError("no answer in thirty tries")

    def relay(self) -> None:
        for _ in range(4):
            self.until(self._send)

    def _send(self) -> Any:
        return self.service.send_messages(alone=True)  # of the process that lives now, the only one

    def live(self) -> None:
        for child in self.children:
            self.one(child)
            self.now += dt.timedelta(minutes=3)
        self.until(self.service.fire_timers)
        self.relay()

    def one(self, child: Child) -> None:
        name, by = child.username, Actor(id=f"acct-{child.number}", role=Role.GUARDIAN, origin="198.51.100.7")
        about: dict[str, Any] = {"subject": by.id, "by": ANYONE, "at": self.now}
        phone, password = Phone(child.form.guardian_phone.reveal("use")), PrivateText(child.password)
        self.give(
            Register(role=Role.GUARDIAN, username=PrivateText(name), phone=phone, password=password, **about)
        )
        self.relay()
        code = self.phones.codes.get(phone.reveal("read"), OtpCode("000000"))
        self.give(EnterCode(code=code, **about))
        self.give(LogIn(username=PrivateText(name), password=PrivateText(f"not {child.password}"), **about))
        self.give(LogIn(username=PrivateText(name), password=password, **about))
        self.apply(child, f"A-{child.number}", by)

    def apply(self, child: Child, key: str, by: Actor) -> None:
        about: dict[str, Any] = {"subject": key, "by": by, "at": self.now}
        self.give(app.Open(form=child.form, **about))
        self.give(app.Submit(consent_text="v1", **about))
        if child.number % 4 == 2:
            self.give(app.Amend(form=attrs.evolve(child.form, class_name="二班"), **about))
        state = self.state("application", key)
        if state is not None and state.status == "pending_review":
            self.review(key, state.revision, child.number)
        self.give(comms_card.ChooseExisting(phone=child.form.guardian_phone, nonce="", **about))
        self.give(app.Appeal(statement=PrivateText(f"{child.username} asks"), **about))
        for aggregate in ("application", "review_task", "card", "comms_card"):
            self.state(aggregate, key)
        self.state("account", by.id)
        self.until(lambda: self.service.history("application", key))

    def review(self, key: str, revision: int, number: int) -> None:
        outcome: Any = ("approve", "return", "reject")[number % 3]
        self.give(
            task_commands.CompleteReview(
                subject=key,
                by=DISTRICT,
                at=self.now,
                outcome=outcome,
                expected_rev=revision,
                code="NOT_MY_STUDENT" if outcome == "reject" else "",
                items=(app.ReturnItem("school", "SCHOOL_TO_CHECK"),) if outcome == "return" else (),
            )
        )

    def state(self, aggregate: str, key: str) -> Any:
        return self.until(lambda: self.service.state(aggregate, key))

    # --- what is left ----------------------------------------------------------------------------------

    def files(self) -> None:
        for path in sorted(self.folder.iterdir()):
            if path.is_file():
                self.sinks.take(f"file {path.name}", path.read_bytes())
        db = sqlite3.connect(self.folder / "life.db")
        for (table,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in db.execute(f'select * from "{table}"'):  # noqa: S608
                for cell in row:
                    self.sinks.take(f"table {table}", cell if isinstance(cell, bytes) else str(cell))
        db.close()

    @property
    def values(self) -> list[tuple[str, str]]:
        return [value for child in self.children for value in child.values]
