"""
File runs: certify an applications file against a registry. The whole run is planned, then applied row by row.

    run = FileRun(service, registry=registry, snapshot="...", applications="...")
    run.begin(rows, as_of=day, policy_text="")
    run.carry_out(rows)
    run.outcomes()
"""

from __future__ import annotations

from eduid_core.service.batch.assess import Assessor, Matching
from eduid_core.service.batch.made_ids import ids_in_store
from eduid_core.service.batch.plan import make_plan
from eduid_core.service.batch.records import BatchRow, MemoryRow, PlannedRow, RunRecord
from eduid_core.service.batch.returns import ManyReturned, ReturnCounts
from eduid_core.service.batch.reviews import SEAT_DECIDES, attested_policy, reviewer_id, seat_decides
from eduid_core.service.batch.run import FileRun, RunRefused
from eduid_core.service.batch.storage import all_runs, unfinished_run
from eduid_core.service.batch.undo import RunUndo, UndoneRow
from eduid_core.service.batch.workers import BatchWorkers, WorkerShare

__all__ = [
    "SEAT_DECIDES",
    "Assessor",
    "BatchRow",
    "BatchWorkers",
    "FileRun",
    "ManyReturned",
    "Matching",
    "MemoryRow",
    "PlannedRow",
    "ReturnCounts",
    "RunRecord",
    "RunRefused",
    "RunUndo",
    "UndoneRow",
    "WorkerShare",
    "all_runs",
    "attested_policy",
    "ids_in_store",
    "make_plan",
    "reviewer_id",
    "seat_decides",
    "unfinished_run",
]
