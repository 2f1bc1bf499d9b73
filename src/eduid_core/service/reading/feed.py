"""
The feed: the events commit by commit, for a program that keeps a copy, a dashboard or an index of its own.

The log of the ledger gives the order: entries are only ever appended to it, so a reader that continues from its
last position sees every event once. Events are named, with their actor and time; contents stay sealed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Final

import attrs

from eduid_core.plugins import Record, Store
from eduid_core.service.ledger.log import LOG
from eduid_core.workflow import Role

__all__ = ["FeedEvent", "events_after"]

_PAGE: Final = 500


@attrs.frozen(kw_only=True)
class FeedEvent:
    """
    One event of the feed: the aggregate (application, review_task, card, account …) and its id, the version
    after the event, its name, the status after the commit, the actor of the command and its time. `cursor` is
    the value of *after* for the next page; the events of one commit share it.
    """

    cursor: str
    aggregate: str
    id: str
    version: int
    name: str
    status: str
    by: str
    role: Role
    at: dt.datetime


def events_after(store: Store, after: str) -> Iterator[list[FeedEvent]]:
    """Yield the events of each commit after the cursor *after*, in the order of the log."""
    place = int(after or 0)
    while records := store.records(LOG, place, _PAGE):
        for record in records:
            place += 1
            if told := list(_events(record, str(place))):
                yield told


def _events(record: Record, cursor: str) -> Iterator[FeedEvent]:
    entry = json.loads(record.body)
    if not entry.get("streams") or "role" not in entry:
        return  # keys wrapped again, or rows of an earlier version taken over: nothing happened to anybody
    about = {"cursor": cursor, "by": entry["by"], "role": Role(entry["role"])}
    at = dt.datetime.fromisoformat(entry["at"])
    for stream, version, names, _, *status in entry["streams"]:
        aggregate, _, key = stream.partition("/")
        for number, name in enumerate(names, version - len(names) + 1):
            after = status[0] if status else ""
            yield FeedEvent(
                aggregate=aggregate, id=key, version=number, name=name, status=after, at=at, **about
            )
