"""
The reads of a service at a size: `python bench/reads.py 1000000` prints the median milliseconds of each on SQLite.

The index has as many rows as asked for, of schools of 1,000; three applications among them are whole.
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from eduid_core import commands
from eduid_core.plugins import Commit, IndexQuery, IndexRow
from eduid_core.private import Phone, PrivateText
from eduid_core.service.case_index import CLASS, SCHOOL
from eduid_core.testing.doubles import NUMBERS, FixedKey, MemoryRegistry, MemorySender, TrustingService, form_of
from eduid_core.workflow import Actor, Role
from eduid_store_sql import SqlStore

NOW = dt.datetime(2026, 11, 2, 1, tzinfo=dt.UTC)
STRANGER = Actor(id="", role=Role.ANONYMOUS)
ABOUT = {"subject": "family", "at": NOW}
FAMILY = Actor(id="family", role=Role.GUARDIAN)
OPERATOR = Actor(id="operator", role=Role.OPERATOR, assurance=2)
CLASSES, STUDENTS = 24, 1000
GROUP = 5000
STATUSES = ("approved",) * 8 + ("pending_review", "draft")


def filled(size: int, folder: Path) -> TrustingService:
    """Return a service with *size* rows in its index, and three applications."""
    sms = MemorySender()
    service = TrustingService(
        store=SqlStore(f"sqlite:///{folder / 'reads.db'}"), keys=FixedKey(), registry=MemoryRegistry(), sms=sms,
        clock=lambda: NOW, capabilities={"operator"},
    )  # fmt: skip
    names = {"username": PrivateText("family"), "password": PrivateText("long enough")}
    sent = commands.Register(role=Role.GUARDIAN, phone=Phone("15400001234"), **names, **ABOUT, by=STRANGER)
    given(service, sent)
    service.send_messages()
    given(service, commands.EnterCode(code=sms.last_code(), **ABOUT, by=STRANGER))
    for key, number in zip(("A-0", "A-1", "A-2"), NUMBERS, strict=True):
        about = {"subject": key, "by": FAMILY, "at": NOW}
        given(service, commands.Open(form=form_of(number, name="陈小雪"), **about))
        given(service, commands.Submit(consent_text="v1", **about))
    chance, store = random.Random(1), service.executor.store
    for start in range(0, size, GROUP):
        rows = (_row(service, number, chance) for number in range(start, min(start + GROUP, size)))
        store.commit([Commit(index=tuple(rows))])
    return service


def given(service: TrustingService, command: object) -> None:
    """Give a command that must be accepted."""
    answer = service.handle(command)  # type: ignore[arg-type]  # any command
    assert answer.ok, answer


def place(service: TrustingService, number: int) -> tuple[str, str]:
    """Return the digests of the school and the class of a student."""
    school, of_class = number // STUDENTS, number % CLASSES
    blind = service.executor.vault.blind
    return blind(SCHOOL, f"{school:06d}"), blind(CLASS, f"{school:06d}-{of_class}")


def _row(service: TrustingService, number: int, chance: random.Random) -> IndexRow:
    school, of_class = place(service, number)
    about = {"guardian": f"g{number}", "name": f"n{number % 5000}", "status": chance.choice(STATUSES)}
    return IndexRow(key=f"S{number:09d}", school=school, class_=of_class, is_new=True, **about)


def median_ms(call: Callable[[], object], times: int = 200) -> float:
    """Return the median time of *call*."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def main(size: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        service = filled(size, Path(folder))
        store, (school, of_class) = service.executor.store, place(service, STUDENTS + 3)
        reads: dict[str, Callable[[], object]] = {
            "find": lambda: service.find("A-0", by=FAMILY),
            "explain": lambda: service.explain("A-0", by=FAMILY),
            "list of a family": lambda: service.list(by=FAMILY),
            "list by name": lambda: service.list(by=OPERATOR, name="陈小雪"),
            "rows of a school": lambda: store.find_rows(IndexQuery(school=school, limit=100)),
            "rows of a class": lambda: store.find_rows(IndexQuery(class_=of_class, limit=100)),
            "count of a class": lambda: store.count_rows(IndexQuery(class_=of_class), "status"),
            "count of a school": lambda: store.count_rows(IndexQuery(school=school), "status"),
        }
        for name, call in reads.items():
            print(f"{name:20} {median_ms(call):8.2f} ms")
        print(f"{'count of all':20} {median_ms(lambda: store.count_rows(IndexQuery(), 'status'), 5):8.2f} ms")
        by_school = median_ms(lambda: store.count_rows(IndexQuery(), "school"), 3)
        print(f"{'count by school':20} {by_school:8.2f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
