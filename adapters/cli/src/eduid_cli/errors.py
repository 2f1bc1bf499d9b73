"""Stopping with one clear line: wrong use or unreadable input, exit 2."""

from __future__ import annotations

import click

__all__ = ["Interrupted", "Stop"]


class Stop(click.ClickException):
    """One line on stderr, Chinese first, and exit code 2; nothing was half-written."""

    exit_code = 2

    def __init__(self, zh: str, en: str) -> None:
        """Say it in both languages."""
        super().__init__(f"{zh} / {en}")

    def show(self, file: object = None) -> None:
        """Write the line."""
        del file
        click.echo(f"eduid: {self.format_message()}", err=True)


class Interrupted(Stop):
    """Ctrl-C: what was done stands, and exit code 130, as a shell expects."""

    exit_code = 130

    def __init__(self) -> None:
        """Say how to go on."""
        super().__init__("已中断，再次运行同一命令即可继续", "interrupted: run the same command again to go on")
