"""The start of a command: what fails before it has done anything leaves nothing that was not there before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["StartedFiles", "absent"]


def absent(*paths: Path) -> list[Path]:
    """Return those of *paths* that are not there."""
    return [path for path in paths if not path.exists()]


class StartedFiles:
    """Whether a command has `begun`: what it has done then stands, whatever comes of the rest."""

    begun = False

    @contextmanager
    def making(self, new: Sequence[Path]) -> Iterator[None]:
        """
        Take away what stands of *new*, files before their folders, where the command fails before it has begun.

        Who interrupts it means to go on: then it stays.
        """
        try:
            yield
        except Exception:
            for path in () if self.begun else new:
                _take_away(path)
            raise


def _take_away(path: Path) -> None:
    with suppress(OSError):  # it was never made, or holds what others put there
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
