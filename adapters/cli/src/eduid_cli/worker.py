"""
A worker process of a run: `python -m eduid_cli.worker APPLICATIONS READING`, started by `eduid certify`.

Its standard input names the run, then one group of rows after another; it reports each submitted group. On any
error it ends, and the leader submits its groups.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from eduid_cli.deployment import digest_of, opened
from eduid_cli.gc_pause import few_collections
from eduid_core.service import KeyFile, Service, policy_from_toml
from eduid_core.service.batch import WorkerShare, all_runs
from eduid_registry_file import FileFault, ReadingOptions, read_applications

__all__ = ["help_with"]


def help_with(
    applications: Path, lines: Iterator[str], say: Callable[[int], object], *, reading: str = ""
) -> None:
    """
    Help with a run over *applications* as long as *lines* give groups; *say* reports the start of each finished
    group. *reading* is what the run was told about the files.

    Raises:
        FileFault: the applications differ from those of the plan.
    """
    options = ReadingOptions.read(reading).applications
    rows, leader = read_applications(applications, options).rows, os.getppid()
    for line in lines:
        about = json.loads(line)
        with closing(opened(Path(about["db"]))) as store, few_collections():
            run = next(run for run in all_runs(store) if run.id == about["run"])
            if digest_of(applications) != run.applications:
                raise FileFault("FILE_CHANGED", file=applications.name)
            keys, policy = KeyFile(Path(about["key"])), policy_from_toml(run.policy_text)
            share = WorkerShare(Service(store=store, keys=keys, policy=policy), run, rows)
            for first, at in _given(lines, leader):
                share.hand_in(first, at)
                say(first)


def _given(lines: Iterator[str], leader: int) -> Iterator[tuple[int, dt.datetime]]:
    """Yield the start and the submission time of each group; stop once the leader is gone."""
    for line in lines:
        if os.getppid() != leader:
            return
        first, at = line.split()
        yield int(first), dt.datetime.fromisoformat(at)


def main() -> None:
    """Speak to the leader through the original standard output; all printed text goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the signal is for the leader; its end also ends this process
    with os.fdopen(os.dup(1), "w") as leader:
        os.dup2(2, 1)
        help_with(
            Path(sys.argv[1]),
            iter(sys.stdin.readline, ""),
            lambda first: print(first, file=leader, flush=True),
            reading=sys.argv[2],
        )


if __name__ == "__main__":
    main()
