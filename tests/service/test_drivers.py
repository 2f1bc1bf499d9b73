"""Many handlers in step: what they ask for is asked at once, and what they write is written at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eduid_core.service.drivers import run_together
from eduid_core.service.intents import Accepted, Handler, Load, Write


def loads_and_writes(name: str, loads: int) -> Handler:
    heard = ""
    for n in range(loads):
        heard += (yield Load("application", f"{name}{n}")) + " "
    heard += yield Write(streams=())
    return Accepted(subject=name, status=heard)


def test_who_has_less_to_ask_waits_so_that_all_write_at_once() -> None:
    rounds: list[list[str]] = []

    def perform_many(intents: Sequence[Any]) -> list[str]:
        rounds.append([type(intent).__name__ for intent in intents])
        return [f"{len(rounds)}.{n}" for n in range(len(intents))]

    answers = run_together([loads_and_writes(n, k) for n, k in (("a", 0), ("b", 2), ("c", 1))], perform_many)

    assert rounds == [["Load", "Load"], ["Load"], ["Write", "Write", "Write"]]
    assert [(a.subject, a.status) for a in answers if isinstance(a, Accepted)] == [
        ("a", "3.0"),
        ("b", "1.0 2.0 3.2"),
        ("c", "1.1 3.1"),
    ]


def test_who_writes_again_is_not_forgotten() -> None:
    def twice() -> Handler:
        first = yield Write(streams=())
        second = yield Write(streams=())
        return Accepted(subject=first, status=second)

    (answer,) = run_together([twice()], lambda intents: ["said"] * len(intents))

    assert answer == Accepted(subject="said", status="said")
    assert run_together([], lambda intents: intents) == []
