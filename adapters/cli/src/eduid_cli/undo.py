"""`eduid undo`: show what undoing a file run would do, and do it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import click

from eduid_cli import outputs
from eduid_cli.cleanup import StartedFiles, absent
from eduid_cli.deployment import key_file, locked_store, stop_for
from eduid_cli.errors import UsageStop
from eduid_cli.journal import Journal, JournalFile, hand_over, open_journal
from eduid_cli.progress import progress
from eduid_core import messages
from eduid_core.findings import AdapterError
from eduid_core.plugins import ReceiptStatus
from eduid_core.service import Service
from eduid_core.service.batch import RunUndo, UndoneRow, all_runs, attested_policy
from eduid_sms_console import FileSender

__all__ = ["UNDONE", "undo"]

UNDONE: Final = ("application_id", "done", "code", "zh", "en")
_SHOWN: Final = 20
_WORDS: Final = {
    "withdrawn": ("撤回", "withdrawn"),
    "put_back": ("恢复原状", "put back"),
    "left": ("保留不动", "left"),
    "done": ("先前已撤销", "undone before"),
}


def undo(*, db: Path, run: str, out: Path | None, yes: bool) -> int:
    """Print what undoing *run* does; do it with *yes*. Return 1 if any application was left."""
    if out is not None:
        _check_folder(out, run)
    start = StartedFiles()
    with locked_store(db, create=False, start=start) as store:
        try:
            keys = key_file(db, fresh=False)
            journal = _journal_of(out, Service(store=store, keys=keys)) if out else None
            sender = journal.sender() if journal else None
            service = Service(store=store, keys=keys, sms=sender, policy=attested_policy(store))
            undoing = RunUndo(service, run, sent=_sent(sender)) if sender else RunUndo(service, run)
        except AdapterError as error:
            raise stop_for(error) from None
        except KeyError:
            raise _no_such_run([one.id for one in all_runs(store)]) from None
        if undoing.is_done:
            click.echo("这次运行先前已经撤销 / this run was undone before")
            return 0
        if not yes:
            _tell(undoing, list(undoing.rows()))
            click.echo("没有改动；确认后请加 --yes / nothing was changed; add --yes to do it")
            return 0
        with start.making(absent(out / "undo.csv") if out else []):
            with progress("撤销 undoing", undoing.run.rows) as on_progress:
                rows = []
                for row in undoing.carry_out():
                    rows.append(row)
                    on_progress(1)
            if out is not None:
                outputs.write_csv(out / "undo.csv", UNDONE, map(_cells, rows))
        if journal is not None:
            journal.begin()
        sent = hand_over(service, journal).sent if journal else 0
        service.ledger().integrate()
    _tell(undoing, rows)
    told = sum(row.told for row in rows)
    click.echo(f"短信 messages: {sent} 已发 sent, {max(told - sent, 0)} 待发 waiting")
    return 1 if any(row.what == "left" for row in rows) else 0


def _journal_of(out: Path, service: Service) -> Journal:
    """Return the journal of the run's own folder, if the database knows it. Raises UsageStop: it does not."""
    return open_journal(JournalFile.found_in(out), service)


def _check_folder(out: Path, run: str) -> None:
    """Refuse a folder that does not hold the results of *run*: its journal tells which families were told."""
    try:
        held = json.loads((out / "report.json").read_text("utf-8")).get("run")
    except (OSError, ValueError, AttributeError):
        held = None
    if held != run:
        raise UsageStop(
            f"--out 应为这次运行的结果目录（其 report.json 的 run 为该编号）：{out}",
            f"--out is to be the folder with the results of that run (see run in its report.json): {out}",
        )


def _sent(sender: FileSender) -> Callable[[tuple[str, ...]], bool]:
    """Return a function that tells whether one of some messages stands in the journal of *sender*."""

    def sent(ids: tuple[str, ...]) -> bool:
        return any(receipt.status is not ReceiptStatus.LATER for receipt in sender.look_up(ids))

    return sent


def _no_such_run(known: Iterable[str]) -> UsageStop:
    listed = "、".join(list(known)[-3:]) or "–"
    return UsageStop(
        f"没有这次运行（编号见 report.json 的 run）；最近的运行：{listed}",
        f"there is no such run (its id is run in report.json); the last ones are {listed}",
    )


def _tell(undoing: RunUndo, rows: list[UndoneRow]) -> None:
    """Print the counts, and what is left with its reason."""
    counts: Counter[str] = Counter(row.what for row in rows)
    click.echo(f"运行 run {undoing.run.id}（{undoing.run.name}）")
    listed = (
        f"{zh} {en} {counts[what]}" for what, (zh, en) in _WORDS.items() if counts[what] or what != "done"
    )
    click.echo(" · ".join(listed))
    click.echo(f"将通知或已通知的家庭 families told: {sum(row.told for row in rows)}")
    left = [row for row in rows if row.what == "left"]
    for row in left[:_SHOWN]:
        click.echo(
            f"  {row.application_id}: {messages.text(row.why, 'zh', {})} / {messages.text(row.why, 'en', {})}"
        )
    if len(left) > _SHOWN:
        click.echo(f"  … +{len(left) - _SHOWN}")


def _cells(row: UndoneRow) -> tuple[str, ...]:
    zh, en = (messages.text(row.why, lang, {}) for lang in ("zh", "en")) if row.why else ("", "")
    return row.application_id, row.what, row.why, zh, en
