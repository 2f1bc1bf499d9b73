"""
The canary test: people with known values, and a search for these values in all output of the service.

A value is searched in every form it may take in a file, a log or a dump: in common encodings, as hex, as base64
at each alignment, escaped as in Python and JSON; and inside runs of hex and base64, two layers deep. A hit is
reported by place and field, never by value.
"""

from __future__ import annotations

import base64
import json
import logging
import pickle
import re
import traceback
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

import attrs

from eduid_core.private import Private

__all__ = ["Sinks", "hits", "shown", "spellings", "values_in"]


def spellings(text: str) -> frozenset[bytes]:
    """
    Return the byte spellings of *text*.

    >>> b"320098" in spellings("320098"), b"333230303938" in spellings("320098")
    (True, True)
    """
    raws = {text.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")}
    plain = text.encode()
    made = {spelt for raw in raws for spelt in (raw, raw.hex().encode(), raw.hex().upper().encode())}
    made |= {_inside(raw, shift) for raw in raws for shift in range(3)}
    escaped = {json.dumps(text)[1:-1], text.encode("unicode_escape").decode(), ascii(text)[1:-1], quote(text)}
    escaped |= {repr(plain)[2:-1], repr(text.encode("gb18030"))[2:-1]}
    return frozenset(made | {e.encode() for e in escaped} | {plain[::-1]})


def _inside(raw: bytes, shift: int) -> bytes:
    """Return the part of the base64 text of *raw* that does not depend on its neighbours, *shift* bytes in."""
    encoded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
    head = -(-shift * 4 // 3)
    tail = (len(raw) + shift) % 3
    return encoded[head : len(encoded) - (1 if tail else 0)]


class Sinks:
    """All output of the service, by the name of the place."""

    def __init__(self) -> None:
        """Begin empty."""
        self.places: dict[str, list[bytes]] = {}

    def take(self, place: str, said: str | bytes) -> None:
        """Keep the output *said* at *place*."""
        raw = said if isinstance(said, bytes) else said.encode("utf-8", "surrogatepass")
        self.places.setdefault(place, []).append(raw)

    def show(self, thing: object) -> None:
        """Keep every printed form of *thing*."""
        for place, said in shown(thing):
            self.take(place, said)

    def failed(self, error: BaseException) -> None:
        """
        Keep the parts of *error* that a crash reporter would show: text, chain, and the locals of
        every frame.
        """
        seen: set[int] = set()
        todo: list[BaseException | None] = [error]
        while todo:
            one = todo.pop()
            if one is None or id(one) in seen:
                continue
            seen.add(id(one))
            todo += [one.__cause__, one.__context__]
            trace = traceback.TracebackException.from_exception(one, capture_locals=True)
            self.take("tracebacks with locals", "".join(trace.format()))
            self.take("exceptions", f"{one} {one!r} {one.args!r}")

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Keep all log records and warnings within this context."""
        handler, root = _Handler(self), logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                yield
                for warning in warned:
                    self.take("warnings", str(warning.message))
        finally:
            root.removeHandler(handler)
            root.setLevel(level)


class _Handler(logging.Handler):
    def __init__(self, sinks: Sinks) -> None:
        super().__init__(logging.DEBUG)
        self.sinks = sinks

    def emit(self, record: logging.LogRecord) -> None:
        self.sinks.take("logs", self.format(record))
        self.sinks.take("logs", repr(vars(record)))


def shown(thing: object) -> Iterator[tuple[str, str | bytes]]:
    """Yield the name and the text of each printed form of *thing*."""
    yield "repr", repr(thing)
    yield "str", str(thing)
    yield "format", f"{thing}"
    for _, private in _privates_in(thing):
        yield "repr", repr(private)
        yield "str", str(private)
        yield "format", f"{private} {private:>3} {private!r:>3}"
    with suppress(TypeError, ValueError):
        yield "json", json.dumps(thing, default=lambda x: attrs.asdict(x) if attrs.has(type(x)) else repr(x))
    try:
        yield "pickle", pickle.dumps(thing)
    except Exception as error:  # noqa: BLE001 - a value that cannot be pickled is what is wanted
        yield "pickle refused", str(error)


_RUNS = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
_DEEP = 2


def _peeled(blob: bytes, depth: int = _DEEP) -> Iterator[bytes]:
    """Yield *blob*, and the decoded contents of its runs of hex and base64, recursively."""
    yield blob
    if depth:
        for run in dict.fromkeys(_RUNS.findall(blob)):
            for inner in _decoded(run):
                yield from _peeled(inner, depth - 1)


def _decoded(run: bytes) -> Iterator[bytes]:
    with suppress(ValueError):
        yield bytes.fromhex(run.decode())
    with suppress(ValueError):
        yield base64.urlsafe_b64decode(run.translate(_URL) + b"=" * (-len(run) % 4))


_URL = bytes.maketrans(b"+/", b"-_")


def values_in(thing: Any) -> Iterator[tuple[str, str]]:
    """Yield (field, value) of every private value within *thing*."""
    for field, private in _privates_in(thing):
        yield field, private.reveal("search for it")


def _privates_in(thing: Any, path: str = "") -> Iterator[tuple[str, Private]]:
    if isinstance(thing, Private):
        yield path, thing
    elif attrs.has(type(thing)):
        for field in attrs.fields(type(thing)):
            yield from _privates_in(getattr(thing, field.name), field.name)
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from _privates_in(part, path)


def hits(sinks: Sinks, values: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """Return the places of each field of *values*; values under three characters are ignored."""
    wanted = [(field, spellings(value)) for field, value in sorted(set(values)) if len(value) >= 3]
    found: dict[str, set[str]] = {}
    for place, blobs in sinks.places.items():
        whole = b"\n".join(dict.fromkeys(part for blob in dict.fromkeys(blobs) for part in _peeled(blob)))
        for field, forms in wanted:
            if any(form in whole for form in forms):
                found.setdefault(place, set()).add(field)
    return {place: tuple(sorted(fields)) for place, fields in found.items()}
