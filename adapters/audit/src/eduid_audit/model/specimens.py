"""One event of every type, from a walk: for tests of storage and folding."""

from __future__ import annotations

from functools import cache

from eduid_audit.model.canon import later
from eduid_audit.model.offers import CONTENTS
from eduid_audit.model.walk import Walker
from eduid_core.workflow import Event
from eduid_core.workflow.lifecycle import TABLES

__all__ = ["specimens", "stories"]


@cache
def stories() -> dict[str, tuple[Event, ...]]:
    """Return for every reached aggregate and status the shortest log that leads there; `account/active`, …."""
    found: dict[str, tuple[Event, ...]] = {}
    for name in CONTENTS:
        w, table = Walker(name), TABLES[name.partition(":")[0]]
        logs: dict[int, tuple[Event, ...]] = {0: ()}
        wanted = {e.name for e in table.fold} - {e.name for log in found.values() for e in log}
        for here, state in enumerate(w.states):
            for edge in w.steps(state):
                place = w.to(w.seen(edge.after))
                log = logs.setdefault(place, (*logs[here], *edge.events))
                status = edge.after.status if edge.after is not None else ""
                found.setdefault(f"{w.aggregate}/{status}", log)
                if new := {e.name for e in edge.events} & wanted:
                    found[f"{w.aggregate}/{status} by {min(new)}"] = (*logs[here], *edge.events)
                    wanted -= new
            logs.setdefault(w.to(later(w.aggregate, state)), logs[here])
            if not wanted:
                break
    return found


def specimens() -> tuple[Event, ...]:
    """Return one event of every type."""
    return tuple({e.name: e for log in stories().values() for e in log}.values())
