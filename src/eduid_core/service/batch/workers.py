"""
Share a file run among processes.

The leader of the run gives groups of rows to workers and continues with the other groups. A worker submits only
the independent rows of its group: their order and submitter do not matter, because the store accepts each row
once. The other rows, which ask the registry or flag another application, stay with the leader, in the order
of the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import islice
from typing import Final, Protocol

from eduid_core.service.batch.apply import RunContext, hand_in_together
from eduid_core.service.batch.records import BatchRow, RunRecord
from eduid_core.service.batch.storage import planned_group
from eduid_core.service.facade import Service

__all__ = ["NOBODY", "BatchWorkers", "WorkerShare"]


class BatchWorkers(Protocol):
    """Other processes, each with a `WorkerShare` of the run."""

    def take(self, first: int, at: dt.datetime, /) -> bool:
        """Take the group that begins at place *first*, submitted at *at*; False if no worker is free."""
        ...

    def finish(self) -> frozenset[int]:
        """Wait for all accepted groups; return the accepted groups that may not be submitted."""
        ...


class _Nobody:
    """The workers of a single-process run: none."""

    def take(self, first: int, at: dt.datetime, /) -> bool:  # noqa: ARG002 - nobody looks at it
        return False

    def finish(self) -> frozenset[int]:
        return frozenset()


NOBODY: Final = _Nobody()


class WorkerShare:
    """A worker's part of a run: it receives groups of the file in ascending order."""

    def __init__(self, service: Service, run: RunRecord, rows: Iterable[BatchRow]) -> None:
        """Help *service* with *run*; *rows* are those the run was begun with."""
        self._service, self._run, self._rows = service, run, iter(rows)
        self._place = 0

    def hand_in(self, first: int, at: dt.datetime) -> None:
        """Submit the independent rows of the group that begins at place *first*."""
        planned = planned_group(self._service.executor.store, self._run.id, first)
        after = first + len(planned)
        rows = islice(self._rows, first - self._place, after - self._place)
        self._place = after
        alone = [(p, row) for p, row in zip(planned, rows, strict=True) if p.stands_alone]
        hand_in_together(alone, RunContext.of(self._run, at), self._service, lambda _, __: None)
