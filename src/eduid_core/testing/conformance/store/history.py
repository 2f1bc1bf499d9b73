"""
The history of a race and its checker: the actor, command and time span of each entry, its answer, the final
state.

The checker is independent of the store's implementation. It looks for one order of events that explains all
answers and the final state.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

from eduid_core.plugins import Store

__all__ = ["DECIDES", "FinalStanding", "HistoryEntry", "checked", "overlaps", "stands"]

DECIDES: Final = {
    "approve": ("ReviewCompleted", "approved"),
    "return": ("ReviewCompleted", "returned"),
    "amend": ("Amended", "pending_review"),
}
"""Command -> the event it makes, once, and the resulting status."""

_TOO_LATE: Final = frozenset(
    {"task_closed", "stale_revision", "invalid_transition", "person_taken", "nothing_changed", "conflict"}
)
"""The refusals of a command that came second."""


@attrs.frozen(kw_only=True)
class HistoryEntry:
    """A command: its process, its application and contest, and its answer."""

    process: int
    contest: str
    application: str
    asked: str
    began: float
    ended: float
    answer: str
    """`done`, the code of a refusal, or the name of an error."""


@attrs.frozen(kw_only=True)
class FinalStanding:
    """The final state of an application in a store: versions and events of its streams, its status."""

    application: str
    status: str
    versions: Mapping[str, int]
    events: Mapping[str, tuple[str, ...]]


def stands(store: Store, applications: Sequence[str]) -> dict[str, FinalStanding]:
    """Return the state of each of *applications* in *store*, without opening any sealed body."""
    kinds = ("application", "review_task", "card")
    of_status = {
        name.partition("/")[2]: status
        for status in ("approved", "returned", "pending_review", "submitted")
        for name in store.streams("application/", status)
    }
    found = iter(store.load([f"{kind}/{key}" for key in applications for kind in kinds], whole=True))
    held = {}
    for key in applications:
        streams = {kind: next(found) for kind in kinds}
        held[key] = FinalStanding(
            application=key,
            status=of_status.get(key, ""),
            versions={kind: stream.version for kind, stream in streams.items()},
            events={kind: tuple(r.type for r in stream.records) for kind, stream in streams.items()},
        )
    return held


def checked(entries: Iterable[HistoryEntry], held: Mapping[str, FinalStanding]) -> list[str]:
    """Return the facts that no order of events explains; empty if all is well."""
    wrong = []
    for contest, asked in sorted(_by_contest(entries).items()):
        wrong += [f"{contest}: {what}" for what in _of_contest(asked, held)]
    return wrong + [f"{key}: {what}" for key, one in sorted(held.items()) for what in _of_streams(one)]


def _by_contest(entries: Iterable[HistoryEntry]) -> dict[str, list[HistoryEntry]]:
    contests: defaultdict[str, list[HistoryEntry]] = defaultdict(list)
    for entry in entries:
        contests[entry.contest].append(entry)
    return contests


def overlaps(entries: Iterable[HistoryEntry]) -> int:
    """Return the number of contests whose winner and loser overlap: without overlap a race proves nothing."""
    count = 0
    for asked in _by_contest(entries).values():
        winners = [entry for entry in asked if entry.answer == "done"]
        count += any(
            e.began < w.ended and w.began < e.ended for w in winners for e in asked if e.process != w.process
        )
    return count


def _of_contest(asked: Sequence[HistoryEntry], held: Mapping[str, FinalStanding]) -> list[str]:
    winners = [entry for entry in asked if entry.answer == "done"]
    if len(winners) != 1:
        return [f"{len(winners)} winners"]
    winner, wrong = winners[0], []
    _, status = DECIDES[winner.asked]
    if held[winner.application].status != status:
        wrong.append("what stands is not what was answered")
    for key in {entry.application for entry in asked}:
        made = Counter(name for names in held[key].events.values() for name in names)
        decided = sum(made[name] for name in {event for event, _ in DECIDES.values()})
        if decided != (key == winner.application):
            wrong.append(f"{decided} decisions are written where one was won or none")
    if made_twice := [e for e in asked if e is not winner and e.ended < winner.began]:
        wrong.append(f"{len(made_twice)} were too late before anybody was in time")
    strange = {entry.answer for entry in asked if entry is not winner} - _TOO_LATE
    return wrong + [f"answered {answer}" for answer in sorted(strange)]


def _of_streams(one: FinalStanding) -> list[str]:
    """Check the rules for any winner: versions without gaps, one card for an approval, else none."""
    wrong = [
        f"{kind}: version {version} with {len(one.events[kind])} events"
        for kind, version in one.versions.items()
        if version != len(one.events[kind])
    ]
    if (one.status == "approved") != (one.events["card"] == ("CardIssued",)):
        wrong.append("card and approval disagree")
    return wrong
