"""The engine `python` of `eduid reconcile`: row by row, as a file run plans them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from pathlib import Path

from eduid_cli import outputs
from eduid_cli.inputs import read_inputs
from eduid_cli.many_returned import warn_of
from eduid_cli.progress import progress
from eduid_core.plugins import MasterKey
from eduid_core.service import Service
from eduid_core.service.batch import Assessor, ReturnCounts, make_plan
from eduid_core.workflow import Policy
from eduid_registry_file import ReadingOptions
from eduid_store_sql import SqlStore

__all__ = ["by_rows"]


class _OneTimeKey:
    """A key for a store that lives as long as the command."""

    def master_key(self) -> MasterKey:
        return MasterKey(id="one-time", secret=secrets.token_bytes(32))


def by_rows(
    applications: Path, registry: Path, out: Path, *, rules: Policy, day: dt.date, options: ReadingOptions
) -> tuple[Mapping[str, int], int]:
    """Decide row by row, as a file run plans them."""
    inputs = read_inputs(applications, registry, options)
    out.mkdir(parents=True, exist_ok=True)
    rows = inputs.rows
    service = Service(store=SqlStore("sqlite://"), keys=_OneTimeKey(), policy=rules)
    assessor = Assessor(executor=service.executor, registry=inputs.registry, policy=rules, as_of=day)
    tally, returns = outputs.OutcomeCounts(), ReturnCounts()
    with progress("比对 matching", len(rows)) as on_progress:
        plan = returns.over(make_plan(rows, assessor, on_progress=on_progress))
        decided = map(outputs.decision_row, tally.over(plan))
        outputs.write_csv(out / "decisions.csv", outputs.DECISIONS, decided)
    outputs.write_quarantine(out / "quarantine.csv", inputs.faults)
    warn_of(returns.too_many())
    return tally.outcomes, len(inputs.faults)
