"""The outbox: leases by compare-and-swap, settled under their fence; PostgreSQL notifies about new messages."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Any, Final, NamedTuple

import attrs

from eduid_core.plugins import Debit, LeasedMessage, LeaseTerms
from eduid_store_sql.commits import CommitWriter
from eduid_store_sql.connection import DistrictConnection, ReadsChanged, microseconds, moment
from eduid_store_sql.forks import leave, tell_of_forks

__all__ = ["CHANNEL", "OutboxTable"]

CHANNEL: Final = "eduid_outbox"
"""The PostgreSQL channel, notified with the district when a commit with a message becomes visible."""
_GLANCE_S: Final = 0.5
"""The polling interval of the other engines while a caller waits."""


_LeaseRow = tuple[str, bytes, str, int, int, int, str]
"""Identity, body, sender, number of leases, times of the first and the last, and the last code."""


class _Waiting(NamedTuple):
    """A waiting message."""

    place: int
    identity: str
    body: bytes
    leases: int
    kind: str
    first_at: int
    code: str

    @property
    def is_new_notice(self) -> bool:
        return self.kind == "notice" and not self.leases

    def swap(self, sender_id: str, at: int) -> dict[str, Any]:
        """Return the condition values of the row and its new values."""
        was = {"place_": self.place, "leases_": self.leases}
        times = {"first_at": self.first_at or at, "leased_at": at}
        return {**was, **times, "leases": self.leases + 1, "leased_by": sender_id}

    def leased_by(self, sender_id: str, at: int) -> LeasedMessage:
        first_at = self.first_at or at
        return _leased((self.identity, self.body, sender_id, self.leases + 1, first_at, at, self.code))


def _leased(row: _LeaseRow) -> LeasedMessage:
    identity, body, leased_by, fence, first_at, leased_at, code = row
    return LeasedMessage(
        message_id=identity,
        body=body,
        leased_by=leased_by,
        fence=fence,
        first_at=moment(first_at),
        leased_at=moment(leased_at),
        code=code,
    )


_Swap = Callable[[Any, Sequence[dict[str, Any]]], list[int]]
"""Compares and swaps rows; returns the places of those that were swapped."""


class OutboxTable:
    """The messages of a district."""

    def __init__(self, connection: DistrictConnection) -> None:
        """Use *connection*."""
        self._connection = connection
        self._ear: Any = None
        self._listening = Lock()
        tell_of_forks(self)

    def lease(self, sender_id: str, limit: int, terms: LeaseTerms) -> list[LeasedMessage]:
        """Take up to *limit* messages that may be leased on *terms*."""
        at = microseconds(terms.at) or 0

        def take(swap: _Swap, cursor: Any) -> list[LeasedMessage]:  # noqa: ANN401 - a driver's cursor
            waiting = self._leasable(cursor, limit, terms)
            places = set(swap(cursor, [m.swap(sender_id, at) for m in waiting]))
            taken = [m for m in waiting if m.place in places]
            fresh = sum(message.is_new_notice for message in taken)
            if terms.notices is not None and fresh:
                debit = attrs.evolve(terms.notices, amount=fresh)
                CommitWriter(cursor, self._connection.book, self._connection.district).debit([debit])
            return [message.leased_by(sender_id, at) for message in taken]

        with suppress(ReadsChanged):
            return self._connection.write(partial(take, self._swapped_together))
        return self._connection.write(partial(take, self._swapped))

    def _left(self, cursor: Any, notices: Debit) -> int:  # noqa: ANN401 - a driver's cursor
        """Return the number of new notices that the budget allows."""
        about = {"district": self._connection.district, "kind": notices.kind}
        spent = self._connection.book.among(cursor, "spent", [notices.digest], **about)
        so_far: int = sum(n for _, window, n in spent if window == notices.window)
        return max(notices.limit - so_far, 0)

    def _leasable(self, cursor: Any, limit: int, terms: LeaseTerms) -> list[_Waiting]:  # noqa: ANN401
        """Return the first *limit* messages that may be leased on *terms*, in order."""
        if terms.codes_only:
            return self._waiting(cursor, "waiting_codes", limit, terms)
        first = self._waiting(cursor, "waiting", limit, terms)
        fresh = [message for message in first if message.is_new_notice]
        if terms.notices is None or not fresh:
            return first
        left = self._left(cursor, terms.notices)
        if len(fresh) <= left:
            return first
        paid = self._waiting(cursor, "waiting_paid", limit, terms)
        return sorted([*paid, *fresh[:left]], key=lambda m: (m.kind, m.leases, m.place))[:limit]

    def _waiting(self, cursor: Any, name: str, limit: int, terms: LeaseTerms) -> list[_Waiting]:  # noqa: ANN401
        row = {"district": self._connection.district, "limit": limit, "at": microseconds(terms.at)}
        return [_Waiting(*found) for found in self._connection.book[name].run(cursor, row).fetchall()]

    def _swapped_together(self, cursor: Any, rows: Sequence[dict[str, Any]]) -> list[int]:  # noqa: ANN401
        """
        Compare and swap, so that two relays never take the same message.

        Raises:
            Moved: another relay has taken one of the messages.
        """
        if not rows:
            return []
        self._connection.book["lease"].run_many(cursor, rows)
        if cursor.rowcount != len(rows):
            raise ReadsChanged
        return [row["place_"] for row in rows]

    def _swapped(self, cursor: Any, rows: Sequence[dict[str, Any]]) -> list[int]:  # noqa: ANN401
        """Compare and swap one by one, after repeated lost races."""
        lease = self._connection.book["lease"]
        return [row["place_"] for row in rows if lease.run(cursor, row).rowcount == 1]

    def unanswered(self, sender_id: str | None = None) -> list[LeasedMessage]:
        """Return the messages leased and never settled, oldest first."""
        connection = self._connection
        rows = (
            connection.rows("leased", least=0)
            if sender_id is None
            else connection.rows("leased_by", sender=sender_id)
        )
        return [_leased(row) for row in rows]

    def failed(self, limit: int) -> list[LeasedMessage]:
        """Return the first *limit* messages that failed, oldest first."""
        return [_leased(row) for row in self._connection.rows("failed", limit=limit)]

    # --- waiting ---------------------------------------------------------------------------------------

    def wait(self, timeout_s: float, terms: LeaseTerms) -> bool:
        """Wait at most *timeout_s* for a message that may be leased on *terms*; return whether there is one."""
        if timeout_s <= 0:
            return self._any_leasable(terms)
        ends = time.monotonic() + timeout_s
        with self._listening:
            if self._connection.database.name == "postgresql":
                self._listen()
            while not self._any_leasable(terms):
                left = ends - time.monotonic()
                if left <= 0:
                    return False
                self._pause(left)
        return True

    def _any_leasable(self, terms: LeaseTerms) -> bool:
        with self._connection.database.reading() as cursor:
            return bool(self._leasable(cursor, 1, terms))

    def _listen(self) -> None:
        """Listen before the first read, so that no notification is missed in between."""
        if self._ear is None:
            self._ear = self._connection.database.engine.raw_connection()
            self._ear.cursor().execute(f"LISTEN {CHANNEL}")

    def _pause(self, left_s: float) -> None:
        if self._ear is None:
            time.sleep(min(left_s, _GLANCE_S))
            return
        try:
            for _ in self._ear.driver_connection.notifies(timeout=left_s, stop_after=1):
                return
        except self._connection.database.Error:  # the server closed the connection: listen again and read
            self.close()
            time.sleep(min(left_s, _GLANCE_S))
            self._listen()

    def before_fork(self) -> None:
        """Continue listening: a fork does not affect a server."""

    def after_fork(self) -> None:
        """
        Listen on a connection of the child; the lock may be held by a thread that does not exist in
        the child.
        """
        leave(self._ear)
        self._ear, self._listening = None, Lock()

    def close(self) -> None:
        """Stop listening."""
        if self._ear is not None:
            self._ear.invalidate()
            self._ear = None
