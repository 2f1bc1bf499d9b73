"""The outbox: leases by compare-and-swap, settled under their fence; PostgreSQL says when a message comes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Lock
from typing import Any, Final

from eduid_core.plugins import LeasedMessage, Receipt, Received
from eduid_store_sql.desk import Desk

__all__ = ["CHANNEL", "Outbox"]

CHANNEL: Final = "eduid_outbox"
"""PostgreSQL notifies here, with the district, when a commit that posted a message becomes visible."""
_GLANCE_S: Final = 0.5
"""How often the other engines are looked at while somebody waits."""


class Outbox:
    """The messages of one district."""

    def __init__(self, desk: Desk) -> None:
        """Work at *desk*."""
        self._desk = desk
        self._ear: Any = None
        self._listening = Lock()

    def lease(self, sender_id: str, limit: int) -> list[LeasedMessage]:
        """Take up to *limit* waiting messages; compare-and-swap, so that two relays never take the same."""
        book, district = self._desk.book, self._desk.district

        def take(cursor: Any) -> list[LeasedMessage]:  # noqa: ANN401 - a driver's cursor
            waiting = book["waiting"].run(cursor, {"district": district, "limit": limit}).fetchall()
            taken = []
            for place, identity, body, leases in waiting:
                row = {"place_": place, "leases_": leases, "leases": leases + 1, "leased_by": sender_id}
                # One at a time where another relay works beside this one: what it took is not ours.
                if book["lease"].run(cursor, row).rowcount == 1:
                    message = LeasedMessage(
                        message_id=identity, body=body, leased_by=sender_id, fence=leases + 1
                    )
                    taken.append(message)
            return taken

        return self._desk.write(take)

    def unanswered(self, sender_id: str | None = None) -> list[LeasedMessage]:
        """Return the messages leased and never settled, oldest first."""
        desk = self._desk
        rows = desk.rows("leased", least=0) if sender_id is None else desk.rows("leased_by", sender=sender_id)
        return [LeasedMessage(message_id=m, body=body, leased_by=by, fence=f) for m, body, by, f in rows]

    def settle(self, receipts: Sequence[Receipt]) -> None:
        """Sent ends a message and destroys its body; refused puts it back; unknown leaves the lease."""
        rows: dict[str, list[dict[str, Any]]] = {}
        for r in receipts:
            if r.received is not Received.UNKNOWN:
                name = r.received.value + ("" if r.fence is None else "_fenced")
                row = {"district_": self._desk.district, "message_id_": r.message_id, "body": b""}
                rows.setdefault(name, []).append({**row, "fence": r.fence})
        self._desk.write(
            lambda cursor: [self._desk.book[name].run_many(cursor, some) for name, some in rows.items()]
        )

    # --- waiting ---------------------------------------------------------------------------------------

    def wait(self, timeout_s: float) -> bool:
        """Wait until a message may be waiting, at most *timeout_s*; return whether one is."""
        ends = time.monotonic() + timeout_s
        with self._listening:
            if self._desk.database.name == "postgresql":
                self._listen()
            while not self._any_waiting():
                left = ends - time.monotonic()
                if left <= 0:
                    return False
                self._pause(left)
        return True

    def _any_waiting(self) -> bool:
        return bool(self._desk.rows("waiting", limit=1))

    def _listen(self) -> None:
        """Listen before looking, so that nothing comes unheard in between."""
        if self._ear is None:
            self._ear = self._desk.database.engine.raw_connection()
            self._ear.cursor().execute(f"LISTEN {CHANNEL}")

    def _pause(self, left_s: float) -> None:
        if self._ear is None:
            time.sleep(min(left_s, _GLANCE_S))
            return
        try:
            for _ in self._ear.driver_connection.notifies(timeout=left_s, stop_after=1):
                return
        except self._desk.database.Error:  # the server hung up: listen anew and look
            self.close()
            time.sleep(min(left_s, _GLANCE_S))
            self._listen()

    def close(self) -> None:
        """Stop listening."""
        if self._ear is not None:
            self._ear.invalidate()
            self._ear = None
