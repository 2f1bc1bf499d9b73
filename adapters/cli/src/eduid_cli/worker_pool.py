"""
Other processes that help with a long run, one for each further processor.

They read the files themselves, and are told no more than where a group of rows begins.
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
"""Bytes of an applications file from which on help is worth its start."""
_MOST: Final = 3
"""One writes to the database at a time: more than so many would only wait for each other."""
_AHEAD: Final = 2
"""Groups a helper is given at once, so that it need not wait for the next."""
_SAID: Final = 4096


class _Helper:
    """One process, and where the groups begin that it was given and has not handed in."""

    def __init__(self, applications: Path) -> None:
        call = [sys.executable, "-P", "-m", "eduid_cli.worker", str(applications)]
        errors = None if os.environ.get("EDUID_TRACE") else subprocess.DEVNULL
        self._process = subprocess.Popen(  # noqa: S603 - this very interpreter
            call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0
        )
        self._ear, self._mouth = cast("IO[bytes]", self._process.stdout), cast("IO[bytes]", self._process.stdin)
        self.given: set[int] = set()
        self._said, self._lives = b"", True

    def has_time(self) -> bool:
        """Hear what it has said so far; return whether it waits for more."""
        while self._lives and select.select([self._ear], [], [], 0)[0]:
            self._hear()
        return self._lives and len(self.given) < _AHEAD

    def _hear(self) -> None:
        said = os.read(self._ear.fileno(), _SAID)
        self._lives = bool(said)
        *lines, self._said = (self._said + said).split(b"\n")
        self.given.difference_update(map(int, lines))

    def tell(self, line: str) -> None:
        """Tell it *line*, if it is there to hear it."""
        try:
            self._mouth.write(f"{line}\n".encode())
        except BrokenPipeError:
            self._lives = False

    def finish(self) -> None:
        """Let it hand in what it was given, and end."""
        self._mouth.close()
        while self._lives:
            self._hear()
        self._process.wait()
        self._ear.close()


@attrs.define
class WorkerPool:
    """The `WorkerPool` of one run, and none as long as no run has begun."""

    _all: list[_Helper]

    def begin(self, *, run: str, db: Path, key: Path) -> None:
        """Say what they help with: the *run* of the database *db*, whose key file is *key*."""
        for worker in self._all:
            worker.tell(json.dumps({"run": run, "db": str(db), "key": str(key)}))

    def take(self, first: int, at: dt.datetime, /) -> bool:
        """Take the group that begins at place *first*, handed in at *at*; False: no one has time now."""
        for worker in self._all:
            if worker.has_time():
                worker.given.add(first)
                worker.tell(f"{first} {at.isoformat()}")
                return True
        return False

    def finish(self) -> frozenset[int]:
        """Wait for all that was taken; return the groups that were taken and may not be handed in."""
        ended, self._all = self._all, []
        for worker in ended:
            worker.finish()
        return frozenset().union(*(worker.given for worker in ended))


@contextmanager
def helpers_for(applications: Path) -> Iterator[WorkerPool]:
    """Start what will help with *applications*, if the file is long and there are processors for it."""
    workers = WorkerPool([_Helper(applications) for _ in range(_how_many(applications))])
    try:
        yield workers
    finally:
        workers.finish()


def _how_many(applications: Path) -> int:
    if os.name != "posix" or not applications.is_file() or applications.stat().st_size < _LONG:
        return 0
    return min(len(os.sched_getaffinity(0)) - 1, _MOST) if hasattr(os, "sched_getaffinity") else 1
