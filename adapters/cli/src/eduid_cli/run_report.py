"""What a run of `eduid certify` tells: `report.json`, and the lines on the screen."""

from __future__ import annotations

from pathlib import Path

import attrs
import click

from eduid_cli import outputs
from eduid_cli.file_words import shown_words, tell_of_schools, tell_of_sheets, tell_of_statuses
from eduid_cli.inputs import Inputs
from eduid_core.service import Relayed
from eduid_core.service.batch import FileRun

__all__ = ["Handed", "report_of", "tell"]


@attrs.frozen
class Handed:
    """What became of the messages: those handed over by this command, and the number that still waits."""

    relayed: Relayed
    waiting: int


def report_of(tally: outputs.OutcomeCounts, inputs: Inputs, run: FileRun, handed: Handed) -> dict[str, object]:
    """Return the content of `report.json`, without the count of rows set aside."""
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
        "by_school": {school: dict(sorted(found.items())) for school, found in sorted(tally.by_school.items())},
        "without_phones": inputs.without_phones,
        "unknown_columns": {"applications": inputs.applications.unknown, "registry": inputs.registry.unknown},
        "messages": {**attrs.asdict(handed.relayed), "waiting": handed.waiting},
        "rows": {
            "applications": inputs.applications.counts.report(),
            "registry": inputs.registry.counts.report(),
        },
        "sheets": [attrs.asdict(sheet) for sheet in inputs.sheets if sheet.name],
        "unknown_statuses": shown_words(inputs.registry.unknown_statuses),
    }


def tell(
    tally: outputs.OutcomeCounts,
    inputs: Inputs,
    handed: Handed,
    out: Path,
    *,
    quarantined: int,
    resumed: bool,
) -> None:
    """Print what the run did, and where its results are."""
    counts, relayed = tally.outcomes, handed.relayed
    if resumed:
        click.echo("接着上次中断的运行继续办理 / took up the run that was interrupted")
    click.echo(
        f"通过 approved {counts['approved']} · 待审 review {counts['review']} · "
        f"退回 returned {counts['returned']} · 隔离 quarantined {quarantined}"
    )
    tell_of_schools(tally.by_school)
    if inputs.without_phones:
        click.echo("按 --without-phones 办理：由学校通知家长 / without phones: the school tells the families")
    click.echo(f"短信 messages: {relayed.sent} 已发 sent, {relayed.unknown} 未明 unknown")
    if relayed.later:
        click.echo(
            f"{relayed.later} 条短信未被接收，再次运行时重发 / {relayed.later} messages were not taken: "
            "the next run hands them over again"
        )
    if handed.waiting and not relayed.later and not relayed.held:
        click.echo(f"{handed.waiting} 条短信待发送：eduid send / {handed.waiting} messages wait: eduid send")
    if relayed.held:
        click.echo("今日通知额度已用完，其余明日再发 / today's budget of notices is spent; the others wait")
    tell_of_sheets(inputs.sheets)
    tell_of_statuses(inputs.registry.unknown_statuses)
    ignored = (*inputs.applications.unknown, *inputs.registry.unknown)
    if ignored:
        click.echo(f"忽略的列 columns ignored: {'、'.join(ignored)}")
    click.echo(
        f"结果 results: {out}/decisions.csv, review_queue.csv, review.xlsx, quarantine.csv, "
        "registry_quality.csv, sms.jsonl, report.json"
    )
