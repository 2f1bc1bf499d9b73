"""
Worker processes for a long run, one for each further processor.

They read the files themselves, and receive only the start of each group of rows.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

import attrs

__all__ = ["WorkerPool", "helpers_for"]

_LONG: Final = 1 << 20
"""The size in bytes of an applications file from which workers are worth starting."""
_MOST: Final = 3
"""Only one process writes to the database at a time: more workers would only wait for each other."""
_AHEAD: Final = 2
"""Groups given to a worker at once, so that it does not wait for the next."""
_SAID: Final = 4096


class _Helper:
    """A process, and the starts of the groups that it was given and has not submitted."""

    def __init__(self, applications: Path, reading: str) -> None:
        call = [sys.executable, "-P", "-m", "eduid_cli.worker", str(applications), reading]
        errors = None if os.environ.get("EDUID_TRACE") else subprocess.DEVNULL
        self._process = subprocess.Popen(  # noqa: S603 - this very interpreter
            call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0
        )
        self._ear, self._mouth = cast("IO[bytes]", self._process.stdout), cast("IO[bytes]", self._process.stdin)
        self.given: set[int] = set()
        self._said, self._lives = b"", True

    def has_time(self) -> bool:
        """Read its reports so far; return whether it waits for more."""
        while self._lives and select.select([self._ear], [], [], 0)[0]:
            self._hear()
        return self._lives and len(self.given) < _AHEAD

    def _hear(self) -> None:
        said = os.read(self._ear.fileno(), _SAID)
        self._lives = bool(said)
        *lines, self._said = (self._said + said).split(b"\n")
        self.given.difference_update(map(int, lines))

    def tell(self, line: str) -> None:
        """Send *line*, if the process is still running."""
        try:
            self._mouth.write(f"{line}\n".encode())
        except BrokenPipeError:
            self._lives = False

    def finish(self) -> None:
        """Let it submit its groups, and end."""
        self._mouth.close()
        while self._lives:
            self._hear()
        self._process.wait()
        self._ear.close()


@attrs.define
class WorkerPool:
    """The `WorkerPool` of a run; it is empty before the run has begun."""

    _all: list[_Helper]

    def begin(self, *, run: str, db: Path, key: Path) -> None:
        """Send the workers their work: the *run* of the database *db* with the key file *key*."""
        for worker in self._all:
            worker.tell(json.dumps({"run": run, "db": str(db), "key": str(key)}))

    def take(self, first: int, at: dt.datetime, /) -> bool:
        """Take the group that begins at place *first*, submitted at *at*; False if no worker is free."""
        for worker in self._all:
            if worker.has_time():
                worker.given.add(first)
                worker.tell(f"{first} {at.isoformat()}")
                return True
        return False

    def finish(self) -> frozenset[int]:
        """Wait for all accepted groups; return the accepted groups that may not be submitted."""
        ended, self._all = self._all, []
        for worker in ended:
            worker.finish()
        return frozenset().union(*(worker.given for worker in ended))


@contextmanager
def helpers_for(applications: Path, reading: str = "") -> Iterator[WorkerPool]:
    """
    Start workers for *applications*, if the file is long and there are processors for it.

    *reading* is what was told about the files, as it is stored with the run.
    """
    workers = WorkerPool([_Helper(applications, reading) for _ in range(_how_many(applications))])
    try:
        yield workers
    finally:
        workers.finish()


def _how_many(applications: Path) -> int:
    if os.name != "posix" or not applications.is_file() or applications.stat().st_size < _LONG:
        return 0
    return min(len(os.sched_getaffinity(0)) - 1, _MOST) if hasattr(os, "sched_getaffinity") else 1
