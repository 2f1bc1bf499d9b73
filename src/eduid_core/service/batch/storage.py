"""
Storage of file runs: each run, its plan, and the plans in progress.

One document holds the plan of a group of rows, so the plan is read as fast as the file. A row with a result
that changed when it was submitted has a document of its own, written in the same commit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Final

from eduid_core.plugins import Document, Store
from eduid_core.service.batch.plan import chunks
from eduid_core.service.batch.records import GROUP, PlannedRow, RunRecord, place_key
from eduid_core.service.codec.serialize import dumps, loads
from eduid_core.service.ledger.entries import LedgerWriter

__all__ = ["all_runs", "amended", "keep_plan", "keep_run", "planned_group", "planned_rows", "unfinished_run"]

_PLANNING: Final = "planning"
"""The kind of the documents that name plans in progress."""
_DOCUMENTS: Final = 10
"""Groups stored in one commit."""


def all_runs(store: Store) -> list[RunRecord]:
    """Return every run of *store*, oldest first."""
    return sorted((RunRecord.read(body) for body in store.documents("run").values()), key=lambda r: r.number)


def unfinished_run(store: Store, applications: str, registry: str) -> RunRecord | None:
    """Return the run over these files that was begun and not finished, or None."""
    for run in all_runs(store):
        if run.is_unfinished and (run.applications, run.registry) == (applications, registry):
            return run
    return None


def planned_rows(store: Store, run: RunRecord) -> Iterator[PlannedRow]:
    """Yield the current plan of *run*, in the order of the file."""
    for first in range(0, run.rows, GROUP):
        yield from planned_group(store, run.id, first)


def planned_group(store: Store, run_id: str, first: int) -> list[PlannedRow]:
    """Return the current plan of the group that begins at place *first*."""
    key = place_key(first)
    (group,) = store.documents(_plan(run_id), [key]).values()
    rows = dict(enumerate(loads(group), start=first))
    rows.update((int(place), loads(row)) for place, row in store.documents(_amended(run_id, first)).items())
    return [PlannedRow.read(place, row) for place, row in rows.items()]


def amended(planned: PlannedRow, run_id: str) -> Document:
    """Return the document that replaces one row of the plan with *planned*."""
    first = planned.place - planned.place % GROUP
    return Document(_amended(run_id, first), place_key(planned.place), dumps(planned.stored()))


def keep_plan(ledger: LedgerWriter, run_id: str, plan: Iterable[PlannedRow], *, at: dt.datetime) -> int:
    """Store *plan*, a few groups per commit, over any plan that was never finished; return its length."""
    about = {"at": at.isoformat(), "what": "run"}
    for abandoned in ledger.store.documents(_PLANNING):
        _forget_plan(ledger, abandoned, about)
    ledger.put([Document(_PLANNING, run_id, b"1")], **about)
    rows = 0
    for some in chunks(chunks(plan, GROUP), _DOCUMENTS):
        ledger.put([_group(run_id, group) for group in some], **about)
        rows += sum(map(len, some))
    return rows


def _group(run_id: str, group: Sequence[PlannedRow]) -> Document:
    return Document(_plan(run_id), place_key(group[0].place), dumps([planned.stored() for planned in group]))


def keep_run(ledger: LedgerWriter, run: RunRecord, given_up: Iterable[RunRecord], *, at: dt.datetime) -> None:
    """Store *run* after its plan, and mark the runs *given_up* for it."""
    documents = [*(r.document() for r in given_up), run.document(), Document(_PLANNING, run.id, b"")]
    ledger.put(documents, at=at.isoformat(), what="run")


def _forget_plan(ledger: LedgerWriter, run_id: str, about: dict[str, str]) -> None:
    """Delete the stored plan of a run that was never begun."""
    for firsts in chunks(count(step=GROUP), _DOCUMENTS):
        found = ledger.store.documents(_plan(run_id), list(map(place_key, firsts)))
        ledger.put([Document(_plan(run_id), key, b"") for key in found], **about)
        if not found:
            break
    ledger.put([Document(_PLANNING, run_id, b"")], **about)


def _plan(run_id: str) -> str:
    return f"plan:{run_id}"


def _amended(run_id: str, first: int) -> str:
    return f"amended:{run_id}:{place_key(first)}"
