"""Stopping with one clear line: wrong use or unreadable input, exit 2."""

from __future__ import annotations

import click

__all__ = ["Stop"]


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
