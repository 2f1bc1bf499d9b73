"""Run the tasks of an audit in worker processes, and collect their results in a fixed order."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing.process import BaseProcess
from typing import Any

import attrs

from eduid_audit.parts import PARTS
from eduid_audit.profiles import AuditProfile
from eduid_audit.results import AuditPart, AuditTask, DefectResult, RuleFailure, TaskResult, place_of

__all__ = ["COMPLETED", "PartResult", "run_parts"]

COMPLETED = "completed"
"""The rule that every task runs to its end."""


@attrs.frozen(kw_only=True)
class PartResult:
    """The results of a part, in the order of its tasks; `seconds` is the time its tasks took together."""

    part: AuditPart
    ran: dict[str, int]
    failures: tuple[RuleFailure, ...]
    defects: tuple[DefectResult, ...]
    seconds: float
    tasks: int
    done: int

    @property
    def holds(self) -> bool:
        """Return whether every rule holds and every seeded defect was caught."""
        return not self.failures and all(d.caught for d in self.defects)


@attrs.define
class _Running:
    """A part with its tasks; the results come in any order and are kept by the place of their task."""

    part: AuditPart
    tasks: list[AuditTask]
    checks: int
    """The number of tasks that are not sabotage: they stand first."""
    results: dict[int, TaskResult] = attrs.field(factory=dict[int, TaskResult])
    seconds: float = 0.0

    def result(self) -> PartResult:
        """Return the result as far as the tasks are done."""
        found = [self.results[place] for place in sorted(self.results)]
        ran: dict[str, int] = {}
        for result in found:
            for unit, count in result.ran.items():
                ran[unit] = ran.get(unit, 0) + count
        checks = [self.results[place] for place in range(self.checks) if place in self.results]
        failures = [failure for result in found for failure in result.failures]
        if len(checks) == self.checks:
            failures += self.part.conclude(checks)
        return PartResult(
            part=self.part,
            ran=ran,
            failures=tuple(dict.fromkeys(failures)),
            defects=tuple(defect for result in found for defect in result.defects),
            seconds=self.seconds,
            tasks=len(self.tasks),
            done=len(found),
        )


def _started(profile: AuditProfile, left_in: str, own: str) -> list[_Running]:
    """Return the parts with their tasks; with a defect left in, its own part first and no other defects."""
    running = []
    for part in sorted(PARTS, key=lambda part: part.name != own) if own else PARTS:
        checks = list(part.tasks(profile, left_in))
        sabotage = [] if left_in else list(part.sabotage(profile))
        running.append(_Running(part, checks + sabotage, len(checks)))
    return running


def _in_worker(task: AuditTask) -> tuple[TaskResult, float]:
    """Run *task*; an error that it does not handle is a failure of its own."""
    began = time.perf_counter()
    try:
        result = task.run()
    except Exception as error:  # noqa: BLE001 - a broken rule may raise anything
        result = TaskResult(failures=(RuleFailure(COMPLETED, f"{task.name}: {place_of(error)}"),))
    return result, time.perf_counter() - began


def _prepare_worker(folder: str) -> None:
    """Keep the files of Hypothesis in a folder of the worker's own, and leave Ctrl-C to the parent."""
    import signal  # noqa: PLC0415 - for a worker only

    from hypothesis.configuration import set_hypothesis_home_dir  # noqa: PLC0415 - for a worker only

    set_hypothesis_home_dir(tempfile.mkdtemp(dir=folder))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def run_parts(
    profile: AuditProfile,
    *,
    left_in: str = "",
    own: str = "",
    workers: int = 0,
    on_part: Callable[[PartResult], None] = lambda _: None,
    on_progress: Callable[[int, int], None] = lambda _, __: None,
) -> tuple[PartResult, ...]:
    """
    Run all parts under *profile* and return their results in the order of `PARTS`.

    With the defect *left_in* of the part *own*, stop as soon as a check has noticed it.
    """
    running = _started(profile, left_in, own)
    others = multiprocessing.active_children()
    with tempfile.TemporaryDirectory() as folder, _pool(workers, folder) as pool:
        try:
            for part in _finished(pool, running, on_progress, stop=bool(left_in)):
                on_part(part)
        finally:
            _stop(pool, [child for child in multiprocessing.active_children() if child not in others])
    order = {part.name: place for place, part in enumerate(PARTS)}
    return tuple(sorted((r.result() for r in running), key=lambda r: order[r.part.name]))


def _pool(workers: int, folder: str) -> ProcessPoolExecutor:
    """Return fresh processes: a seeded defect never reaches the caller's own tables."""
    return ProcessPoolExecutor(
        workers or min(8, os.cpu_count() or 1),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_prepare_worker,
        initargs=(folder,),
    )


def _stop(pool: ProcessPoolExecutor, workers: Sequence[BaseProcess]) -> None:
    """End *workers* at once: a task that is still running is not waited for."""
    for worker in workers:
        worker.terminate()
    pool.shutdown(cancel_futures=True)


def _finished(
    pool: ProcessPoolExecutor,
    running: Sequence[_Running],
    on_progress: Callable[[int, int], None],
    *,
    stop: bool,
) -> Iterator[PartResult]:
    """Yield every part when its last task is done; with *stop*, end at the first failure."""
    waiting: dict[Future[Any], tuple[_Running, int]] = {
        pool.submit(_in_worker, task): (part, place)
        for part in running
        for place, task in enumerate(part.tasks)
    }
    total = len(waiting)
    while waiting:
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            part, place = waiting.pop(future)
            part.results[place], seconds = _result_of(future, part.tasks[place])
            part.seconds += seconds
            on_progress(total - len(waiting), total)
            if len(part.results) == len(part.tasks):
                yield part.result()
            if stop and part.results[place].failures:
                return


def _result_of(future: Future[Any], task: AuditTask) -> tuple[TaskResult, float]:
    try:
        result, seconds = future.result()
    except Exception as error:  # noqa: BLE001 - a worker that died
        return TaskResult(failures=(RuleFailure(COMPLETED, f"{task.name}: {type(error).__name__}"),)), 0.0
    return result, seconds
