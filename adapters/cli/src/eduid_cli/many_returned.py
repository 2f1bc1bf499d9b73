"""Warn of many applications returned for one reason: `eduid certify` would stop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

import click

if TYPE_CHECKING:
    from eduid_core.service.batch import ManyReturned

__all__ = ["warn_of", "warn_of_returns"]

_SHARE, _LEAST = 5, 5


class VerdictCodes(Protocol):
    """A verdict as it is written: codes joined by semicolons."""

    @property
    def outcome(self) -> str:
        """Return the outcome."""
        ...

    @property
    def reasons(self) -> str:
        """Return the reasons."""
        ...

    @property
    def fields(self) -> str:
        """Return the fields that do not agree, with their codes."""
        ...


def warn_of_returns(verdicts: Iterable[tuple[VerdictCodes, int]]) -> None:
    """Say on stderr if too many of the applications with these *verdicts* would be returned for one reason."""
    known = list(verdicts)
    returned = sum(count for verdict, count in known if verdict.outcome == "returned")
    if returned < _LEAST or returned * _SHARE <= sum(count for _, count in known):
        return
    from eduid_core.service.batch import ReturnCounts  # noqa: PLC0415 - the service is seldom needed here

    returns = ReturnCounts()
    for verdict, count in known:
        blank = [
            field.partition("=")[0] for field in verdict.fields.split(";") if field.endswith("=MISSING_APP")
        ]
        returns.add(verdict.outcome, verdict.reasons.split(";"), blank, place=0, rows=count)
    warn_of(returns.too_many())


def warn_of(many: ManyReturned | None) -> None:
    """Say on stderr that so many applications would be returned for one reason."""
    if many is not None:
        zh = f"{many.rows} 份申请中有 {many.count} 份会因 {many.code} 退回，文件可能有误"
        en = (
            f"{many.count} of {many.rows} applications would be returned for {many.code}: the file may be wrong"
        )
        click.echo(f"{zh} / {en}", err=True)
