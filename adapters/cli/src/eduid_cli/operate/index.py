"""`eduid rebuild-index`: the index of applications made anew from their events."""

from __future__ import annotations

from pathlib import Path

import click

from eduid_cli.operate.config import read_config
from eduid_cli.operate.wiring import service_of

__all__ = ["rebuild_index"]


def rebuild_index(*, config: Path | None, db: Path | None) -> int:
    """Rebuild the index; print how many of its rows differed from the events."""
    with service_of(read_config(config), db) as service:
        differed = service.rebuild_index(by=service.operator())
    click.echo(f"索引已重建，{differed} 行有出入 / the index was made anew; {differed} rows differed")
    return 0
