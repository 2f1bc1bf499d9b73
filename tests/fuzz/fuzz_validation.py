"""
Structure-aware fuzzing of every entrance of the validation room.

    python tests/fuzz/fuzz_validation.py --count 1000000 --seed 7
    python tests/fuzz/fuzz_validation.py --atheris [libFuzzer options]

An execution is one call of one entrance with one made-up input: a number of some kind, damaged, folded,
spliced with another, or hostile text, or no text at all. An exception, a span outside the input or a valid
answer that holds an error ends the run with the seed and the number of the execution; the input itself is
not printed. At the end the classes that were hit are told: kinds, and codes of findings, with their counts.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from eduid_core.testing.fakes import FAKES
from eduid_core.validation import (
    Inspection,
    Kind,
    classify_phone,
    detect,
    draw,
    inspect_number,
    inspect_phone,
    is_resident_id,
    suggest_repairs,
)
from eduid_core.validation.names.inspect import inspect_name
from eduid_core.validation.schooling.parse import parse_class, parse_entry_year, parse_grade
from eduid_core.validation.synthetic import is_fake

AS_OF = dt.date(2026, 9, 1)
KINDS: Sequence[Kind | None] = (None, *Kind)
ODD = "0123456789Xx×ХхχOolI|BSZ１２９Ｘ²٣①〇一二年级班高初陈小雨·•ßﬁİ\x00\ud800\udfff\u200b\u202e\u00ad-–—+()（）/,;#转 \t\n<ABCDEGHJLMQ"


class _NoClass:
    """An object that will not say what it is."""

    @property
    def __class__(self) -> type:
        raise RuntimeError


NO_TEXTS: Sequence[object] = (
    *(None, b"320098201503150010", 320098201503150010, 1.5, [], (), {}, object(), True),
    *(_NoClass(), AS_OF),
)
SEEN: Counter[str] = Counter()
"""Which kinds and which codes of findings the answers held, and how often."""


def _inspect(source: random.Random, thing: object) -> None:
    kind = KINDS[source.randrange(len(KINDS))]
    role = (None, None, None, "student", "guardian")[source.randrange(5)]
    _judge(inspect_number(thing, kind=kind, as_of=AS_OF, role=role, strict=source.random() < 0.2), thing)


def _phone(source: random.Random, thing: object) -> None:
    _judge(inspect_phone(thing, kind=(None, None, Kind.MOBILE, Kind.LANDLINE)[source.randrange(4)]), thing)


def _region(source: random.Random, thing: object) -> None:
    inspect_phone(thing, region=("HK", "US", "nowhere", "")[source.randrange(4)], accept=("HK",))


def _agree(_source: random.Random, thing: object) -> None:
    if is_resident_id(thing, as_of=AS_OF):
        assert inspect_number(thing, kind=Kind.RESIDENT_ID, as_of=AS_OF).valid


def _draw(_source: random.Random, thing: object) -> None:
    if issubclass(type(thing), str):
        draw(thing, inspect_number(thing, as_of=AS_OF))


def _texts(_source: random.Random, thing: object) -> None:
    SEEN.update(found.code for found in inspect_name(thing).findings)
    parse_grade(thing)
    parse_class(thing)
    parse_entry_year(thing)


def _facts(_source: random.Random, thing: object) -> None:
    inspection = inspect_number(thing, as_of=AS_OF)
    dict(inspection.facts)
    repr((inspection, inspection.facts, [f.zh + f.en for f in inspection.findings]))


ENTRANCES: Sequence[tuple[int, Callable[[random.Random, object], None]]] = (
    (30, _inspect),
    (15, _phone),
    (3, _region),
    (30, _agree),
    (10, lambda _, thing: is_resident_id(thing) and None),
    (5, lambda _, thing: detect(thing, as_of=AS_OF) and None),
    (3, _draw),
    (3, _facts),
    (4, _texts),
    (4, lambda _, thing: classify_phone(thing) and None),
    (3, lambda _, thing: is_fake(thing) and None),
    (1, lambda _, thing: suggest_repairs(thing, as_of=AS_OF, reviewer=True) and None),
)
CALLS = [call for weight, call in ENTRANCES for _ in range(weight)]


def _judge(inspection: Inspection, thing: object) -> None:
    size = len(thing) if issubclass(type(thing), str) else 0
    assert all(0 <= f.at[0] <= f.at[1] <= size for f in inspection.findings)
    assert inspection.valid == (not inspection.errors)
    SEEN.update(inspection.codes)
    SEEN[f"kind {inspection.kind}"] += 1


def made_up(source: random.Random, pool: list[str]) -> object:
    """Return one input: a number from *pool* with up to four edits, now and then something else entirely."""
    roll = source.random()
    if roll < 0.02:
        return NO_TEXTS[source.randrange(len(NO_TEXTS))]
    if roll < 0.07:
        return "".join(source.choice(ODD) for _ in range(source.randrange(40)))
    if roll < 0.08:
        return "".join(chr(source.randrange(0x110000)) for _ in range(source.randrange(30)))
    if roll < 0.082:
        return source.choice(ODD) * source.randrange(20_000)
    text = pool[source.randrange(len(pool))]
    for _ in range(source.randrange(5)):
        text = _edited(source, text, pool)
    return text


def _edited(source: random.Random, text: str, pool: list[str]) -> str:
    at, how = source.randrange(len(text) + 1), source.randrange(7)
    if how == 0:
        return text[:at] + source.choice(ODD) + text[at:]
    if how == 1:
        return text[:at] + source.choice(ODD) + text[at + 1 :]
    if how == 2:
        return text[:at] + str(source.randrange(10)) + text[at + 1 :]
    if how == 3:
        return text[:at] + text[at + 1 :]
    if how == 4:
        return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
    if how == 5:
        return text[:at] + pool[source.randrange(len(pool))][at:]
    return text.lower() if at % 2 else text.translate({c: c + 0xFEE0 for c in range(0x30, 0x3A)})


def number_pool() -> list[str]:
    """Return synthetic numbers of every kind to start from."""
    return [make(seed) for make in FAKES.values() for seed in range(200)]


def run(count: int, seed: int, *, on_progress: Callable[[int], None] | None = None) -> int:
    """Run *count* executions and return how many there were; raise what an entrance raised."""
    source, pool = random.Random(seed), number_pool()
    for execution in range(count):
        thing = made_up(source, pool)
        try:
            CALLS[source.randrange(len(CALLS))](source, thing)
        except BaseException:
            print(f"failed at execution {execution} of seed {seed}", file=sys.stderr)
            raise
        if on_progress is not None and execution % 1_000_000 == 999_999:
            on_progress(execution + 1)
    return count


def digest() -> str:
    """Return the SHA-256 over the measured code: every module of the room, by name."""
    total = hashlib.sha256()
    room = Path(__file__).parents[2] / "src" / "eduid_core"
    files = [
        *sorted((room / "validation").glob("*.py")),
        room / "findings.py",
        room / "private.py",
        room / "messages" / "validation.py",
    ]
    for path in files:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def _atheris(arguments: list[str]) -> None:
    import atheris  # noqa: PLC0415 - only where it is installed

    pool = number_pool()

    def one(blob: bytes) -> None:
        provider = atheris.FuzzedDataProvider(blob)
        source = random.Random(provider.ConsumeInt(8))
        text = provider.ConsumeUnicode(provider.ConsumeIntInRange(0, 64))
        thing = (
            text if provider.ConsumeBool() else _edited(source, pool[source.randrange(len(pool))] + text, pool)
        )
        CALLS[source.randrange(len(CALLS))](source, thing)

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="fuzz the validation room")
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--atheris", action="store_true")
    arguments, rest = parser.parse_known_args()
    if arguments.atheris:
        _atheris(rest)
        return
    start, mark = time.perf_counter(), digest()
    run(arguments.count, arguments.seed, on_progress=lambda n: print(f"{n:,} executions", flush=True))
    spent = time.perf_counter() - start
    print(f"{arguments.count:,} executions, seed {arguments.seed}, 0 exceptions, {spent:.0f} s, code {mark}")
    for name, count in sorted(SEEN.items()):
        print(f"{count:>12,} {name}")


if __name__ == "__main__":
    main()
