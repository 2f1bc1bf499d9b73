"""The entry points of the command: options and exit codes. Other modules of this package do the work."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import click

from eduid_cli import options
from eduid_cli.errors import UsageStop
from eduid_cli.operate.commands import COMMANDS

__all__ = ["main"]

_THERE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group(cls=options.OneLineGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="eduid-cli")
def main() -> None:
    """教育卡身份认证 · certify the identity of students."""


@main.command()
@click.argument("applications", type=options.FILE)
@click.option(
    "--registry", type=options.FILE, required=True, help="The student registry (学籍库): any table file."
)
@options.db
@options.out
@options.as_of
@options.policy
@click.option("--strict", is_flag=True, help="Exit 1 if any row was quarantined.")
@click.option("--confirm-vanish", is_flag=True, help="Accept a registry that is smaller than last time.")
@click.option("--confirm-returns", is_flag=True, help="Accept that many rows are returned for one reason.")
@click.option("--abandon", is_flag=True, help="Give up an unfinished run over other files.")
@click.option("--config", type=_THERE, help="eduid.toml: the messages wait for `eduid send`.")
@options.sets
@options.columns
@options.sheets
@options.without_phones
def certify(
    *,
    applications: Path,
    registry: Path,
    db: Path,
    out: Path,
    as_of: dt.date | None,
    policy: Path | None,
    strict: bool,
    confirm_vanish: bool,
    confirm_returns: bool,
    abandon: bool,
    config: Path | None,
    sets: tuple[str, ...],
    columns: Path | None,
    sheets: tuple[str, ...],
    without_phones: bool,
) -> None:
    """Import, validate, match and carry APPLICATIONS through the lifecycle. Safe to kill and run again."""
    from eduid_cli import certify as room  # noqa: PLC0415 - a door loads its own room only
    from eduid_cli.reading import reading_of  # noqa: PLC0415

    sys.exit(
        room.certify(
            applications,
            registry,
            db=db,
            out=out,
            as_of=as_of,
            policy=policy,
            strict=strict,
            confirm_vanish=confirm_vanish,
            confirm_returns=confirm_returns,
            abandon=abandon,
            config=config,
            reading=reading_of(sets, columns, sheets, without_phones=without_phones),
        )
    )


@main.command()
@click.argument("applications", type=options.FILE)
@click.argument("registry", type=options.FILE)
@options.out
@click.option(
    "--engine",
    type=click.Choice(["polars", "spark", "python"]),
    default="polars",
    show_default=True,
    help="The engine; each writes the same bytes.",
)
@click.option(
    "--parts", type=click.IntRange(min=0), default=0, help="Parts on disk, one in memory; 0: as needed."
)
@options.as_of
@options.policy
@options.sets
@options.columns
@options.sheets
@options.without_phones
def reconcile(
    *,
    applications: Path,
    registry: Path,
    out: Path,
    engine: str,
    parts: int,
    as_of: dt.date | None,
    policy: Path | None,
    sets: tuple[str, ...],
    columns: Path | None,
    sheets: tuple[str, ...],
    without_phones: bool,
) -> None:
    """Compare APPLICATIONS with REGISTRY: the decisions of a first `certify`, without a database."""
    from eduid_cli import reconcile as room  # noqa: PLC0415
    from eduid_cli.reading import reading_of  # noqa: PLC0415

    sys.exit(
        room.reconcile(
            applications,
            registry,
            out=out,
            engine=engine,
            as_of=as_of,
            policy=policy,
            parts=parts,
            reading=reading_of(sets, columns, sheets, without_phones=without_phones),
        )
    )


@main.command(name="columns")
@click.argument("file", type=options.FILE)
@click.option("--as", "side", type=click.Choice(["registry", "applications"]), help="The kind of the file.")
@click.option("--save", type=options.FILE, help="Write the headings as understood to this file, for --columns.")
@options.sets
@options.columns
@options.sheets
def columns_(
    *,
    file: Path,
    side: str | None,
    save: Path | None,
    sets: tuple[str, ...],
    columns: Path | None,
    sheets: tuple[str, ...],
) -> None:
    """Show how each heading of FILE is understood, what is missing, and what to add."""
    from eduid_cli import columns as room  # noqa: PLC0415
    from eduid_cli.reading import reading_of  # noqa: PLC0415

    sys.exit(room.columns(file, side=side, reading=reading_of(sets, columns, sheets), save=save))


@main.command()
@options.db
@click.option(
    "--decisions",
    type=options.FILE,
    required=True,
    help="Csv or spreadsheet: application_id,revision,decision,fields,code,reviewer.",
)
@options.out
def review(*, db: Path, decisions: Path, out: Path) -> None:
    """Apply a person's decisions on the review queue."""
    from eduid_cli import review as room  # noqa: PLC0415

    sys.exit(room.review(db=db, decisions=decisions, out=out))


@main.command()
@options.db
@click.option("--run", required=True, help="The id of the run: `run` in its report.json.")
@click.option(
    "--out", type=options.DIR, help="The folder with the results of that run: its journal tells who was told."
)
@click.option("--yes", is_flag=True, help="Do it; without this option it is only shown.")
def undo(*, db: Path, run: str, out: Path | None, yes: bool) -> None:
    """Undo a run of `certify`: withdraw what it opened, put back what it changed."""
    from eduid_cli import undo as room  # noqa: PLC0415

    sys.exit(room.undo(db=db, run=run, out=out, yes=yes))


@main.command()
@options.db
@click.argument("application_id")
@options.reveal
def show(*, db: Path, application_id: str, reveal: bool) -> None:
    """Show one application: status, history and reasons. A look with --reveal is put on record."""
    from eduid_cli import show as room  # noqa: PLC0415

    sys.exit(room.show(db=db, application_id=application_id, reveal=reveal))


@main.group()
def ledger() -> None:
    """Compare a database with its ledger, and sign checkpoints of it."""


@ledger.command(name="verify")
@options.db
@click.option(
    "--checkpoint", "note", type=_THERE, help="A checkpoint kept elsewhere that the ledger must continue."
)
@click.option("--verifier", type=_THERE, help="The line that verifies it, kept elsewhere too.")
def ledger_verify(*, db: Path, note: Path | None, verifier: Path | None) -> None:
    """Find every row that was added, removed or changed without an entry; exit 1 if there is one."""
    from eduid_cli import ledger as room  # noqa: PLC0415

    sys.exit(room.verify(db=db, note=note, verifier=verifier))


@ledger.command(name="checkpoint")
@options.db
@click.option(
    "--verifier", "with_verifier", is_flag=True, help="Print the line that verifies checkpoints instead."
)
def ledger_checkpoint(*, db: Path, with_verifier: bool) -> None:
    """Print the signed size and root of the ledger: keep it where the database's owner cannot change it."""
    from eduid_cli import ledger as room  # noqa: PLC0415

    sys.exit(room.checkpoint(db=db, with_verifier=with_verifier))


@main.command()
@options.db
@click.option(
    "--dry-run", is_flag=True, help="Only list what would be carried over; the database stays as it is."
)
def migrate(*, db: Path, dry_run: bool) -> None:
    """Carry a database of an earlier version over; exit 1 if something is left for a person to decide."""
    from eduid_cli import migrate as room  # noqa: PLC0415

    sys.exit(room.migrate(db=db, dry_run=dry_run))


@main.command(name="inspect")
@click.argument("texts", metavar="TEXT...", nargs=-1)
@click.option("--kind", help="The kind of number, if it is known.")
@options.as_of
@click.option("--json", "as_json", is_flag=True, help="One JSON line for each text.")
@click.option("--jsonl", is_flag=True, help="Read JSON lines from stdin instead.")
@options.reveal
def inspect_(
    *, texts: tuple[str, ...], kind: str | None, as_of: dt.date | None, as_json: bool, jsonl: bool, reveal: bool
) -> None:
    """Print all findings for each number."""
    from eduid_cli import inspect as room  # noqa: PLC0415

    if jsonl and texts:
        raise UsageStop("--jsonl 从标准输入读取，不能再给 TEXT", "--jsonl reads stdin; give no TEXT")
    if jsonl:
        sys.exit(room.inspect_lines(sys.stdin.buffer, as_of=as_of, reveal=reveal))
    if not texts:
        raise UsageStop("请给出要检查的 TEXT，或使用 --jsonl", "give a TEXT to inspect, or --jsonl")
    sys.exit(room.inspect_texts(texts, kind=kind, as_of=as_of, as_json=as_json, reveal=reveal))


@main.command()
@click.option("--format", "format_", type=click.Choice(["table", "json", "mermaid"]), default="table")
def lifecycle(*, format_: str) -> None:
    """Print the transition tables of the lifecycle."""
    from eduid_core import workflow as tables  # noqa: PLC0415 - as above

    if format_ == "json":
        click.echo(json.dumps(tables.lifecycle_dict(), ensure_ascii=False, indent=2))
    elif format_ == "mermaid":
        for name in tables.TABLES:
            click.echo(f"%% {name}\n{tables.lifecycle_mermaid(name)}")
    else:
        click.echo(tables.lifecycle_markdown())


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def adapters(*, as_json: bool) -> None:
    """List the installed adapters, and those that failed to load."""
    from eduid_cli import adapters as room  # noqa: PLC0415

    sys.exit(room.adapters(as_json=as_json))


@main.command(name="new-adapter")
@click.option(
    "--kind",
    type=click.Choice(["sms", "store", "registry", "carrier", "keys"]),
    default="sms",
    show_default=True,
    help="What the adapter connects.",
)
@click.option("--vendor", required=True, help="The name of the provider, as in eduid-sms-acme.")
@click.option(
    "--transport",
    type=click.Choice(["http", "library"]),
    default="http",
    show_default=True,
    help="Of an SMS sender: HTTP, or a library of the provider.",
)
@click.option("--out", type=options.DIR, required=True, help="The folder of the project, empty or new.")
def new_adapter_(*, kind: str, vendor: str, transport: str, out: Path) -> None:
    """Write the project of a new adapter: it passes its tests from the start."""
    from eduid_cli import new_adapter as room  # noqa: PLC0415

    sys.exit(room.new_adapter(kind=kind, vendor=vendor, transport=transport, out=out))


@main.group(invoke_without_command=True)
@click.option(
    "--profile",
    type=click.Choice(["quick", "standard", "deep"]),
    default="quick",
    show_default=True,
    help="How much is run; quick takes some two minutes.",
)
@click.option(
    "--out", type=options.DIR, default=Path("audit-report"), show_default=True, help="The folder of the report."
)
@click.pass_context
def audit(ctx: click.Context, *, profile: str, out: Path) -> None:
    """Check the installed code with every seeded defect put in; write a signed report."""
    from eduid_cli import audit as room  # noqa: PLC0415

    if ctx.invoked_subcommand is None:
        sys.exit(room.audit(profile, out))


@audit.command()
@click.argument("report", type=click.Path(path_type=Path, exists=True))
@click.option("--fingerprint", default="", help="The fingerprint of the key, kept elsewhere.")
def verify(*, report: Path, fingerprint: str) -> None:
    """Verify that REPORT, a file or its folder, is untouched."""
    from eduid_cli import audit as room  # noqa: PLC0415

    sys.exit(room.verify(report, expected=fingerprint))


@main.command()
@click.option(
    "--dir",
    "directory",
    type=options.DIR,
    default=Path("demo-out"),
    show_default=True,
    help="The folder of the files.",
)
def demo(*, directory: Path) -> None:
    """Play the whole journey of two students, then a whole school."""
    from eduid_cli.demo import story  # noqa: PLC0415

    sys.exit(story.play(directory))


for command in COMMANDS:
    main.add_command(command)
