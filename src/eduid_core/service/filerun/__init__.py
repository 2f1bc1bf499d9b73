"""
A file run: an applications file against a registry, planned as a whole, carried out row by row, durable.

    run = FileRun(service, registry=registry, snapshot="...", applications="...")
    run.begin(rows, as_of=day, policy_text="")
    run.carry_out(rows)
    run.outcomes()
"""

from __future__ import annotations

from eduid_core.service.filerun.judge import Judge, Matching
from eduid_core.service.filerun.kept import all_runs, unfinished_run
from eduid_core.service.filerun.plan import make_plan
from eduid_core.service.filerun.records import FormRow, Planned, Row, Run
from eduid_core.service.filerun.run import FileRun, RunRefused
from eduid_core.service.filerun.sharing import Helpers, Share

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
