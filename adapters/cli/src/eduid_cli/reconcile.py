"""`eduid reconcile`: the decisions of a first `certify`, computed and not kept."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from pathlib import Path

import click

from eduid_cli import outputs
from eduid_cli.certify import policy_of, read_inputs, today
from eduid_cli.progress import progress
from eduid_core.plugins import MasterKey
from eduid_core.service import Service
from eduid_core.service.filerun.plan import make_plan
from eduid_store_sql import SqlStore

__all__ = ["reconcile"]


class _OneTimeKey:
    """A key for a store that lives as long as the command."""

    def master_key(self) -> MasterKey:
        return MasterKey(id="one-time", secret=secrets.token_bytes(32))


def reconcile(
    applications: Path, registry: Path, *, out: Path, as_of: dt.date | None, policy: Path | None
) -> int:
    """Write `decisions.csv` and `quarantine.csv`."""
    rules = policy_of(None if policy is None else policy.read_text("utf-8"))
    inputs = read_inputs(applications, registry)
    out.mkdir(parents=True, exist_ok=True)
    rows = inputs.rows
    service = Service(store=SqlStore("sqlite://"), keys=_OneTimeKey(), policy=rules)
    with progress("比对 matching", len(rows)) as told:
        plan = make_plan(
            rows,
            desk=service.desk,
            registry=inputs.registry,
            policy=rules,
            as_of=as_of or today(),
            told=told,
        )
    outputs.write_csv(out / "decisions.csv", outputs.DECISIONS, map(outputs.decision_row, plan))
    outputs.write_quarantine(out / "quarantine.csv", inputs.faults)
    counts = Counter(p.result.outcome for p in plan)
    click.echo(
        f"通过 approved {counts['approved']} · 待审 review {counts['review']} · "
        f"退回 returned {counts['returned']} · 隔离 quarantined {len(inputs.faults)}"
    )
    return 0
