"""The reads of those who oversee a deployment or a school: feed, messages for a person, claims of positions."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

import attrs

from eduid_core.findings import CallerError, Refused
from eduid_core.plugins import Store
from eduid_core.service.actor_source import ActorSource
from eduid_core.service.intents import Load
from eduid_core.service.ledger.log import Ledger
from eduid_core.service.outbox.open_messages import OpenMessage, OpenStatus, open_messages
from eduid_core.service.reading.access import Reach, Read, reach_of, reading_refused
from eduid_core.service.reading.cases import Deadlines
from eduid_core.service.reading.feed import FeedEvent, events_after
from eduid_core.service.reading.values import ClaimLine
from eduid_core.workflow import Actor, Calendar, Command, State

__all__ = ["MOST", "OversightReader", "bounded"]

_OF_AN_APPLICATION: Final = frozenset({"application", "review_task", "card", "comms_card"})
"""The aggregates that have the id of an application."""
_CURSOR: Final = re.compile(r"[0-9]{1,18}")
MOST: Final = 1000
"""The most lines of one list."""


def bounded(limit: int) -> int:
    """Return *limit* as a number of lines."""
    return max(1, min(limit, MOST))


class OversightReader(ActorSource):
    """The reads of overseers, and how the actor of any read is established."""

    _store: Store

    _calendar: Calendar

    def _due(self, state: State | None) -> dt.datetime | None:
        raise NotImplementedError

    @property
    def _deadlines(self) -> Deadlines:
        return Deadlines(self._due, getattr(self._calendar, "horizon", dt.date.max))

    def _look(self, by: Actor, subject: str = "") -> Command | Refused:
        """Return the look of *by* at *subject*, if this service gave the actor out and they still stand."""
        found: Command | Refused = self._run(self.established(Command(subject=subject, by=by)))
        return found if isinstance(found, Refused) else attrs.evolve(found, at=self.clock())

    def _allowed(self, read: Read, by: Actor, subject: str = "") -> Command | Refused:
        look = self._look(by, subject)
        if isinstance(look, Refused):
            return look
        refused = self._run(reading_refused(read, look, self.policy))
        return look if refused is None else refused

    def feed(self, *, by: Actor, after: str = "", limit: int = 100) -> tuple[FeedEvent, ...] | Refused:
        """
        Return about *limit* events (at most 1,000) in the order of their commits, those of timers, `resume` and
        `match_again` among them, after the cursor *after*: that of the last event seen. The events of one
        commit come together. An operator sees every event; staff see those of the applications within their
        reach, with their reviews and cards.

        Raises:
            CallerError: *after* is no cursor.
        """
        look = self._allowed("feed", by)
        if isinstance(look, Refused):
            return look
        if after and not _CURSOR.fullmatch(after):
            raise CallerError("after: the cursor of an event is expected")
        reach = self._run(reach_of(look))
        self._ledger.integrate()
        events: list[FeedEvent] = []
        for commit in events_after(self._store, after):
            events += commit if reach.everything else [e for e in commit if self._covers(reach, e)]
            if len(events) >= bounded(limit):
                break
        return tuple(events)

    def _covers(self, reach: Reach, event: FeedEvent) -> bool:
        if event.aggregate not in _OF_AN_APPLICATION:
            return False
        state: Any = self.executor.perform(Load("application", event.id)).state
        file = getattr(state, "file", None)
        return file is not None and reach.covers(file.place)

    @property
    def _ledger(self) -> Ledger:
        return Ledger(self._store, self.executor.vault)

    def messages(
        self, *, by: Actor, status: OpenStatus = "failed", limit: int = 100
    ) -> tuple[OpenMessage, ...] | Refused:
        """
        Return the first *limit* messages for a person, oldest first: failed ones, or unknown ones, those being
        handed over now among them. `CloseMessage` ends one, `RetryMessage` lets a failed one be tried again.
        """
        look = self._allowed("messages", by)
        if isinstance(look, Refused):
            return look
        return open_messages(self._store, self.executor.vault.house, status, bounded(limit))

    def claims(self, *, by: Actor, limit: int = 100) -> tuple[ClaimLine, ...] | Refused:
        """
        Return the claims of positions that wait to be verified, oldest first: those within the reach of *by*;
        an operator's are all. `Verify`, `Return` and `Decline` answer one.
        """
        look = self._allowed("claims", by)
        if isinstance(look, Refused):
            return look
        reach = self._run(reach_of(look))
        names = self._store.streams("reviewer_grant/", "claimed")
        lines = (self._claim_line(name.partition("/")[2]) for name in names)
        found = [line for line in lines if reach.covers((line.school_code, line.class_name))]
        return tuple(sorted(found, key=lambda line: (line.since, line.id))[: bounded(limit)])

    def _claim_line(self, key: str) -> ClaimLine:
        state: Any = self.executor.perform(Load("reviewer_grant", key)).state
        claim = state.claim
        person: Any = getattr(self.executor.perform(Load("account", claim.teacher_id)).state, "person", None)
        return ClaimLine(
            id=key,
            account_id=claim.teacher_id,
            position=claim.position,
            school_code=claim.school_code,
            class_name=claim.class_name,
            since=state.since,
            phone_masked=person.phone.screen() if person is not None else "",
        )
