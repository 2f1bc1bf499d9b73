"""
Snapshots: the sealed state of a long stream, stored beside it, so that loading folds only the latest events.

A snapshot is only an optimisation. A snapshot made by another version of the code, with other fields or another
fold, is ignored, and all events are folded again. It is sealed as a whole, because a change of it would not be
detected otherwise: the ledger covers events only.
"""

from __future__ import annotations

import typing
from hashlib import sha256
from typing import Any, Final

import attrs

from eduid_core.service.codec.serialize import dumps, loads, opened
from eduid_core.service.codec.wire import CONVERTER
from eduid_core.service.crypto.vault import DataKey
from eduid_core.workflow import TABLES, State

__all__ = ["EVERY", "SHAPE", "is_wanted", "snapshot_of", "state_of"]

EVERY: Final = 32
"""Events between snapshots: folding that many costs less than a commit."""
_FOLD: Final = 1
"""The version of the fold: raised when an event changes its meaning for the states."""

_NOT_SEALED: Final = b"{"
"""The first byte of a snapshot stored before snapshots were sealed as a whole."""

_STATES: Final = {f"{name}/{s.status}": s for name, table in TABLES.items() for s in table.states}


def is_wanted(before: int, after: int) -> bool:
    """Return whether a stream that grew from version *before* to *after* is due a snapshot."""
    return after // EVERY > before // EVERY


def _classes(kind: Any, seen: set[Any]) -> None:  # noqa: ANN401 - a class, or a type of several
    """Add to *seen* every attrs class that a value of *kind* may hold."""
    if attrs.has(kind) and kind not in seen:
        seen.add(kind)
        for field in attrs.fields(attrs.resolve_types(kind)):
            _classes(field.type, seen)
    for part in typing.get_args(kind):
        _classes(part, seen)


def _shape() -> str:
    """Return a digest of the fields of all states and of every class they hold."""
    seen: set[Any] = set()
    for state in _STATES.values():
        _classes(state, seen)
    lines = sorted(f"{c.__name__}:{[(f.name, str(f.type)) for f in attrs.fields(c)]}" for c in seen)
    return sha256(repr((_FOLD, lines)).encode()).hexdigest()[:16]


SHAPE: Final = _shape()


def snapshot_of(aggregate: str, state: State, *, key: DataKey, place: str) -> bytes:
    """Return *state* sealed for *place* (stream and version)."""
    kept = {"shape": SHAPE, "state": f"{aggregate}/{state.status}", "d": state}
    return key.seal(dumps(kept, opened), record=place, field="snapshot")


def state_of(body: bytes, *, key: DataKey, place: str) -> State | None:
    """
    Return the state stored as *body*; None if another version of the code stored it.

    Raises:
        AdapterError: `sealed_unreadable`: the snapshot belongs to another place, or was changed.
    """
    if body.startswith(_NOT_SEALED):
        return None
    kept = loads(key.open(body, record=place, field="snapshot"))
    if kept["shape"] != SHAPE:
        return None
    state: State = CONVERTER.structure(kept["d"], _STATES[kept["state"]])
    return state
