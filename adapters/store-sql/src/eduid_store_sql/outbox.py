"""The outbox: leases by compare-and-swap, settled under their fence; PostgreSQL notifies about new messages."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Any, Final, NamedTuple

import attrs

from eduid_core.plugins import Debit, LeasedMessage
from eduid_store_sql.commits import CommitWriter
from eduid_store_sql.connection import DistrictConnection, ReadsChanged
from eduid_store_sql.forks import leave, tell_of_forks

__all__ = ["CHANNEL", "OutboxTable"]

CHANNEL: Final = "eduid_outbox"
"""The PostgreSQL channel, notified with the district when a commit with a message becomes visible."""
_GLANCE_S: Final = 0.5
"""The polling interval of the other engines while a caller waits."""


class _Waiting(NamedTuple):
    """A waiting message."""

    place: int
    identity: str
    body: bytes
    leases: int
    kind: str

    @property
    def is_new_notice(self) -> bool:
        return self.kind == "notice" and not self.leases

    def swap(self, sender_id: str) -> dict[str, Any]:
        """Return the condition values of the row and its new values."""
        was = {"place_": self.place, "leases_": self.leases}
        return {**was, "leases": self.leases + 1, "leased_by": sender_id}

    def leased_by(self, sender_id: str) -> LeasedMessage:
        return LeasedMessage(
            message_id=self.identity, body=self.body, leased_by=sender_id, fence=self.leases + 1
        )


_Swap = Callable[[Any, Sequence[_Waiting], str], list[_Waiting]]


class OutboxTable:
    """The messages of a district."""

    def __init__(self, connection: DistrictConnection) -> None:
        """Use *connection*."""
        self._connection = connection
        self._ear: Any = None
        self._listening = Lock()
        tell_of_forks(self)

    def lease(self, sender_id: str, limit: int, notices: Debit | None) -> list[LeasedMessage]:
        """Take up to *limit* waiting messages, new notices within the budget *notices*."""

        def take(swap: _Swap, cursor: Any) -> list[LeasedMessage]:  # noqa: ANN401 - a driver's cursor
            left = None if notices is None else self._left(cursor, notices)
            taken = swap(cursor, self._waiting(cursor, limit, left), sender_id)
            fresh = sum(message.is_new_notice for message in taken)
            if notices is not None and fresh:
                debit = attrs.evolve(notices, amount=fresh)
                CommitWriter(cursor, self._connection.book, self._connection.district).debit([debit])
            return [message.leased_by(sender_id) for message in taken]

        with suppress(ReadsChanged):
            return self._connection.write(partial(take, self._swapped_together))
        return self._connection.write(partial(take, self._swapped))

    def _left(self, cursor: Any, notices: Debit) -> int:  # noqa: ANN401 - a driver's cursor
        """Return the number of new notices that the budget allows."""
        about = {"district": self._connection.district, "kind": notices.kind}
        spent = self._connection.book.among(cursor, "spent", [notices.digest], **about)
        so_far: int = sum(n for _, window, n in spent if window == notices.window)
        return max(notices.limit - so_far, 0)

    def _waiting(self, cursor: Any, limit: int, left: int | None) -> list[_Waiting]:  # noqa: ANN401
        """Return the first *limit* waiting messages, in order, with at most *left* new notices."""
        row = {"district": self._connection.district, "limit": limit}
        first = [_Waiting(*found) for found in self._connection.book["waiting"].run(cursor, row).fetchall()]
        fresh = [message for message in first if message.is_new_notice]
        if left is None or len(fresh) <= left:
            return first
        paid = [_Waiting(*found) for found in self._connection.book["waiting_paid"].run(cursor, row).fetchall()]
        return sorted([*paid, *fresh[:left]], key=lambda m: (m.kind, m.leases, m.place))[:limit]

    def _swapped_together(self, cursor: Any, messages: Sequence[_Waiting], sender_id: str) -> list[_Waiting]:  # noqa: ANN401
        """
        Compare and swap, so that two relays never take the same message.

        Raises:
            Moved: another relay has taken one of the messages.
        """
        if not messages:
            return []
        self._connection.book["lease"].run_many(cursor, [m.swap(sender_id) for m in messages])
        if cursor.rowcount != len(messages):
            raise ReadsChanged
        return list(messages)

    def _swapped(self, cursor: Any, messages: Sequence[_Waiting], sender_id: str) -> list[_Waiting]:  # noqa: ANN401
        """Compare and swap one by one, after repeated lost races; return the messages that were taken."""
        lease = self._connection.book["lease"]
        return [m for m in messages if lease.run(cursor, m.swap(sender_id)).rowcount == 1]

    def unanswered(self, sender_id: str | None = None) -> list[LeasedMessage]:
        """Return the messages leased and never settled, oldest first."""
        connection = self._connection
        rows = (
            connection.rows("leased", least=0)
            if sender_id is None
            else connection.rows("leased_by", sender=sender_id)
        )
        return [LeasedMessage(message_id=m, body=body, leased_by=by, fence=f) for m, body, by, f in rows]

    # --- waiting ---------------------------------------------------------------------------------------

    def wait(self, timeout_s: float, *, notices: bool) -> bool:
        """Wait at most *timeout_s* for a waiting message; return whether there is one."""
        if timeout_s <= 0:
            return self._any_waiting(notices=notices)
        ends = time.monotonic() + timeout_s
        with self._listening:
            if self._connection.database.name == "postgresql":
                self._listen()
            while not self._any_waiting(notices=notices):
                left = ends - time.monotonic()
                if left <= 0:
                    return False
                self._pause(left)
        return True

    def _any_waiting(self, *, notices: bool) -> bool:
        return bool(self._connection.rows("waiting" if notices else "waiting_paid", limit=1))

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
