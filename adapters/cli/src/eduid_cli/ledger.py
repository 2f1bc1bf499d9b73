"""`eduid ledger`: compare a database with its ledger, and sign a checkpoint for a witness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

import click

from eduid_cli.deployment import key_file, locked_store, stop_for
from eduid_cli.errors import UsageStop
from eduid_core.findings import AdapterError, CallerError
from eduid_core.service import Ledger, Service, read_note

__all__ = ["checkpoint", "verify"]

_SHOWN: Final = 20
_TABLES: Final = {
    "events": "事件",
    "claims": "唯一性登记",
    "documents": "文档",
    "messages": "短信",
    "answers": "应答",
}
_CHANGES: Final = {"added": "被添加", "removed": "被删除", "changed": "被改动"}


@contextmanager
def _ledger(db: Path) -> Iterator[Ledger]:
    """Open the ledger of *db*, with every waiting entry moved into the log."""
    with locked_store(db, create=False) as store:
        try:
            yield Service(store=store, keys=key_file(db, fresh=False)).ledger()
        except AdapterError as error:
            raise stop_for(error) from None


def verify(*, db: Path, note: Path | None, verifier: Path | None) -> int:
    """
    Print every row of *db* that contradicts its ledger; return 1 if there is one, or if *note* is no part of
    it.
    """
    with _ledger(db) as ledger:
        found = list(ledger.contradictions())
        for contradiction in islice(found, _SHOWN):
            table, change = _TABLES[contradiction.table], _CHANGES[contradiction.change]
            click.echo(f"{table} {contradiction.table}  {contradiction.name}  {change} {contradiction.change}")
        if len(found) > _SHOWN:
            counts = "、".join(f"{table} {n}" for table, n in sorted(Counter(c.table for c in found).items()))
            click.echo(f"… 共 {len(found)} 处 in all: {counts}")
        continued = note is None or _continues(ledger, note, verifier)
        if not found and continued:
            size = len(ledger.entries())
            click.echo(f"数据库与台账一致（{size} 条）/ the database agrees with its ledger of {size} entries")
            return 0
    if found:
        click.echo(
            "数据库与台账不符，请勿继续使用，先恢复备份或查明原因 / the database contradicts its ledger: "
            "do not go on with it before the reason is known, or a backup is restored"
        )
    if not continued:
        click.echo("台账不是由这份检查点延续而来 / the ledger does not continue from this checkpoint")
    return 1


def _continues(ledger: Ledger, note: Path, verifier: Path | None) -> bool:
    """Return whether the ledger continues from the checkpoint in *note*. Raises UsageStop: it is not ours."""
    try:
        line = verifier.read_text("utf-8").strip() if verifier else ledger.verifier()
        kept = read_note(note.read_text("utf-8"), line)
    except (CallerError, UnicodeDecodeError):
        raise UsageStop(
            f"{note.name} 不是由这个数据库的密钥签署的检查点",
            f"{note.name} is no checkpoint signed by the key of this database",
        ) from None
    try:
        return ledger.continues(kept)
    except AdapterError:
        return False


def checkpoint(*, db: Path, with_verifier: bool) -> int:
    """Print the signed checkpoint of *db*, or, on request, the line that verifies its checkpoints."""
    with _ledger(db) as ledger:
        if with_verifier:
            click.echo(ledger.verifier())
            return 0
        ledger.integrate()
        click.echo(ledger.checkpoint(), nl=False)
    return 0
