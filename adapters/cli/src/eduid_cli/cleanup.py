"""The start of a command: a command that fails before it has begun removes the files it created."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["StartedFiles", "absent"]


def absent(*paths: Path) -> list[Path]:
    """Return those of *paths* that do not exist."""
    return [path for path in paths if not path.exists()]


class StartedFiles:
    """Whether a command has `begun`: its results are then kept, even if it fails later."""

    begun = False

    @contextmanager
    def making(self, new: Sequence[Path]) -> Iterator[None]:
        """
        Delete the files of *new*, files before their folders, if the command fails before it has begun.

        After an interruption they are kept, because the user may continue.
        """
        try:
            yield
        except Exception:
            for path in () if self.begun else new:
                _take_away(path)
            raise


def _take_away(path: Path) -> None:
    with suppress(OSError):  # it was never made, or holds files of others
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
