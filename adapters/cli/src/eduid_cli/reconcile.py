"""`eduid reconcile`: compute the decisions of a first `certify` without storing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import click

from eduid_cli import outputs
from eduid_cli.cleanup import StartedFiles, absent
from eduid_cli.day import today
from eduid_cli.errors import UsageStop
from eduid_cli.gc_pause import few_collections
from eduid_cli.many_returned import warn_of_returns
from eduid_cli.policies import policy_of, policy_text, under_options
from eduid_cli.progress import progress
from eduid_core.workflow import Policy
from eduid_registry_file import FileFault, ReadingOptions

__all__ = ["ENGINES", "reconcile"]

ENGINES = ("polars", "spark", "python")
"""The engines; every one writes the same bytes."""


@few_collections()
def reconcile(
    applications: Path,
    registry: Path,
    *,
    out: Path,
    engine: str,
    as_of: dt.date | None,
    policy: Path | None,
    parts: int = 0,
    reading: ReadingOptions | None = None,
) -> int:
    """Write `decisions.csv` and `quarantine.csv`."""
    day, options = as_of or today(), reading or ReadingOptions()
    rules = under_options(policy_of(policy_text(policy)), options)
    with StartedFiles().making(absent(out, *out.parents)):
        if engine == "python":
            from eduid_cli.reconcile_rows import by_rows  # noqa: PLC0415 - loads the service and a store

            counts, aside = by_rows(applications, registry, out, rules=rules, day=day, options=options)
        else:
            counts, aside = _by_columns(
                applications, registry, out, engine=engine, parts=parts, rules=rules, day=day, options=options
            )
    click.echo(
        f"通过 approved {counts.get('approved', 0)} · 待审 review {counts.get('review', 0)} · "
        f"退回 returned {counts.get('returned', 0)} · 隔离 quarantined {aside}"
    )
    return 0


def _by_columns(
    applications: Path,
    registry: Path,
    out: Path,
    *,
    rules: Policy,
    day: dt.date,
    options: ReadingOptions,
    engine: str,
    parts: int,
) -> tuple[Mapping[str, int], int]:
    """Decide column by column; `eduid-bulk` does the work."""
    try:
        from eduid_bulk import engine_of  # noqa: PLC0415 - heavy, and not on every machine
    except ImportError as missing:
        raise UsageStop(
            f"引擎 {engine} 需要安装 {missing.name}，或使用 --engine python",
            f"the engine {engine} needs {missing.name}; install it, or use --engine python",
        ) from None
    try:
        with progress("比对 matching", None) as on_progress:
            done = engine_of(engine)(
                applications,
                registry,
                as_of=day,
                policy=rules.matching,
                consent_required=rules.file_consent == "required",
                parts=parts,
                options=options,
                on_progress=on_progress,
            )
        out.mkdir(parents=True, exist_ok=True)
        done.write(out / "decisions.csv")
    except FileFault as fault:
        raise UsageStop(fault.zh, fault.en) from None
    except ImportError as missing:
        raise UsageStop(
            f"引擎 {engine} 需要安装 {missing.name}", f"the engine {engine} needs {missing.name}"
        ) from None
    outputs.write_quarantine(out / "quarantine.csv", done.faults)
    warn_of_returns(done.by_verdict())
    return done.counts(), len(done.faults)
