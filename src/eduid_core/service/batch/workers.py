"""
Sharing a run among processes.

Whoever leads the run gives groups of rows away and goes on with the others. Of a group it was given, a helper
hands in what stands alone: it is all one in which order those rows come and who hands them in, for the store
takes each of them once. The rest, where the registry is asked or another application is told, stays with the
leader, in the file's order.
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
    """Other processes that each hold a `WorkerShare` of the run."""

    def take(self, first: int, at: dt.datetime, /) -> bool:
        """Take the group that begins at place *first*, handed in at *at*; False: no one has time now."""
        ...

    def finish(self) -> frozenset[int]:
        """Wait for all that was taken; return the groups that were taken and may not be handed in."""
        ...


class _Nobody:
    """A run of one process."""

    def take(self, first: int, at: dt.datetime, /) -> bool:  # noqa: ARG002 - nobody looks at it
        return False

    def finish(self) -> frozenset[int]:
        return frozenset()


NOBODY: Final = _Nobody()


class WorkerShare:
    """A helper's side of a run: it is given groups of the file, later ones later."""

    def __init__(self, service: Service, run: RunRecord, rows: Iterable[BatchRow]) -> None:
        """Help *service* with *run*; *rows* are those it was begun with."""
        self._service, self._run, self._rows = service, run, iter(rows)
        self._place = 0

    def hand_in(self, first: int, at: dt.datetime) -> None:
        """Hand in what stands alone of the group that begins at place *first*."""
        planned = planned_group(self._service.executor.store, self._run.id, first)
        after = first + len(planned)
        rows = islice(self._rows, first - self._place, after - self._place)
        self._place = after
        alone = [(p, row) for p, row in zip(planned, rows, strict=True) if p.stands_alone]
        hand_in_together(alone, RunContext.of(self._run, at), self._service, lambda _, __: None)
