"""
Fuzzing of commands: every type, every field, right values, junk and values of other types, in every order.

    python tests/fuzz/fuzz_commands.py --count 2000000 --seed 7

The fields of a command are drawn from values that fit it, from strings of every odd kind, and from values of other
types; its subject and its actor mostly from those that exist. The service answers, or raises `CallerError` before
anything is written. Anything else ends the run with the seed and the number of the batch; so does a stream that
cannot be read back, and a ledger that contradicts the store. No text is printed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import enum
import hashlib
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import attrs

from eduid_core import commands
from eduid_core.findings import CallerError
from eduid_core.matching import Application
from eduid_core.private import OtpCode, Phone, Private, PrivateText
from eduid_core.service.handlers.permissions import PERMISSIONS
from eduid_core.testing.conformance.store.memory import Memory, MemoryStore
from eduid_core.testing.doubles import (
    CLASS,
    NUMBERS,
    FixedKey,
    MemoryRegistry,
    MemorySender,
    TrustingService,
    form_of,
    row_of,
)
from eduid_core.values import ReturnItem
from eduid_core.workflow import TABLES, Actor, Command, Role
from eduid_core.workflow.lifecycle import TABLE_OF_COMMAND
from eduid_core.workflow.reviewer_grant.states import Position, RoleClaim

BATCH = 1000
LIFE = 2000
"""Commands after which another deployment begins: its streams are read back, its ledger is compared."""
NOW = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
KINDS: Sequence[type[Command]] = tuple(getattr(commands, name) for name in commands.__all__)
HASHED = frozenset({commands.Register, commands.LogIn, commands.Recover})
"""Commands that cost a password hash: drawn a twentieth as often as the others."""
HINTS = {kind: {f.name: get_type_hints(kind)[f.name] for f in attrs.fields(kind) if f.init} for kind in KINDS}
KEYS = {
    "account": ("acct", "pupil", "teacher", "x"),
    "reviewer_grant": ("G-1", "G-teacher", "G-head"),
    "application": ("A-1", "A-2", "A-3"),
}
"""The subjects of commands, by their aggregate; those of tasks and cards are applications."""
UNTIL = dt.date(2027, 8, 31)
TEXTS = (
    *(
        "",
        " ",
        "x",
        "陈大雨",
        "小学",
        "一年级",
        "2023",
        "approve",
        "return",
        "WRONG_SCHOOL",
        "name",
        "school",
        "\x00",
    ),
    *(
        "\u200b",
        "\u202e",
        "\ufffd",
        "\ud800",
        "𠮷",
        "ཀ",
        "１５４０００１２３４５",
        "15400001234",
        "+86 154-0000-1234",
    ),
    *("11010519491231002X", "123456", "１２３ ４５６", "=1+1", "'", '"', "{}", "\n", "x" * 300, "陈" * 5000),
)
OTHERS = (None, 0, 1, -1, 2**63, 1.5, float("nan"), True, b"x", (), [], {}, {"a": 1}, object(), NOW, NOW.date())
ACTORS = (
    Actor(id="", role=Role.ANONYMOUS),
    Actor(id="acct", role=Role.GUARDIAN, assurance=1),
    Actor(id="pupil", role=Role.STUDENT, assurance=1),
    Actor(id="teacher", role=Role.TEACHER, assurance=2),
    Actor(id="head", role=Role.SCHOOL_ADMIN, assurance=2),
    Actor(id="district", role=Role.DISTRICT_ADMIN, assurance=2),
    Actor(id="operator", role=Role.OPERATOR, assurance=2),
    Actor(id="importer", role=Role.IMPORTER, assurance=2),
    Actor(id="system", role=Role.SYSTEM),
)
TEACHER, HEAD, DISTRICT, OPERATOR = ACTORS[3:7]
PROPER: dict[str, Sequence[Any]] = {
    "phone": (Phone("15400001234"), Phone("15400001235")),
    "password": (PrivateText("long enough"),),
    "username": (PrivateText("acct"), PrivateText("pupil"), PrivateText("mum")),
    "reason": ("LOOKED_AT_FOR_REVIEW", "GUARDIAN_ASKED", "TOLD_OTHERWISE", "MOVED_AWAY"),
    "code": ("WRONG_SCHOOL", "NOT_MY_STUDENT", "ID_MISREAD"),
    "outcome": ("approve", "return", "reject"),
    "items": ((), (ReturnItem("school", "WRONG_SCHOOL"),)),
    "fields": (("name",), ("name", "school")),
    "consent_text": ("v1",),
    "text_version": ("v1",),
    "until": (UNTIL,),
    "ticket": ("",),
}
"""Values that a person would give, by the name of the field."""
SEEN: Counter[str] = Counter()
"""The answers that the commands were given."""


class Deployment:
    """A service over a store in memory, with a registry that knows some of its students."""

    def __init__(self, source: random.Random) -> None:
        """Begin empty."""
        self.store, self.source, self.sms = MemoryStore(Memory()), source, MemorySender()
        self.now = NOW
        self.service = TrustingService(
            store=self.store,
            keys=FixedKey(),
            sms=self.sms,
            registry=MemoryRegistry([row_of(number) for number in NUMBERS]),
            clock=lambda: self.now,
            entropy=source.randbytes,
            capabilities={"operator", "importer", "acting"},
        )

        self._settle_people()

    def _settle_people(self) -> None:
        """Register a family and staff, and seat the staff."""
        for number, person in enumerate(ACTORS[1:4]):
            about: dict[str, Any] = {"subject": person.id, "by": ACTORS[0], "at": self.now}
            names = {"username": PrivateText(person.id), "password": PrivateText("long enough")}
            phone = Phone(f"154000012{number:02d}")
            self.service.handle(commands.Register(role=person.role, phone=phone, **names, **about))
            self.service.send_messages()
            self.service.handle(commands.EnterCode(code=self.sms.last_code(), **about))
        seats = (
            (DISTRICT, OPERATOR, Position.DISTRICT_ADMIN, "", ""),
            (HEAD, DISTRICT, Position.SCHOOL_ADMIN, CLASS[0], ""),
            (TEACHER, HEAD, Position.HOMEROOM, *CLASS),
        )
        for who, above, position, school, class_name in seats:
            claim = RoleClaim(
                teacher_id=who.id, school_code=school, class_name=class_name, position=position, evidence="T-17"
            )
            key = f"G-{who.id}"
            self.service.handle(commands.ClaimRole(claim=claim, subject=key, by=who, at=self.now))
            self.service.handle(commands.Verify(until=UNTIL, subject=key, by=above, at=self.now))

    def give(self, kind: type[Command]) -> None:
        """Give one command of *kind* with drawn fields, and count the answer."""
        junk = self.source.choice((0.0, 0.0, 0.0, 0.05, 0.3))
        fields = {name: self.value(name, hint, junk) for name, hint in HINTS[kind].items()}
        if self.source.random() > junk:
            roles = PERMISSIONS[kind]
            fields["by"] = self.source.choice([actor for actor in ACTORS if actor.role in roles])
        if self.source.random() > junk:
            fields["subject"] = self.source.choice(KEYS[_aggregate(kind)])
        try:
            answer = self.service.handle(kind(**fields))
        except CallerError:
            SEEN["caller error"] += 1
            return
        SEEN["accepted" if answer.ok else answer.code] += 1

    def value(self, name: str, hint: Any, junk: float) -> Any:
        """Return a value for the field *name* of type *hint*: one that fits, or with the chance *junk* another."""
        if self.source.random() < junk:
            return self.source.choice((*OTHERS, *TEXTS))
        if name == "code" and hint is OtpCode:
            return self.sms.last_code()
        if name in PROPER and self.source.random() > junk:
            return self.source.choice(PROPER[name])
        if name == "by":
            return self.source.choice(ACTORS)
        if name == "at":
            return self.now
        if name == "expected_rev":
            return self.source.choice((None, None, 0, 1, 2))
        if name == "key":
            return self.source.choice(("", "", "", "k1", f"k{self.source.randrange(10**6)}"))
        return self.fitting(hint)

    def fitting(self, hint: Any) -> Any:
        """Return a value of the type *hint*."""
        args = get_args(hint)
        if get_origin(hint) is Literal:
            return self.source.choice(args)
        if get_origin(hint) is tuple:
            if Ellipsis in args:
                return tuple(self.fitting(args[0]) for _ in range(self.source.randrange(3)))
            return tuple(map(self.fitting, args))
        if args:
            return self.fitting(self.source.choice(args))
        if hint is type(None):
            return None
        if hint is Application:
            return self.form()
        if attrs.has(hint):
            return hint(**{n: self.fitting(h) for n, h in get_type_hints(hint).items() if n in _names(hint)})
        if issubclass(hint, Private):
            return hint(self.source.choice(TEXTS))
        if issubclass(hint, enum.Enum):
            return self.source.choice(list(hint))
        return self.plain(hint)

    def plain(self, hint: type) -> Any:
        """Return a plain value."""
        if hint is str:
            return self.source.choice((*KEYS["application"], "acct", *TEXTS))
        if hint is bool:
            return self.source.random() < 0.5
        if hint is int:
            return self.source.choice((0, 1, 2, -1, 2**31))
        return {dt.datetime: self.now, dt.date: self.now.date()}[hint]

    def form(self) -> Application:
        """Return a form that agrees with the registry, or one with junk in some fields."""
        form = form_of(self.source.choice(NUMBERS))
        for _ in range(self.source.choice((0, 0, 1, 3))):
            field = self.source.choice(attrs.fields(Application))
            now = getattr(form, field.name)
            text = self.source.choice(TEXTS)
            form = attrs.evolve(form, **{field.name: type(now)(text) if isinstance(now, Private) else text})
        return form

    def read_back(self) -> None:
        """Read every stream, and compare the store with its ledger."""
        for name in self.store.streams("", None):
            aggregate, _, key = name.partition("/")
            if aggregate in TABLES:
                self.service.state(aggregate, key)
                self.service.history(aggregate, key)
        self.service.send_messages()
        assert not list(self.service.ledger().contradictions())


def _aggregate(kind: type[Command]) -> str:
    """Return the aggregate of the subjects of a command."""
    if kind in TABLE_OF_COMMAND:
        name = TABLE_OF_COMMAND[kind].aggregate
        return name if name in KEYS else "application"
    of_application = {commands.EnterNumberCode, commands.Reveal, commands.Erase, commands.CloseMessage}
    return "application" if kind in of_application else "account"


def _names(hint: type) -> frozenset[str]:
    return frozenset(f.name for f in attrs.fields(hint) if f.init)


def run(count: int, seed: int, *, on_progress: Callable[[int], None] | None = None) -> int:
    """Give *count* commands and return their number; raise what was raised."""
    source = random.Random(seed)
    weights = [1 if kind in HASHED else 20 for kind in KINDS]
    house = Deployment(source)
    for done in range(0, count, BATCH):
        try:
            if done % LIFE == 0:
                house = Deployment(source)
            for kind in source.choices(KINDS, weights, k=min(BATCH, count - done)):
                house.give(kind)
            house.now += dt.timedelta(hours=source.choice((0, 1, 30)))
            house.service.fire_timers()
            house.read_back()
        except BaseException:
            print(f"failed in the batch at {done} of seed {seed}", file=sys.stderr)
            raise
        if on_progress is not None and done % 100_000 == 0:
            on_progress(done)
    return count


def digest() -> str:
    """Return the SHA-256 over the measured code: every module of the service and the lifecycle, by name."""
    total, root = hashlib.sha256(), Path(__file__).parents[2]
    parts = ("src/eduid_core/service", "src/eduid_core/workflow", "src/eduid_core/matching")
    for path in sorted(path for part in parts for path in (root / part).rglob("*.py")):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="fuzz commands")
    parser.add_argument("--count", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    arguments = parser.parse_args()
    start, mark = time.perf_counter(), digest()
    print(f"seed {arguments.seed}", flush=True)
    run(arguments.count, arguments.seed, on_progress=lambda n: print(f"{n:,} commands", flush=True))
    spent = time.perf_counter() - start
    print(f"{arguments.count:,} commands, seed {arguments.seed}, 0 uncaught, {spent:.0f} s, code {mark}")
    for name, count in sorted(SEEN.items()):
        print(f"{count:>12,} {name}")


if __name__ == "__main__":
    main()
