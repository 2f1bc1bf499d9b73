"""A canary run with every fault on finds no personal value anywhere; and every way to leak one is found."""

from __future__ import annotations

import base64
import json
import logging
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from eduid_audit.canary import Sinks, hits, spellings, values_in
from eduid_core.findings import Refused
from eduid_core.private import Private
from eduid_core.service import LogIn, executor
from eduid_core.service.codec import wire
from eduid_core.service.crypto.sealing import DataKey
from eduid_core.service.crypto.vault import Vault
from eduid_core.service.handlers import dispatch
from eduid_core.testing.doubles import MemoryRegistry
from eduid_sms_console import sender

from .life import Life

Monkey = pytest.MonkeyPatch
Found = Mapping[str, tuple[str, ...]]


def lived(folder: Path, capfd: pytest.CaptureFixture[str], *, people: int, seed: int = 1) -> Life:
    life = Life(folder, people=people, seed=seed)
    with life.sinks.listening():
        life.live()
    life.files()
    for place, said in zip(("stdout", "stderr"), capfd.readouterr(), strict=True):
        life.sinks.take(place, said)
    return life


def test_a_life_with_every_fault_on_leaves_nothing_of_anybody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    life = lived(tmp_path, capfd, people=24)

    assert dict(hits(life.sinks, life.values)) == {}
    places = life.sinks.places
    assert {"file life.db", "file life.db-wal", "file life.db-shm", "file sms.jsonl"} <= places.keys()
    assert {"table events", "table outbox", "table answers", "table claims", "table documents"} <= places.keys()
    assert len(places["tracebacks with locals"]) > 20
    assert len(places["repr"]) > 300
    assert len(places["file life.db-wal"][0]) > 10_000
    assert {"crash", "store_down", "commit_unknown", "commit_lost"} <= life.weather.came.keys()


@pytest.mark.full
@pytest.mark.parametrize("seed", range(20))
def test_so_do_many_lives(tmp_path: Path, capfd: pytest.CaptureFixture[str], seed: int) -> None:
    life = lived(tmp_path, capfd, people=24, seed=seed + 100)

    assert dict(hits(life.sinks, life.values)) == {}


# --- sabotage ------------------------------------------------------------------------------------------


def _reveals(self: Private) -> str:
    return self.reveal("sabotage")


def restored_repr(monkey: Monkey) -> None:
    monkey.setattr(Private, "__repr__", _reveals)


def restored_str(monkey: Monkey) -> None:
    monkey.setattr(Private, "__str__", _reveals)


def restored_format(monkey: Monkey) -> None:
    monkey.setattr(Private, "__format__", lambda self, _: self.reveal("sabotage"))
    honest = wire.message_to

    def told(tell: Any, params: Any, **more: Any) -> Any:
        logging.getLogger("wire").info(f"to {tell.to}")  # noqa: G004 - that is the sabotage
        return honest(tell, params, **more)

    monkey.setattr(wire, "message_to", told)


def pickled(monkey: Monkey) -> None:
    monkey.setattr(Private, "__reduce__", lambda self: (str, (self.reveal("sabotage"),)))


def unsealed(monkey: Monkey) -> None:
    monkey.setattr(DataKey, "seal", lambda _, body, **__: body)
    monkey.setattr(DataKey, "open", lambda _, body, **__: body)


def sealed_in_base64(monkey: Monkey) -> None:
    monkey.setattr(DataKey, "seal", lambda _, body, **__: base64.b64encode(b"!" + body))
    monkey.setattr(DataKey, "open", lambda _, body, **__: base64.b64decode(body)[1:])


def sealed_in_hex(monkey: Monkey) -> None:
    monkey.setattr(DataKey, "seal", lambda _, body, **__: body.hex().encode())
    monkey.setattr(DataKey, "open", lambda _, body, **__: bytes.fromhex(body.decode()))


def seeing_index(monkey: Monkey) -> None:
    monkey.setattr(Vault, "blind", lambda _, kind, value: f"{kind}:{value}")


def plain_answers(monkey: Monkey) -> None:
    monkey.setattr(wire, "digest_of", lambda command, *, key: "|".join(v for _, v in values_in(command)))  # noqa: ARG005


def full_phone_in_the_sms_log(monkey: Monkey) -> None:
    honest = sender.shown
    monkey.setattr(sender, "shown", lambda m: {**honest(m), "to": m.to.reveal("sabotage")})


def locals_kept(monkey: Monkey) -> None:
    for room in (executor, wire):
        monkey.setattr(room, "without_traces", lambda make: make())


def error_with_the_value(monkey: Monkey) -> None:
    def fails(form: Any, *_: Any) -> Any:
        raise ValueError(form.name.reveal("sabotage"))

    honest, calls = dispatch.match_result, list[int]()

    def now_and_then(*args: Any) -> Any:
        calls.append(1)
        return fails(*args) if len(calls) % 3 == 1 else honest(*args)

    monkey.setattr(dispatch, "match_result", now_and_then)


def refusal_with_the_value(monkey: Monkey) -> None:
    def refuses(command: Any, _: Any) -> Any:
        return Refused("login_failed", {"given": command.password.reveal("sabotage")})
        yield

    monkey.setitem(dispatch._OWN, LogIn, refuses)


def _shouting(how: Callable[[str], object]) -> Callable[[Monkey], None]:
    def plugin(monkey: Monkey) -> None:
        honest = MemoryRegistry.find

        def find(self: Any, query: Any) -> Any:
            how(query.form.name.reveal("sabotage"))
            return honest(self, query)

        monkey.setattr(MemoryRegistry, "find", find)

    return plugin


def _warn(text: str) -> None:
    warnings.warn(text, stacklevel=1)


SABOTAGES: dict[str, tuple[Callable[[Monkey], None], str]] = {
    "a repr restored": (restored_repr, "repr"),
    "a str restored": (restored_str, "str"),
    "a value logged by an f-string": (restored_format, "logs"),
    "a value that can be pickled": (pickled, "pickle"),
    "records that are not sealed": (unsealed, "table events"),
    "messages that are not sealed": (unsealed, "file life.db-wal"),
    "records in base64": (sealed_in_base64, "table events"),
    "records in hex": (sealed_in_hex, "table events"),
    "an index that is not blind": (seeing_index, "table claims"),
    "an idempotency row that keeps the command": (plain_answers, "table answers"),
    "a full number in the log of messages": (full_phone_in_the_sms_log, "file sms.jsonl"),
    "locals that hold what is sealed": (locals_kept, "tracebacks with locals"),
    "an exception with the value": (error_with_the_value, "exceptions"),
    "a refusal with the value": (refusal_with_the_value, "repr"),
    "a plugin that prints": (_shouting(print), "stdout"),
    "a plugin that logs": (_shouting(logging.getLogger("plugin").error), "logs"),
    "a plugin that warns": (_shouting(_warn), "warnings"),
}


@pytest.mark.parametrize("name", SABOTAGES)
def test_every_sabotage_is_found_where_it_leaks(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: Monkey, name: str
) -> None:
    sabotage, place = SABOTAGES[name]
    sabotage(monkeypatch)

    life = lived(tmp_path, capfd, people=24 if sabotage is locals_kept else 6)  # one seal in fifty fails
    monkeypatch.undo()
    found: Found = hits(life.sinks, life.values)

    assert place in found, sorted(found)


def test_a_value_is_found_however_it_is_spelt() -> None:
    """At any place of a base64 text, in hex of either case, in UTF-16 and GB 18030, escaped, reversed."""
    name = "陈小雨"
    raws = [name.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")]
    written = [base64.b64encode(b"x" * n + raw + b"tail") for raw in raws for n in range(6)]
    written += [form for raw in raws for form in (raw, raw.hex().encode(), raw.hex().upper().encode())]
    written += [json.dumps(name).encode(), ascii(name).encode(), repr(raws[0]).encode(), repr(raws[3]).encode()]

    for text in written:
        assert any(form in text for form in spellings(name)), text


def test_what_is_found_is_told_by_place_and_field_only() -> None:
    sinks = Sinks()
    sinks.take("logs", "about 陈小雨")

    assert hits(sinks, [("name", "陈小雨"), ("phone", "15400001234")]) == {"logs": ("name",)}
    assert "陈" not in repr(hits(sinks, [("name", "陈小雨")]))
