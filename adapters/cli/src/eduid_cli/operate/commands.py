"""The operator's commands: options and exit codes; other modules of this package do the work."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Final, Literal

import click

from eduid_cli import options
from eduid_cli.errors import UsageStop

__all__ = ["COMMANDS"]

_config = click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The configuration of the deployment: eduid.toml.",
)
_db = click.option("--db", type=options.FILE, help="The database file, in place of [store].")


@click.command()
@_config
@_db
def send(*, config: Path | None, db: Path | None) -> None:
    """Hand over every message that waits; exit 1 if some failed or are unknown."""
    from eduid_cli.operate import send as room  # noqa: PLC0415

    sys.exit(room.send(config=config, db=db))


@click.command()
@_config
@_db
@click.option("--health-port", type=click.IntRange(0, 65535), help="Tell on loopback whether all is well.")
@click.option("--once", is_flag=True, help="Run every task once, and end.")
def work(*, config: Path | None, db: Path | None, health_port: int | None, once: bool) -> None:
    """Hand over messages, keep deadlines and take up what a crash left out, until stopped."""
    from eduid_cli.operate import work as room  # noqa: PLC0415

    sys.exit(room.work(config=config, db=db, health_port=health_port, once=once))


@click.command()
@_config
@_db
@click.option("--status", type=click.Choice(["failed", "unknown"]), default="failed", show_default=True)
@click.option("--retry", metavar="ID", help="Let a failed message be tried once more.")
@click.option("--close", metavar="ID", help="End a message; with --reason.")
@click.option("--reason", help="Why it is ended: a code of the list.")
def messages(
    *,
    config: Path | None,
    db: Path | None,
    status: Literal["failed", "unknown"],
    retry: str | None,
    close: str | None,
    reason: str | None,
) -> None:
    """List the messages that failed or are unknown, and end them; exit 1 if there are any."""
    from eduid_cli.operate import send as room  # noqa: PLC0415

    if retry and close:
        raise UsageStop("--retry 与 --close 只能用一个", "give one of --retry and --close")
    if retry:
        sys.exit(room.retry(config=config, db=db, message_id=retry))
    if close:
        sys.exit(room.close(config=config, db=db, message_id=close, reason=reason))
    sys.exit(room.listed(config=config, db=db, status=status))


@click.command()
@_config
@_db
def doctor(*, config: Path | None, db: Path | None) -> None:
    """Check a deployment and say what to do; exit 1 if something is wrong."""
    from eduid_cli.operate import doctor as room  # noqa: PLC0415

    sys.exit(room.doctor(config=config, db=db))


@click.command(name="rebuild-index")
@_config
@_db
def rebuild_index(*, config: Path | None, db: Path | None) -> None:
    """Make the index of applications anew from their events; print how many rows differed."""
    from eduid_cli.operate import index as room  # noqa: PLC0415

    sys.exit(room.rebuild_index(config=config, db=db))


@click.command()
@_config
@_db
@click.argument("claim", required=False)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day; a year from today unless given.",
)
def seat(*, config: Path | None, db: Path | None, claim: str | None, until: dt.datetime | None) -> None:
    """List the claims of positions that wait, or verify CLAIM in the operator's name."""
    from eduid_cli.day import today  # noqa: PLC0415
    from eduid_cli.operate import seat as room  # noqa: PLC0415

    if claim is None:
        sys.exit(room.listed(config=config, db=db))
    last = until.date() if until else today() + dt.timedelta(days=365)
    sys.exit(room.verify(config=config, db=db, claim=claim, until=last))


COMMANDS: Final = (send, work, messages, doctor, seat, rebuild_index)
