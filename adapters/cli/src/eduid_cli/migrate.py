"""`eduid migrate`: carry a database of an earlier version over; with `--dry-run`, only list what it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from eduid_cli.deployment import key_file, locked_store, stop_for
from eduid_core.findings import AdapterError
from eduid_core.service import EarlierVersion, Service, carry_over, found_of_earlier_versions

__all__ = ["migrate"]

_TABLES = {
    "stream": "事件流 streams",
    "claim": "唯一性登记 claims",
    "mark": "标记 marks",
    "document": "文档 documents",
    "message": "短信 messages",
    "answer": "应答 answers",
}


def migrate(*, db: Path, dry_run: bool) -> int:
    """Print what *db* holds of an earlier version, and carry it over; return 1 if something needs a person."""
    try:
        with _opened(db, dry_run=dry_run) as service:
            found = found_of_earlier_versions(service) if dry_run else carry_over(service, service.clock())
    except AdapterError as error:
        raise stop_for(error) from None
    _tell(found, dry_run=dry_run)
    return int(found.needs_a_person)


@contextmanager
def _opened(db: Path, *, dry_run: bool) -> Iterator[Service]:
    """Open *db*, whose tables are migrated then; for a dry run a copy of it, so that it stays as it is."""
    if not dry_run:
        with locked_store(db, create=False) as store:
            yield Service(store=store, keys=key_file(db, fresh=False))
        return
    with TemporaryDirectory(dir=db.parent) as folder:
        copy = Path(folder) / db.name
        if db.exists():
            with closing(sqlite3.connect(db)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        with locked_store(copy, create=False) as store:
            yield Service(store=store, keys=key_file(db, fresh=False))


def _tell(found: EarlierVersion, *, dry_run: bool) -> None:
    would = ("将", "would be ") if dry_run else ("已", "")
    rows = found.predating.total()
    if rows:
        counts = "、".join(f"{_TABLES[table]} {n}" for table, n in sorted(found.predating.items()))
        click.echo(
            f"早于台账的记录 {rows} 条，{would[0]}记入台账 / "
            f"rows that predate the ledger, {would[1]}adopted: {counts}"
        )
    if found.respelled:
        click.echo(
            f"用户名 {len(found.respelled)} 个，{would[0]}改为统一写法 / "
            f"usernames {would[1]}claimed in their one spelling"
        )
    for group in found.colliding:
        click.echo(f"用户名统一写法后相同，请人工处理 / one username now, a person decides: {'、'.join(group)}")
    if found.unusable:
        click.echo(f"用户名已不可用，请人工处理 / usernames that cannot be typed: {'、'.join(found.unusable)}")
    if not (rows or found.respelled or found.needs_a_person):
        click.echo("没有需要迁移的内容 / nothing of an earlier version")
