"""
One worker on PostgreSQL, and four that share the work.

A worker is a process of its own that imports what a worker needs and nothing of the other benchmarks: what else
lies in its memory would be walked by its garbage collector and push the worker out of the processor's caches.

    python bench/workers.py
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from commands import opening, service_on
from stopwatch import beside

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "adapters/store-sql/tests"))

WORKERS, TURNS = 4, 7
COMMANDS, WARM = 6_000, 200
"""Of a turn, by all its workers: seconds, not moments, so that one who starts late weighs little; before it, each."""


def _work(url: str, name: str, line: Any, times: Any, count: int) -> None:
    service = service_on(url)
    importer = service.importer()
    for _ in range(WARM):
        assert service.handle(opening(importer, name)).ok
    line.wait()
    began = time.perf_counter()  # one clock for all processes of a machine
    for _ in range(count):
        assert service.handle(opening(importer, name)).ok
    times.put((began, time.perf_counter()))


def _seconds_of(url: str, workers: int, turn: int) -> float:
    """Return how long a command takes when *workers* processes share the work."""
    context = multiprocessing.get_context("spawn")
    line, times = context.Barrier(workers), context.Queue()
    count = COMMANDS // workers
    processes = [
        context.Process(target=_work, args=(url, f"w{turn}-{workers}-{n}", line, times, count))
        for n in range(workers)
    ]
    for process in processes:
        process.start()
    spans = [times.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    return (max(end for _, end in spans) - min(begin for begin, _ in spans)) / (count * workers)


def rows() -> Iterator[dict[str, object]]:
    """Yield what a command takes four workers, beside one."""
    from servers import postgresql

    with postgresql() as url:
        service_on(url)
        _seconds_of(url, WORKERS, 0)  # a server that has just begun is slower
        times: dict[int, list[float]] = {1: [], WORKERS: []}
        for turn in range(1, TURNS + 1):
            for workers, seconds in times.items():
                seconds.append(_seconds_of(url, workers, turn))
        yield beside(f"{WORKERS} workers on PostgreSQL, beside one (goal 1.5)", times[WORKERS], times[1])


if __name__ == "__main__":
    for line in rows():
        print(line)
