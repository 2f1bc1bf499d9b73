"""What the store keeps of runs: each run, its plan row by row, and which plan is on its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final

from eduid_core.plugins import Document, Store
from eduid_core.service.filerun.plan import chunks
from eduid_core.service.filerun.records import Planned, Run, place_key

__all__ = ["all_runs", "keep_plan", "keep_run", "planned_rows", "unfinished_run"]

_PLANNING: Final = "planning"
"""The kind of the documents that name plans on their way."""


def all_runs(store: Store) -> list[Run]:
    """Return every run of *store*, oldest first."""
    return sorted((Run.read(body) for body in store.documents("run").values()), key=lambda r: r.number)


def unfinished_run(store: Store, applications: str, registry: str) -> Run | None:
    """Return the run over these files that was begun and not finished, if there is one."""
    for run in all_runs(store):
        if (run.applications, run.registry, run.state) == (applications, registry, "planned"):
            return run
    return None


def planned_rows(store: Store, run: Run) -> Iterator[Planned]:
    """Yield the plan of *run* as it stands, in the file's order."""
    for places in chunks(range(run.rows)):
        yield from map(Planned.read, store.documents(f"plan:{run.id}", list(map(place_key, places))).values())


def keep_plan(store: Store, run_id: str, plan: Iterable[Planned]) -> int:
    """Store *plan* some rows at a time, in the place of one that was never finished; return its length."""
    for abandoned in store.documents(_PLANNING):
        _forget_plan(store, abandoned)
    store.put([Document(_PLANNING, run_id, b"1")])
    rows = 0
    for some in chunks(plan):
        store.put([planned.document(run_id) for planned in some])
        rows += len(some)
    return rows


def keep_run(store: Store, run: Run, given_up: Iterable[Run]) -> None:
    """Store *run*, whose plan is stored, and what became of the runs *given_up* for it."""
    store.put([*(r.document() for r in given_up), run.document(), Document(_PLANNING, run.id, b"")])


def _forget_plan(store: Store, run_id: str) -> None:
    """Take out what stands of a plan whose run was never begun."""
    for places in chunks(count()):
        found = store.documents(f"plan:{run_id}", list(map(place_key, places)))
        store.put([Document(f"plan:{run_id}", key, b"") for key in found])
        if not found:
            break
    store.put([Document(_PLANNING, run_id, b"")])
