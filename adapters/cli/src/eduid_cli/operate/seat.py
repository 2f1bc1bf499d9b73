"""`eduid seat`: list the claims of positions that wait, and verify one in the operator's name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from eduid_cli.day import today
from eduid_cli.errors import UsageStop
from eduid_cli.operate.config import read_config
from eduid_cli.operate.wiring import service_of
from eduid_core import commands
from eduid_core.findings import Refused

__all__ = ["listed", "verify"]

_LONGEST = dt.timedelta(days=3660)
_POSITIONS = {
    "homeroom": "班主任",
    "deputy": "副班主任",
    "school_admin": "学校管理员",
    "district_admin": "教育局管理员",
}


def listed(*, config: Path | None, db: Path | None) -> int:
    """Print the claims that wait to be verified."""
    with service_of(read_config(config), db) as service:
        found = service.claims(by=service.operator(), limit=1000)
    claims = () if isinstance(found, Refused) else found  # never: this process has the capability
    for claim in claims:
        where = f"{claim.school_code} {claim.class_name}".strip() or "–"
        name = _POSITIONS[claim.position.value]
        what = f"{name} {claim.position.value}  {where}"
        click.echo(f"{claim.id}  {what}  {claim.phone_masked}  {claim.since:%Y-%m-%d}")
    click.echo(f"{len(claims)} 份权限申请待核验 / {len(claims)} claims wait")
    return 0


def verify(*, config: Path | None, db: Path | None, claim: str, until: dt.date) -> int:
    """Verify a claim until a day; whoever does so knows the person, and that the phone is theirs."""
    if until > today() + _LONGEST:
        raise UsageStop("--until 至多十年", "--until is at most ten years ahead")
    with service_of(read_config(config), db) as service:
        answer = service.handle(commands.Verify(subject=claim, by=service.operator(), until=until))
        service.ledger().integrate()
    if isinstance(answer, Refused):
        raise UsageStop(answer.zh, answer.en)
    click.echo(f"{claim}: {answer.status}, {until}")
    return 0
