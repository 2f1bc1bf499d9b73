"""The options that several commands share, and the group that reports any failure in one line."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import click

from eduid_cli.broken_pipe import heedless
from eduid_cli.errors import Interrupted, UsageStop, one_line, storage_stop

__all__ = [
    "DIR",
    "FILE",
    "OneLineGroup",
    "as_of",
    "columns",
    "db",
    "out",
    "policy",
    "reveal",
    "sets",
    "sheets",
    "without_phones",
]

FILE = click.Path(path_type=Path, dir_okay=False)
DIR = click.Path(path_type=Path, file_okay=False)


class _Day(click.ParamType[dt.date]):
    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            self.fail("no date", param, ctx)


as_of = click.option("--as-of", type=_Day(), help="The day to judge by; today in China unless given.")
db = click.option("--db", type=FILE, required=True, help="The database file.")
out = click.option("--out", type=DIR, required=True, help="The folder of the results.")
policy = click.option(
    "--policy", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A policy in TOML."
)
sets = click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="registry.FIELD=VALUE",
    help="The value of a column that a file lacks: registry.学籍状态=在读, applications.入学年份=2023.",
)
columns = click.option(
    "--columns",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Headings of one's own in TOML, as `eduid columns FILE --save` writes them.",
)
sheets = click.option(
    "--sheet", "sheets", multiple=True, metavar="registry:NAME", help="The sheet to read; may be repeated."
)
without_phones = click.option(
    "--without-phones",
    is_flag=True,
    help="The applications need no phone of the guardian: the school itself tells the families.",
)
reveal = click.option("--reveal", is_flag=True, help="Show numbers, phones and names in full.")


class OneLineGroup(click.Group):
    """Reports any failure in one line with exit code 2; `EDUID_TRACE=1` shows its origin."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - click's own
        """Run the command, even if its output is not read."""
        with heedless():
            return super().main(*args, **kwargs)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:  # noqa: ANN401 - click's own
        """Read the options before the command's name."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            raise one_line(error) from None

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise one_line(error) from None
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (click.Abort, KeyboardInterrupt):
            raise Interrupted from None
        except OSError as error:
            if os.environ.get("EDUID_TRACE"):
                raise
            place = f" {error.filename}" if error.filename else ""
            why = error.strerror
            raise UsageStop(f"无法读写{place}：{why}", f"cannot read or write{place}: {why}") from None
        except Exception as error:
            if os.environ.get("EDUID_TRACE"):
                raise
            if stop := storage_stop(error):
                raise stop from None
            # The text of an unexpected error may hold personal data: only its kind is shown.
            kind = type(error).__name__
            raise UsageStop(
                f"出现意外错误（{kind}），没有写入不完整的结果", f"unexpected: {kind}; EDUID_TRACE=1 shows more"
            ) from None
