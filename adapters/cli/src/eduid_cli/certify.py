"""`eduid certify`: certify an applications file against a registry, durably."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import click

from eduid_cli import outputs
from eduid_cli.cleanup import StartedFiles, absent
from eduid_cli.day import today
from eduid_cli.deployment import digest_of, key_file, locked_store, stop_for
from eduid_cli.errors import UsageStop
from eduid_cli.gc_pause import few_collections
from eduid_cli.policies import policy_of, policy_text
from eduid_cli.progress import progress
from eduid_cli.worker_pool import WorkerPool, helpers_for
from eduid_core.findings import AdapterError
from eduid_core.plugins import KeySource, Store
from eduid_core.service import Relayed, Service
from eduid_core.service.batch import FileRun, Matching, RunRecord, RunRefused, unfinished_run
from eduid_core.workflow import Policy
from eduid_registry_file import (
    ApplicationsFile,
    FileFault,
    FileFormRows,
    RegistryFile,
    RowFault,
    read_applications,
)
from eduid_sms_console import FileSender

__all__ = ["Inputs", "certify", "read_inputs"]

_LONG = 1000
"""The number of applications from which loading the column engine pays off."""

_REFUSED = {
    "as_of_differs": (
        "上次中断的运行使用的日期是 {0}，请使用同一日期或不指定",
        "the run that was interrupted began as of {0}: give the same day, or none",
    ),
    "policy_differs": (
        "上次中断的运行使用了另一份策略，请使用同一策略或不指定",
        "the run that was interrupted began under another policy: give the same, or none",
    ),
    "registry_vanished": (
        "学籍库比上次少了太多学生（{0}）。确认无误后请加 --confirm-vanish",
        "the registry lost too many students ({0}); if that is right, add --confirm-vanish",
    ),
    "run_unfinished": (
        "还有一次运行没有办完（{0}）。请先用那两个文件再运行一次直至结束，或加 --abandon 放弃它",
        "a run waits to be finished ({0}): run it again to its end, or give it up with --abandon",
    ),
}
"""Reasons why a run may not begin: code -> (zh, en)."""


@attrs.frozen(kw_only=True)
class Inputs:
    """The two files as read, and the digest of the first."""

    applications: ApplicationsFile
    registry: RegistryFile
    digest: str

    @property
    def rows(self) -> FileFormRows:
        """Return the forms in the order of the file, read on each iteration."""
        return self.applications.rows

    @property
    def faults(self) -> tuple[RowFault, ...]:
        """Return every row that its file sets aside: the applications' first."""
        return (*self.applications.faults, *self.registry.faults)

    def faults_of(self, run: FileRun) -> tuple[RowFault, ...]:
        """Return every row set aside, by its file or by *run*: the applications' first."""
        of_others = outputs.of_others(run, self.applications.file)
        first = sorted((*self.applications.faults, *of_others), key=lambda fault: fault.line)
        return (*first, *self.registry.faults)


def read_inputs(applications: Path, registry: Path) -> Inputs:
    """Read both files. Raises Stop: a file cannot be read."""
    try:
        return Inputs(
            applications=read_applications(applications),
            registry=RegistryFile(registry),
            digest=digest_of(applications),
        )
    except FileFault as fault:
        raise UsageStop(fault.zh, fault.en) from None
    except OSError as error:
        raise UsageStop(f"无法读取文件：{error.strerror}", f"cannot read: {error.strerror}") from None


@few_collections()
def certify(
    applications: Path,
    registry: Path,
    *,
    db: Path,
    out: Path,
    as_of: dt.date | None,
    policy: Path | None,
    strict: bool,
    confirm_vanish: bool,
    abandon: bool = False,
) -> int:
    """Run the main command; return the exit code."""
    given = policy_text(policy)
    with _stopping(), helpers_for(applications) as workers:
        inputs, start = read_inputs(applications, registry), StartedFiles()
        with start.making(_folder_of(db, out)), locked_store(db, create=True, start=start) as store:
            with start.making(absent(*outputs.places(out))):
                outputs.make_ready(out)
                keys = key_file(db, fresh=not store.documents("vault"))
                began = unfinished_run(store, inputs.digest, inputs.registry.snapshot)
                service = _service(store, keys, inputs, policy_of(began.policy_text if began else given), out)
                run = _file_run(service, inputs)
                run.check_resumed(as_of=as_of, policy_text=given)
                allowed = {"confirm_vanish": confirm_vanish, "abandon": abandon}
                begun = run.run or _begun(run, inputs, as_of or today(), given or "", **allowed)
                start.begun = True
            workers.begin(run=begun.id, db=db, key=keys.path)
            tally, relayed, faults = _carried_out(run, service, inputs, workers, out)
    _tell(tally, inputs, relayed, out, quarantined=len(faults), resumed=run.resumed)
    return 1 if strict and faults else 0


def _folder_of(db: Path, out: Path) -> list[Path]:
    """Create the folder of *db* if it is also the folder of the results; return the created folders."""
    folder = db.parent
    made = absent(folder, *folder.parents) if folder in {out, *out.parents} else []
    if made:
        folder.mkdir(parents=True, exist_ok=True)
    return made


def _carried_out(
    run: FileRun, service: Service, inputs: Inputs, workers: WorkerPool, out: Path
) -> tuple[outputs.OutcomeCounts, Relayed, tuple[RowFault, ...]]:
    """Submit the planned rows, hand the messages over, write the results."""
    with progress("办理 deciding", len(inputs.rows)) as on_progress:
        run.carry_out(inputs.rows, workers=workers, on_progress=on_progress)
    with progress("短信 messages", None) as on_progress:
        relayed = service.send_messages(alone=True, on_progress=on_progress)
    faults = inputs.faults_of(run)
    return _write(out, inputs, run, relayed, faults), relayed, faults


@contextmanager
def _stopping() -> Iterator[None]:
    """Report in one line why the command stops."""
    try:
        yield
    except RunRefused as refused:
        zh, en = (words.format(refused.detail) for words in _REFUSED[refused.code])
        raise UsageStop(zh, en) from None
    except AdapterError as error:
        raise stop_for(error) from None
    except FileFault as fault:
        raise UsageStop(fault.zh, fault.en) from None


def _service(store: Store, keys: KeySource, inputs: Inputs, rules: Policy, out: Path) -> Service:
    sender = FileSender(out / "sms.jsonl")
    return Service(store=store, keys=keys, sms=sender, registry=inputs.registry, policy=rules)


def _file_run(service: Service, inputs: Inputs) -> FileRun:
    return FileRun(
        service,
        registry=inputs.registry,
        applications=inputs.digest,
        snapshot=inputs.registry.snapshot,
        size_by_school=inputs.registry.size_by_school(),
    )


def _begun(run: FileRun, inputs: Inputs, as_of: dt.date, policy_text: str, **allowed: bool) -> RunRecord:
    with progress("比对 matching", len(inputs.rows)) as on_progress:
        return run.begin(
            inputs.rows,
            as_of=as_of,
            policy_text=policy_text,
            **allowed,
            matching=_by_columns(inputs, as_of, policy_of(policy_text)),
            on_progress=on_progress,
        )


def _by_columns(inputs: Inputs, as_of: dt.date, policy: Policy) -> Matching | None:
    """Return the matching of `eduid-bulk` over the registry, if it is installed and the file is long."""
    if len(inputs.rows) < _LONG:
        return None
    try:
        from eduid_bulk.file_run import FileRunMatcher as ByColumns  # noqa: PLC0415 - not on every machine
    except ImportError:
        return None
    registry = inputs.registry
    return ByColumns(registry.rows, registry.schools, as_of=as_of, policy=policy.matching)


def _write(
    out: Path, inputs: Inputs, run: FileRun, relayed: Relayed, faults: tuple[RowFault, ...]
) -> outputs.OutcomeCounts:
    tally = outputs.write_decisions(out, run, inputs.rows)
    outputs.write_quarantine(out / "quarantine.csv", faults)
    quarantined = dict(sorted(Counter(f.code for f in faults).items()))
    report = _report(tally, inputs, run, relayed) | {"quarantined": quarantined}
    outputs.write_json(out / "report.json", report)
    return tally


def _report(tally: outputs.OutcomeCounts, inputs: Inputs, run: FileRun, relayed: Relayed) -> dict[str, object]:
    began = run.run
    return {
        "run": began.id if began else "",
        "as_of": began.as_of.isoformat() if began else "",
        "applications": {"file": inputs.applications.file, "sha256": inputs.digest, "rows": len(inputs.rows)},
        "registry": {
            "file": inputs.registry.file,
            "sha256": inputs.registry.snapshot,
            "rows": len(inputs.registry.rows),
            "schools": len(inputs.registry.size_by_school()),
        },
        "outcomes": dict(sorted(tally.outcomes.items())),
        "reasons": dict(sorted(tally.reasons.items())),
        "unknown_columns": {"applications": inputs.applications.unknown, "registry": inputs.registry.unknown},
        "messages": attrs.asdict(relayed),
    }


def _tell(
    tally: outputs.OutcomeCounts,
    inputs: Inputs,
    relayed: Relayed,
    out: Path,
    *,
    quarantined: int,
    resumed: bool,
) -> None:
    counts = tally.outcomes
    if resumed:
        click.echo("接着上次中断的运行继续办理 / took up the run that was interrupted")
    click.echo(
        f"通过 approved {counts['approved']} · 待审 review {counts['review']} · "
        f"退回 returned {counts['returned']} · 隔离 quarantined {quarantined}"
    )
    click.echo(f"短信 messages: {relayed.sent} 已发 sent, {relayed.unknown} 未明 unknown")
    if relayed.refused:
        click.echo(
            f"{relayed.refused} 条短信未被接收，再次运行时重发 / {relayed.refused} messages were not taken: "
            "the next run hands them over again"
        )
    if relayed.held:
        click.echo("今日通知额度已用完，其余明日再发 / today's budget of notices is spent; the others wait")
    ignored = (*inputs.applications.unknown, *inputs.registry.unknown)
    if ignored:
        click.echo(f"忽略的列 columns ignored: {'、'.join(ignored)}")
    click.echo(f"结果 results: {out}/decisions.csv, review_queue.csv, quarantine.csv, sms.jsonl, report.json")
