"""Short constructors for the values that the laws commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, Literal

from eduid_core.plugins import (
    Append,
    Claim,
    Commit,
    Committed,
    Conflict,
    LeasedMessage,
    LeaseTerms,
    OutboxRow,
    Record,
    Settlement,
    Store,
)

Opens = Callable[[str], Store]
Law = Callable[[Opens], None]

NOW = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
EVENT = Record("Opened", b"sealed")


def append(stream: str, expected: int, *records: Record, status: str = "draft", **more: Any) -> Append:
    """Return an append of *records*, or of a single event."""
    return Append(stream=stream, expected=expected, records=records or (EVENT,), status=status, **more)


def commit(*appends: Append, **rest: Any) -> Commit:
    """Return a commit."""
    return Commit(appends=appends, **rest)


def posted(*names: str, kind: Literal["code", "notice"] = "notice") -> Commit:
    """Return a commit that posts a message for each name."""
    return Commit(outbox=tuple(OutboxRow(message_id=name, body=b"sealed", kind=kind) for name in names))


def took(digest: str, owner: str, kind: str = "person") -> Claim:
    """Return a claim with one owner."""
    return Claim(kind, digest, owner)


def mark(digest: str, owner: str) -> Claim:
    """Return a claim with many owners."""
    return Claim("live", digest, owner, unique=False)


def ids(messages: Iterable[LeasedMessage]) -> list[str]:
    """Return the identities of *messages*."""
    return [m.message_id for m in messages]


def terms(*, minutes: float = 0, **rest: Any) -> LeaseTerms:
    """Return terms of a lease *minutes* after `NOW`."""
    return LeaseTerms(at=NOW + dt.timedelta(minutes=minutes), **rest)


def settled(
    message: LeasedMessage,
    state: Literal["sent", "waiting", "failed"],
    *,
    minutes: float | None = None,
    code: str = "",
) -> Settlement:
    """Return the end of a lease; the message waits until *minutes* after `NOW`, or not at all."""
    due = None if minutes is None else NOW + dt.timedelta(minutes=minutes)
    return Settlement(message_id=message.message_id, fence=message.fence, state=state, due=due, code=code)


def settle(store: Store, *settlements: Settlement) -> Committed | Conflict:
    """Write the ends of leases in a commit of their own."""
    (outcome,) = store.commit([Commit(settled=settlements)])
    return outcome


def fates(outcomes: Iterable[Committed | Conflict]) -> list[str]:
    """Return each outcome as a word: `done`, or the reason of the conflict."""
    return [o.why if isinstance(o, Conflict) else "done" for o in outcomes]
