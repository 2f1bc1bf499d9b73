"""`eduid certify`: certify an applications file against a registry, durably."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

import attrs

from eduid_cli import outputs
from eduid_cli.cleanup import StartedFiles, absent
from eduid_cli.day import today
from eduid_cli.deployment import key_file, locked_store, stop_for
from eduid_cli.errors import UsageStop
from eduid_cli.file_words import words_on_returns
from eduid_cli.gc_pause import few_collections
from eduid_cli.inputs import Inputs, digests_of, read_inputs
from eduid_cli.journal import JournalFile, hand_over, open_journal
from eduid_cli.operate.config import read_config
from eduid_cli.operate.wiring import check_sender
from eduid_cli.policies import policy_of, policy_text, under_options
from eduid_cli.progress import progress
from eduid_cli.registry_quality import write_registry_quality
from eduid_cli.review_workbook import write_review_workbook
from eduid_cli.run_report import Handed, report_of, tell
from eduid_cli.worker_pool import WorkerPool, helpers_for
from eduid_core.findings import AdapterError
from eduid_core.service import Relayed, Service
from eduid_core.service.batch import FileRun, Matching, RunRecord, RunRefused, ids_in_store, unfinished_run
from eduid_core.workflow import Policy
from eduid_registry_file import (
    FileFault,
    ReadingOptions,
    RowFault,
)

__all__ = ["certify"]

_LONG = 1000
"""
The number of applications from which loading the column engine pays off, and after which entries go to the log.
"""

_REFUSED = {
    "as_of_differs": (
        "上次中断的运行使用的日期是 {0}，请使用同一日期或不指定",
        "the run that was interrupted began as of {0}: give the same day, or none",
    ),
    "policy_differs": (
        "上次中断的运行使用了另一份策略，请使用同一策略或不指定",
        "the run that was interrupted began under another policy: give the same, or none",
    ),
    "reading_differs": (
        "上次中断的运行使用了另外的 --set、--columns 或 --sheet，请使用同样的或都不写",
        "the run that was interrupted had another --set, --columns or --sheet: give the same, or none",
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
    confirm_returns: bool = False,
    abandon: bool = False,
    config: Path | None = None,
    reading: ReadingOptions | None = None,
) -> int:
    """
    Run the main command; return the exit code. A resumed run reads its files as it began. Under *config* the
    messages wait for `eduid send`.
    """
    given, start = policy_text(policy), StartedFiles()
    if config is not None:
        check_sender(read_config(config))
    with _stopping():
        digests = digests_of(applications, registry)
        with start.making(_folder_of(db, out)), locked_store(db, create=True, start=start) as store:
            began = unfinished_run(store, *digests)
            options = (
                ReadingOptions.read(began.reading) if began and not reading else reading or ReadingOptions()
            )
            with helpers_for(applications, options.stored()) as workers:
                with start.making(absent(*outputs.places(out))):
                    inputs = read_inputs(applications, registry, options)
                    found = JournalFile.found_in(out)
                    outputs.make_ready(out)
                    keys = key_file(db, fresh=not store.documents("vault"))
                    rules = under_options(policy_of(began.policy_text if began else given), options)
                    journal = open_journal(
                        found,
                        Service(store=store, keys=keys),
                        resumed=began.journal if began else "",
                        abandon=abandon,
                    )
                    journal.prepare()
                    sender, rows = journal.sender(), inputs.registry
                    service = Service(store=store, keys=keys, sms=sender, registry=rows, policy=rules)
                    run = _file_run(service, inputs)
                    stored = reading.stored() if reading else None
                    run.check_resumed(as_of=as_of, policy_text=given, reading=stored)
                    allowed = _Allowed(vanish=confirm_vanish, returns=confirm_returns, abandon=abandon)
                    begun = run.run or _begun(
                        run,
                        service,
                        inputs,
                        as_of=as_of or today(),
                        policy_text=given or "",
                        reading=options.stored(),
                        allowed=allowed,
                        journal=journal.id,
                    )
                    start.begun = True
                    journal.begin()
                    service.ledger().integrate()
                workers.begin(run=begun.id, db=db, key=keys.path)
                sends = partial(hand_over, service, journal) if config is None else None
                tally, handed, faults = _carried_out(run, service, inputs, workers, sends, out)
    tell(tally, inputs, handed, out, quarantined=len(faults), resumed=run.resumed)
    return 1 if strict and faults else 0


@attrs.frozen(kw_only=True)
class _Allowed:
    """What a person confirmed on the command line."""

    vanish: bool
    returns: bool
    abandon: bool


def _folder_of(db: Path, out: Path) -> list[Path]:
    """Create the folder of *db* if it is also the folder of the results; return the created folders."""
    folder = db.parent
    made = absent(folder, *folder.parents) if folder in {out, *out.parents} else []
    if made:
        folder.mkdir(parents=True, exist_ok=True)
    return made


def _carried_out(  # noqa: PLR0917 - the parts of a run
    run: FileRun,
    service: Service,
    inputs: Inputs,
    workers: WorkerPool,
    sends: Callable[[Callable[[int], None]], Relayed] | None,
    out: Path,
) -> tuple[outputs.OutcomeCounts, Handed, tuple[RowFault, ...]]:
    """Submit the planned rows, hand the messages over if this command is to, write the results."""
    with progress("办理 deciding", len(inputs.rows)) as on_progress:
        run.carry_out(inputs.rows, workers=workers, on_progress=_logged(service, on_progress))
    relayed = Relayed()
    if sends is not None:
        with progress("短信 messages", None) as on_progress:
            relayed = sends(on_progress)
    messages = service.executor.store.inventory(["message"])
    handed = Handed(relayed, sum(row.names[1] == "waiting" for row in messages))
    faults = inputs.faults_of(run)
    return _write(out, inputs, run, handed, faults), handed, faults


def _logged(service: Service, on_progress: Callable[[int], None]) -> Callable[[int], None]:
    """Return *on_progress* that also moves entries into the log as they come: they are read as one list."""
    waiting = 0

    def logged(count: int) -> None:
        nonlocal waiting
        waiting += count
        if waiting >= _LONG:
            service.ledger().integrate()
            waiting = 0
        on_progress(count)

    return logged


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


def _file_run(service: Service, inputs: Inputs) -> FileRun:
    return FileRun(
        service,
        registry=inputs.registry,
        applications=inputs.digest,
        snapshot=inputs.registry.snapshot,
        size_by_school=inputs.registry.size_by_school(),
    )


def _begun(
    run: FileRun,
    service: Service,
    inputs: Inputs,
    *,
    as_of: dt.date,
    policy_text: str,
    reading: str,
    allowed: _Allowed,
    journal: str,
) -> RunRecord:
    """Plan the run; a file without ids uses the ids of the applications that its students already have."""
    rows = inputs.rows
    if rows.made:
        rows.rename(ids_in_store(service.executor, rows, rows.made))
    try:
        with progress("比对 matching", len(rows)) as on_progress:
            return run.begin(
                rows,
                as_of=as_of,
                policy_text=policy_text,
                reading=reading,
                journal=journal,
                confirm_vanish=allowed.vanish,
                confirm_returns=allowed.returns,
                abandon=allowed.abandon,
                matching=_by_columns(inputs, as_of, service.policy),
                on_progress=on_progress,
            )
    except RunRefused as refused:
        if refused.returned is None:
            raise
        form = next(islice(iter(rows), refused.returned.place, None)).form
        raise UsageStop(*words_on_returns(refused.returned, form)) from None


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
    out: Path, inputs: Inputs, run: FileRun, handed: Handed, faults: tuple[RowFault, ...]
) -> outputs.OutcomeCounts:
    tally = outputs.write_decisions(out, run, inputs.rows)
    write_review_workbook(out / "review.xlsx", run, inputs.rows)
    outputs.write_quarantine(out / "quarantine.csv", faults)
    if run.run is not None:
        write_registry_quality(out / "registry_quality.csv", inputs.registry, run.run.as_of)
    quarantined = dict(sorted(Counter(f.code for f in faults).items()))
    report = report_of(tally, inputs, run, handed) | {"quarantined": quarantined}
    outputs.write_json(out / "report.json", report)
    return tally
