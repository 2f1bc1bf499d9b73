"""`eduid adapters`: list the installed adapters."""

from __future__ import annotations

import json
import os

import click

from eduid_core.plugins import load_adapters

__all__ = ["adapters"]


def adapters(*, as_json: bool) -> int:
    """Print the adapters and the load errors; return 1 if an adapter did not load."""
    allow = os.environ.get("EDUID_ADAPTERS")
    found = load_adapters(allow=set(allow.split(",")) if allow else None)
    rows = [
        {
            "kind": a.info.kind,
            "name": a.info.name,
            "distribution": a.distribution,
            "version": a.version,
            "contract": a.info.contract,
        }
        for a in found
    ]
    errors = [{"code": e.code, "distribution": e.distribution, "cause": e.cause} for e in found.errors]
    if as_json:
        click.echo(json.dumps({"adapters": rows, "errors": errors}, indent=2))
        return 1 if errors else 0
    for row in rows:
        click.echo(
            f"{row['kind']:9} {row['name']:10} {row['distribution']} {row['version']}  "
            f"contract {row['contract']}"
        )
    for error in errors:
        click.echo(f"not loaded: {error['distribution']}: {error['code']} {error['cause']}".rstrip(), err=True)
    return 1 if errors else 0
