"""
A file run: an applications file against a registry, planned as a whole, carried out row by row, durable.

    run = FileRun(service, registry=registry, snapshot="...", applications="...")
    run.begin(rows, as_of=day, policy_text="")
    run.carry_out(rows)
    run.outcomes()
"""

from __future__ import annotations

from eduid_core.service.batch.assess import Judge, Matching
from eduid_core.service.batch.plan import make_plan
from eduid_core.service.batch.records import FormRow, Planned, Row, Run
from eduid_core.service.batch.run import FileRun, RunRefused
from eduid_core.service.batch.storage import all_runs, unfinished_run
from eduid_core.service.batch.workers import Helpers, Share

__all__ = [
    "FileRun",
    "FormRow",
    "Helpers",
    "Judge",
    "Matching",
    "Planned",
    "Row",
    "Run",
    "RunRefused",
    "Share",
    "all_runs",
    "make_plan",
    "unfinished_run",
]
